# terminal.bats - process.terminal and process.consoleSize: terminals of detached containers, which come by a console socket.
# `terminal` is the other side: what it does stands in its head.

bats_require_minimum_version 1.5.0
# bats file_tags=p:process:terminal
load helpers

setup() {
	bundle
	SOCKET=$TEST_DIR/console.sock
	config '.process.terminal = true | .process.args = ["sh"] | .process.env += ["PS1=% "]'
}

teardown() {
	kill -KILL ${TERMINAL:-} ${SWAPPER:-} 2>/dev/null || true
	delete_all_and_see_nothing_left
}

# receive [SOCKET] <<<LINES: waits for a terminal there, and does what the lines say; TERMINAL is its pid, $SHOWN has what came.
receive() {
	local socket=${1:-$SOCKET}

	SHOWN=$TEST_DIR/shown
	rm -f "$socket"
	"$BATS_TEST_DIRNAME/terminal" receive "$socket" <&0 >"$SHOWN" 2>&1 3>&- & # <&0: else it were /dev/null
	TERMINAL=$!
	until_true 5 test -S "$socket"
}
# received: waits until the lines are done; fails if one did.
received() {
	wait "$TERMINAL" || { cat "$SHOWN" && return 1; }
	TERMINAL=
}
# shown WORDS
shown() {
	grep -qF -- "$1" "$SHOWN" || { cat "$SHOWN" && return 1; }
}

# answers_to COMMANDS: what they print in a container whose terminal comes by the socket, without CR.
answers_to() {
	config --arg commands "$1" '.process.args = ["sh", "-c", $commands]'
	receive <<<"end"
	husk run --detach --console-socket "$SOCKET" "$ID" && received && tr -d '\r' <"$SHOWN"
}

# --- by a console socket ----------------------------------------------------------------------------------------------

# bats test_tags=p:process:consoleSize:height,p:process:consoleSize:width
@test "an interactive shell gets its terminal by the console socket, with its size, and hears when that changes" {
	config '.process.consoleSize = {"height": 33, "width": 77}'
	receive <<-'END'
		named /dev/pts/0
		expect %
		send tty; stty size\n
		expect /dev/pts/0\r\n33 77\r\n
		expect %
		send (trap 'stty size; exit' WINCH; echo s''et; while :; do sleep 0.1; done)\n
		expect set
		resize 11 222
		expect 11 222\r\n
		send exit\n
		end
	END
	husk create --console-socket "$SOCKET" "$ID"
	[ "$(status_of)" = created ]
	husk start "$ID"
	received
	until_true 5 is_stopped
}

@test "the terminal is that of the process's session, and its three streams" {
	run answers_to 'for fd in 0 1 2; do readlink /proc/self/fd/$fd; done; echo $(cut -d" " -f 6,7 /proc/$$/stat); echo seen >/dev/tty'
	[ "$output" = $'/dev/pts/0\n/dev/pts/0\n/dev/pts/0\n1 34816\nseen' ]
}

@test "/dev/console is the terminal, of the container's own devpts" {
	run answers_to 'stat -c %t:%T /dev/console; echo by the console >/dev/console; ls /dev/pts | xargs
		grep -c " /0 /dev/console .*nosuid.*noexec.* - devpts" /proc/self/mountinfo'
	[ "$output" = $'88:0\nby the console\n0 ptmx\n1' ]
}

@test "no process of the runtime or the container keeps what was stdout" {
	receive <<<"end"
	config '.process.args = ["sleep", "1000"]'
	husk_engine_reads create --console-socket "$SOCKET" "$ID"
	[ "$(status_of)" = created ]
	husk start "$ID"
	husk delete --force "$ID"
	received
}
# As containerd: stdout and stderr are one pipe that is read to its end.
husk_engine_reads() {
	(cd "$BUNDLE" && timeout 20 sh -c 'HUSK_TEST=$0 "$@" 2>&1 3>&- | cat' "$HUSK_TEST_NAME" "$HUSK" --root "$ROOT" "$@")
}

@test "the console socket's path may be longer than an address, and relative" {
	local long

	long=$TEST_DIR/$(printf "d%.0s" {1..100})

	mkdir "$long"
	config '.process.args = ["echo", "hello"]'
	receive "$long/console.sock" <<<"end"
	husk run --detach --console-socket "$long/console.sock" "$ID"
	received
	shown hello
	husk delete --force "$ID"

	receive "$BUNDLE/here.sock" <<<"end"
	husk run --detach --console-socket here.sock "$ID"
	received
	shown hello
}

# --- of whom ----------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:user:uid
@test "a user who is not root owns the terminal, and opens it again" {
	config '.process.user = {"uid": 1000, "gid": 1000}'
	run answers_to 'stat -L -c %u:%g /proc/self/fd/0 /dev/console; echo again >/dev/stdout; echo console >/dev/console'
	[ "$output" = $'1000:5\n1000:5\nagain\nconsole' ]
}

@test "in a user namespace the terminal is the user's there" {
	config '.linux.namespaces += [{"type": "user"}] | .root.readonly = false | .process.user = {"uid": 7, "gid": 7}
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}] | .linux.gidMappings = .linux.uidMappings'
	chown -R 100000:100000 "$ROOTFS"
	run answers_to 'stat -c %u:%g /dev/console /dev/pts/0; tty; echo again >/dev/stdout'
	[ "$output" = $'7:5\n7:5\n/dev/pts/0\nagain' ]
}

# bats test_tags=p:root:readonly
@test "a root that is read-only, /dev and all, has /dev/console nevertheless" {
	config '.root.readonly = true | .mounts |= map(select(.destination | startswith("/dev") | not)) + [
		{"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["newinstance", "ptmxmode=0666"]}]'
	run answers_to 'touch /dev/x 2>/dev/null || echo read-only; stat -c %t:%T /dev/console'
	[ "$output" = $'read-only\n88:0' ]
	husk delete --force "$ID"
	run answers_to 'stat -c %t:%T /dev/console' # the file is there already
	[ "$output" = 88:0 ]
}

# bats test_tags=p:linux:devices:path
@test "a device on /dev/console is covered" {
	config '.linux.devices = [{"path": "/dev/console", "type": "c", "major": 1, "minor": 3}]'
	run answers_to 'stat -c %t:%T /dev/console'
	[ "$output" = 88:0 ]
}

# --- what is refused --------------------------------------------------------------------------------------------------

# refused WORDS ARGS...: nothing is made.
refused() {
	local words=$1

	shift
	run husk "$@"
	[ "$status" -eq 1 ]
	[[ $output == *"$words"* ]] || { echo "$output" && return 1; }
	nothing_left_of "$ID"
}

# bats test_tags=p:process:consoleSize:height,p:process:consoleSize:width
@test "a terminal in the background needs a console socket where somebody listens" {
	local options

	for options in create "run --detach"; do
		refused "/process/terminal: cannot make a terminal in the background without a console socket" $options "$ID"
		refused "console socket $TEST_DIR/none: no such file or directory" $options --console-socket "$TEST_DIR/none" "$ID"
		refused "console socket $BUNDLE/config.json: it is not a socket" $options --console-socket config.json "$ID"
	done
	/usr/bin/python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$SOCKET"
	refused "/process/terminal: cannot send the terminal to the console socket $SOCKET: connection refused" \
		create --console-socket "$SOCKET" "$ID"

	config '.process.consoleSize = {"height": 65536, "width": 1}'
	refused "/process/consoleSize/height: 65536 is out of range" create --console-socket "$SOCKET" "$ID"
	config '.process.consoleSize = {"height": 1, "width": 65536}'
	refused "/process/consoleSize/width: 65536 is out of range" create --console-socket "$SOCKET" "$ID"
}

@test "a console socket is refused without a terminal, and in the foreground" {
	refused "in the foreground" run --console-socket "$SOCKET" "$ID"
	config '.process.terminal = false'
	refused "/process/terminal: cannot use a console socket without a terminal" create --console-socket "$SOCKET" "$ID"
	refused "/process/terminal: cannot use a console socket without a terminal" run -d --console-socket "$SOCKET" "$ID"
}

# --- what an image or a volume may try --------------------------------------------------------------------------------

# no_devpts: the terminal comes from nothing else.
no_devpts() {
	receive <<<"end"
	refused "/process/terminal: cannot make a terminal: no devpts lies on /dev/pts: a mount of type devpts is needed" \
		create --console-socket "$SOCKET" "$ID"
	kill "$TERMINAL" && TERMINAL=
}

@test "a terminal is of a devpts on /dev/pts and of nothing else (CVE-2025-52565)" {
	mkdir -p "$TEST_DIR/volume"
	mknod "$TEST_DIR/volume/ptmx" c 5 2
	mknod "$TEST_DIR/volume/0" c 1 3
	config --arg volume "$TEST_DIR/volume" '.mounts += [{"destination": "/dev/pts", "type": "bind", "source": $volume, "options": ["bind"]}]'
	no_devpts
	config '.mounts[-1] = {"destination": "/dev/pts", "type": "tmpfs", "source": "tmpfs"}'
	no_devpts
	config '.mounts |= map(select(.destination != "/dev/pts"))'
	no_devpts
	config '.mounts |= map(select(.destination | startswith("/dev") | not)) | .root.readonly = false'
	ln -s /proc/1/root/dev/pts "$ROOTFS/dev/pts" || { rmdir "$ROOTFS/dev/pts" && ln -s /proc/1/root/dev/pts "$ROOTFS/dev/pts"; }
	no_devpts
}

@test "a volume on ptmx of the devpts is not opened" {
	mkfifo "$TEST_DIR/fifo"
	config --arg volume "$TEST_DIR/fifo" '.mounts += [{"destination": "/dev/pts/ptmx", "type": "bind", "source": $volume, "options": ["bind"]}]'
	receive <<<"end"
	refused "/process/terminal: cannot make a terminal: invalid cross-device link" create --console-socket "$SOCKET" "$ID"
}

@test "/dev/console of an image that leads elsewhere is refused (CVE-2025-52565)" {
	config '.mounts |= map(select(.destination != "/dev" and (.destination | test("^/dev/[^p]") | not))) | .root.readonly = false'
	echo kept >"$ROOTFS/etc/target"
	ln -s /etc/target "$ROOTFS/dev/console"
	receive <<<"end"
	refused "/process/terminal: cannot bind the terminal to /dev/console: it must be a file or a character device, and not a symbolic link" \
		create --console-socket "$SOCKET" "$ID"
	rm "$ROOTFS/dev/console"
	mkdir "$ROOTFS/dev/console"
	refused "it must be a file or a character device" create --console-socket "$SOCKET" "$ID"
	[ "$(cat "$ROOTFS/etc/target")" = kept ]
}

@test "/dev/console that is exchanged for a symbolic link all the time is the terminal or an error, and no link is followed" {
	local volume=$TEST_DIR/volume bound=0

	mkdir "$volume"
	config --arg volume "$volume" '.root.readonly = false | .mounts |= map(select(.destination | test("^/dev/[^p]") | not))
		| (.mounts[] | select(.destination == "/dev")) = {"destination": "/dev", "type": "bind", "source": $volume, "options": ["bind"]}'
	mkdir "$volume/pts"
	mknod "$volume/null" c 1 3
	echo kept >"$ROOTFS/etc/target"
	/usr/bin/python3 - "$volume" 3>&- <<-'END' &
		import os, sys
		os.chdir(sys.argv[1])
		while True:
		    open("new", "w").close()
		    os.rename("new", "console")
		    os.symlink("/etc/target", "new")
		    os.rename("new", "console")
	END
	SWAPPER=$!
	for _ in $(seq 30); do
		run answers_to 'echo $(cut -d" " -f5 /proc/self/mountinfo | grep -c target)'
		[[ $status -ne 0 || $output == 0* ]] || { echo "$output" && return 1; }
		bound=$((bound + (status == 0)))
		husk delete --force "$ID"
		kill "$TERMINAL" 2>/dev/null || true
	done
	[ "$(cat "$ROOTFS/etc/target")" = kept ]
	[ "$bound" -gt 0 ]
}

# --- of exec ----------------------------------------------------------------------------------------------------------

@test "exec: a terminal by the console socket, of the container's own devpts" {
	config '.process.terminal = false | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	receive <<-'END'
		named /dev/pts/0
		expect #
		send tty; test -c /dev/console || echo no console\n
		expect /dev/pts/0\r\nno console\r\n
		send exit 3\n
		end
	END
	husk exec --tty --detach --pid-file "$TEST_DIR/pid" --console-socket "$SOCKET" -e 'PS1=# ' "$ID" sh
	received
	[ -s "$TEST_DIR/pid" ]
	husk exec "$ID" true # the container's process lives on
}

@test "exec: a terminal in the background needs a console socket, and a console socket a terminal" {
	config '.process.terminal = false | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	run husk exec --tty --detach "$ID" true
	[ "$status" -eq 255 ]
	[[ $output == *"--console-socket is needed"* ]]
	run husk exec --detach --console-socket "$SOCKET" "$ID" true
	[ "$status" -eq 255 ]
	[[ $output == *"cannot use a console socket without a terminal"* ]]
}
