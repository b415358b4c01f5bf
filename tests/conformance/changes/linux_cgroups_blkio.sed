# weights went with the scheduler CFQ, in Linux 5.0, and with them their files; and the machine has another disk than /dev/sda
# in validation/linux_cgroups_blkio/linux_cgroups_blkio.go
s|var major int64 = 8|var major int64 = MAJOR|
s|var minor int64$|var minor int64 = MINOR|
/LinuxResourcesBlockIO\(Leaf\)\?Weight/d
/Weight uint16 =/d
/weight uint16 =/d
/if !isEmpty {/,/}/d
# in validation/util/linux_resources_blkio.go
/lbd.Weight == nil/,/blkio leafWeight is set correctly/d
/\*lbd.LeafWeight)$/d
# in cgroups/cgroups_v1.go
s|"weight", "leaf_weight", "weight_device", "leaf_weight_device", "throttle|"", "", "", "", "throttle|
/fileName := strings.Join(\[\]string{"blkio", name}, ".")/s|^|\t\tif name == "" {\n\t\t\tcontinue\n\t\t}\n|
