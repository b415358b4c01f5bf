# a race: true may have ended before kill is called, which is an error then
# in validation/pidfile/pidfile.go
s|\[\]string{"true"}|[]string{"sleep", "30"}|
