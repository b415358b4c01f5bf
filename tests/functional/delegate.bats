# delegate.bats - config-linux.md#cgroup-ownership: a container that may manage the cgroups below its own.

# bats file_tags=v2
load helpers

setup() {
	[ -z "$(cgroup_mount memory)" ] && [ -e /sys/fs/cgroup/cgroup.controllers ] || skip "cgroup v1 cannot be delegated"
	bundle
	config '.linux.namespaces = [.linux.namespaces[] | select(.type != "cgroup")] + [{"type": "cgroup"}]
		| .mounts = [.mounts[] | select(.destination != "/sys/fs/cgroup")]
			+ [{"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["nosuid", "nodev", "noexec"]}]'
}
in_user_namespace() {
	config '.linux.namespaces += [{"type": "user"}] | .root.readonly = false
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}] | .linux.gidMappings = .linux.uidMappings'
	chown -R 100000:100000 "$ROOTFS"
}
# The owners of the cgroup, of a file that hands it on, and of a limit, which never does.
owners() {
	echo $(cd "$(cgroup_of memory)" && stat -c %u . cgroup.procs memory.max)
}

# bats test_tags=p:linux:namespaces:type,p:linux:uidMappings:containerID,p:linux:uidMappings:hostID
@test "delegation: the root of a user namespace makes cgroups and gives them controllers" {
	in_user_namespace
	run run_in 'cd /sys/fs/cgroup && mkdir init sub && echo 1 >init/cgroup.procs && echo +pids >cgroup.subtree_control &&
		echo 5 >sub/pids.max && cat sub/pids.max && ! echo 5 2>/dev/null >pids.max && echo kept'
	[ "$status" -eq 0 ]
	[ "$output" = $'5\nkept' ]
}

# bats test_tags=p:linux:uidMappings:containerID,p:linux:uidMappings:hostID
@test "delegation: the cgroup belongs to the user as the host calls it, its limits do not" {
	in_user_namespace
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	[ "$(owners)" = "100000 100000 0" ]
}

@test "delegation: exec comes into a cgroup that belongs to the container's root" {
	in_user_namespace
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	[ "$(husk exec "$ID" cat /proc/self/cgroup)" = 0::/ ]
}

# bats test_tags=p:process:user:uid
@test "delegation: to the user of the process, without a user namespace too" {
	config '.process.args = ["sleep", "1000"] | .process.user = {"uid": 1234, "gid": 1234}'
	husk run --detach "$ID"
	[ "$(owners)" = "1234 1234 0" ]
}

# bats test_tags=p:process:user:uid,p:mounts:options
@test "delegation: not where the cgroup is mounted read-only" {
	config '.process.args = ["sleep", "1000"] | .process.user = {"uid": 1234, "gid": 1234}
		| (.mounts[] | select(.destination == "/sys/fs/cgroup")).options += ["ro"]'
	husk run --detach "$ID"
	[ "$(owners)" = "0 0 0" ]
}

# bats test_tags=p:annotations
@test "delegation: run.oci.delegate-cgroup puts the process into a cgroup below its own, limits above it" {
	config '.annotations["run.oci.delegate-cgroup"] = "payload" | .linux.resources.pids.limit = 77 | .process.user = {"uid": 1234, "gid": 1234}
		| .process.args = ["sh", "-c", "cat /proc/self/cgroup; cd /sys/fs/cgroup && echo +pids >cgroup.subtree_control; cat pids.max payload/pids.max; mkdir payload/more && rmdir payload/more && echo made; exec sleep 1000"]'
	husk run --detach "$ID"
	until_true 20 printed made
	[ "$(cat "$OUT")" = $'0::/payload\n77\nmax\nmade' ]
	[ "$(stat -c %u "$(cgroup_of memory)" "$(cgroup_of memory)/cgroup.procs")" = $'1234\n1234' ]
	[ "$(husk ps --format json "$ID" | jq length)" = 1 ]
	husk pause "$ID"
	[ "$(status_of)" = paused ]
	husk resume "$ID"
	husk delete --force "$ID"
	nothing_left_of "$ID"

	config '.annotations["run.oci.delegate-cgroup"] = "a/b"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */annotations/run.oci.delegate-cgroup*"no name of a cgroup"* ]]
	config '.process.args = ["cat", "/proc/self/cgroup"]'
	run husk --ignore-annotations run "$ID"
	[ "$output" = 0::/ ]
}
