# a race: its hook may write before the process does, which runs beside it from then on
# in validation/poststart/poststart.go
s|fmt.Sprintf("echo 'post-start called' >> %s", output)|fmt.Sprintf("until [ -s %s ]; do :; done; echo 'post-start called' >> %s", output, output)|
