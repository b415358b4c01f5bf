# terminal.bats - process.terminal and process.consoleSize: terminals that go to a console socket, and those that `run` shows in the
# foreground. `terminal` is the other side: what it does stands in its head.

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

# at_terminal HUSK-ARGUMENTS... <<<LINES: husk in a terminal of its own; what was shown comes to stdout.
at_terminal() {
	at_bundle "$BATS_TEST_DIRNAME/terminal" run "$HUSK" --root "$ROOT" "$@" 3>&-
}
# commands COMMANDS: what the process is.
commands() {
	config --arg commands "$1" '.process.args = ["sh", "-c", $commands]'
}

# answers_to COMMANDS: what they print in a container whose terminal comes by the socket, without CR.
answers_to() {
	commands "$1"
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

# --- in the foreground ------------------------------------------------------------------------------------------------

@test "an interactive shell in the foreground has the caller's size, hears when that changes, and gets each key" {
	run at_terminal run "$ID" <<-'END'
		expect %
		mode raw
		send tty; stty size\n
		expect /dev/pts/0\r\n40 120\r\n
		send (trap 'stty size; exit' WINCH; echo s''et; while :; do sleep 0.1; done)\n
		expect set
		resize 11 222
		expect 11 222\r\n
		send sh -c "echo be''gun; exec sleep 1000"\n
		expect begun
		send \x03
		expect %
		send sh -c "echo a''gain; exec sleep 1000"\n
		expect again
		send \x1a
		expect Stopped
		send exec sh -c 'exit 7'\n
		end
		mode cooked
	END
	[ "$status" -eq 7 ] || { echo "$output" && return 1; }
	[[ $output != *$'\r\r\n'* ]]
}

# bats test_tags=p:process:consoleSize:height,p:process:consoleSize:width
@test "consoleSize goes before the caller's size" {
	config '.process.consoleSize = {"height": 33, "width": 77}'
	commands 'stty size'
	run at_terminal run "$ID" <<<"end"
	[ "$output" = $'33 77\r' ]
}

@test "the caller's terminal is as it was when the process is killed, when it cannot be executed, and when SIGTERM comes" {
	commands 'trap "echo got it; exit 5" TERM; echo ready; while :; do sleep 0.1; done'
	run at_terminal run "$ID" <<-'END'
		expect ready
		mode raw
		signal TERM
		expect got it
		end
		mode cooked
	END
	[ "$status" -eq 5 ]

	commands 'echo ready; sleep 1000'
	kill_it() {
		until_true 10 running && husk kill "$ID" KILL
	}
	running() { [ "$(status_of 2>/dev/null)" = running ]; }
	kill_it 3>&- &
	run at_terminal run "$ID" <<-'END'
		expect ready
		end
		mode cooked
	END
	[ "$status" -eq 137 ]

	config '.process.args = ["/etc/passwd"]'
	run at_terminal run "$ID" <<-'END'
		end
		mode cooked
	END
	[ "$status" -eq 1 ]
	[[ $output == *"permission denied"* ]]
}

@test "output ends in a newline in a pipe, and in CR LF at a terminal" {
	commands 'echo one; echo two >&2'
	run husk run "$ID"
	[ "$output" = $'one\ntwo' ]
	run at_terminal run "$ID" <<<"end"
	[ "$output" = $'one\r\ntwo\r' ]
	husk run "$ID" >"$TEST_DIR/file"
	[ "$(cat "$TEST_DIR/file")" = $'one\ntwo' ]
}

# As much as a terminal holds is written when the process has ended already.
@test "no output is lost: a megabyte and the end of the process, for readers that are fast, slow and no pipe at all" {
	local sum

	sum=$(seq 200000 | md5sum)
	commands 'seq 200000'
	[ "$(husk run "$ID" | md5sum)" = "$sum" ]
	[ "$(husk run "$ID" | (sleep 0.3 && md5sum))" = "$sum" ]
	husk run "$ID" >"$TEST_DIR/file"
	[ "$(md5sum <"$TEST_DIR/file")" = "$sum" ]
	[ "$(at_terminal run "$ID" <<<"end" | tr -d '\r' | md5sum)" = "$sum" ]

	commands 'echo before; seq 9000'
	for _ in $(seq 20); do
		husk run "$ID" | (sleep 0.1 && tail -n 1) >"$TEST_DIR/last"
		[ "$(cat "$TEST_DIR/last")" = 9000 ]
	done
}

@test "stdin that is no terminal is typed, all of it, and its end is an end of file" {
	local sum

	sum=$(seq 200000 | md5sum)
	commands 'stty -echo; md5sum'
	run husk run "$ID" < <(sleep 0.3 && seq 200000) # not before there is no echo
	[ "$output" = "$sum" ]
	seq 200000 >"$TEST_DIR/file"
	commands 'stty -echo; echo; sed -n "\$p"'
	run husk run "$ID" <"$TEST_DIR/file"
	[ "${lines[-1]}" = 200000 ]

	commands 'stty -echo; read line; echo "$line"; cat; echo; echo behind'
	run husk run "$ID" < <(sleep 0.3 && printf 'a line\nno newline')
	[ "$output" = $'a line\nno newline\nbehind' ]
}

@test "stdin that is /dev/null, closed, open for writing, or a socket serves too" {
	commands 'cat; echo ended'
	run husk run "$ID" </dev/null
	[ "$output" = ended ]
	husk run "$ID" <&- >"$TEST_DIR/file"
	[ "$(cat "$TEST_DIR/file")" = ended ]
	run husk run "$ID" 0>&1 # a pipe that is only to be written
	[ "$output" = ended ]
	run /usr/bin/python3 - "$HUSK" --root "$ROOT" run --bundle "$BUNDLE" "$ID" <<-'END'
		import socket, subprocess, sys
		ours, its = socket.socketpair()
		child = subprocess.Popen(sys.argv[1:], stdin=its, stdout=its)
		its.close()
		ours.shutdown(socket.SHUT_WR)
		print(b"".join(iter(lambda: ours.recv(4096), b"")), child.wait())
	END
	[ "$output" = "b'ended\\n' 0" ]
}

@test "a process that closes its streams can write to its terminal again" {
	commands 'exec <&- >&- 2>&-; sleep 0.3; echo back >/dev/console'
	run husk run "$ID"
	[ "$output" = back ]
}

@test "the end of the process is the end of run, whoever has the terminal open and writes to it" {
	config '.linux.namespaces |= map(select(.type != "pid"))'
	commands 'yes & echo $! >/dev/null; sleep 0.2'
	husk run "$ID" >"$TEST_DIR/file"
	[ "$(head -n 1 "$TEST_DIR/file")" = y ]
}

@test "when nobody reads its output any more, the process's terminal hangs up" {
	config '.root.readonly = false'
	commands 'trap "echo >/signal" PIPE; while echo y; do :; done 2>/dev/null; sleep 0.1'
	[ "$(husk run "$ID" | head -n 1)" = y ]
	[ ! -e "$ROOTFS/signal" ] # that was for husk

	config '.process.args = ["sh"]'
	run at_terminal run "$ID" <<-'END'
		expect %
		hang up
	END
	[ "$status" -ne 99 ]
	nothing_left_of "$ID"
}

@test "in the background of a shell the caller's terminal stays as it is" {
	commands 'echo shown; sleep 0.3'
	run at_bundle "$BATS_TEST_DIRNAME/terminal" run bash -c 'set -m; "$@" & sleep 0.2; stty | grep -o -- -icanon; wait; echo done' \
		bash "$HUSK" --root "$ROOT" run "$ID" 3>&- <<-'END'
		expect shown
		expect done
		mode cooked
	END
	[ "$status" -eq 0 ]
	[[ $output != *-icanon* ]]
}

# at_shell COMMANDS <<<LINES: a shell with job control at that terminal, to which "$@" is husk that runs the container.
at_shell() {
	at_bundle "$BATS_TEST_DIRNAME/terminal" run bash -c "set -m; $1" bash "$HUSK" --root "$ROOT" run "$ID" 3>&-
}

@test "brought to the foreground of a shell, the process gets each key, and the size that the terminal has by then" {
	commands 'echo shown; read -r word; echo "got $word"; stty size; exit 7'
	run at_shell '"$@" & read -r; fg >/dev/null; echo "status $?"' <<-'END'
		expect shown
		resize 11 222
		send \n
		mode raw
		send word\n
		expect got word
		expect 11 222
		expect status 7
		mode cooked
	END
	[ "$status" -eq 0 ] || { echo "$output" && return 1; }
}

# The shell's user stops husk, has a terminal of his own, and goes on. It is cooked again at the end: what it was at the beginning.
@test "stopped and brought back, run has the terminal again; in the background it leaves it alone" {
	local run='sh -c "echo \$\$ >pid; exec \"\$0\" \"\$@\"" "$@"'
	local stop='(until [ -e rootfs/stop ]; do sleep 0.02; done; kill -STOP $(cat pid)) &'

	config '.root.readonly = false'
	commands 'echo ready; read -r word; touch /stop; read -r word; echo "got $word"; exit 7'
	run at_shell "$stop $run; stty sane; echo at the shell; read -r; fg %2 >/dev/null; echo \"status \$?\"" <<-'END'
		expect ready
		mode raw
		send one\n
		expect at the shell
		mode cooked
		send \n
		mode raw
		send two\n
		expect got two
		expect status 7
		mode cooked
	END
	[ "$status" -eq 0 ] || { echo "$output" && return 1; }

	rm "$ROOTFS/stop"
	commands 'echo ready; read -r word; touch /stop; until [ -e /go ]; do sleep 0.02; done; echo going; until [ -e /end ]; do sleep 0.02; done; exit 7'
	run at_shell "$stop $run; stty sane; echo at the shell; bg %2 >/dev/null; touch rootfs/go; read -r
		stty; touch rootfs/end; wait %2; echo \"status \$?\"; stty" <<-'END'
		expect ready
		mode raw
		send one\n
		expect going
		mode cooked
		send \n
		expect status 7
		mode cooked
	END
	[ "$status" -eq 0 ] || { echo "$output" && return 1; }
	[[ $output != *-icanon* ]]
}

# Not stopped, husk hears of it by a key, which is not its to read; that it has it again a SIGCONT says.
@test "run whose terminal is taken away and given back goes on" {
	config '.root.readonly = false'
	commands 'echo ready; touch /ready; read -r word; echo "got $word"; exit 7'
	run at_bundle "$BATS_TEST_DIRNAME/terminal" run /usr/bin/python3 -c 'import os, signal, subprocess, sys, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
husk = subprocess.Popen(sys.argv[1:], process_group=0)
os.tcsetpgrp(0, husk.pid)
while not os.path.exists("rootfs/ready"):
    time.sleep(0.02)
os.tcsetpgrp(0, os.getpgrp())
subprocess.run(["stty", "sane"])
print("whose is", input("taken"), flush=True)
os.tcsetpgrp(0, husk.pid)
husk.send_signal(signal.SIGCONT)
print("status", husk.wait(), flush=True)' "$HUSK" --root "$ROOT" run "$ID" 3>&- <<-'END'
		expect taken
		send one\n
		expect whose is one
		mode raw
		send two\n
		expect got two
		expect status 7
	END
	[ "$status" -eq 0 ] || { echo "$output" && return 1; }
}

@test "a created container whose terminal hangs up is stopped" {
	commands 'exit 7'
	receive <<-'END'
		hang up
	END
	husk create --console-socket "$SOCKET" "$ID"
	received
	until_true 20 is_stopped
}

# --- none -------------------------------------------------------------------------------------------------------------

@test "without a terminal the process has none, and cannot type into the caller's (CVE-2017-5226)" {
	gcc -O2 -static -o "$ROOTFS/bin/tiocsti" -x c - <<-'END'
		#include <errno.h>
		#include <fcntl.h>
		#include <stdio.h>
		#include <string.h>
		#include <sys/ioctl.h>
		int main(void) {
			for (int fd = 0; fd < 3; fd++)
				printf("%s\n", ioctl(fd, TIOCSTI, "x") == 0 ? "typed" : "refused");
			printf("%s\n", open("/dev/tty", O_RDWR) < 0 ? strerror(errno) : "a terminal of its own");
			return 0;
		}
	END
	config '.process.terminal = false | .process.args = ["sh", "-c", "tiocsti; cut -d\" \" -f 7 /proc/$$/stat"]'
	run at_terminal run "$ID" <<<"end"
	[ "$output" = $'refused\r\nrefused\r\nrefused\r\nNo such device or address\r\n0\r' ]
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
		import itertools, os, sys, time
		os.chdir(sys.argv[1])
		for n in itertools.count():
		    open("new", "w").close()
		    os.rename("new", "console")
		    if n % 500 == 0:
		        time.sleep(0.002) # else hardly one finds the same file twice
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
	[ "$output" = "husk: --console-socket $SOCKET: a terminal is needed for it: --tty" ]
}

@test "exec: an interactive shell in the foreground, whose end is that of husk, and the caller's terminal as it was" {
	config '.process.terminal = false | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	run at_terminal exec --tty -e 'PS1=% ' "$ID" sh <<-'END'
		expect %
		mode raw
		send tty; stty size\n
		expect /dev/pts/0\r\n40 120\r\n
		resize 11 222
		send stty size\n
		expect 11 222\r\n
		send exit 7\n
		end
		mode cooked
	END
	[ "$status" -eq 7 ] || { echo "$output" && return 1; }
	[ "$(husk exec -t "$ID" sh -c 'echo one; tty' </dev/null)" = $'one\n/dev/pts/0' ]
	run at_terminal exec --tty "$ID" no-such <<-'END'
		end
		mode cooked
	END
	[ "$status" -eq 255 ]
}
