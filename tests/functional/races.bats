# races.bats - several commands on one container, killed commands, and commands that cannot see.

bats_require_minimum_version 1.5.0
# bats file_tags=v2
load helpers

# hook KIND SHELL-COMMANDS: adds a hook of the host.
hook() {
	config --arg kind "$1" --arg commands "$2" '.hooks[$kind] += [{"path": "/bin/sh", "args": ["sh", "-c", $commands]}]'
}

process_marked() {
	grep -lzs "^$1" /proc/[0-9]*/environ | grep -q .
}
no_process_marked() {
	! process_marked "$1"
}

@test "the end of a run does not delete the container that has its id by then" {

	config '.process.args = ["sleep", "1000"]'
	for _ in $(seq 20); do
		husk_background run "$ID"
		until_true 5 is_running
		husk delete --force "$ID"
		husk create "$ID"
		wait "$RUNTIME" || :
		[ "$(status_of)" = created ]
		husk delete --force "$ID"
	done
}

@test "deletes at the same time both succeed, and nothing is left" {
	local first

	for _ in $(seq 20); do
		husk create "$ID"
		husk_background delete --force "$ID"
		first=$RUNTIME
		husk delete --force "$ID"
		wait "$first"
		nothing_left_of "$ID"
	done
}

# bats test_tags=p:hooks:startContainer:path
@test "delete --force ends a start that hangs in a hook" {
	config '.process.args = ["true"]'
	config '.hooks.startContainer = [{"path": "/bin/sleep", "args": ["sleep", "1000"]}]'
	husk create "$ID"
	husk_background start "$ID"
	until_true 5 is_running
	husk delete --force "$ID"
	if wait "$RUNTIME"; then return 1; fi
	nothing_left_of "$ID"
}
is_running() {
	[ "$(status_of)" = running ]
}

# bats test_tags=p:hooks:poststart:path
@test "delete --force ends a run that hangs in its poststart hook" {
	config '.process.args = ["sleep", "1000"]'
	hook poststart 'RACE_MARK=$PPID sleep 1000; :'
	husk_background run "$ID"
	until_true 5 is_running
	husk delete --force "$ID"
	nothing_left_of "$ID"
	no_process_marked RACE_MARK
}

# bats test_tags=p:hooks:createRuntime:path
@test "a hook of a create that was killed is ended by delete --force, with its children" {
	hook createRuntime 'RACE_MARK=1 sleep 1000; :'
	husk_background create "$ID"
	until_true 5 process_marked RACE_MARK
	kill -KILL "$RUNTIME"
	if wait "$RUNTIME"; then return 1; fi
	husk delete --force "$ID"
	until_true 5 no_process_marked RACE_MARK
	nothing_left_of "$ID"
}

# bats test_tags=p:hooks:poststop:path
@test "a poststop hook that hangs does not make a container undeletable" {
	hook poststop 'RACE_MARK=1 sleep 1000'
	config '.process.args = ["true"]'
	husk create "$ID"
	husk kill "$ID" KILL
	husk_background delete "$ID"
	until_true 10 process_marked RACE_MARK
	# Its hook is ended before the first delete is, which may finish then.
	husk delete --force "$ID"
	until_true 5 no_process_marked RACE_MARK
	nothing_left_of "$ID"
}

@test "a delete that cannot look takes nothing for stopped" {
	local files

	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	for files in 4 5 6 7 8 9; do
		run sh -c 'ulimit -n "$1"; shift; exec "$@"' sh "$files" "$HUSK" --root "$ROOT" delete "$ID"
		[ "$status" -ne 0 ]
		[ "$(status_of)" = running ]
	done
	husk delete --force "$ID"
}

@test "the state of an init that is stopped can be asked for any number of times" {

	husk create "$ID"
	kill -STOP "$(pid_of)"
	for _ in $(seq 150); do
		[ "$(timeout 5 "$HUSK" --root "$ROOT" state "$ID" | jq -r .status)" = created ]
	done
	kill -CONT "$(pid_of)"
	husk start "$ID"
}

@test "a visitor that says nothing does not keep start away" {
	husk create "$ID"
	/usr/bin/python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
s.connect(sys.argv[1])
print("in", flush=True)
time.sleep(30)' "$ROOT/$ID/start" >"$TEST_DIR/visitor" 3>&- &
	until_true 5 grep -q in "$TEST_DIR/visitor"
	husk start "$ID"
	kill "$!"
}

@test "a run can be interrupted while it makes its container" {
	hook createRuntime 'sleep 1000'
	husk_background run "$ID"
	until_true 5 husk state "$ID"
	kill -TERM "$RUNTIME" # a job in the background of a script ignores SIGINT
	if wait "$RUNTIME"; then return 1; fi
	grep -q 'signal' "$ERR"
	nothing_left_of "$ID"
}

# bats test_tags=p:hooks:startContainer:path
@test "a run can be interrupted while a startContainer hook runs" {
	config '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "echo >/tmp/begun; sleep 20"]}] | .root.readonly = false'
	husk_background run "$ID"
	until_true 5 test -e "$ROOTFS/tmp/begun"
	kill -TERM "$RUNTIME"
	if wait "$RUNTIME"; then return 1; fi
	grep -q 'a signal ended this before the process was started' "$ERR"
	nothing_left_of "$ID"
}

@test "a create without descriptors enough leaves nothing, or says so" {
	local files

	for files in $(seq 7 2 31); do
		at_bundle sh -c 'ulimit -n "$1"; shift; exec "$@"' sh "$files" "$HUSK" --root "$ROOT" create "$ID" \
			</dev/null >"$OUT" 2>"$ERR" || grep -q "could not be undone" "$ERR" || nothing_left_of "$ID"
		husk delete --force "$ID"
		nothing_left_of "$ID"
	done
}

@test "a FIFO for a config is refused and not waited for" {
	mkfifo "$TEST_DIR/fifo"
	run timeout 5 "$HUSK" --root "$ROOT" run --bundle "$BUNDLE" --config "$TEST_DIR/fifo" "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"is not a regular file"* ]]
}

@test "kill KILL ends a frozen container" {
	local freezer

	husk create "$ID"
	freezer=$(cgroup_of freezer)/freezer.state
	[ -e "$freezer" ] || skip "there is no v1 freezer here"
	echo FROZEN >"$freezer"
	husk kill "$ID" KILL
	until_true 5 is_stopped
}

@test "a folder that is no container is not touched" {
	mkdir -p "$ROOT/folder"
	echo '{}' >"$ROOT/folder/config.json"
	run husk delete --force folder
	[ "$status" -eq 1 ]
	[[ $output == *"is no container"* ]]
	run husk delete folder
	[ "$status" -eq 1 ]
	[ "$(ls "$ROOT/folder")" = config.json ]
	rm -r "$ROOT/folder"
}

@test "a create that fails late leaves no pid file" {
	config '.process.args = ["/nothing"]'
	run husk run --pid-file "$TEST_DIR/pid" "$ID"
	[ "$status" -eq 1 ]
	[ ! -e "$TEST_DIR/pid" ]
}

@test "kill --all sends a signal once" {
	run_waiting 'n=0; trap "n=\$((n + 1)); echo got \$n" USR1; echo ready; while :; do sleep 0.1; done'
	husk kill --all "$ID" USR1
	until_true 5 printed "got 1"
	sleep 0.3
	run grep -q 'got 2' "$OUT"
	[ "$status" -ne 0 ]
	husk delete --force "$ID"
}
run_waiting() {
	config --arg commands "$1" '.process.args = ["sh", "-c", $commands]'
	husk run --detach "$ID"
	until_true 5 printed ready
}

# bats test_tags=p:annotations
@test "a record that would be too large to read is refused before anything is made" {
	/usr/bin/python3 -c 'import sys
head, tail = "{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},\"annotations\":{\"a\":\"", "\"}}"
open(sys.argv[1], "w").write(head + "x" * (16 * 1024 * 1024 - len(head) - len(tail)) + tail)' "$BUNDLE/config.json"
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/annotations: the record"* ]]
	nothing_left_of "$ID"
}

@test "explain cannot be made to say a command in a comment, nor to leave the inside" {
	config '.hostname = "a\ntouch /tmp/husk-explained" | .process.args = ["sh", "-c", "true\nINSIDE\ntouch /tmp/husk-explained"]'
	husk explain "$ID" >"$TEST_DIR/script"
	grep -n 'touch' "$TEST_DIR/script" | grep '^[0-9]*:#'
	word=$(sed -n "s/^inside <<'\(.*\)'$/\1/p" "$TEST_DIR/script" | head -n 1)
	[ "$word" != INSIDE ]
	[ "$(grep -cx "$word" "$TEST_DIR/script")" -eq "$(grep -c '^inside <<' "$TEST_DIR/script")" ]
}
