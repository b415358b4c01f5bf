# weights went with the scheduler CFQ, in Linux 5.0, and with them their files; and the machine has another disk than /dev/sda
# in validation/linux_cgroups_blkio/linux_cgroups_blkio.go
s|var major int64 = 8|major, minor := util.Disk()|
/var minor int64$/d
/LinuxResourcesBlockIO\(Leaf\)\?Weight/d
/Weight uint16 =/d
/weight uint16 =/d
/if !isEmpty {/,/}/d
# in validation/util/linux_resources_blkio.go
s|^	"fmt"$|&\n	"os"|
s|^// ValidateLinuxResourcesBlockIO .*|// Disk is what DISK says: a disk of this machine.\nfunc Disk() (major, minor int64) {\n	fmt.Sscanf(os.Getenv("DISK"), "%d:%d", \&major, \&minor)\n	return\n}\n\n&|
/lbd.Weight == nil/,/blkio leafWeight is set correctly/d
/\*lbd.LeafWeight)$/d
# in cgroups/cgroups_v1.go
s|"weight", "leaf_weight", "weight_device", "leaf_weight_device", "throttle|"", "", "", "", "throttle|
/fileName := strings.Join(\[\]string{"blkio", name}, ".")/s|^|\t\tif name == "" {\n\t\t\tcontinue\n\t\t}\n|
