# a race: the signal may come before the shell has set its trap, and the first process of a pid namespace ignores it then
# in validation/killsig/killsig.go
s|trap 'touch /%s' %s; sleep 10|trap 'touch /%s' %s; touch /ready; sleep 10|
s|err = r.Kill(signal)|for i := 0; i < 500; i++ {\n\t\t\t\t\tif os.Remove(filepath.Join(rootDir, "ready")) == nil {\n\t\t\t\t\t\tbreak\n\t\t\t\t\t}\n\t\t\t\t\ttime.Sleep(10 * time.Millisecond)\n\t\t\t\t}\n\t\t\t\terr = r.Kill(signal)|
