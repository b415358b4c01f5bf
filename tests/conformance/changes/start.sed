# start must fail where process is not set, as it says itself, and it expects the opposite; such a container does not stop by itself
# in validation/start/start.go
/^	g.Config.Process = nil$/,$s|util.SpecErrorOK(t, err == nil, |util.SpecErrorOK(t, err != nil, |
/StartWithProcUnsetGenError/s|$|\n\tr.Kill("KILL")|
