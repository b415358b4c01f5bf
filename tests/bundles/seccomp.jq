# seccomp.jq - linux.seccomp of config.json from the profile of containers (/usr/share/containers/seccomp.json), which has
# conditions: --arg machine `uname -m`, --arg kernel `uname -r`, --argjson caps the capabilities of the process.

({"x86_64": ["amd64", "SCMP_ARCH_X86_64"], "aarch64": ["arm64", "SCMP_ARCH_AARCH64"]}[$machine]) as [$arch, $native]
| def version: split("[.-]"; "")[:2] | map(tonumber);
def all_hold: (.caps // []) - $caps == []
	and (.arches == null or any(.arches[]; . == $arch))
	and (.minKernel == null or (.minKernel | version) <= ($kernel | version));
def one_holds: any((.caps // [])[]; IN($caps[]))
	or any((.arches // [])[]; . == $arch)
	or (.minKernel != null and (.minKernel | version) <= ($kernel | version));
{defaultAction, defaultErrnoRet,
	architectures: (.archMap[] | select(.architecture == $native) | [.architecture] + .subArchitectures),
	syscalls: [.syscalls[] | select((.includes // {} | all_hold) and (.excludes // {} | one_holds | not))
		| {names, action} + if .errnoRet then {errnoRet} else {} end + if (.args // []) != [] then {args} else {} end]}
