/* whole_config.h - a config.json in which every property of runtime-spec 1.3 for Linux occurs, each with a value of its own;
 * in the order of specs/fields.c and without blanks, so that what is read and written again is the same text. */
#pragma once
/* clang-format off */

#define WHOLE_CONFIG                                                                                                          \
	"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\",\"readonly\":true},"                                         \
	"\"hostname\":\"host\",\"domainname\":\"domain\","                                                                    \
	"\"mounts\":[{\"destination\":\"/data\",\"type\":\"none\",\"source\":\"/srv\",\"options\":[\"rbind\",\"ridmap\"],"    \
	"\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"                                             \
	"\"gidMappings\":[{\"containerID\":1,\"hostID\":200000,\"size\":1000}]},{\"destination\":\"/proc\"}],"                \
	WHOLE_PROCESS "," WHOLE_HOOKS "," WHOLE_LINUX "}"

#define WHOLE_PROCESS                                                                                                         \
	"\"process\":{\"terminal\":true,\"consoleSize\":{\"height\":25,\"width\":80},"                                        \
	"\"user\":{\"uid\":1000,\"gid\":1001,\"umask\":63,\"additionalGids\":[5,4294967294]},"                                \
	"\"args\":[\"sh\",\"-c\",\"\"],\"env\":[\"A=1\"],\"cwd\":\"/home\","                                                  \
	"\"capabilities\":{\"bounding\":[\"CAP_A\"],\"effective\":[\"CAP_B\"],\"inheritable\":[],"                            \
	"\"permitted\":[\"CAP_D\"],\"ambient\":[\"CAP_E\",\"CAP_F\"]},"                                                       \
	"\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\",\"soft\":1024,\"hard\":18446744073709551615}],"                             \
	"\"noNewPrivileges\":true,\"apparmorProfile\":\"profile\",\"oomScoreAdj\":-500,"                                      \
	"\"scheduler\":{\"policy\":\"SCHED_DEADLINE\",\"nice\":-19,\"priority\":99,\"flags\":[\"SCHED_FLAG_RECLAIM\"],"       \
	"\"runtime\":1,\"deadline\":2,\"period\":3},\"selinuxLabel\":\"label\","                                              \
	"\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":7},"                                                      \
	"\"execCPUAffinity\":{\"initial\":\"0-3\",\"final\":\"7\"}}"

#define WHOLE_HOOKS                                                                                                           \
	"\"hooks\":{\"prestart\":[{\"path\":\"/1\",\"args\":[\"1\"],\"env\":[],\"timeout\":30}],"                             \
	"\"createRuntime\":[{\"path\":\"/2\"}],\"createContainer\":[{\"path\":\"/3\"}],"                                      \
	"\"startContainer\":[{\"path\":\"/4\"}],\"poststart\":[{\"path\":\"/5\"}],\"poststop\":[{\"path\":\"/6\"}]},"         \
	"\"annotations\":{\"org.example.a\":\"1\",\"org.example.b\":\"\"}"

#define WHOLE_LINUX                                                                                                           \
	"\"linux\":{\"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":1}],"                                        \
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":1001,\"size\":1}],"                                                   \
	"\"sysctl\":{\"net.ipv4.ip_forward\":\"1\"}," WHOLE_RESOURCES ",\"cgroupsPath\":\"/husk/a\","                         \
	"\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\",\"path\":\"/run/netns/a\"}],"                               \
	"\"devices\":[{\"type\":\"c\",\"path\":\"/dev/fuse\",\"major\":10,\"minor\":229,\"fileMode\":438,\"uid\":1,"          \
	"\"gid\":2},{\"type\":\"p\",\"path\":\"/dev/pipe\"}],"                                                                \
	"\"netDevices\":{\"eth0\":{\"name\":\"inside0\"},\"eth1\":{}}," WHOLE_SECCOMP ","                                     \
	"\"rootfsPropagation\":\"slave\",\"maskedPaths\":[\"/proc/kcore\"],\"readonlyPaths\":[\"/proc/sys\"],"                \
	"\"mountLabel\":\"mount label\","                                                                                     \
	"\"intelRdt\":{\"closID\":\"group\",\"schemata\":[\"L2:0=f\"],\"l3CacheSchema\":\"L3:0=7f0\","                        \
	"\"memBwSchema\":\"MB:0=20\",\"enableMonitoring\":true},"                                                             \
	"\"memoryPolicy\":{\"mode\":\"MPOL_BIND\",\"nodes\":\"0,1\",\"flags\":[\"MPOL_F_STATIC_NODES\"]},"                    \
	"\"personality\":{\"domain\":\"LINUX32\",\"flags\":[\"F\"]},"                                                         \
	"\"timeOffsets\":{\"monotonic\":{\"secs\":-5,\"nanosecs\":6},\"boottime\":{\"secs\":7}}}"

#define WHOLE_RESOURCES                                                                                                       \
	"\"resources\":{\"devices\":[{\"allow\":true,\"type\":\"b\",\"major\":8,\"minor\":0,\"access\":\"r\"},"               \
	"{\"allow\":false}],"                                                                                                 \
	"\"memory\":{\"limit\":11,\"reservation\":12,\"swap\":-1,\"kernel\":14,\"kernelTCP\":15,\"swappiness\":16,"           \
	"\"disableOOMKiller\":false,\"useHierarchy\":true,\"checkBeforeUpdate\":true},"                                       \
	"\"cpu\":{\"shares\":21,\"quota\":-22,\"burst\":23,\"period\":24,\"realtimeRuntime\":25,\"realtimePeriod\":26,"       \
	"\"cpus\":\"0-1\",\"mems\":\"0\",\"idle\":1},\"pids\":{\"limit\":0},"                                                 \
	"\"blockIO\":{\"weight\":31,\"leafWeight\":32,"                                                                       \
	"\"weightDevice\":[{\"major\":8,\"minor\":1,\"weight\":33,\"leafWeight\":34}],"                                       \
	"\"throttleReadBpsDevice\":[{\"major\":8,\"minor\":2,\"rate\":35}],"                                                  \
	"\"throttleWriteBpsDevice\":[{\"major\":8,\"minor\":3,\"rate\":36}],"                                                 \
	"\"throttleReadIOPSDevice\":[{\"major\":8,\"minor\":4,\"rate\":37}],"                                                 \
	"\"throttleWriteIOPSDevice\":[{\"major\":8,\"minor\":5,\"rate\":38}]},"                                               \
	"\"hugepageLimits\":[{\"pageSize\":\"2MB\",\"limit\":9223372036854775808}],"                                          \
	"\"network\":{\"classID\":1048577,\"priorities\":[{\"name\":\"eth0\",\"priority\":500}]},"                            \
	"\"rdma\":{\"mlx5_1\":{\"hcaHandles\":3,\"hcaObjects\":10000}},\"unified\":{\"io.max\":\"259:0 rbps=2\\n\"}}"

#define WHOLE_SECCOMP                                                                                                         \
	"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,\"architectures\":[\"SCMP_ARCH_X86\"],"     \
	"\"flags\":[\"SECCOMP_FILTER_FLAG_LOG\"],\"listenerPath\":\"/run/agent\",\"listenerMetadata\":\"meta\","              \
	"\"syscalls\":[{\"names\":[\"getcwd\",\"chmod\"],\"action\":\"SCMP_ACT_ALLOW\",\"errnoRet\":1,"                       \
	"\"args\":[{\"index\":2,\"value\":2114060288,\"valueTwo\":18446744073709551615,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]}"
