# by the specification of today a poststart hook that fails is an error of start, and the hooks behind it do not run
# in validation/poststart_fail/poststart_fail.go
s/runErr != nil || string(outputData) != "post-start called\\n"/runErr == nil || string(outputData) != ""/
