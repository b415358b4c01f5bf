# helpers.bash - a bundle, an id and a state root for each test, and the check that nothing of them is left.
#
# `load helpers` is all that a file needs: setup makes a bundle, teardown deletes its containers by force and fails the test
# when anything is left of them. All that a test starts carries its name in the environment (HUSK_TEST), by which processes
# that got away are found. HUSK may name another runtime with runc's command line.
# shellcheck shell=bash disable=SC2034 # the variables are for the tests

TESTS=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
HUSK=$(realpath "${HUSK:-$TESTS/../build/cmd/husk}")
export HUSK

setup() {
	bundle
}

teardown() {
	delete_all_and_see_nothing_left
}

# --- what a test has --------------------------------------------------------------------------------------------------

# bundle [NAME [KIND]]: makes a bundle (another one at each call) and sets BUNDLE, ROOTFS, ID, and OUT and ERR, the files
# that created and detached containers print to. KIND is a script of tests/bundles; by default the root file system is
# busybox with a link for each applet, and config.json what `husk spec` writes, without a terminal. ROOT is the state root of
# all bundles of the test.
bundle() {
	local name=${1:-bundle}

	make_test_dir
	BUNDLE=$TEST_DIR/$name
	ROOTFS=$BUNDLE/rootfs
	ID=$HUSK_TEST_NAME-$name
	OUT=$TEST_DIR/$name.out
	ERR=$TEST_DIR/$name.err
	IDS+=("$ID")
	"$TESTS/bundles/${2:-spec}" "$BUNDLE"
	config --arg mark "HUSK_TEST=$HUSK_TEST_NAME" '.process.env += [$mark]'
}

# config [JQ OPTIONS] EXPRESSION: changes config.json of the bundle: config --arg p /x '.root.path = $p'
config() {
	jq "$@" "$BUNDLE/config.json" >"$BUNDLE/config.json.new"
	mv "$BUNDLE/config.json.new" "$BUNDLE/config.json"
}

# husk ARGS...: the runtime with the state root of the test. `create` and `run --detach` leave a process behind, which
# must not hold what bats reads from: stdout goes to $OUT, stderr to $ERR, and what is in $ERR by then is printed.
husk() {
	local status=0

	case " $* " in
	*" create "* | *" run"*" -d "* | *" run"*" --detach "*)
		at_bundle "$HUSK" --root "$ROOT" "$@" </dev/null >"$OUT" 2>"$ERR" || status=$?
		cat "$ERR" >&2
		return "$status"
		;;
	*) at_bundle "$HUSK" --root "$ROOT" "$@" ;;
	esac
}

# The current bundle is the working directory, as it is for engines, and HUSK_TEST marks all that is started.
at_bundle() (
	cd "$BUNDLE" || exit
	HUSK_TEST=$HUSK_TEST_NAME exec "$@"
)

# husk_background ARGS...: the same beside the test; RUNTIME is its pid, to signal and to wait for.
husk_background() {
	rm -f "$OUT" "$ERR" # what the last one printed must not be taken for this one's
	(cd "$BUNDLE" && HUSK_TEST=$HUSK_TEST_NAME exec "$HUSK" --root "$ROOT" "$@") </dev/null >"$OUT" 2>"$ERR" 3>&- &
	RUNTIME=$!
}

# run_in COMMANDS: runs them by sh in a container of the bundle: `run run_in 'hostname; id'`.
run_in() {
	config --arg commands "$*" '.process.args = ["sh", "-c", $commands]'
	husk run "$ID"
}

# The pid of the container's init, and what the state says.
pid_of() {
	husk state "${1:-$ID}" | jq -r .pid
}
status_of() {
	husk state "${1:-$ID}" | jq -r .status
}
# printed WORDS: whether a created or detached container has printed them; for until_true.
printed() {
	grep -qsF -- "$1" "$OUT"
}
is_stopped() {
	[ "$(status_of "$@")" = stopped ]
}

# The directory of a container in the hierarchy of a v1 controller, or in a cgroup2 that has it: cgroup_of memory [ID]
cgroup_of() {
	local controller=$1 pid path

	pid=$(pid_of "${2:-$ID}")
	path=$(grep -E "^[0-9]+:([^:]*,)?$controller(,[^:]*)?:" "/proc/$pid/cgroup" | cut -d: -f3-)
	if [ -n "$path" ]; then
		echo "$(cgroup_mount "$controller")$path"
	else
		echo "$(findmnt -n -o TARGET -t cgroup2 | head -n 1)$(sed -n 's/^0:://p' "/proc/$pid/cgroup")"
	fi
}
cgroup_mount() {
	findmnt -n -o TARGET -t cgroup -O "$1" | head -n 1
}

# until_true SECONDS COMMAND...: repeats it until it succeeds; the longest wait any test has.
until_true() {
	local end=$((SECONDS + $1))

	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# pidfd_receiver SOCKET: beside the test, prints to $TEST_DIR/received what comes with a pidfd, and the pid that it means; RECEIVER is
# its pid.
pidfd_receiver() {
	/usr/bin/python3 - "$1" >"$TEST_DIR/received" 2>&1 3>&- <<-'END' &
		import os, re, socket, sys
		server = socket.socket(socket.AF_UNIX)
		os.chdir(os.path.dirname(sys.argv[1]))
		server.bind(os.path.basename(sys.argv[1]))
		server.listen()
		server.settimeout(20)
		text, fds, _, _ = socket.recv_fds(server.accept()[0], 100, 4)
		for fd in fds:
		    print(text.decode(), re.search(r"^Pid:\t(\d+)", open(f"/proc/self/fdinfo/{fd}").read(), re.M)[1])
	END
	RECEIVER=$!
	until_true 5 test -S "$1"
}

# Skips the test when root lacks a capability, as on some build machines: needs_capability 24 CAP_SYS_RESOURCE
needs_capability() {
	local effective

	effective=$(sed -n 's/^CapEff:\s*//p' /proc/self/status)
	(((0x$effective >> $1) & 1)) || skip "root lacks $2 here: to be run in the virtual machine"
}

# --- what is left -----------------------------------------------------------------------------------------------------

# nothing_left_of ID: no process, cgroup, state directory or temporary file of it, and no mount of its bundle. Says what
# is left. A cgroup is removed, and a killed process gone, before `delete` returns: there is no waiting here.
nothing_left_of() {
	local id=$1 left

	left=$(processes_left "$id" && cgroups_left "$id" && mounts_left "$id" && files_left "$id")
	[ -z "$left" ] || {
		printf 'left of %s:\n%s\n' "$id" "$left" >&2
		return 1
	}
}

# By the name of the cgroup, and by HUSK_TEST in the environment; the latter only when the test has this one container.
processes_left() {
	local pid

	for pid in $(grep -lsF -- "$1" /proc/[0-9]*/cgroup | cut -d/ -f3; processes_of_the_test); do
		! is_alive "$pid" || printf 'process %s: %s\n' "$pid" "$(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | cut -c 1-200)"
	done
}
# A zombie is for its parent to collect, who is not husk any more.
is_alive() {
	grep -qs '^State:[[:space:]]*[RSDTtIPW]' "/proc/$1/status"
}
processes_of_the_test() {
	[ "${#IDS[@]}" -gt 1 ] || grep -lszxF -- "HUSK_TEST=$HUSK_TEST_NAME" /proc/[0-9]*/environ | cut -d/ -f3
}
cgroups_left() {
	find /sys/fs/cgroup -type d -name "*$1*" -printf 'cgroup %p\n' 2>/dev/null || true
}
mounts_left() {
	grep -F -- "$TEST_DIR/${1#"$HUSK_TEST_NAME"-}/" /proc/self/mountinfo | sed 's/^/mount /'
	true
}
files_left() {
	find "$ROOT" -name "*$1*" -printf 'state %p\n' 2>/dev/null
	find "$ROOT" -mindepth 1 -maxdepth 1 -name '.*' -printf 'state %p\n' 2>/dev/null
	find /tmp /run /dev/shm -maxdepth 1 -name "*$1*" -printf 'file %p\n'
	true
}

# Ends every container of the test and everything else that carries its name, then says what delete should have undone.
delete_all_and_see_nothing_left() {
	local id status=0

	[ -n "${TEST_DIR:-}" ] || return 0
	for id in "${IDS[@]}"; do
		husk delete --force -- "$id" >/dev/null || status=1
	done
	for id in "${IDS[@]}"; do
		nothing_left_of "$id" || status=1
	done
	"$TESTS/lib/clean_up" "$HUSK_TEST_NAME" "${TEST_DIR##*/}"
	IDS=()
	unset TEST_DIR
	return "$status"
}

# --- how it is made ---------------------------------------------------------------------------------------------------

# One folder for all that a test makes, on a tmpfs that allows programs where there is one.
make_test_dir() {
	local base=${TMPDIR:-/tmp}

	[ -z "${TEST_DIR:-}" ] || return 0
	findmnt -n -t tmpfs -o OPTIONS /dev/shm | grep -qvw noexec && base=/dev/shm
	TEST_DIR=$(mktemp -d "$base/husk-test.${HUSK_TEST_RUN:-}XXXXXX")
	chmod 755 "$TEST_DIR" # the root of a user namespace must be able to walk through it
	HUSK_TEST_NAME=husk-test-${TEST_DIR##*.}
	ROOT=$TEST_DIR/state
	IDS=()
}
