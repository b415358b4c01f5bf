# exec.bats - another process in a container: where it is, what it may, and what the flags of `exec` change.

load helpers

# running [JQ EXPRESSION]: a container that sleeps, made by the config so changed.
running() {
	config "${1:-.}"' | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
}
with_user_namespace='.linux.namespaces += [{type: "user"}] |
	.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'

# in_it COMMANDS: what they print in the container.
in_it() {
	husk exec "$ID" sh -c "$1"
}
# line_of NAME [FLAGS OF EXEC...]: a line of /proc/self/status of a process in the container.
line_of() {
	husk exec "${@:2}" "$ID" sed -n "s/^$1:\s*//p" /proc/self/status
}
# process EXPRESSION: process.json, the process of config.json so changed.
process() {
	jq ".process | .args = [\"id\"] | $1" "$BUNDLE/config.json" >"$TEST_DIR/process.json"
}
# refused WORDS FLAGS...: an error of one line with these words, and 255.
refused() {
	run husk exec "${@:2}"
	[ "$status" -eq 255 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"$1"* ]] || { echo "not \"$1\": $output" && return 1; }
}
namespaces_of() {
	readlink "/proc/$1"/ns/{mnt,pid,net,ipc,uts,cgroup,time,user}
}
cgroups_of() {
	sort "/proc/$1/cgroup"
}
# In the container of ID, less the init.
others() {
	husk ps --format json "$ID" | jq -r '.[]' | grep -vx "$(pid_of)"
}
nobody_else() {
	[ -z "$(others)" ]
}

# bats test_tags=v2,systemd
@test "exec: a process in all namespaces and cgroups of the init, and its exit status" {
	running
	husk exec --detach --pid-file "$TEST_DIR/pid" "$ID" sleep 1000
	pid=$(cat "$TEST_DIR/pid")
	[ "$(namespaces_of "$pid")" = "$(namespaces_of "$(pid_of)")" ]
	[ "$(cgroups_of "$pid")" = "$(cgroups_of "$(pid_of)")" ]
	[ "$(readlink "/proc/$pid/root")" = "$(readlink "/proc/$(pid_of)/root")" ]
	run husk exec "$ID" sh -c 'exit 42'
	[ "$status" -eq 42 ]
	run husk exec "$ID" sh -c 'kill -9 $$'
	[ "$status" -eq 137 ]
}

# bats test_tags=v2,p:linux:namespaces:path
@test "exec: in a user namespace, and where namespaces are the host's or joined" {
	running "$with_user_namespace"
	[ "$(in_it 'id -u; cat /proc/self/uid_map')" = "$(printf '0\n%10d %10d %10d' 0 100000 1000)" ]
	[ "$(husk exec -u 7:8 -g 9 "$ID" id)" = "uid=7 gid=8 groups=9" ]
	husk delete --force "$ID"
	running '.linux.namespaces |= map(select(.type == "mount" or .type == "pid")) | del(.linux.uidMappings, .linux.gidMappings, .hostname)'
	[ "$(in_it hostname)" = "$(hostname)" ]
	husk delete --force "$ID"
	running ".linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/$$/ns/net\" else . end)"
	[ "$(in_it 'readlink /proc/self/ns/net')" = "$(readlink /proc/self/ns/net)" ]
}

@test "exec: without a mount namespace of its own the root is the init's" {
	config '.linux.namespaces |= map(select(.type != "mount")) | .mounts = [] | .linux.maskedPaths = [] |
		.linux.readonlyPaths = [] | .root.readonly = false | .linux.devices = []'
	running
	[ "$(husk exec "$ID" ls /)" = "$(husk exec "$ID" sh -c 'cd ..; ls')" ]
	husk exec "$ID" ls / | grep -qx bin
	[ "$(husk exec "$ID" ls /)" = "$(ls "$ROOTFS")" ]
}

# bats test_tags=p:linux:timeOffsets
@test "exec: the time namespace of the init" {
	running '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 100000000, nanosecs: 0}}'
	uptime=$(in_it 'cut -d. -f1 /proc/uptime')
	[ "$uptime" -gt 100000000 ]
	[ "$(readlink /proc/self/ns/time)" = "$(readlink "/proc/$PPID/ns/time")" ]
}

@test "exec: it is husk's own child" {
	running
	husk_background exec --pid-file "$TEST_DIR/child" "$ID" sleep 1000
	until_true 10 [ -s "$TEST_DIR/child" ]
	[ "$(awk '{print $4}' "/proc/$(cat "$TEST_DIR/child")/stat")" = "$RUNTIME" ]
	kill -9 "$(cat "$TEST_DIR/child")"
	code=0
	wait "$RUNTIME" || code=$?
	[ "$code" -eq 137 ]
}

@test "exec: signals go to the process" {
	running
	husk_background exec "$ID" sh -c 'trap "echo got it; exit 5" TERM; trap "echo got USR1" USR1; echo ready; while :; do sleep 0.05; done'
	until_true 10 printed ready
	kill -USR1 "$RUNTIME"
	until_true 10 printed "got USR1"
	kill -TERM "$RUNTIME"
	code=0
	wait "$RUNTIME" || code=$?
	[ "$code" -eq 5 ]
	printed "got it"
}

@test "exec: stdin, stdout and stderr are the caller's" {
	running
	[ "$(echo words | husk exec "$ID" cat)" = words ]
	husk exec "$ID" sh -c 'echo out; echo err >&2' >"$TEST_DIR/out" 2>"$TEST_DIR/err"
	[ "$(cat "$TEST_DIR/out")" = out ]
	[ "$(cat "$TEST_DIR/err")" = err ]
}

# bats test_tags=v2
@test "exec: in a created container, whose init still waits" {
	config '.process.args = ["sleep", "1000"]'
	husk create "$ID"
	[ "$(in_it 'echo here')" = here ]
	[ "$(status_of)" = created ]
	husk start "$ID"
	[ "$(in_it 'echo there')" = there ]
}

@test "exec: not in a container that has stopped, or is unknown" {
	running
	refused "what to execute is missing" "$ID"
	husk kill "$ID" KILL
	until_true 10 is_stopped
	refused "container not running: \"$ID\" is stopped" "$ID" true
	refused 'container "no-such" does not exist' no-such true
}

@test "exec: a program that is not there or cannot be executed, in the words that engines look for, and no pid file" {
	running
	refused 'exec: "no-such": executable file not found in $PATH' --pid-file "$TEST_DIR/pid" "$ID" no-such
	refused 'exec: "/no-such": no such file or directory' --pid-file "$TEST_DIR/pid" -d "$ID" /no-such
	refused 'exec: "/etc": is a directory: permission denied' "$ID" /etc
	echo 'no program' >"$ROOTFS/file"
	chmod 755 "$ROOTFS/file"
	refused 'exec: "/file": exec format error' --pid-file "$TEST_DIR/pid" -d "$ID" /file
	chmod 644 "$ROOTFS/file"
	refused 'exec: "/file": permission denied' "$ID" /file
	[ ! -e "$TEST_DIR/pid" ]
	nobody_else
}

@test "exec: what config.json gave the init, as it was at create" {
	running '.process += {cwd: "/tmp", rlimits: [{type: "RLIMIT_NOFILE", soft: 321, hard: 654}], oomScoreAdj: 77} |
		.process.user = {uid: 5, gid: 6, additionalGids: [8], umask: 63} | .process.env += ["OF=config"]'
	config '.process.env = ["OF=an edit"] | .process.user.uid = 0 | .process.noNewPrivileges = false'
	[ "$(in_it 'id; umask; pwd; echo $OF; ulimit -n; cat /proc/self/oom_score_adj')" = "uid=5 gid=6 groups=8
0077
/tmp
config
321
77" ]
	[ "$(line_of NoNewPrivs)" = 1 ]
	[ "$(line_of CapBnd)" = "$(sed -n 's/^CapBnd:\s*//p' "/proc/$(pid_of)/status")" ]
}

@test "exec: the scheduler, I/O priority and personality of config.json" {
	running '.process.scheduler = {policy: "SCHED_BATCH", nice: 3} |
		.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6} | .linux.personality = {domain: "LINUX32"}'
	husk exec -d --pid-file "$TEST_DIR/pid" "$ID" sleep 1000
	pid=$(cat "$TEST_DIR/pid")
	chrt -p "$pid" | grep -q SCHED_BATCH
	[ "$(awk '{print $19}' "/proc/$pid/stat")" = 3 ]
	[[ $(ionice -p "$pid") == "best-effort: prio 6" ]]
	[ "$(cat "/proc/$pid/personality")" = "$(cat "/proc/$(pid_of)/personality")" ]
}

# bats test_tags=p:process:execCPUAffinity:initial,p:process:execCPUAffinity:final
@test "exec: execCPUAffinity" {
	[ "$(nproc --all)" -ge 2 ] || skip "one CPU here"
	running '.process.execCPUAffinity = {initial: "0", final: "1"}'
	[ "$(line_of Cpus_allowed_list)" = 1 ]
	husk delete --force "$ID"
	running '.process.execCPUAffinity = {initial: "0"}'
	[ "$(line_of Cpus_allowed_list)" = 0 ]
	husk delete --force "$ID"
	running 'del(.process.execCPUAffinity)'
	[ "$(taskset -c 1 "$HUSK" --root "$ROOT" exec "$ID" sed -n 's/^Cpus_allowed_list:\s*//p' /proc/self/status)" = \
		"$(sed -n 's/^Cpus_allowed_list:\s*//p' "/proc/$(pid_of)/status")" ]
}

@test "exec: --cwd, --env" {
	running
	[ "$(husk exec --cwd /etc "$ID" pwd)" = /etc ]
	[ "$(husk exec -e A=1 --env B=2 -e A=3 "$ID" sh -c 'echo $A $B')" = "3 2" ]
	refused "--env A: NAME=value is needed" -e A "$ID" true
	refused 'cannot enter the working directory /no-such: no such file or directory' --cwd /no-such "$ID" true
	refused '"etc" is not absolute' --cwd etc "$ID" true
	refused 'cannot enter the working directory /proc/self/fd/3' --cwd /proc/self/fd/3 "$ID" true
}

@test "exec: HOME is that of the user in the container" {
	mkdir -p "$ROOTFS/etc"
	echo 'someone:x:7:7::/home/someone:/bin/sh' >"$ROOTFS/etc/passwd"
	running
	[ "$(husk exec -u 7 "$ID" sh -c 'echo $HOME')" = /home/someone ]
	[ "$(husk exec -u 8 "$ID" sh -c 'echo $HOME')" = / ]
	[ "$(husk exec -e HOME=/x "$ID" sh -c 'echo $HOME')" = /x ]
}

@test "exec: --user and --additional-gids are numbers, in range, or an error" {
	running '.process.user = {uid: 1, gid: 2, additionalGids: [3]}'
	[ "$(husk exec --user 1000 "$ID" id)" = "uid=1000 gid=2 groups=3" ]
	[ "$(husk exec --user 1000:1001 "$ID" id)" = "uid=1000 gid=1001 groups=3" ]
	[ "$(husk exec --user 4294967294:4294967294 -g 4294967294 "$ID" id)" = "uid=4294967294 gid=4294967294 groups=3,4294967294" ]
	refused "flag needs an argument: --user" --user
	refused "unknown flag --nothing" --nothing "$ID" true
	refused "a number from 0 to" --preserve-fds x "$ID" true
	for user in -1 +5 ' 5' 5x 0x10 4294967295 4294967296 18446744073709551616 1: :1 1:2:3 1:-1 root ''; do
		run husk exec --user "$user" "$ID" id
		[ "$status" -ne 0 ]
		[[ $output == *--user* ]]
	done
	refused "--additional-gids 4294967295: a number from 0 to 4294967294" -g 4294967295 "$ID" id
}

# bats test_tags=p:process:capabilities
@test "exec: --cap adds, to what can be had without inheriting" {
	running '.process.noNewPrivileges = false'
	[ "$(line_of CapEff)" = 0000000020000420 ]
	[ "$(line_of CapEff -c CAP_NET_RAW)" = 0000000020002420 ]
	[ "$(line_of CapBnd -c CAP_NET_RAW -c CAP_SYS_CHROOT)" = 0000000020042420 ]
	[ "$(line_of CapInh -c CAP_NET_RAW)" = 0000000000000000 ]
	[ "$(line_of CapAmb -c CAP_NET_RAW)" = 0000000000000000 ]
	refused "--cap CAP_NO_SUCH: no capability has this name" -c CAP_NO_SUCH "$ID" true
	husk delete --force "$ID"
	running '.process.capabilities |= (.inheritable = ["CAP_KILL"] | .permitted = ["CAP_KILL"] | .bounding = ["CAP_KILL"])'
	[ "$(line_of CapAmb -u 5 -c CAP_KILL)" = 0000000000000020 ]
}

@test "exec: --no-new-privs sets it, and nothing takes it away" {
	running '.process.noNewPrivileges = false'
	[ "$(line_of NoNewPrivs)" = 0 ]
	[ "$(line_of NoNewPrivs --no-new-privs)" = 1 ]
	husk delete --force "$ID"
	running '.process.noNewPrivileges = true'
	process '.noNewPrivileges = false | .args = ["sed", "-n", "s/^NoNewPrivs:\\s*//p", "/proc/self/status"]'
	[ "$(husk exec -p "$TEST_DIR/process.json" "$ID")" = 1 ]
}

# bats test_tags=p:linux:seccomp
@test "exec: under the seccomp filter of the container, whatever the process object says" {
	running '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 95}]} |
		.root.readonly = false'
	run in_it 'mkdir /new'
	[ "$status" -ne 0 ]
	[ "$(line_of Seccomp)" = 2 ]
	[ "$(line_of Seccomp_filters)" = 1 ]
}

@test "exec: --process FILE is the whole process, and what it leaves out is the container's" {
	running '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 321, hard: 654}]'
	process '.user = {uid: 9, gid: 8} | .args = ["sh", "-c", "id; pwd; ulimit -n; sed -n s/^CapBnd:.//p /proc/self/status"] | .cwd = "/etc" |
		del(.capabilities, .rlimits)'
	[ "$(husk exec --process "$TEST_DIR/process.json" "$ID")" = "uid=9 gid=8
/etc
321
0000000020000420" ]
	[ "$(husk exec --process - "$ID" <"$TEST_DIR/process.json")" = "$(husk exec -p "$TEST_DIR/process.json" "$ID")" ]
	[ "$(husk exec --process "$TEST_DIR/process.json" -u 3 -e X=1 "$ID" | head -n 1)" = "uid=3 gid=8" ]
	refused "and another one in --process" -p "$TEST_DIR/process.json" "$ID" true
}

@test "exec: an error about what a flag gave names the flag, and no place in the file" {
	running "$with_user_namespace"
	process .
	refused 'husk: --cwd: "etc" is not absolute' -p "$TEST_DIR/process.json" --cwd etc "$ID"
	refused 'husk: --cwd: "etc" is not absolute' --cwd etc "$ID" true
	refused 'husk: --user: 5000 is not in' -p "$TEST_DIR/process.json" -u 5000 "$ID"
	refused 'husk: --additional-gids: 5000 is not in' -g 5000 "$ID" true
}

@test "exec: an error in the file is told with its place there" {
	running
	process '.cwd = "etc"'
	refused "process.json:" -p "$TEST_DIR/process.json" "$ID"
	[[ $output == *"/cwd: \"etc\" is not absolute"* ]]
	[[ $output != *"/process/cwd"* ]]
	echo '{"args": ["id"], "cwd": 5}' >"$TEST_DIR/process.json"
	refused "process.json:1:" -p "$TEST_DIR/process.json" "$ID"
	refused "cannot open $TEST_DIR/no-such" -p "$TEST_DIR/no-such" "$ID"
}

@test "exec: what a process object does not say is as the container has it" {
	running '.process.scheduler = {policy: "SCHED_BATCH"} | .process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6} |
		.process.oomScoreAdj = 77 | .process.user.umask = 63 | .process.execCPUAffinity = {final: "0"}'
	echo '{"cwd": "/", "args": ["sleep", "1000"], "user": {"uid": 0, "gid": 0}, "env": ["PATH=/bin"]}' >"$TEST_DIR/process.json"
	husk exec -d -p "$TEST_DIR/process.json" --pid-file "$TEST_DIR/pid" "$ID"
	pid=$(cat "$TEST_DIR/pid")
	chrt -p "$pid" | grep -q SCHED_BATCH
	[[ $(ionice -p "$pid") == "best-effort: prio 6" ]]
	[ "$(cat "/proc/$pid/oom_score_adj")" = 77 ]
	grep -qx "Umask:.0077" "/proc/$pid/status"
	grep -qx "Cpus_allowed_list:.0" "/proc/$pid/status"
}

# bats test_tags=v2
@test "exec: the cgroup namespace of the container" {
	running '.linux.namespaces |= map(select(.type != "cgroup")) + [{type: "cgroup"}]'
	[ "$(husk exec "$ID" readlink /proc/self/ns/cgroup)" = "$(readlink "/proc/$(pid_of)/ns/cgroup")" ]
	! husk exec "$ID" cat /proc/self/cgroup | grep "$ID" || false
	husk delete --force "$ID"
	running "$with_user_namespace"
	[ "$(husk exec "$ID" readlink /proc/self/ns/cgroup)" = "$(readlink "/proc/$(pid_of)/ns/cgroup")" ]
}

@test "exec: what the init has entered besides the config's namespaces is its own affair" {
	config '.process.user = {uid: 1000, gid: 1000} | .process.args = ["unshare", "-Ur", "sleep", "1000"]'
	husk run --detach "$ID"
	in_its_own() { [ "$(readlink "/proc/$(pid_of)/ns/user")" != "$(readlink /proc/self/ns/user)" ]; }
	until_true 10 in_its_own
	[ "$(husk exec "$ID" id)" = "uid=1000 gid=1000 groups=1000" ] || [ "$(husk exec "$ID" id)" = "uid=1000 gid=1000" ]
	[ "$(husk exec -u 0:0 "$ID" cat /proc/self/uid_map | tr -s " ")" = " 0 0 4294967295" ]
}

@test "exec: a pid file that cannot be written ends the process, and no file is left" {
	running
	refused "cannot write the pid file $TEST_DIR/no/pid: no such file or directory" -d --pid-file "$TEST_DIR/no/pid" "$ID" sleep 1000
	nobody_else
}

@test "exec: of husk's command line the container sees nothing" {
	running
	husk_background exec -e SECRET=words --pid-file "$TEST_DIR/pid" "$ID" sleep 1000
	until_true 10 [ -s "$TEST_DIR/pid" ]
	[ "$(tr '\0' ' ' <"/proc/$RUNTIME/cmdline" | tr -d ' ')" = husk ]
	kill -KILL "$(cat "$TEST_DIR/pid")"
	wait "$RUNTIME" || true
}

# bats test_tags=v2
@test "exec: a signal ends one that waits in a paused container" {
	running
	husk pause "$ID"
	husk_background exec --ignore-paused "$ID" true
	sleep 0.3
	kill -TERM "$RUNTIME"
	code=0
	wait "$RUNTIME" || code=$?
	[ "$code" -eq 255 ]
	grep -q "a signal ended this before the process was started" "$ERR"
	husk resume "$ID"
	until_true 10 nobody_else
}

@test "exec: in a container that ends, again and again: it runs, or the container is not running" {
	for _ in 1 2 3 4 5 6; do
		running '.process.args = ["sleep", "1000"]'
		(sleep 0.05 && husk kill "$ID" KILL) 3>&- &
		for _ in $(seq 40); do
			run husk exec "$ID" true
			[ "$status" -eq 0 ] || [[ $output == *"container not running"* ]] || { [ "$status" -eq 137 ] && [ -z "$output" ]; } ||
				{ echo "$status: $output" && return 1; }
		done
		wait $! || true
		husk delete --force "$ID"
	done
}

@test "exec: --preserve-fds hands on so many, and no others" {
	running
	echo three >"$TEST_DIR/3"
	exec 7<"$TEST_DIR/3"
	[ "$(husk exec --preserve-fds 1 "$ID" cat /proc/self/fd/3 3<"$TEST_DIR/3")" = three ]
	run husk exec --preserve-fds 1 "$ID" sh -c 'echo /proc/self/fd/*' 3<"$TEST_DIR/3"
	[[ $output == *" /proc/self/fd/3"* ]]
	[[ $output != *" /proc/self/fd/7"* ]]
	run husk exec --preserve-fds 4 "$ID" true 3<"$TEST_DIR/3" 4<&- 5<&-
	[ "$status" -eq 255 ]
	[[ $output == *"--preserve-fds 4: descriptor "*" is not open"* ]]
	exec 7<&-
}

# bats test_tags=v2,systemd
@test "exec: --ignore-paused waits until the container goes on; without, a paused one is an error" {
	running
	husk pause "$ID"
	refused "container \"$ID\" is paused: \`husk resume $ID\` comes first, or --ignore-paused" "$ID" true
	husk_background exec --ignore-paused "$ID" echo on
	sleep 0.3
	! printed on || false
	husk resume "$ID"
	wait "$RUNTIME"
	printed on
}

# bats test_tags=v2
@test "exec: a frozen exec is ended with its container" {
	running
	husk pause "$ID"
	husk_background exec --ignore-paused "$ID" sleep 1000
	sleep 0.2
	husk delete --force "$ID"
	code=0
	wait "$RUNTIME" || code=$?
	[ "$code" -eq 255 ]
}

# bats test_tags=v2,systemd
@test "exec: --cgroup goes below the container's cgroup, never outside" {
	running
	dir=$(cgroup_of pids)
	mkdir "$dir/sub"
	if [ -e "$dir/tasks" ]; then where=pids:/sub; else where=sub; fi
	husk exec --cgroup "$where" -d --pid-file "$TEST_DIR/pid" "$ID" sleep 1000
	grep -qx "$(cat "$TEST_DIR/pid")" "$dir/sub/cgroup.procs"
	refused "has '..' in it" --cgroup "${where%sub}../x" "$ID" true
	refused "no-such: no such file or directory" --cgroup "${where%sub}no-such" "$ID" true
	refused "no cgroup of cgroup v1 for \"nothing\"" --cgroup "nothing:/sub" "$ID" true
	refused "no cgroup of cgroup v1 for \"" --cgroup "pids,nothing:/" "$ID" true
	refused "another --cgroup is about $dir too" --cgroup "$where" --cgroup "${where%sub}other" "$ID" true
	refused "a controller is missing before the colon" --cgroup ":/sub" "$ID" true
	kill -9 "$(cat "$TEST_DIR/pid")"
	until_true 10 nobody_else
	until_true 10 rmdir "$dir/sub"
}

# bats test_tags=v2
@test "exec: into the cgroup of the init where the container's own hands controllers down" {
	running
	dir=$(cgroup_of pids)
	[ ! -e "$dir/tasks" ] || skip "pids is in cgroup v1 here"
	mkdir "$dir/init"
	echo "$(pid_of)" >"$dir/init/cgroup.procs"
	echo +pids >"$dir/cgroup.subtree_control"
	husk exec -d --pid-file "$TEST_DIR/pid" "$ID" sleep 1000
	grep -qx "$(cat "$TEST_DIR/pid")" "$dir/init/cgroup.procs"
}

@test "exec: the session keyring of the container" {
	[ -e /proc/keys ] || skip "the kernel has no keyrings"
	users() {
		awk -v name="_ses.$ID." 'index($9, name) == 1 { print $3 }' /proc/keys
	}
	settled() { # processes that have ended are counted for a while
		before=$(users)
		sleep 0.3
		[ "$(users)" -eq "$before" ]
	}
	running
	until_true 10 settled
	husk exec -d "$ID" sleep 1000
	[ "$(users)" -gt "$before" ] # one keyring, with more users
}

@test "exec: --pidfd-socket gets a pidfd of the process" {
	running
	pidfd_receiver "$TEST_DIR/socket"
	husk exec --pidfd-socket "$TEST_DIR/socket" -d --pid-file "$TEST_DIR/pid" "$ID" sleep 1000
	wait "$RECEIVER"
	[ "$(cat "$TEST_DIR/received")" = "setns $(cat "$TEST_DIR/pid")" ]
}

# bats test_tags=v2
@test "exec: fifty at once" {
	running
	for i in $(seq 50); do
		husk exec "$ID" sh -c "exit $((i % 7))" 3>&- &
		pids[i]=$!
	done
	for i in $(seq 50); do
		code=0
		wait "${pids[i]}" || code=$?
		[ "$code" -eq $((i % 7)) ]
	done
	until_true 10 nobody_else
}

@test "exec: a thousand in a row leave no process, descriptor, cgroup or zombie" {
	running
	init=$(pid_of)
	before=$(find /sys/fs/cgroup -type d -path "*$ID*" | wc -l) # others come and go meanwhile
	files=$(find "$ROOT" | wc -l)
	fds=$(ls "/proc/$init/fd" | wc -l)
	for _ in $(seq 1000); do
		"$HUSK" --root "$ROOT" exec "$ID" true
	done
	nobody_else
	[ "$(find /sys/fs/cgroup -type d -path "*$ID*" | wc -l)" -eq "$before" ]
	[ "$(find "$ROOT" | wc -l)" -eq "$files" ]
	[ "$(ls "/proc/$init/fd" | wc -l)" -eq "$fds" ]
	[ -z "$(ps --ppid $$ -o stat= | grep Z)" ]
}
