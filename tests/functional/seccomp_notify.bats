# seccomp_notify.bats - SCMP_ACT_NOTIFY: the agent of linux.seccomp.listenerPath is told of the container and decides about its calls.
# bats file_tags=p:linux:seccomp:listenerPath

load helpers

setup_file() {
	gcc -O2 -o "$BATS_FILE_TMPDIR/agent" "$BATS_TEST_DIRNAME/agent.c"
}

setup() {
	bundle
	SOCKET=$TEST_DIR/agent.sock
	TOLD=$TEST_DIR/told # the folder that the agent writes to: agent.c
	mkdir "$TOLD"
	config '.root.readonly = false'
}

teardown() {
	[ -z "${AGENT:-}" ] || kill -KILL -- "-$AGENT"
	delete_all_and_see_nothing_left
}

# agent ANSWERS...: starts one at $SOCKET; AGENT is its pid, and its process group.
agent() {
	"$BATS_FILE_TMPDIR/agent" "$SOCKET" "$TOLD" "$@" >"$TEST_DIR/agent.out" 2>&1 3>&- &
	AGENT=$!
	until_true 5 [ -S "$SOCKET" ]
}

# bad_agent <<<PYTHON: one that does what these lines do with `server`, which listens with a queue for a single connection.
bad_agent() {
	{
		cat <<-'END'
			import os, socket, sys, time
			os.setpgid(0, 0)
			server = socket.socket(socket.AF_UNIX)
			server.bind(sys.argv[1])
			server.listen(0)
		END
		cat
	} >"$TEST_DIR/agent.py"
	/usr/bin/python3 "$TEST_DIR/agent.py" "$SOCKET" >"$TEST_DIR/agent.out" 2>&1 3>&- &
	AGENT=$!
	until_true 5 [ -S "$SOCKET" ]
}
# One whose queue is full for so many seconds.
busy_agent() {
	bad_agent <<-END
		queued = socket.socket(socket.AF_UNIX)
		queued.connect(sys.argv[1])
		time.sleep($1)
		while True:
		    kept = server.accept()
	END
}

# notify CALLS...: the config asks the agent about these, and allows all others.
notify() {
	config --arg path "$SOCKET" --argjson names "$(jq -n '$ARGS.positional' --args -- "$@")" '.linux.seccomp = {
		defaultAction: "SCMP_ACT_ALLOW", listenerPath: $path, syscalls: [{names: $names, action: "SCMP_ACT_NOTIFY"}]}'
}

# told N EXPRESSION: about what the agent was told with connection N.
told() {
	jq -er "$2" "$TOLD/$1.json"
}

is_filtered() {
	grep -qs '^Seccomp:[[:space:]]*2' "/proc/$(pid_of 2>/dev/null)/status"
}

# refused FIELD WORDS: by `run`, and the program has not run.
refused() {
	config '.process.args = ["mkdir", "/has-run"]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"$1: "*"$2"* ]]
	[ ! -e "$ROOTFS/has-run" ]
	nothing_left_of "$ID"
}

# --- what the agent does ----------------------------------------------------------------------------------------------

# bats test_tags=p:linux:seccomp:syscalls:action
@test "the agent decides: makes the directory itself, answers with a value or an errno, or lets the call go on" {
	agent mkdir=mkdir getppid=value:4242 sync=errno:28
	notify mkdir mkdirat getppid sync execve
	run run_in 'mkdir /made && ls -d /made*; sync; sh -c "echo \$PPID"'
	[ "$status" -eq 0 ]
	[[ $output == /made.agent* ]]
	[[ $output == *4242 ]]
	[ -d "$ROOTFS/made.agent" ]
	[ ! -e "$ROOTFS/made" ]
	grep -qx '1 execve [0-9]*' "$TOLD/calls"
	grep -qx '1 mkdir [0-9]*' "$TOLD/calls"
}

# bats test_tags=p:linux:seccomp:syscalls:args:index,p:linux:seccomp:syscalls:args:value,p:linux:seccomp:syscalls:args:op
@test "a rule about arguments notifies of the calls that it fits alone" {
	agent kill=errno:3
	notify kill
	config '.linux.seccomp.syscalls[0].args = [{index: 1, value: 10, op: "SCMP_CMP_EQ"}]'
	run run_in 'kill -URG $$ && echo none; kill -USR1 $$; echo lives'
	[[ $output == none*"No such process"*lives ]]
	[ "$(wc -l <"$TOLD/calls")" -eq 1 ]
}

@test "process.args is executed when the agent lets it, and fails with the errno that it gives" {
	agent execve=errno:1
	notify execve
	config '.process.args = ["true"]'
	refused /process/args/0 "operation not permitted"
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/process/args/0: "*"operation not permitted"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:process:noNewPrivileges
@test "with and without noNewPrivileges, by create and start, by run, and by run --detach" {
	local n=0 allowed

	agent mkdir=mkdir
	notify mkdir mkdirat
	for allowed in true false; do
		config --argjson allowed "$allowed" '.process.noNewPrivileges = $allowed
			| .process.args = ["sh", "-c", "mkdir /made; echo done; sleep 1000"]'
		husk create "$ID"
		[ ! -e "$TOLD/$((n + 1)).json" ]
		husk start "$ID"
		until_true 5 printed "done"
		rmdir "$ROOTFS/made.agent"
		told $((n += 1)) ".pid == $(pid_of)"
		husk delete --force "$ID"

		husk run --detach "$ID"
		until_true 5 printed "done"
		rmdir "$ROOTFS/made.agent"
		told $((n += 1)) ".pid == $(pid_of)"
		husk delete --force "$ID"

		run run_in 'mkdir /made'
		[ "$status" -eq 0 ]
		rmdir "$ROOTFS/made.agent"
		n=$((n + 1))
	done
	[ "$(find "$TOLD" -name "*.json" | wc -l)" -eq 6 ]
}

# bats test_tags=p:process:user:uid
@test "a process without privilege, in a user namespace, has its agent too" {
	agent mkdir=mkdir
	notify mkdir mkdirat
	config '.linux.namespaces += [{type: "user"}] | .process.user = {uid: 5, gid: 5} | .process.capabilities = {} |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	run run_in 'mkdir /made && ls -d /made*'
	[[ $output == /made.agent ]]
}

@test "two containers at once are two connections, two listeners, and each gets its own answers" {
	local first=$ID

	agent mkdir=mkdir
	notify mkdir mkdirat
	config '.process.args = ["sh", "-c", "sleep 0.2; mkdir /made; echo done; sleep 1000"]'
	husk run --detach "$ID"
	bundle other
	notify mkdir mkdirat
	config '.root.readonly = false | .process.args = ["sh", "-c", "sleep 0.2; mkdir /made; echo done; sleep 1000"]'
	husk run --detach "$ID"
	until_true 5 printed "done"
	until_true 5 [ -d "$TEST_DIR/bundle/rootfs/made.agent" ]
	[ -d "$ROOTFS/made.agent" ]
	told 1 ".state.id == \"$first\" and .pid == $(pid_of "$first")"
	told 2 ".state.id == \"$ID\" and .pid == $(pid_of)"
}

# --- what it is told --------------------------------------------------------------------------------------------------

# bats test_tags=p:linux:seccomp:listenerMetadata,p:annotations
@test "the agent is told the whole state, with the pid as the host sees it, and the metadata, over one connection" {
	agent
	notify sync
	config '.linux.seccomp.listenerMetadata = "MKNOD=/dev/null,\"ä\"\n" | .annotations = {"a/b": "c\"d"}
		| .process.args = ["sleep", "1000"]'
	husk create "$ID"
	[ ! -e "$TOLD/1.json" ]
	husk start "$ID"
	told 1 '(keys | sort) == ["fds", "metadata", "ociVersion", "pid", "state"]'
	told 1 '.ociVersion == "1.3.0" and .fds == ["seccompFd"]'
	told 1 '.metadata == "MKNOD=/dev/null,\"ä\"\n"'
	told 1 ".pid == $(pid_of) and .state.pid == .pid"
	told 1 ".state.id == \"$ID\" and .state.bundle == \"$BUNDLE\" and .state.ociVersion == \"1.3.0\""
	told 1 '.state.annotations == {"a/b": "c\"d"}'
	[ "$(cat "$TOLD/1.fds")" -eq 1 ]
	grep -q "^NSpid:.*[[:space:]]1$" "/proc/$(told 1 .pid)/status"
	[ "$(find "$TOLD" -name "*.json" | wc -l)" -eq 1 ]
}

@test "the status that the agent is told is created: the program has not been executed yet" {
	agent
	notify sync
	run run_in true
	told 1 '.state.status == "created" and (has("metadata") | not)'
	husk create "$ID"
	husk start "$ID"
	told 2 '.state.status == "created"'
}

# bats test_tags=p:annotations
@test "a state that is larger than a socket holds arrives whole" {
	agent
	notify sync
	config '.annotations = {large: ("x" * 1000000)}'
	run run_in 'echo runs'
	[ "$output" = runs ]
	told 1 '.state.annotations.large | length == 1000000'
}

# bats test_tags=p:hooks:startContainer:path
@test "a startContainer hook runs under a filter of its own, with a listener of its own" {
	printf '#!/bin/sh\nmkdir /by-hook\n' >"$ROOTFS/bin/hook"
	chmod 755 "$ROOTFS/bin/hook"
	agent mkdir=mkdir
	notify mkdir mkdirat
	config '.hooks.startContainer = [{path: "/bin/hook"}, {path: "/bin/hook", args: ["hook"]}] |
		.process.args = ["mkdir", "/by-process"]'
	run husk run "$ID"
	[ "$status" -eq 1 ] # of the second hook, whose directory is there
	[[ $output == *"/hooks/startContainer/1: "*"File exists"* ]]
	[ "$(cut -d' ' -f1,2 <"$TOLD/calls" | xargs)" = "1 mkdir 2 mkdir" ]
	config 'del(.hooks.startContainer[1])'
	rmdir "$ROOTFS/by-hook.agent"
	husk create "$ID"
	husk start "$ID"
	until_true 5 [ -d "$ROOTFS/by-process.agent" ]
	[ -d "$ROOTFS/by-hook.agent" ]
	told 4 '.state.status == "created"'
}

# bats test_tags=p:linux:seccomp:flags
@test "SECCOMP_FILTER_FLAG_TSYNC and SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV go with a listener" {
	agent mkdir=mkdir
	notify mkdir mkdirat
	config '.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"]'
	husk features | jq -e '.linux.seccomp.supportedFlags | index("SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV")' &&
		config '.linux.seccomp.flags += ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]'
	run run_in 'mkdir /made && ls -d /made*'
	[ "$output" = /made.agent ]
}

# --- agents that are not there, or not well ---------------------------------------------------------------------------

@test "without an agent the program never runs, by run and by start, and nothing is left" {
	notify mkdir mkdirat
	refused /linux/seccomp/listenerPath "cannot give the listener to the seccomp agent at $SOCKET: no such file or directory"
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/seccomp/listenerPath: "*"$SOCKET: no such file or directory"* ]]
	nothing_left_of "$ID"
	touch "$SOCKET"
	refused /linux/seccomp/listenerPath "connection refused"
}

@test "an agent that accepts no connections is an error after ten seconds, and one that comes late is waited for" {
	local started=$SECONDS

	busy_agent 1000
	notify mkdir mkdirat
	refused /linux/seccomp/listenerPath "the seccomp agent at $SOCKET has not taken the listener for 10 s"
	[ $((SECONDS - started)) -lt 20 ]
	kill -KILL "$AGENT"
	rm "$SOCKET"
	busy_agent 1
	run run_in 'echo runs'
	[ "$output" = runs ]
}

@test "an agent that reads nothing of a large state is an error after ten seconds" {
	bad_agent <<<'kept = server.accept(); time.sleep(1000)'
	notify mkdir mkdirat
	config '.annotations = {large: ("x" * 1000000)}'
	refused /linux/seccomp/listenerPath "has not taken the listener for 10 s"
}

@test "an agent that is gone again leaves ENOSYS, and nothing waits for it, execve neither" {
	bad_agent <<-'END'
		while True:
		    server.accept()[0].recv(100000)
	END
	notify mkdir mkdirat
	run run_in 'mkdir /made'
	[[ $output == *"Function not implemented"* ]]
	notify execve
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/process/args/0: "*"function not implemented"* ]]
	nothing_left_of "$ID"
}

@test "an agent that closes the connection at once is an error, or leaves ENOSYS" {
	bad_agent <<-'END'
		while True:
		    server.accept()[0].close()
	END
	notify mkdir mkdirat
	run run_in 'mkdir /made'
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/seccomp/listenerPath: "*"broken pipe"* || $output == *"/linux/seccomp/listenerPath: "*"connection reset"* || $output == *"Function not implemented"* ]]
	[ ! -e "$ROOTFS/made" ]
}

@test "an agent that does not decide about execve is waited for, and delete --force ends that" {
	agent execve=wait
	notify execve
	husk create "$ID"
	husk_background start "$ID"
	until_true 5 grep -q execve "$TOLD/calls"
	husk delete --force "$ID"
	status=0
	wait "$RUNTIME" || status=$?
	[ "$status" -ne 0 ]
	nothing_left_of "$ID"
}

@test "a runtime that is killed while its agent is not there lets no program run, by start and by run" {
	busy_agent 1000
	notify mkdir mkdirat
	config '.process.args = ["mkdir", "/has-run"]'
	husk create "$ID"
	husk_background start "$ID"
	until_true 5 is_filtered
	kill -KILL "$RUNTIME"
	until_true 5 is_stopped
	husk delete "$ID"
	nothing_left_of "$ID"
	husk_background run "$ID"
	until_true 5 is_filtered
	kill -KILL "$RUNTIME"
	until_true 5 is_stopped
	husk delete "$ID"
	nothing_left_of "$ID"
	[ ! -e "$ROOTFS/has-run" ]
}
@test "an init that is killed while its agent is not there ends the start at once" {
	local started=$SECONDS

	busy_agent 1000
	notify mkdir mkdirat
	husk create "$ID"
	husk_background start "$ID"
	until_true 5 is_filtered
	kill -KILL "$(pid_of)"
	status=0
	wait "$RUNTIME" || status=$?
	[ "$status" -eq 1 ]
	cat "$ERR"
	[ $((SECONDS - started)) -lt 8 ]
	grep -q "the container's process ended in the step seccomp" "$ERR"
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:seccomp:syscalls:action
@test "exec: the agent is told of the process, with its pid and the container's, and decides about its calls" {
	local pid

	agent mkdir=mkdir
	notify mkdir mkdirat
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	husk exec --detach --pid-file "$TEST_DIR/pid" "$ID" sh -c 'mkdir /made; exec sleep 1000' </dev/null >"$TEST_DIR/said" 2>&1
	pid=$(cat "$TEST_DIR/pid")
	until_true 5 [ -d "$ROOTFS/made.agent" ]
	[ ! -e "$ROOTFS/made" ]
	[ "$(told 2 '"\(.pid) \(.state.pid) \(.state.id) \(.state.status)"')" = "$pid $(pid_of) $ID running" ]
	[ "$(cat "$TOLD/2.fds")" = 1 ]
	grep -qx "2 mkdir [0-9]*" "$TOLD/calls"
}

@test "exec: an agent that is not there is an error, and the program does not run" {
	agent mkdir=mkdir
	notify mkdir mkdirat
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	kill -KILL -- "-$AGENT"
	AGENT=
	rm "$SOCKET"
	run husk exec --pid-file "$TEST_DIR/pid" "$ID" touch /has-run
	[ "$status" -eq 255 ]
	[[ $output == *"no such file or directory"* ]]
	[ ! -e "$ROOTFS/has-run" ]
	[ ! -e "$TEST_DIR/pid" ]
}

# --- where it listens -------------------------------------------------------------------------------------------------

@test "the path may be longer than a socket's address, and must be absolute" {
	local folder

	folder=$TEST_DIR/$(printf 'x%.0s' {1..150})
	mkdir "$folder"
	agent mkdir=mkdir
	mv "$SOCKET" "$folder/socket"
	notify mkdir mkdirat
	config --arg path "$folder/socket" '.linux.seccomp.listenerPath = $path'
	run run_in 'mkdir /made && ls -d /made*'
	[ "$output" = /made.agent ]
	config '.linux.seccomp.listenerPath = "/" + "x" * 5000'
	refused /linux/seccomp/listenerPath "xxx"
	config '.linux.seccomp.listenerPath = "agent.sock"'
	refused /linux/seccomp/listenerPath '"agent.sock" is not absolute'
}

# bats test_tags=p:linux:seccomp:listenerMetadata
@test "what does not go together is refused: no path, metadata alone, and a path without a rule is ignored" {
	notify mkdir
	config 'del(.linux.seccomp.listenerPath)'
	refused /linux/seccomp/syscalls/0/action "SCMP_ACT_NOTIFY needs /linux/seccomp/listenerPath"
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerMetadata: "x"}'
	refused /linux/seccomp/listenerMetadata "is only allowed beside /linux/seccomp/listenerPath"
	config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "nowhere"}'
	run run_in 'echo runs'
	[ "$output" = runs ]
}

# bats test_tags=p:linux:seccomp:defaultAction
@test "what husk calls between the filter and the program must be allowed, and is all that must" {
	notify mkdir read
	refused /linux/seccomp/syscalls/0/action "SCMP_ACT_NOTIFY for read does not go with"
	notify mkdir
	config '.linux.seccomp.syscalls += [{names: ["write", "close"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 9, op: "SCMP_CMP_EQ"}]}]'
	refused /linux/seccomp/syscalls/1/action "SCMP_ACT_ERRNO for close does not go with"
	notify mkdir
	config '.linux.seccomp.defaultAction = "SCMP_ACT_ERRNO"'
	refused /linux/seccomp/defaultAction "SCMP_ACT_ERRNO for sendmsg does not go with"
	agent
	config '.linux.seccomp.syscalls += [{names: ["sendmsg", "close", "read"], action: "SCMP_ACT_ALLOW"}]
		| .linux.seccomp.syscalls[0].names = ["execve"]'
	run husk run "$ID"
	grep -qx '1 execve [0-9]*' "$TOLD/calls"
}

# bats test_tags=p:annotations
@test "the annotation run.oci.seccomp.receiver names a socket where listenerPath does not" {
	agent mkdir=mkdir
	notify mkdir mkdirat
	config --arg path "$SOCKET" '.annotations["run.oci.seccomp.receiver"] = $path | del(.linux.seccomp.listenerPath)'
	run run_in 'mkdir /made && ls -d /made*'
	[ "$output" = /made.agent ]
	rmdir "$ROOTFS/made.agent"
	husk create "$ID"
	husk start "$ID"
	until_true 5 [ -d "$ROOTFS/made.agent" ]
	husk delete --force "$ID"
	run husk --ignore-annotations run "$ID"
	[[ $output == *"/linux/seccomp/syscalls/0/action: SCMP_ACT_NOTIFY needs"* ]]
	config '.annotations["run.oci.seccomp.receiver"] = "/nowhere"'
	refused /annotations/run.oci.seccomp.receiver "agent at /nowhere: no such file or directory"
	config --arg path "$SOCKET" '.linux.seccomp.listenerPath = $path | .annotations["run.oci.seccomp.receiver"] = "nowhere"'
	run run_in 'echo runs'
	[ "$output" = runs ]
}

@test "husk under a filter with a listener says that the kernel allows one" {
	[ "$(uname -m)" = x86_64 ] || skip "the number of seccomp(2) below is that of x86_64"
	agent
	notify sync
	config '.process.args = ["true"]'
	# A filter of one instruction; a child that ends with us holds its listener.
	run at_bundle /usr/bin/python3 - "$HUSK" --root "$ROOT" run "$ID" <<-'END'
		import ctypes, os, signal, struct, sys
		libc = ctypes.CDLL(None)
		allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000)) # BPF_RET, SECCOMP_RET_ALLOW
		program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 1, ctypes.addressof(allow)))
		assert libc.syscall(317, 1, 8, program) > 0 # seccomp, SECCOMP_SET_MODE_FILTER, NEW_LISTENER
		if os.fork() == 0:
		    libc.prctl(1, signal.SIGKILL) # PR_SET_PDEATHSIG
		    signal.pause()
		os.execv(sys.argv[1], sys.argv[1:])
	END
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/seccomp: "*"husk itself runs under a filter with a listener"* ]]
}

# bats test_tags=p:process:rlimits:soft
@test "a limit of descriptors that leaves no room for the listener is named" {
	agent
	notify sync
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 3, hard: 3}]'
	refused /linux/seccomp "RLIMIT_NOFILE leaves no room for its listener"
	config '.process.rlimits[0] |= (.soft = 10 | .hard = 10)'
	run run_in 'echo runs'
	[ "$output" = runs ]
}

@test "explain tells where the listener goes" {
	notify sync
	run husk explain "$ID"
	[[ $output == *"inside, /linux/seccomp: load the seccomp filter, whose listener goes to $SOCKET (by husk alone)"* ]]
}
