# pids.limit became a pointer, and the suite compares two addresses instead of two numbers
# in validation/util/linux_resources_pids.go
s|lpd.Limit == config.Linux.Resources.Pids.Limit|*lpd.Limit == *config.Linux.Resources.Pids.Limit|
