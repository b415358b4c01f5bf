# log.bats - --log to the journal and to syslog, which are datagram sockets of this test, mounted where theirs would be.
# shellcheck disable=SC2154 # $stderr is set by run

bats_require_minimum_version 1.5.0
load helpers

# with_daemon SOCKET FILE COMMAND...: runs it where a daemon listens on the socket, below /run or /dev, and then writes what
# that daemon got to the file, a line of JSON for each datagram. Without SOCKET nobody listens anywhere.
with_daemon() {
	# shellcheck disable=SC2016 # $@ is the inner shell's
	unshare --mount sh -ec '
		mount -t tmpfs none /run
		cd /dev/shm
		mount -t tmpfs none /dev
		mkdir /dev/shm
		mount -c --bind . /dev/shm # the test is below it
		mknod -m 666 /dev/null c 1 3
		exec /usr/bin/python3 -c "$@"' - '
import fcntl, json, os, socket, struct, subprocess, sys

def fields(b):
	fields = {}
	while b:
		name, b = b.split(b"\n", 1)
		n, = struct.unpack("<Q", b[:8])
		fields[name.decode()] = b[8:8 + n].decode()
		assert b[8 + n:9 + n] == b"\n"
		b = b[9 + n:]
	return fields

path, file, command = sys.argv[1], sys.argv[2], sys.argv[3:]
daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
if path:
	os.makedirs(os.path.dirname(path), exist_ok=True)
	daemon.bind(path)
status = subprocess.run(command).returncode
with open(file, "w") as f:
	try:
		while path:
			b, fds, _, _ = socket.recv_fds(daemon, 1 << 20, 1)
			for fd in fds: # of a file that holds what no datagram can
				assert b == b"" and fcntl.fcntl(fd, fcntl.F_GET_SEALS) & 14 == 14
				b = os.pread(fd, 1 << 24, 0)
			print(json.dumps(b.decode() if path == "/dev/log" else fields(b)), file=f)
	except BlockingIOError:
		pass
sys.exit(status)' "$@"
}
journal_of() {
	with_daemon /run/systemd/journal/socket "$TEST_DIR/journal" "$HUSK" --root "$ROOT" --log journald:me "$@"
}
syslog_of() {
	with_daemon /dev/log "$TEST_DIR/syslog" "$HUSK" --root "$ROOT" --log syslog:me "$@"
}

@test "the journal gets an error with its priority and the name asked for, and stderr gets it too" {
	run --separate-stderr journal_of state nosuch
	[ "$status" -eq 1 ]
	[ "$stderr" = 'husk: container "nosuch" does not exist' ]
	[ "$(jq -cS . "$TEST_DIR/journal")" = '{"MESSAGE":"container \"nosuch\" does not exist","PRIORITY":"3","SYSLOG_IDENTIFIER":"me"}' ]
}

@test "the journal gets each warning and each line of --debug as an entry of its own" {
	config '.process.capabilities.bounding += ["CAP_NO_SUCH"] | .nosuch = 1 | .process.args = ["true"]'
	run --separate-stderr journal_of --debug run --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 0 ]
	[ "$(jq -r 'select(.PRIORITY == "4").MESSAGE' "$TEST_DIR/journal" | wc -l)" -eq 1 ]
	grep -q '"PRIORITY": "4".*CAP_NO_SUCH' "$TEST_DIR/journal"
	grep -q '"PRIORITY": "7".*nosuch' "$TEST_DIR/journal"
	[ "$(jq -r .PRIORITY "$TEST_DIR/journal" | sort -u | tr '\n' ' ')" = "4 7 " ]
}

@test "the journal gets no field that the text of an error makes" {
	run --separate-stderr journal_of $'x\nPRIORITY=0\e[31m'
	[ "$status" -eq 3 ]
	[ "$(jq -r .MESSAGE "$TEST_DIR/journal")" = 'unknown verb x PRIORITY=0 [31m: `husk --help` lists the known ones' ]
	[ "$(jq -r .PRIORITY "$TEST_DIR/journal")" = 3 ]
}

@test "with --log-format json the message is the object that a file would get, and success says nothing" {
	run --separate-stderr journal_of --log-format json state nosuch
	[ "$status" -eq 1 ]
	[ "$stderr" = 'husk: container "nosuch" does not exist' ]
	[ "$(jq -r .MESSAGE "$TEST_DIR/journal" | jq -r '.level + ": " + .msg')" = 'error: container "nosuch" does not exist' ]
	[ "$(jq -r .PRIORITY "$TEST_DIR/journal")" = 3 ]
	run --separate-stderr journal_of --log-format json --debug list
	[ "$status" -eq 0 ]
	[ ! -s "$TEST_DIR/journal" ]
}

# large_warnings: more than any datagram holds.
large_warnings() {
	config '.process.capabilities.bounding += [range(10) | "CAP_\(.)_" + "X" * 50000] | .process.args = ["true"]'
}

@test "the journal gets an object that is larger than any datagram, and of one that syslog cannot take stderr tells" {
	large_warnings
	run --separate-stderr journal_of --log-format json run --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(jq -r .MESSAGE "$TEST_DIR/journal" | jq '.warnings | length')" -eq 10 ]
	[ "$(jq -r .PRIORITY "$TEST_DIR/journal")" = 4 ]
	run --separate-stderr syslog_of --log-format json run --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 0 ]
	[ "$stderr" = "warning: cannot write to the log syslog:me: message too long" ]
	[ ! -s "$TEST_DIR/syslog" ]
}

@test "warnings that a log file cannot hold are told of on stderr, where an error is anyway" {
	config '.process.capabilities.bounding += ["CAP_NO_SUCH"] | .process.args = ["true"]'
	run --separate-stderr husk --log /dev/full run "$ID"
	[ "$status" -eq 0 ]
	[ "$stderr" = "warning: cannot write to the log /dev/full: no space left on device" ]
	run --separate-stderr husk --log /dev/full state nosuch
	[ "$status" -eq 1 ]
	[ "$stderr" = 'husk: container "nosuch" does not exist' ]
}

@test "syslog gets a line as syslog(3) writes it" {
	local line

	run --separate-stderr syslog_of state nosuch
	[ "$status" -eq 1 ]
	[ "$stderr" = 'husk: container "nosuch" does not exist' ]
	line=$(jq -r . "$TEST_DIR/syslog")
	grep -xE '<11>[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} me\[[0-9]+\]: container "nosuch" does not exist' <<<"$line"
	[ $(($(date +%s) - $(date -d "$(cut -c 5-19 <<<"$line")" +%s))) -lt 600 ]
	run --separate-stderr syslog_of --log-format json state nosuch
	[ "$(jq -r . "$TEST_DIR/syslog" | sed 's/^.*\]: //' | jq -r .msg)" = 'container "nosuch" does not exist' ]
}

@test "where no daemon listens it is an error before anything is made" {
	config '.process.args = ["touch", "/ran"] | .root.readonly = false'
	run with_daemon "" /dev/null "$HUSK" --root "$ROOT" --log journald:me run --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 1 ]
	[ "$output" = "husk: --log journald:me needs a daemon that listens on /run/systemd/journal/socket: no such file or directory" ]
	run with_daemon "" /dev/null "$HUSK" --root "$ROOT" --log syslog:me run --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 1 ]
	[ "$output" = "husk: --log syslog:me needs a daemon that listens on /dev/log: no such file or directory" ]
	[ ! -e "$ROOTFS/ran" ]
	[ ! -e "$ROOT" ]
}

# bats test_tags=systemd
@test "systemd's journal and its syslog socket show what husk sends them" {
	[ -S /run/systemd/journal/socket ] && [ -S /dev/log ] || skip "no journal here"
	run husk --log "journald:$HUSK_TEST_NAME-j" state nosuch
	[ "$status" -eq 1 ]
	run husk --log "syslog:$HUSK_TEST_NAME-s" state nosuch
	[ "$status" -eq 1 ]
	until_true 10 eval '[ "$(journalctl -q -o cat -p err -t "$HUSK_TEST_NAME-j")" = "container \"nosuch\" does not exist" ]'
	until_true 10 eval '[ "$(journalctl -q -o cat -p err -t "$HUSK_TEST_NAME-s")" = "container \"nosuch\" does not exist" ]'
	large_warnings
	husk --log "journald:$HUSK_TEST_NAME-l" --log-format json run "$ID"
	until_true 10 eval '[ "$(journalctl -q -a -o cat -t "$HUSK_TEST_NAME-l" | jq ".warnings | length")" -eq 10 ]'
}
