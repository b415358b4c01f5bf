# pause.bats - pause and resume, and what the other verbs do with a container whose cgroup is frozen.

# bats file_tags=v2
load helpers

# counting [SHELL COMMANDS]: a container whose init counts in /dev/shm/n, after the commands.
counting() {
	config --arg commands "${1:-:}; "'i=0; while :; do i=$((i + 1)); echo $i >/dev/shm/n; done' '.process.args = ["sh", "-c", $commands]'
	husk run --detach "$ID"
	until_true 10 [ -s "/proc/$(pid_of)/root/dev/shm/n" ]
}
count() {
	cat "/proc/$(pid_of)/root/dev/shm/n"
}
counts_on() {
	[ "$(count)" != "$1" ]
}
freezer_of() {
	if [ -n "$(cgroup_mount freezer)" ]; then cgroup_of freezer; else cgroup_of memory; fi
}
# freeze DIR 1|0: a cgroup, by hand.
freeze() {
	if [ -e "$1/freezer.state" ]; then
		(($2)) && echo FROZEN >"$1/freezer.state" || echo THAWED >"$1/freezer.state"
	else
		echo "$2" >"$1/cgroup.freeze"
	fi
}
refused() {
	run husk "$@"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
}

@test "a paused container stands still, says so, and goes on when it is resumed" {
	local n

	counting
	husk pause "$ID"
	[ "$(status_of)" = paused ]
	[ "$(husk list --format json | jq -r '.[].status')" = paused ]
	n=$(count)
	sleep 0.2
	[ "$(count)" = "$n" ]
	husk resume "$ID"
	[ "$(status_of)" = running ]
	until_true 10 counts_on "$n"
}

@test "pause: not twice, and resume not without it" {
	counting
	refused resume "$ID"
	[[ $output == *"container not paused: \"$ID\" is running" ]]
	husk pause "$ID"
	refused pause "$ID"
	[[ $output == *"container not running: \"$ID\" is paused" ]]
	husk resume "$ID"
	refused resume "$ID"
}

@test "pause: neither a stopped nor an unknown container" {
	config '.process.args = ["true"]'
	husk run --detach "$ID"
	until_true 10 is_stopped
	refused pause "$ID"
	[[ $output == *"container not running: \"$ID\" is stopped" ]]
	refused resume "$ID"
	refused pause "$ID-not-there"
	[[ $output == *"does not exist"* ]]
}

@test "a created container can be paused, and starts when it is resumed" {
	config '.process.args = ["echo", "started"]'
	husk create "$ID"
	husk pause "$ID"
	[ "$(status_of)" = paused ]
	refused start "$ID"
	[[ $output == *"it is paused: "*"husk resume $ID"* ]]
	husk resume "$ID"
	[ "$(status_of)" = created ]
	husk start "$ID"
	until_true 10 printed started
}

@test "kill TERM to a paused container is seen when it is resumed" {
	counting 'trap "echo terminated >/dev/shm/end; exit" TERM'
	husk pause "$ID"
	husk kill "$ID" TERM
	[ "$(status_of)" = paused ]
	husk resume "$ID"
	until_true 10 is_stopped
}

@test "kill KILL ends a paused container" {
	counting
	husk pause "$ID"
	husk kill "$ID" KILL
	until_true 10 is_stopped
	husk delete "$ID"
}

@test "kill --all KILL ends a paused container" {
	counting
	husk pause "$ID"
	husk kill --all "$ID" KILL
	until_true 10 is_stopped
}

@test "delete of a paused container is an error, with --force it ends it" {
	counting
	husk pause "$ID"
	refused delete "$ID"
	[[ $output == *"it is paused, not stopped"* ]]
	[ "$(status_of)" = paused ]
	husk delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a container that was frozen by others is paused, and resumed as one" {
	counting
	freeze "$(freezer_of)" 1
	until_true 10 is_paused
	husk resume "$ID"
	[ "$(status_of)" = running ]
}
is_paused() {
	[ "$(status_of)" = paused ]
}

# bats test_tags=p:linux:cgroupsPath
@test "resume says when a cgroup above is frozen" {
	local above

	config --arg path "/$ID/below" ".linux.cgroupsPath = \$path"
	counting
	above=$(dirname "$(freezer_of)")
	freeze "$above" 1
	until_true 10 is_paused
	run husk resume "$ID"
	freeze "$above" 0
	[ "$status" -eq 1 ]
	[[ $output == *"a cgroup above its own is frozen"* ]]
	until_true 10 is_running
}
is_running() {
	[ "$(status_of)" = running ]
}

@test "a cgroup below that is frozen does not outlive delete --force" {
	local below

	counting
	below=$(freezer_of)/below
	mkdir "$below"
	sh -c 'echo $$ >"$1/cgroup.procs"; exec sleep 1000' sh "$below" 3>&- &
	until_true 10 grep -q . "$below/cgroup.procs"
	freeze "$below" 1
	husk delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a paused container can be updated" {
	counting
	husk pause "$ID"
	husk update --pids-limit 33 "$ID"
	[ "$(status_of)" = paused ]
	grep -qx 33 "$(cgroup_of pids)/pids.max"
}

@test "pause gives up on a process that does not stop, names it and lets the others go on" {
	local n waiting

	[ -z "$(cgroup_mount freezer)" ] || skip "the freezer of cgroup v1 stops what waits for a file system too"
	counting
	fuse_without_answers "$TEST_DIR/fuse"
	HUSK_TEST=$HUSK_TEST_NAME ls "$TEST_DIR/fuse" 3>&- 9>&- &
	waiting=$!
	until_true 10 grep -q '^State:.D' "/proc/$waiting/status"
	echo "$waiting" >"$(freezer_of)/cgroup.procs"
	n=$(count)
	run husk pause "$ID"
	exec 9>&-
	umount --lazy "$TEST_DIR/fuse"
	[ "$status" -eq 1 ]
	[ "$output" = "husk: cannot pause container \"$ID\": process $waiting (state D) does not stop; it goes on" ] ||
		{ echo "$output" && return 1; }
	[ "$(status_of)" = running ]
	until_true 10 counts_on "$n"
}
# A file system whose server, descriptor 9 of this shell, never answers.
fuse_without_answers() {
	modprobe -q fuse || :
	[ -c /dev/fuse ] || skip "no /dev/fuse here"
	mkdir "$1"
	exec 9<>/dev/fuse
	mount -i -t fuse -o fd=9,rootmode=40000,user_id=0,group_id=0 husk-test "$1" || skip "fuse cannot be mounted here"
}
