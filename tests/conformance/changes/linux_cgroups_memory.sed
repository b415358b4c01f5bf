# kernel memory cannot be limited any more, since Linux 5.16 (and that of TCP was a part of it)
# in validation/linux_cgroups_memory/linux_cgroups_memory.go
/SetLinuxResourcesMemoryKernel(/d
# in validation/util/linux_resources_memory.go
/lm.Kernel\b/d
