# notify.bats - sd_notify(3): what the process tells the service manager that has started husk.

load helpers

setup_file() {
	gcc -D_GNU_SOURCE -O2 -static -o "$BATS_FILE_TMPDIR/notify" "$BATS_TEST_DIRNAME/notify.c"
}

setup() {
	bundle
	cp "$BATS_FILE_TMPDIR/notify" "$ROOTFS/bin/notify"
	SOCKET=$TEST_DIR/manager.sock
	TOLD=$TEST_DIR/told
}

teardown() {
	[ -z "${MANAGER:-}" ] || kill -KILL "$MANAGER" || true
	delete_all_and_see_nothing_left
}

# manager [SOCKET [GO]]: starts one (manager), which prints to $TOLD, and sets NOTIFY_SOCKET.
manager() {
	export NOTIFY_SOCKET=${1:-$SOCKET}
	rm -f "$TOLD" # what the last one printed
	"$BATS_TEST_DIRNAME/manager" "$NOTIFY_SOCKET" ${2:+"$2"} >"$TOLD" 2>&1 3>&- &
	MANAGER=$!
	until_true 5 grep -qs listening "$TOLD"
}

# told: what the manager was told; was_told LINE: whether that line was among it.
told() {
	tail -n +2 "$TOLD"
}
was_told() {
	told | grep -qxF -- "$1"
}
told_lines() {
	[ "$(told | wc -l)" -ge "$1" ]
}

# sh COMMANDS: what the process is.
sh_runs() {
	config --arg commands "$*" '.process.args = ["sh", "-c", $commands]'
}

# --- run --------------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:env
@test "run hands on each field as it is and in its order, from any user of the container" {
	manager
	config '.process.user = {"uid": 1000, "gid": 1000} | .process.env += ["NOTIFY_SOCKET=/of/the/config"]'
	sh_runs 'echo $NOTIFY_SOCKET; grep " /run/notify " /proc/mounts | cut -d " " -f 4; ls /run/notify
		notify say "STATUS=half done: 50 %" EXTEND_TIMEOUT_USEC=5000000
		notify say RELOADING=1 MONOTONIC_USEC=123456789; notify say WATCHDOG=1; notify say WATCHDOG=trigger
		notify say WATCHDOG_USEC=20000000; notify say ERRNO=2 BUSERROR=org.example EXIT_STATUS=3
		notify say X_OF_MY_OWN=1; notify say NOTIFYACCESS=all; notify say STOPPING=1; exec notify say STATUS=last'
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = /run/notify/notify.sock ]
	[[ ,${lines[1]}, == *,ro,nosuid,nodev,noexec,* ]]
	[ "${lines[2]}" = notify.sock ] && [ "${#lines[@]}" -eq 3 ]
	until_true 5 was_told STATUS=last
	[ "$(told)" = "STATUS=half done: 50 %|EXTEND_TIMEOUT_USEC=5000000
RELOADING=1|MONOTONIC_USEC=123456789
WATCHDOG=1
WATCHDOG=trigger
WATCHDOG_USEC=20000000
ERRNO=2|BUSERROR=org.example|EXIT_STATUS=3
X_OF_MY_OWN=1
NOTIFYACCESS=all
STOPPING=1
STATUS=last" ]
}

@test "MAINPID is the host's pid of that process, run's own for the init, and left out when it names nobody" {
	manager
	sh_runs 'sleep 1000 & notify say MAINPID=$!; notify say MAINPID=1 STATUS=init
		notify say MAINPID=4000000 STATUS=nobody; notify say MAINPID=4000000; notify say MAINPID=x STATUS=none
		notify say READY=1; notify say READY=1 MAINPID=4000000; notify say READY=1 MAINPID=$!; sleep 1000'
	husk_background run "$ID"
	until_true 5 told_lines 7
	sleep=$(husk ps --format json "$ID" | jq -r '.[]' | while read -r pid; do
		[ "$(sed -n 's/^NStgid:.*\t//p' "/proc/$pid/status")" -gt 2 ] || [ "$pid" = "$(pid_of)" ] || echo "$pid"
	done)
	[ "$(told)" = "MAINPID=$sleep
MAINPID=$RUNTIME|STATUS=init
STATUS=nobody
STATUS=none
MAINPID=$RUNTIME|READY=1
MAINPID=$RUNTIME|READY=1
MAINPID=$sleep|READY=1" ]
	husk kill "$ID" KILL
}

@test "MAINPID is never a process of somebody else, also in the host's pid namespace" {
	manager
	config --arg other "$$" 'del(.linux.namespaces[] | select(.type == "pid")) | .process.env += ["OTHER=" + $other]'
	sh_runs 'notify say MAINPID=$OTHER STATUS=other; sleep 1000 & notify say MAINPID=$! STATUS=$!; notify say MAINPID=1
		notify say MAINPIDFD=1 MAINPIDFDID=7 STATUS=end; sleep 2; kill $!'
	husk run "$ID"
	until_true 5 was_told STATUS=end
	[ "$(told | sed -n 1p)" = STATUS=other ]
	[[ $(told | sed -n 2p) =~ ^MAINPID=([0-9]+)\|STATUS=([0-9]+)$ ]]
	[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
	[ "$(told | wc -l)" -eq 3 ]
}

@test "a barrier ends when the manager has taken what came before, and descriptors are handed on" {
	local before

	manager "$SOCKET" "$TEST_DIR/go"
	sh_runs 'notify say STATUS=first; notify fds 2 FDSTORE=1 FDNAME=two; notify fds 200 FDSTORE=1 FDNAME=many
		echo waiting; notify barrier; sleep 1000'
	husk_background run "$ID"
	until_true 5 printed waiting
	before=$(ls "/proc/$RUNTIME/fd")
	[ "$(cat "$OUT")" = waiting ]
	touch "$TEST_DIR/go"
	until_true 5 printed taken
	[ "$(cat "$OUT")" = $'waiting\ntaken' ]
	[ "$(told)" = "STATUS=first
FDSTORE=1|FDNAME=two +2
FDSTORE=1|FDNAME=many +200
BARRIER=1 +1" ]
	[ "$(ls "/proc/$RUNTIME/fd")" = "$before" ] # none of them is kept
	husk kill "$ID" KILL
}

# It is husk that closes the last descriptor of the socket: it is stopped until the sender is gone.
@test "a descriptor whose close waits for its peer for ever does not hold up husk" {
	manager
	sh_runs 'echo begun; until [ -e /stopped ]; do sleep 0.02; done; notify linger &
		until [ -e /go ]; do sleep 0.02; done; notify say STATUS=after; sleep 1000'
	husk_background run "$ID"
	until_true 5 printed begun
	kill -STOP "$RUNTIME"
	touch "$ROOTFS/stopped"
	until_true 5 printed sent
	touch "$ROOTFS/go"
	kill -CONT "$RUNTIME"
	until_true 5 was_told STATUS=after
	husk kill "$ID" KILL
}

@test "whatever umask the caller has, any user of the container may notify" {
	manager
	config '.process.user = {"uid": 1000, "gid": 1000}'
	sh_runs 'notify say STATUS=here'
	(umask 077 && husk run "$ID")
	until_true 5 was_told STATUS=here
}

@test "where MAINPID has no room in a message it goes before, and READY=1 arrives" {
	manager
	{ printf 'READY=1\nSTATUS=' && head -c 4081 /dev/zero | tr '\0' a; } >"$ROOTFS/longest"
	sh_runs 'notify raw longest; sleep 1000'
	husk_background run "$ID"
	until_true 5 told_lines 2
	[ "$(told | head -n 1)" = "MAINPID=$RUNTIME" ]
	[[ $(told | sed -n 2p) == "READY=1|STATUS=aaa"* ]]
	husk kill "$ID" KILL
}

@test "a message that is too long or no text is lost, and the next one is not" {
	manager
	{ printf STATUS= && head -c 4089 /dev/zero | tr '\0' a; } >"$ROOTFS/longest"
	{ printf STATUS= && head -c 4090 /dev/zero | tr '\0' a; } >"$ROOTFS/longer"
	printf 'READY=1\0STATUS=x' >"$ROOTFS/zero"
	sh_runs 'for file in longer zero longest; do notify raw $file; done; notify say ""; notify say STATUS=next'
	run husk run "$ID"
	[ "$output" = "warning: NOTIFY_SOCKET $SOCKET: bad message: notifications were lost" ]
	until_true 5 was_told STATUS=next
	[ "$(told | wc -l)" -eq 2 ]
	[ "$(told | head -n 1 | wc -c)" -eq 4097 ]
}

@test "a manager that reads nothing makes the senders wait, not husk, and nothing is lost when it reads again" {
	local sent

	manager "$SOCKET" "$TEST_DIR/go"
	sh_runs 'trap "echo trapped" USR1; notify flood 1000; while true; do sleep 0.1; done'
	husk_background run "$ID"
	until_true 20 printed sent
	sent=$(sed -n 's/sent //p' "$OUT")
	[ "$sent" -lt 1000 ]
	kill -USR1 "$RUNTIME"
	until_true 5 printed trapped
	touch "$TEST_DIR/go"
	until_true 5 told_lines "$sent"
	[ "$(told)" = "$(seq -f 'STATUS=%g' 0 $((sent - 1)))" ]
	husk kill "$ID" KILL
}

@test "the end of the process is not held up by a manager that reads nothing, and what was lost is told" {
	manager "$SOCKET" "$TEST_DIR/never"
	sh_runs 'notify flood 100'
	SECONDS=0
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[ "$SECONDS" -lt 10 ]
	[[ $output == *"NOTIFY_SOCKET $SOCKET: resource temporarily unavailable: notifications were lost"* ]]
}

@test "what the process says in its last moment arrives" {
	manager
	config '.process.args = ["notify", "burst", "10"]'
	for _ in 1 2 3 4 5; do
		husk run "$ID"
	done
	until_true 5 told_lines 50
	[ "$(told | tail -n 10)" = "$(seq -f 'STATUS=%g' 0 9)" ]
}

@test "a manager that is started again is found again" {
	manager
	sh_runs 'notify say STATUS=one; until [ -e /go ]; do sleep 0.02; done; notify say STATUS=two; sleep 1000'
	husk_background run "$ID"
	until_true 5 was_told STATUS=one
	kill -KILL "$MANAGER"
	rm "$SOCKET"
	manager
	touch "$ROOTFS/go"
	until_true 5 was_told STATUS=two
	husk kill "$ID" KILL
}

@test "NOTIFY_SOCKET may be an abstract name, and a path of any length" {
	local long

	sh_runs 'notify say STATUS=here'
	manager "@$HUSK_TEST_NAME"
	husk run "$ID"
	until_true 5 was_told STATUS=here
	kill -KILL "$MANAGER"

	long=$TEST_DIR/$(printf 'long%.0s' {1..60})
	mkdir "$long"
	manager "$long/socket"
	husk run "$ID"
	until_true 5 was_told STATUS=here
}

@test "without a manager that can be reached the process has no NOTIFY_SOCKET, and a warning says why" {
	local address words

	sh_runs 'echo "<$NOTIFY_SOCKET>"'
	while read -r address words; do
		export NOTIFY_SOCKET=$address
		run husk run "$ID"
		[ "$status" -eq 0 ]
		[[ $output == *"<>"* && $output == *"NOTIFY_SOCKET $address: $words"* ]] && [ "${#lines[@]}" -eq 2 ]
	done <<-END
		$SOCKET no such file or directory
		@$HUSK_TEST_NAME connection refused
		relative an absolute path or @NAME is needed
		vsock:2:1234 an absolute path or @NAME is needed
	END
	export NOTIFY_SOCKET=
	run husk run "$ID"
	[ "$output" = "<>" ]
}

# bats test_tags=p:process:env
@test "the watchdog of a service is asked of the process, where husk hands on its messages" {
	watched() { # PID COMMAND...: by a manager that wants to hear of that process ($$: the command itself)
		at_bundle env WATCHDOG_USEC=3000000 sh -c 'eval "export WATCHDOG_PID=$1"; shift; exec "$@"' sh "$@"
	}
	manager
	sh_runs 'echo "<$WATCHDOG_USEC> <$WATCHDOG_PID>"'
	run watched '$$' "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "<3000000> <1>" ]
	run watched 1 "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "<> <>" ]
	run at_bundle env WATCHDOG_USEC=3000000 "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "<3000000> <1>" ]
	NOTIFY_SOCKET='' run watched '$$' "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "<> <>" ]
	husk create "$ID"
	WATCHDOG_USEC=3000000 husk start "$ID"
	until_true 5 printed "<> <>"
	husk delete --force "$ID"
	sh_runs 'echo "<$WATCHDOG_USEC> <$WATCHDOG_PID>"; notify say READY=1'
	WATCHDOG_USEC=3000000 husk run --detach "$ID"
	until_true 5 printed "<> <>"
	husk delete --force "$ID"
	config 'del(.linux.namespaces[] | select(.type == "pid"))'
	run watched '$$' "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "<3000000> <>" ]
}

# bats test_tags=p:linux:timeOffsets:monotonic:secs
@test "a time is told by the host's clock, from a time namespace too" {
	manager
	config '.linux.namespaces += [{"type": "time"}] | .linux.timeOffsets = {"monotonic": {"secs": 1000, "nanosecs": 5000}}'
	sh_runs 'notify say RELOADING=1 MONOTONIC_USEC=2000000007; sleep 1000'
	husk_background run "$ID"
	until_true 5 was_told "RELOADING=1|MONOTONIC_USEC=1000000002"
	husk kill "$ID" KILL
}

# bats test_tags=p:linux:uidMappings:containerID,p:linux:gidMappings:containerID
@test "in a user namespace the process notifies as well, and MAINPID is the host's" {
	manager
	config '.linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}]
		| .linux.gidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}]
		| .process.user = {"uid": 1000, "gid": 1000}'
	chown 100000:100000 "$ROOTFS" # whose root makes what is mounted on
	sh_runs 'sleep 1000 & notify say MAINPID=$!; notify say READY=1; sleep 1000'
	husk_background run "$ID"
	until_true 5 was_told "MAINPID=$RUNTIME|READY=1"
	[ "$(tr '\0' ' ' <"/proc/$(told | sed -n 's|^MAINPID=\([0-9]*\)$|\1|p')/cmdline")" = "sleep 1000 " ]
	husk kill "$ID" KILL
}

# bats test_tags=p:mounts
@test "a mount of the config on /run or /run/notify does not hide the socket" {
	manager
	config '.mounts += [{"destination": "/run", "type": "tmpfs", "source": "tmpfs"},
		{"destination": "/run/notify", "type": "tmpfs", "source": "tmpfs"}]'
	sh_runs 'notify say STATUS=here'
	husk run "$ID"
	until_true 5 was_told STATUS=here
}

# bats test_tags=p:linux:namespaces:type
@test "without a new mount namespace there is nothing to notify by, and a warning says so" {
	manager
	config 'del(.linux.namespaces[] | select(.type == "mount")) | del(.mounts, .linux.maskedPaths, .linux.readonlyPaths)
		| .root.readonly = false'
	sh_runs 'echo "<$NOTIFY_SOCKET>"'
	run husk run "$ID"
	[[ $output == *"<>"* ]]
	[[ $output == *"NOTIFY_SOCKET: without a new mount namespace the process has none"* ]]
}

# bats test_tags=p:process:terminal
@test "with a terminal in the foreground both are looked after" {
	manager
	config '.process.terminal = true'
	sh_runs 'echo before; notify say READY=1; read -r word; notify say "STATUS=read $word"; echo after'
	run at_bundle timeout 20 /usr/bin/python3 -c 'import os, pty, sys
command = sys.argv[1:]
pid, master = pty.fork()
if pid == 0:
    os.execv(command[0], command)
os.write(master, b"word\n")
output = b""
while not output.endswith(b"after\r\n"):
    output += os.read(master, 1000)
print(output.decode().replace("\r", ""), end="")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))' "$HUSK" --root "$ROOT" run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *before*after ]]
	until_true 5 was_told "STATUS=read word"
	[[ $(told | head -n 1) == "MAINPID="*"|READY=1"* ]]
}

# --- until READY=1 ----------------------------------------------------------------------------------------------------

@test "run --detach ends when the manager has taken READY=1 with the init as MAINPID, and then nobody listens" {
	manager
	sh_runs 'until [ -e /go ]; do sleep 0.02; done; notify say STATUS=before; notify say READY=1
		until [ -e /on ]; do sleep 0.02; done; notify say STATUS=after; sleep 1000'
	husk run --detach "$ID" 3>&- & # it does not end by itself
	waiting=$!
	until_true 5 is_running
	husk pause "$ID" # its lock is not held meanwhile
	husk resume "$ID"
	[ -d "/proc/$waiting" ]
	touch "$ROOTFS/go"
	wait "$waiting"
	[ "$(told)" = "STATUS=before
MAINPID=$(pid_of)|READY=1
BARRIER=1 +1" ]
	touch "$ROOTFS/on"
	until_true 5 printed "Connection refused"
}
is_running() {
	[ "$(husk state "$ID" 2>/dev/null | jq -r .status)" = running ]
}

@test "start waits for READY=1 where create had a NOTIFY_SOCKET too" {
	manager
	sh_runs 'sleep 0.3; sleep 1000 & notify say READY=1 MAINPID=$!; sleep 1000'
	husk create "$ID"
	[ -z "$(told)" ]
	husk start "$ID"
	[[ $(told) == "MAINPID="*"|READY=1"*$'\n'"BARRIER=1 +1" ]]
	[ "$(tr '\0' ' ' <"/proc/$(told | sed -n 's/.*MAINPID=\([0-9]*\).*/\1/p')/cmdline")" = "sleep 1000 " ]
	husk delete --force "$ID"

	sh_runs 'echo "<$NOTIFY_SOCKET>"; notify say READY=1; sleep 1000'
	husk create "$ID"
	NOTIFY_SOCKET='' husk start "$ID" # nobody wants to hear it
	until_true 5 printed "No such file or directory"
	husk delete --force "$ID"

	NOTIFY_SOCKET='' husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"NOTIFY_SOCKET was not set at \`create\`: the process cannot notify"* ]]
	until_true 5 printed "<>"
}

@test "a process that ends without READY=1 is not waited for, and what it said is handed on" {
	manager
	sh_runs 'sleep 0.2; notify say STATUS=failed; exit 1'
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"NOTIFY_SOCKET: the process ended before it said READY=1"* ]]
	[ "$(told)" = STATUS=failed ]
	husk delete "$ID"

	sh_runs 'exec notify say READY=1'
	husk create "$ID"
	run husk start "$ID"
	[ -z "$output" ]
	told | grep -qx 'MAINPID=[0-9]*|READY=1'
}

@test "start that waits for READY=1 does not keep others from the container" {
	manager
	sh_runs 'sleep 1000'
	husk create "$ID"
	husk start "$ID" 3>&- &
	waiting=$!
	until_true 5 is_running
	husk pause "$ID"
	husk resume "$ID"
	husk delete --force "$ID"
	wait "$waiting"
}

@test "killed while it hands on, run leaves nothing that delete --force does not undo" {
	manager
	sh_runs 'notify say READY=1; sleep 1000'
	husk_background run "$ID"
	until_true 5 told_lines 1
	[ -S "$ROOT/$ID/notify/notify.sock" ]
	kill -KILL "$RUNTIME"
	husk delete --force "$ID"
	nothing_left_of "$ID"
}

# bats test_tags=p:hooks
@test "explain shows the mount, and a mount that cannot be made says where" {
	manager
	run husk explain "$ID"
	[[ $output == *"mkdir -p -m 755 $ROOT/$ID/notify"* ]]
	[[ $output == *"bind $ROOT/$ID/notify to /run/notify"* ]]
	rm -rf "$ROOTFS/run"
	touch "$ROOTFS/run"
	sh_runs true
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"cannot bind $ROOT/$ID/notify to /run/notify: the destination /run/notify: not a directory"* ]]
	nothing_left_of "$ID"
}

@test "whatever the container has put in place of the socket goes with it" {
	manager
	sh_runs 'sleep 1000'
	husk run --detach "$ID" & # it waits for READY=1
	until_true 10 test -S "$ROOT/$ID/notify/notify.sock"
	rm "$ROOT/$ID/notify/notify.sock"
	mkdir -p "$ROOT/$ID/notify/notify.sock/husk-0/deeper"
	ln -s /etc "$ROOT/$ID/notify/notify.sock/husk-0/link"
	husk delete --force "$ID"
	wait $! || true
	[ -e /etc/passwd ]
}
