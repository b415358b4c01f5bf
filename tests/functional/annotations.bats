# annotations.bats - annotations that ask husk itself for something, and --ignore-annotations.

load helpers

# annotate NAME VALUE: adds an annotation.
annotate() {
	config --arg name "$1" --arg value "$2" '.annotations[$name] = $value'
}
refused() {
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"$1"*"$2"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:annotations
@test "an annotation that is only crun's is warned of, another is none of husk's business" {
	annotate run.oci.handler krun
	annotate org.example.text 'something'
	run run_in 'echo runs'
	[ "$status" -eq 0 ]
	[[ $output == *"/annotations: run.oci.handler has no effect"* ]]
	[[ $output != *org.example* ]]
	[[ $output == *runs* ]]
	run husk --ignore-annotations run "$ID"
	[ "$output" = runs ]
}

# bats test_tags=p:annotations
@test "with --ignore-annotations the state has them all the same" {
	annotate run.oci.handler krun
	config '.process.args = ["sleep", "1000"]'
	husk --ignore-annotations create "$ID"
	[ "$(husk state "$ID" | jq -r '.annotations["run.oci.handler"]')" = krun ]
	husk start "$ID"
	[ "$(husk state "$ID" | jq -r '.annotations["run.oci.handler"]')" = krun ]
}

# bats test_tags=p:annotations,p:process:user:additionalGids
@test "run.oci.keep_original_groups leaves the process the groups of the caller, and the config's out" {
	annotate run.oci.keep_original_groups 1
	config '.process.args = ["id", "-G"] | .process.user.additionalGids = [7]'
	run at_bundle setpriv --groups 5000,6000 "$HUSK" --root "$ROOT" run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"0 5000 6000"* ]]
	[[ $output == *"/process/user/additionalGids: left out"* ]]
	run at_bundle setpriv --groups 5000,6000 "$HUSK" --root "$ROOT" --ignore-annotations run "$ID"
	[ "$output" = "0 7" ]
	annotate run.oci.keep_original_groups 0
	run at_bundle setpriv --groups 5000,6000 "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "0 7" ]
	annotate run.oci.keep_original_groups yes
	refused /annotations/run.oci.keep_original_groups '"yes" is neither'
}

# bats test_tags=p:annotations,p:process:user:additionalGids
@test "in a user namespace a kept group opens what only that group may read" {
	config '.linux.namespaces += [{type: "user"}] | .process.user = {uid: 5, gid: 5} | .process.capabilities = {} |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	echo secret >"$ROOTFS/file"
	chgrp 5000 "$ROOTFS/file"
	chmod 640 "$ROOTFS/file"
	config '.process.args = ["cat", "/file"]'
	run at_bundle setpriv --groups 5000 "$HUSK" --root "$ROOT" run "$ID"
	[[ $output == *"Permission denied"* ]]
	annotate run.oci.keep_original_groups 1
	run at_bundle setpriv --groups 5000 "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = secret ]
}

# bats test_tags=p:annotations
@test "run.oci.pidfd_receiver is sent a pidfd of the init when it has been created, as --pidfd-socket is" {
	local long

	long=$TEST_DIR/$(printf 'long%.0s' {1..60})
	mkdir "$long"
	config '.process.args = ["sleep", "1000"]'
	annotate run.oci.pidfd_receiver "$long/socket"
	pidfd_receiver "$long/socket"
	husk create "$ID"
	wait "$RECEIVER"
	[ "$(cat "$TEST_DIR/received")" = "standard $(pid_of)" ]
	husk delete --force "$ID"

	pidfd_receiver "$BUNDLE/flag"
	husk --ignore-annotations create --pidfd-socket flag "$ID" # relative to the working directory
	wait "$RECEIVER"
	[ "$(cat "$TEST_DIR/received")" = "standard $(pid_of)" ]
	husk delete --force "$ID"

	pidfd_receiver "$BUNDLE/first"
	husk create --pidfd-socket first "$ID" # the annotation's is not there
	wait "$RECEIVER"
}

# bats test_tags=p:annotations
@test "a pidfd receiver that is not there, or does not accept, is an error that leaves nothing" {
	annotate run.oci.pidfd_receiver "$TEST_DIR/none"
	refused /annotations/run.oci.pidfd_receiver "send a pidfd of the init to $TEST_DIR/none: no such file"
	annotate run.oci.pidfd_receiver relative
	refused /annotations/run.oci.pidfd_receiver "not absolute"
	annotate run.oci.pidfd_receiver "$TEST_DIR/deaf"
	/usr/bin/python3 -c 'import socket, sys, time
server, full = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(0)
full.connect(sys.argv[1])
open(sys.argv[1] + ".full", "w")
time.sleep(60)' "$TEST_DIR/deaf" 3>&- &
	until_true 5 test -e "$TEST_DIR/deaf.full"
	refused /annotations/run.oci.pidfd_receiver "nobody accepts connections"
	kill $!
}

# bats test_tags=p:annotations
@test "what only a cgroup of cgroup v2 can give is refused elsewhere, or warned of" {
	[ ! -e /sys/fs/cgroup/cgroup.controllers ] || skip "only cgroup v2 here: tested by delegate"
	annotate run.oci.systemd.subgroup sub
	run run_in 'echo runs'
	[ "$status" -eq 0 ]
	[[ $output == *runs* ]]
	[[ $output == *"/annotations/run.oci.systemd.subgroup: has no effect"* ]]
	annotate run.oci.systemd.subgroup ""
	annotate run.oci.delegate-cgroup own
	refused /annotations/run.oci.delegate-cgroup "only a cgroup of cgroup v2"
}

# bats test_tags=p:annotations,p:mounts:type
@test "run.oci.systemd.force_cgroup_v1 mounts the container's part of systemd's hierarchy, and nothing else" {
	[ -n "$(cgroup_mount name=systemd)" ] || skip "no cgroup v1 name=systemd is mounted here"
	annotate run.oci.systemd.force_cgroup_v1 /sys/fs/cgroup/
	config '.linux.namespaces |= map(select(.type != "cgroup"))'
	run run_in 'grep " /sys/fs/cgroup" /proc/self/mountinfo; cat /sys/fs/cgroup/cgroup.procs'
	[ "$status" -eq 0 ]
	[ "${lines[1]}" = 1 ]
	[[ ${lines[0]} == *"/$ID /sys/fs/cgroup ro,nosuid,nodev,noexec,"*" - cgroup "*name=systemd ]]

	config '.linux.namespaces += [{type: "cgroup"}]'
	run run_in 'grep " /sys/fs/cgroup" /proc/self/mountinfo; cat /sys/fs/cgroup/cgroup.procs'
	[ "${lines[1]}" = 1 ]
	[[ ${lines[0]} == *" / /sys/fs/cgroup ro,nosuid,nodev,noexec,"*" - cgroup "*name=systemd ]]
	run husk --ignore-annotations run "$ID"
	[ "$(grep -c ' - cgroup' <<<"$output")" -gt 1 ]
	annotate run.oci.systemd.force_cgroup_v1 /elsewhere
	run husk run "$ID"
	[ "$(grep -c ' - cgroup' <<<"$output")" -gt 1 ]
	[[ $output == *"force_cgroup_v1: has no effect: no mount of type cgroup has the destination /elsewhere"* ]]
}

# --- what hooks print -------------------------------------------------------------------------------------------------

KINDS='prestart createRuntime createContainer startContainer poststart poststop'

# A hook of each kind that says its kind on stdout, and "err" on stderr.
with_talking_hooks() {
	config --argjson kinds "$(jq -cn --arg kinds "$KINDS" '$kinds / " "')" '.hooks = ([$kinds[] | {key: .,
		value: [{path: "/bin/sh", args: ["sh", "-c", "echo \(.); echo err \(.) >&2"]}]}] | from_entries)'
}

# bats test_tags=p:annotations,p:hooks
@test "run.oci.hooks.stdout and .stderr are files that hooks of all kinds append to" {
	local kind

	echo before >"$TEST_DIR/out"
	annotate run.oci.hooks.stdout "$TEST_DIR/out"
	annotate run.oci.hooks.stderr "$TEST_DIR/err"
	with_talking_hooks
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[ "$(xargs <"$TEST_DIR/out")" = "before $KINDS" ]
	[ "$(cat "$TEST_DIR/err")" = "$(for kind in $KINDS; do echo "err $kind"; done)" ]
	[ "$(stat -c %a "$TEST_DIR/err")" = 600 ]

	config '.process.args = ["ls", "/proc/self/fd"]'
	husk create "$ID"
	husk start "$ID"
	until_true 5 is_stopped
	husk delete "$ID"
	[ "$(xargs <"$OUT")" = "0 1 2 3" ] # 3 is what ls itself opens
	[ "$(xargs <"$TEST_DIR/out")" = "before $KINDS $KINDS" ]

	husk --ignore-annotations create "$ID"
	husk start "$ID"
	until_true 5 is_stopped
	husk delete "$ID"
	[ "$(xargs <"$TEST_DIR/out")" = "before $KINDS $KINDS" ]
}

# bats test_tags=p:annotations,p:hooks
@test "one file alone leaves the other stream to the error, also in a user namespace" {
	config '.linux.namespaces += [{type: "user"}] | .hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "echo out; echo why >&2; exit 3"]}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	mkdir -m 700 "$TEST_DIR/closed"
	annotate run.oci.hooks.stdout "$TEST_DIR/closed/out"
	refused /hooks/startContainer/0 "exit status 3: why"
	[ "$(cat "$TEST_DIR/closed/out")" = out ]
}

# bats test_tags=p:annotations,p:hooks
@test "what hooks print goes to a regular file that is named whole, or the config is refused" {
	local stream=run.oci.hooks.stdout domainname file

	domainname=$(cat /proc/sys/kernel/domainname)
	with_talking_hooks
	ln -s "$TEST_DIR/victim" "$TEST_DIR/link"
	mkfifo "$TEST_DIR/fifo"
	annotate $stream relative
	refused /annotations/$stream "not absolute"
	for file in /dev/null "$TEST_DIR/link" "$TEST_DIR/fifo"; do
		annotate $stream "$file"
		refused /annotations/$stream "it is no regular file"
	done
	annotate $stream "$TEST_DIR"
	refused /annotations/$stream "is a directory"
	[ ! -e "$TEST_DIR/victim" ]
	for file in /proc/sys/kernel/domainname "$(cgroup_mount memory | grep . || echo /sys/fs/cgroup)/cgroup.procs"; do
		annotate $stream "$file"
		refused /annotations/$stream "it is no regular file"
	done
	[ "$(cat /proc/sys/kernel/domainname)" = "$domainname" ]
}

# bats test_tags=p:annotations,p:hooks:poststart,p:hooks:poststop
@test "a file for hooks that has gone bad fails a poststart hook, and is a warning to poststop hooks" {
	annotate run.oci.hooks.stderr "$TEST_DIR/err"
	config --arg dir "$TEST_DIR" '.process.args = ["sleep", "1000"] | .hooks = {poststart: [{path: "/bin/true"}],
		poststop: [{path: "/bin/touch", args: ["touch", "\($dir)/stopped"]}]}'
	mkdir "$TEST_DIR/err"
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */hooks/poststart*"run.oci.hooks.stderr: cannot open $TEST_DIR/err"*"is a directory"* ]]
	[ -e "$TEST_DIR/stopped" ]
	nothing_left_of "$ID"
}

# bats test_tags=p:annotations,p:linux:seccomp:syscalls:names
@test "a system call that libseccomp does not know is an error where an annotation asks for that" {
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [
		{names: ["mkdir", "no_such_call"], action: "SCMP_ACT_ERRNO"}]}'
	run run_in 'mkdir /made || echo denied'
	[ "$status" -eq 0 ]
	[[ $output == *denied ]]
	annotate run.oci.seccomp_fail_unknown_syscall true
	refused /linux/seccomp/syscalls/0/names/1 '"no_such_call"'
	run husk --ignore-annotations run "$ID"
	[ "$status" -eq 0 ]
	annotate run.oci.seccomp_fail_unknown_syscall perhaps
	refused /annotations/run.oci.seccomp_fail_unknown_syscall '"perhaps" is neither'
	annotate run.oci.seccomp_fail_unknown_syscall 0
	run husk run "$ID"
	[ "$status" -eq 0 ]
}
