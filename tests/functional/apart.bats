# apart.bats - mounts of a container without a mount namespace of its own: it has them, and nobody else does.

# bats file_tags=v2,old-kernel
load helpers

setup() {
	bundle
	config '.linux.namespaces |= map(select(.type != "mount"))'
	BEFORE=$(cat /proc/self/mountinfo)
}

teardown() {
	[ -z "${OTHER:-}" ] || kill "$OTHER"
	delete_all_and_see_nothing_left
}

# What there is of the container's mounts in this namespace: other tests mount too, elsewhere.
mounts_of_bundle() {
	grep -F " $TEST_DIR/" "${1:-/proc/self}/mountinfo" || :
}

# bats test_tags=p:mounts,p:root:readonly,p:linux:namespaces:type,p:linux:maskedPaths,p:linux:readonlyPaths
@test "without a mount namespace the mounts, masks and the read-only root are the container's alone" {
	echo secret >"$ROOTFS/etc/secret"
	mkdir "$ROOTFS/mnt" "$ROOTFS/host" "$TEST_DIR/host"
	config --arg host "$TEST_DIR/host" '.root.readonly = true | .linux.maskedPaths += ["/etc/secret"] | .linux.readonlyPaths += ["/mnt"]
		| .mounts += [{destination: "/mnt", type: "tmpfs", source: "none", options: ["size=128k"]},
			{destination: "/host", source: $host, options: ["bind"]}]'
	run run_in 'readlink /proc/self/ns/mnt; ls -d /proc/1/ns; cat /etc/secret; df -k /mnt >/dev/null; stat -f -c %T /mnt
		touch /etc/x || touch /mnt/x || touch /host/seen'
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$(readlink /proc/self/ns/mnt)" ]
	[ "${lines[1]}" = /proc/1/ns ]
	[[ $output != *secret* ]]
	[[ $output == *"/etc/x: Read-only"*"/mnt/x: Read-only"* ]]
	[ -e "$TEST_DIR/host/seen" ]
	[ ! -e "$ROOTFS/dev/null" ]
}

@test "while it runs nothing of it is in the namespace that it shares, and what it is given by exec is the same root" {
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	[ "$(readlink "/proc/$(pid_of)/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ]
	[ "$(mounts_of_bundle)" = "$(grep -F " $TEST_DIR/" <<<"$BEFORE")" ]
	[ "$(husk exec "$ID" sh -c 'cat /proc/1/comm; echo x >/dev/shm/x; cd ..; ls /; ls /dev/shm')" = "$(printf 'sleep\n%s\nx' "$(ls "$ROOTFS")")" ]
	[ -e "/proc/$(pid_of)/root/dev/shm/x" ]
	husk kill "$ID" KILL
	until_true 5 [ "$(status_of)" = stopped ]
	husk delete "$ID"
	nothing_left_of "$ID"
}

@test "it can neither unmount what it has nor mount more, and the capabilities of files have no effect" {
	cp "$ROOTFS/bin/busybox" "$ROOTFS/root/grep"
	chmod 755 "$ROOTFS/root"
	setcap cap_kill+ep "$ROOTFS/root/grep"
	config '.process.user = {uid: 1000, gid: 1000} | .process.noNewPrivileges = false | .process.capabilities = {bounding: ["CAP_KILL"]}'
	run run_in '/root/grep CapEff /proc/self/status'
	[[ $output == *0000000000000000 ]]
	config '.linux.namespaces += [{type: "mount"}]'
	run run_in '/root/grep CapEff /proc/self/status'
	[[ $output == *0000000000000020 ]]
	config '.linux.namespaces |= .[:-1] | .process.user = {uid: 0, gid: 0} | .process.capabilities |= map_values(["CAP_SYS_ADMIN"])'
	run run_in 'umount /proc || mount -t tmpfs none /tmp || echo neither'
	[[ $output == *neither ]]
}

# bats test_tags=p:linux:namespaces:path
@test "in a mount namespace that is joined the sources are what is there, and its mounts do not change" {
	local before

	mkdir "$ROOTFS/mnt" "$TEST_DIR/source"
	unshare --mount --propagation private sleep 1000 3>&- &
	OTHER=$!
	until_true 5 eval '[ "$(cat /proc/$OTHER/comm)" = sleep ]'
	nsenter --mount="/proc/$OTHER/ns/mnt" mount -t tmpfs tmpfs "$TEST_DIR/source"
	nsenter --mount="/proc/$OTHER/ns/mnt" touch "$TEST_DIR/source/seen"
	its_mounts() { grep -F "$TEST_DIR" "/proc/$OTHER/mountinfo"; } # of others' some go when those remove what they lie on
	before=$(its_mounts)
	config --arg path "/proc/$OTHER/ns/mnt" --arg source "$TEST_DIR/source" '.linux.namespaces += [{type: "mount", path: $path}]
		| .mounts += [{destination: "/mnt", source: $source, options: ["bind"]}] | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	[ "$(readlink "/proc/$(pid_of)/ns/mnt")" = "$(readlink "/proc/$OTHER/ns/mnt")" ]
	[ "$(husk exec "$ID" ls /mnt)" = seen ]
	[ "$(its_mounts)" = "$before" ]
}

# bats test_tags=p:mounts:options
@test "what only a namespace of its own can give is refused, and the field named" {
	config '.mounts += [{destination: "/mnt", type: "tmpfs", source: "none", options: ["rslave"]}]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/*/options*"propagation"*"namespace of type mount"* ]]
	config '.mounts |= .[:-1] | .linux.rootfsPropagation = "private"'
	run husk run "$ID"
	[[ $output == */linux/rootfsPropagation*"namespace of type mount"* ]]
}

@test "sh, given the plan, mounts nothing on the host" {
	run sh -c "cd '$BUNDLE' && '$HUSK' --root '$ROOT' explain '$ID' | sh"
	[ "$status" -ne 0 ]
	[[ $output == *"no shell can"* ]]
	[ "$(mounts_of_bundle)" = "$(grep -F " $TEST_DIR/" <<<"$BEFORE")" ]
	cgroups_left "$ID" | sed 's/^cgroup //' | sort -r | xargs -r rmdir # what the script made
}
