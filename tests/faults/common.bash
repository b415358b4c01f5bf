# common.bash - what the sweeps of faults and of kills share: the bundles they go through, one after the other.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/../functional/helpers.bash"
. "$TESTS/lib/tap.bash"

# Together these have a step of every kind that root can ask for.
KINDS="spec b2 overlay-userns idmapped everything joined notified"

# sweep_all SCRIPT HUSK: the kinds beside each other, each by the script itself; their results one after the other.
sweep_all() {
	local results kind

	results=$(mktemp -d) || exit
	# shellcheck disable=SC2086 # words
	printf '%s\n' $KINDS | HUSK=$2 xargs -P "$(nproc)" -I{} sh -c '"$1" --kind "$2" >"$3/$2" 2>&1' sh "$1" {} "$results"
	for kind in $KINDS; do
		cat "$results/$kind"
	done
	rm -rf "$results"
}

# The bundle of a kind. `joined` is everything, in namespaces of a container that is there; `notified` has a seccomp agent,
# and a service manager that its process notifies.
sweep_bundle() {
	case $1 in
	joined) bundle_joined ;;
	notified) bundle notified spec && ask_agent && have_manager ;;
	*) bundle "$1" "$1" ;;
	esac
}

# An agent that lets all calls go on, about the process and about a hook.
ask_agent() {
	mkdir "$TEST_DIR/told"
	gcc -O2 -o "$TEST_DIR/agent" "$TESTS/functional/agent.c" || return
	"$TEST_DIR/agent" "$TEST_DIR/agent.sock" "$TEST_DIR/told" >/dev/null 2>&1 &
	AGENT=$!
	disown
	until_true 5 [ -S "$TEST_DIR/agent.sock" ] || return
	config --arg path "$TEST_DIR/agent.sock" '.hooks.startContainer = [{path: "/bin/true"}] | .linux.seccomp = {listenerPath: $path,
		defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["getppid", "execve"], action: "SCMP_ACT_NOTIFY"}]}'
}

have_manager() {
	export NOTIFY_SOCKET=$TEST_DIR/manager.sock
	"$TESTS/functional/manager" "$NOTIFY_SOCKET" >/dev/null 2>&1 &
	MANAGER=$!
	disown
	until_true 5 [ -S "$NOTIFY_SOCKET" ]
}

bundle_joined() {
	local pid

	bundle other
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID" || return
	pid=$(pid_of)
	bundle joined everything
	config --arg ns "/proc/$pid/ns" '.linux.namespaces |= map(
		if .type == "network" then .path = $ns + "/net"
		elif .type == "ipc" or .type == "uts" or .type == "pid" then .path = $ns + "/" + .type
		else . end) | del(.linux.sysctl)'
}

# The name, field and side of each step as the verb walks it. explain shows `run`; `create` has more: it opens the socket of
# `start` when the record is written, hears signals and lets go of its descriptors behind the last INSIDE step before it is
# created (as `run` does only for hooks behind that), and waits before what stands behind the last HOST step. The notify socket
# is left to `start`.
plan_of() {
	husk explain --json "$ID" | jq -r --arg verb "$1" '.steps as $steps
		| ([$steps[].name] | index("record") + 1) as $socket
		| ([$steps[].name] | index("created")) as $created
		| ([$steps[].side] | rindex("host") + 1) as $wait
		| if $verb == "create"
			then $steps[:$socket] + [{"name": "listen"}]
				+ ($steps[$socket:$created] | map(select(.name != "let_go" and .name != "notify_socket")) | (map(.side) | rindex("inside") + 1) as $let_go
					| .[:$let_go] + ["hear_endings", "let_go" | {name: ., side: "inside"}] + .[$let_go:])
				+ $steps[$created:$wait] + [{"name": "wait", "side": "inside"}] + $steps[$wait:]
			else $steps end
		| .[] | [.name, .field // "", .side // "host"] | @tsv'
}

# The container of a kind for `exec`; its own process says nothing to a service manager. Sets INIT and PROCS, its cgroups' files.
run_sleeping() {
	unset NOTIFY_SOCKET
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID" || return
	INIT=$(pid_of)
	mapfile -t PROCS < <(find /sys/fs/cgroup -path "*/$ID/cgroup.procs")
}
is_alone() {
	[ "$(sort -u "${PROCS[@]}")" = "$INIT" ]
}
# Nobody but the init is in the container, or will not be in a moment.
nobody_came() {
	until_true 5 is_alone || { echo "left in the container: $(sort -u "${PROCS[@]}" | grep -vx "$INIT")" && return 1; }
}
# exec_leaves_nothing KIND: at the end of a sweep.
exec_leaves_nothing() {
	tap_case "$1, exec: the container still runs" test "$(status_of)" = running
	tap_case "$1, exec: one delete --force leaves nothing" eval 'husk delete --force "$ID" && nothing_left_of "$ID"'
}

# The results of one kind, and nothing left of it, however it ends.
sweep_kind() {
	trap '[ -z "${AGENT:-}" ] || kill -KILL -- "-$AGENT"; [ -z "${MANAGER:-}" ] || kill -KILL "$MANAGER"; delete_all_and_see_nothing_left' EXIT
	trap 'exit 1' INT TERM
	sweep_bundle "$1" || { tap_result 1 "the bundle $1 can be made" "" && exit 1; }
	config '.process.args = ["true"]'
}
