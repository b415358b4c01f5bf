# namespaces.bats - linux.namespaces and linux.timeOffsets: which the process is in, new ones and joined ones.

# bats file_tags=old-kernel
load helpers

teardown() {
	[ -z "${OTHER:-}" ] || kill "$OTHER"
	delete_all_and_see_nothing_left
}

# namespaces_of PID: mnt:[4026531841] and so on, by name.
namespaces_of() {
	readlink "/proc/$1"/ns/{cgroup,ipc,mnt,net,pid,time,user,uts}
}

# other COMMAND...: $OTHER is a process that has new namespaces by unshare(1).
other() {
	unshare "$@" sleep 1000 3>&- &
	OTHER=$!
	until_true 5 eval '[ "$(cat /proc/$OTHER/comm)" = sleep ]'
}

# bats test_tags=p:linux:namespaces:type,p:linux:uidMappings,p:linux:gidMappings
@test "each namespace that config.json names without a path is a new one, and each other is the runtime's" {
	local own

	own=$(namespaces_of self)
	config '.process.args = ["sleep", "1000"] | .linux.namespaces = ("cgroup ipc mount network pid time user uts" | split(" ") | map({type: .}))
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	husk run --detach "$ID"
	[ -z "$(comm -12 <(sort <<<"$own") <(namespaces_of "$(pid_of)" | sort))" ]
	husk delete --force "$ID"

	config '.linux.namespaces = ["mount", "pid" | {type: .}] | del(.hostname, .linux.sysctl, .linux.uidMappings, .linux.gidMappings)'
	husk run --detach "$ID"
	[ "$(comm -12 <(sort <<<"$own") <(namespaces_of "$(pid_of)" | sort) | cut -d: -f1 | xargs)" = "cgroup ipc net time user uts" ]
}

# bats test_tags=v2,p:linux:namespaces:path
@test "each namespace with a path is that one" {
	local type

	other --cgroup --ipc --net --time --uts
	config --arg ns "/proc/$OTHER/ns" '.process.args = ["sleep", "1000"] | del(.hostname, .linux.sysctl) | .linux.namespaces = [
		{type: "mount"}, {type: "pid"}, {type: "cgroup", path: "\($ns)/cgroup"}, {type: "ipc", path: "\($ns)/ipc"},
		{type: "network", path: "\($ns)/net"}, {type: "time", path: "\($ns)/time"}, {type: "uts", path: "\($ns)/uts"}]'
	husk run --detach "$ID"
	for type in cgroup ipc net time uts; do
		[ "$(readlink "/proc/$(pid_of)/ns/$type")" = "$(readlink "/proc/$OTHER/ns/$type")" ]
	done
}

# bats test_tags=p:linux:namespaces:path,p:root:path
@test "in a mount namespace that is joined the root is what is mounted there" {
	other --mount --propagation private
	mkdir "$ROOTFS/mnt"
	nsenter --mount="/proc/$OTHER/ns/mnt" mount -t tmpfs tmpfs "$ROOTFS/mnt"
	nsenter --mount="/proc/$OTHER/ns/mnt" touch "$ROOTFS/mnt/seen"
	config --arg path "/proc/$OTHER/ns/mnt" '.linux.namespaces |= map(if .type == "mount" then .path = $path else . end)
		| .mounts = [] | .linux.maskedPaths = [] | .linux.readonlyPaths = [] | .root.readonly = false'
	run run_in 'ls /mnt'
	[ "$output" = seen ]
	[ -z "$(ls -A "$ROOTFS/mnt")" ]
}

# bats test_tags=p:linux:namespaces:type,p:linux:namespaces:path
@test "a type that is none, is there twice, or is not that of its path is refused" {
	refused() {
		config ".linux.namespaces |= $1"
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */linux/namespaces/*"$2"* ]] || { echo "$output" && return 1; }
		nothing_left_of "$ID"
		config ".linux.namespaces |= .[:-1]"
	}
	refused '. + [{type: "net"}]' 'net'
	refused '. + [{type: "pid"}]' 'pid'
	refused '. + [{type: "time", path: "relative"}]' 'relative'
	refused '. + [{type: "time", path: "/no/such/path"}]' 'no such file'
	refused '. + [{type: "time", path: "/proc/self/ns/user"}]' 'is no time namespace'
}

# bats test_tags=p:linux:timeOffsets:monotonic:secs,p:linux:timeOffsets:monotonic:nanosecs,p:linux:timeOffsets:boottime:secs,p:linux:timeOffsets:boottime:nanosecs
@test "the clocks of a new time namespace are off by timeOffsets" {
	local up

	config '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {
		monotonic: {secs: 86400, nanosecs: 5}, boottime: {secs: 604800, nanosecs: 999999999}}'
	up=$(cut -d. -f1 /proc/uptime)
	run run_in 'tr -s " " </proc/self/timens_offsets; cut -d. -f1 /proc/uptime'
	[ "${lines[0]}" = "monotonic 86400 5" ]
	[ "${lines[1]}" = "boottime 604800 999999999" ]
	[ "${lines[2]}" -ge $((up + 604800)) ]
	[ "${lines[2]}" -lt $((up + 604800 + 1000)) ]

	config '.linux.namespaces |= map(select(.type != "time"))'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/timeOffsets*"type time"* ]]
}
