# by the specification of today a capability that is unknown is a warning, and the container has the others
# in validation/process_capabilities_fail/process_capabilities_fail.go
s|if err == nil {|if err != nil {|
