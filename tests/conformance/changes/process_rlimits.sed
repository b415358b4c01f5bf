# runtimetest is a Go program, and Go raises the soft limit of descriptors before main: it is asked for as high as Go makes it
# in validation/process_rlimits/process_rlimits.go
s|"RLIMIT_NOFILE", 4000, 3000|"RLIMIT_NOFILE", 4000, 4000|
