# checks.bash - what the scripts of the engines are written with. An operation is one line of them, and one of TAP:
#
#   check "what it shows" [HOW] COMMAND...   fails without a runtime
#   step  "what it does" COMMAND...          prepares: is told of only when it fails
#
# HOW is what passes: the command succeeds; or it prints TEXT, prints something with TEXT in it, ends with STATUS.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the scripts use what is set here

# Output goes to a file: what stays in the background would keep a pipe open.
check() {
	local status=0

	"${@:2}" >"$WORK/output" 2>&1 </dev/null || status=$?
	tap_result "$status" "$ENGINE: $1" "$(head -c 4000 "$WORK/output" | tr -d '\0')"
}

step() {
	"${@:2}" >"$WORK/output" 2>&1 </dev/null && return
	[ "$RUNTIME" = /bin/false ] || tap_result 1 "$ENGINE: $1" "$(head -c 4000 "$WORK/output" | tr -d '\0')"
}

# Tests of cgroups make hierarchies of v1 in mount namespaces of their own; containerd reads no cgroup while there is one.
check_figures() {
	if grep -q net_cls /proc/self/cgroup && ! grep -q 'cgroup .*net_cls' /proc/self/mountinfo; then
		tap_skip "$ENGINE: $1" "another test has a hierarchy of cgroup v1 that is not mounted here"
	else
		check "$@"
	fi
}

# is TEXT COMMAND...: on stdout, nothing else.
is() {
	"${@:2}" >"$WORK/said"
	[ "$(<"$WORK/said")" = "$1" ] || { echo "expected: $1" && printf 'came: %s\n' "$(<"$WORK/said")" && return 1; }
}
# has TEXT COMMAND...: somewhere on stdout or stderr.
has() {
	"${@:2}" >"$WORK/said" 2>&1
	[[ $(<"$WORK/said") == *"$1"* ]] || { echo "expected: $1" && printf 'came: %s\n' "$(<"$WORK/said")" && return 1; }
}
# ends STATUS [TEXT] -- COMMAND...: with TEXT somewhere in what it prints. The text tells a failure of the command from one of
# the runtime.
ends() {
	local expected=$1 text=${2/#--/} status=0

	while [ "$1" != -- ]; do shift; done
	"${@:2}" >"$WORK/said" 2>&1 || status=$?
	cat "$WORK/said"
	[[ $(<"$WORK/said") == *"$text"* ]] || { echo "expected: $text" && return 1; }
	[ "$status" -eq "$expected" ] || { echo "expected status $expected, came $status" && return 1; }
}
# soon COMMAND...: within 15 s.
soon() {
	for _ in {1..150}; do
		"$@" >/dev/null 2>&1 && return
		[ "$RUNTIME" = /bin/false ] && break
		sleep 0.1
	done
	"$@"
}
# on_terminal INPUT COMMAND...: in a terminal of its own; without INPUT there is none to read.
on_terminal() {
	local command

	command=$(printf '%q ' "$(type -P "$2")" "${@:3}")
	if [ -n "$1" ]; then
		printf '%b' "$1" | timeout 30 script -qec "$command" /dev/null
	else
		timeout 30 script -qec "$command" /dev/null </dev/null
	fi
}
# given INPUT COMMAND...
given() {
	printf '%s' "$1" | "${@:2}"
}

# What a limit is, inside, on cgroup v1 and v2.
MEMORY='cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max'
PIDS='cat /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/pids.max'
QUOTA='cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cut -d " " -f 1 /sys/fs/cgroup/cpu.max'
CPUS='cat /sys/fs/cgroup/cpuset/cpuset.cpus 2>/dev/null || cat /sys/fs/cgroup/cpuset.cpus'

# ready NAME: a file of contrib/engines, as it is but for the place of husk.
ready() {
	sed "s|/usr/local/bin/husk|$RUNTIME|" "$TESTS/../contrib/engines/$1"
}

# A process that ends when it is told to, with this status, and has done its part before.
WAITS='trap "exit 3" TERM; while :; do sleep 0.1; done'

# containerd_config NAME [VERSION PLUG-IN]: what it keeps is in places of that name, and its socket is /run/NAME.sock. PLUG-IN is
# the configuration of the one for Kubernetes, in that version of the file; without it there is no such plug-in.
containerd_config() {
	cat <<-END
		version = ${2:-2}
		root = "$WORK/$1"
		state = "/run/$1"
		disabled_plugins = [$([ $# -gt 1 ] || echo '"io.containerd.grpc.v1.cri"')]
		[grpc]
		address = "/run/$1.sock"
		${3:-}
	END
}
CONTAINERD=/run/containerd.sock
# start_containerd [VERSION PLUG-IN]: in the background.
start_containerd() {
	containerd_config containerd "$@" >"$WORK/containerd.toml"
	containerd -c "$WORK/containerd.toml" >"$WORK/containerd.log" 2>&1 3>&- &
	soon_started ctr -a "$CONTAINERD" version
	echo "# figure: $ENGINE: $(containerd --version | cut -d ' ' -f 3)"
}
# dockerd's BuildKit does not go by daemon.json, and without its runtime dockerd does not start.
prepare_buildkit() {
	case $ENGINE in
	*-sid) export DOCKER_BUILDKIT_RUNC_COMMAND=$RUNTIME ;;
	*) mount -t tmpfs bin /usr/local/bin && ln -s "$RUNTIME" /usr/local/bin/runc ;; # 20.10 takes this name alone
	esac
}
# Also without a runtime engines take their time.
soon_started() {
	RUNTIME='' soon "$@" || { echo "not ok - $ENGINE does not start" && tail -n 20 "$WORK"/*.log | sed 's/^/# /' && exit 1; }
}
