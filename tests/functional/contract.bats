# contract.bats - what engines send, read and match, in the very form in which they do.
#
# More of it, where its subject is: a program that cannot be executed (process, exec), the pipe that is read to its end (terminal),
# `delete --force` of an unknown id, a stopped container, the state, the caller that dies, the subreaper (lifecycle), the log,
# --version, --rootless, a flag without its value (cli), `update` from stdin (update), mount options (features), --preserve-fds
# (descriptors), --pidfd-socket (annotations, exec), --systemd-cgroup (systemd).
# shellcheck disable=SC2154 # $stderr is set by run

bats_require_minimum_version 1.5.0
load helpers

# containerd's shim: in the bundle, all paths absolute, and a log of its own for each call.
shim() {
	husk --log "$BUNDLE/log.json" --log-format json "$@"
}
# podman: no environment but this, and so no PATH. The sanitizers would look for leaks without their options.
podman() {
	at_bundle env -i ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} XDG_RUNTIME_DIR=/run/user/0 HUSK_TEST="$HUSK_TEST_NAME" \
		"$HUSK" --root "$ROOT" "$@" </dev/null >>"$OUT" 2>&1
}
# Where `exec` leaves a process behind, which must not hold what bats reads from.
husk_quiet() {
	(husk "$@") </dev/null >"$OUT" 2>&1 3>&-
}
waits() {
	config '.process.args = ["sh", "-c", "trap \"exit 3\" TERM; echo ready; while :; do sleep 0.05; done"]'
}
is_ready() {
	until_true 5 printed ready
}
# process EXPRESSION: process.json, the process of config.json so changed.
process() {
	jq ".process | $1" "$BUNDLE/config.json" >"$BUNDLE/process.json"
}
# a_terminal COMMAND...: it is sent one to $TEST_DIR/console, where the process prints its name, and ends.
a_terminal() {
	printf 'expect /dev/pts/0\nend\n' >"$TEST_DIR/commands"
	"$BATS_TEST_DIRNAME/terminal" receive "$TEST_DIR/console" <"$TEST_DIR/commands" >"$TEST_DIR/shown" 2>&1 3>&- &
	TERMINAL=$!
	until_true 5 test -S "$TEST_DIR/console"
	"$@"
	wait "$TERMINAL" || { cat "$TEST_DIR/shown" && return 1; }
	rm "$TEST_DIR/console"
}
# Whether a file is one JSON document and no more, as podman reads the log; prints its message.
the_error() {
	jq -se 'length == 1 and .[0].level == "error"' "$1" >/dev/null && date -d "$(jq -r .time "$1")" >/dev/null && jq -r .msg "$1"
}

@test "containerd: a container's life by the shim" {
	waits
	shim create --bundle "$BUNDLE" --pid-file "$BUNDLE/init.pid" --no-pivot --no-new-keyring "$ID"
	[ "$(cat "$BUNDLE/init.pid")" = "$(pid_of)" ]
	shim start "$ID"
	is_ready
	[ "$(shim ps --format json "$ID" | jq -c 'map(type) | unique')" = '["number"]' ]
	shim pause "$ID"
	[ "$(status_of)" = paused ]
	shim resume "$ID"
	shim kill "$ID" 15
	until_true 5 is_stopped
	run shim kill "$ID" 9
	[ "$status" -eq 1 ]
	[[ $output == *"container not running"* ]]
	[[ "$(the_error "$BUNDLE/log.json")" == *"container not running"* ]]
	rm "$BUNDLE/log.json"
	shim delete "$ID"
	run shim delete --force "$ID" # for each container, after it is gone
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$BUNDLE/log.json" ]
	run shim delete "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"does not exist"* ]]
}

@test "containerd: a terminal for the container and for exec, with the flags in its order" {
	config '.process.terminal = true | .process.args = ["sh", "-c", "tty; exec sleep 1000 </dev/null >/dev/null 2>&1"]'
	a_terminal life_on_a_terminal
	process '.args = ["tty"]'
	a_terminal husk_quiet --log "$BUNDLE/log.json" --log-format json exec --process "$BUNDLE/process.json" \
		--console-socket "$TEST_DIR/console" --detach --pid-file "$BUNDLE/more.pid" "$ID"
	[ -s "$BUNDLE/more.pid" ]
}
life_on_a_terminal() {
	shim create --bundle "$BUNDLE" --pid-file "$BUNDLE/init.pid" --console-socket "$TEST_DIR/console" --no-pivot --no-new-keyring "$ID"
	shim start "$ID"
}

@test "containerd: what its calls fail with is on stderr, and in the log as the last error with a time" {
	local call

	for call in "start $ID" "kill $ID 9" "delete $ID" "pause $ID" "resume $ID" "ps --format json $ID" "update --resources=- $ID"; do
		run --separate-stderr shim $call <<<'{}'
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		[[ $stderr == *"does not exist"* ]]
		[ "$stderr" = "husk: $(the_error "$BUNDLE/log.json")" ] || { echo "$call: $stderr" && return 1; }
		rm "$BUNDLE/log.json"
	done
}

@test "containerd: kill --all with a number" {
	waits
	shim create --bundle "$BUNDLE" "$ID"
	shim start "$ID"
	shim kill --all "$ID" 9
	until_true 5 is_stopped
	shim kill --all "$ID" 9 # there is nobody left: that is what was asked for
}

@test "containerd: exec in the background, whose process file is gone when it returns" {
	waits
	config '.root.readonly = false'
	shim create --bundle "$BUNDLE" "$ID"
	shim start "$ID"
	process '.args = ["sh", "-c", "sleep 0.2; touch /tmp/done; exec sleep 1000"]'
	husk_quiet --log "$BUNDLE/log.json" --log-format json exec --process "$BUNDLE/process.json" --detach \
		--pid-file "$BUNDLE/more.pid" "$ID"
	rm "$BUNDLE/process.json"
	shim ps --format json "$ID" | jq -e --argjson pid "$(cat "$BUNDLE/more.pid")" 'any(. == $pid)'
	until_true 5 husk exec "$ID" test -e /tmp/done
}
@test "go-runc: the forms of its other calls" {
	waits
	husk_quiet --debug --rootless=false run -no-subreaper -detach -bundle "$BUNDLE" "$ID" # as Go's flags are, with one dash
	[ "$(husk --rootless=true list --format=json | jq -r '.[].id')" = "$ID" ]
	[ "$(husk state "$ID" | jq -c '[.id, .pid, .status, .bundle, .rootfs, .created, .annotations // {}] | map(type)')" = \
		'["string","number","string","string","string","string","object"]' ]
	[ "$(husk events --stats "$ID" | jq -r '.type + " " + .id')" = "stats $ID" ]
	husk_background events --interval=1s "$ID"
	until_true 5 test -s "$OUT"
	[ "$(head -n 1 "$OUT" | jq -r .type)" = stats ]
	[ "$(husk ps --format table "$ID" -o pid,args | awk 'NR == 2 { print $1 }')" = "$(pid_of)" ]
	husk delete --force "$ID"
	wait "$RUNTIME"
}

@test "dockerd: the arguments of the runtime in daemon.json stand before all others" {
	printf '#!/bin/sh\nexec "%s" --debug "$@"\n' "$HUSK" >"$TEST_DIR/wrapper"
	chmod +x "$TEST_DIR/wrapper"
	config '.process.args = ["no-such"] | .nosuch = 1'
	run "$TEST_DIR/wrapper" --root "$ROOT" --log "$TEST_DIR/log.json" --log-format json create --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 1 ]
	[[ "$(jq -r 'select(.level == "error").msg' "$TEST_DIR/log.json")" == *'executable file not found in $PATH' ]]
	[ -z "$(grep -v '^{.*}$' "$TEST_DIR/log.json")" ] # containerd reads a stream of objects
}

@test "podman: no environment, and no PATH; limits come in a file" {
	waits
	echo '{"cpu": {"shares": 512}}' >"$TEST_DIR/resources.json"
	podman create --bundle "$BUNDLE" "$ID"
	podman start "$ID"
	is_ready
	podman pause "$ID"
	podman resume "$ID"
	podman update --resources="$TEST_DIR/resources.json" "$ID"
	podman kill "$ID" 15
	until_true 5 is_stopped
	podman delete --force "$ID"
}
@test "conmon: its create, with flags of both styles" {
	waits
	at_bundle "$HUSK" --root "$ROOT" --log-format=json --log "$TEST_DIR/log" create --bundle "$BUNDLE" --pid-file "$TEST_DIR/pid" \
		--no-pivot --no-new-keyring --preserve-fds 1 "$ID" </dev/null >"$OUT" 2>&1 3</dev/null
	[ "$(cat "$TEST_DIR/pid")" = "$(pid_of)" ]
	[ ! -s "$TEST_DIR/log" ]
}

@test "conmon: --cgroup-manager disabled is for --cgroups=disabled" {
	waits
	own=$(cat /proc/self/cgroup)
	config 'del(.linux.resources)'
	husk --cgroup-manager disabled create --bundle "$BUNDLE" "$ID"
	[ "$(cat "/proc/$(pid_of)/cgroup")" = "$own" ]
}

@test "conmon: a terminal for exec, where --tty says so and where the process does" {
	local form

	waits
	husk create "$ID"
	husk start "$ID"
	process '.terminal = true | .args = ["tty"]'
	for form in --tty ""; do
		rm -f "$TEST_DIR/pid"
		a_terminal husk_quiet --log-format=json --log "$TEST_DIR/log" exec --pid-file "$TEST_DIR/pid" \
			--process "$BUNDLE/process.json" --detach $form --console-socket "$TEST_DIR/console" "$ID"
		[ -s "$TEST_DIR/pid" ]
	done
}

@test "conmon: an exec that fails has no pid file, and says why on stderr and in the log" {
	waits
	husk create "$ID"
	husk start "$ID"
	process '.args = ["no-such"]'
	run --separate-stderr husk --log-format=json --log "$TEST_DIR/log" exec --pid-file "$TEST_DIR/pid" \
		--process "$BUNDLE/process.json" --detach "$ID"
	[ "$status" -ne 0 ]
	[ ! -e "$TEST_DIR/pid" ]
	[[ $stderr == *'exec: "no-such": executable file not found in $PATH' ]]
	[[ $stderr == *"husk: $(the_error "$TEST_DIR/log")" ]] # the sanitizers have something to say before
}

@test "conmon: an error stands first on stderr, in one line, and fits into what it keeps of it" {
	config --arg long "$(printf 'x%.0s' {1..9000})" '.process.args = [$long] | .process.capabilities.bounding += ["CAP_NO_SUCH"]'
	run --separate-stderr at_bundle "$HUSK" --root "$ROOT" --log-format=json --log "$TEST_DIR/log" create --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 1 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == "husk: "* ]]
	[ "${#stderr}" -lt 8192 ]
	the_error "$TEST_DIR/log"
}

@test "podman: checkpoint --help tells whether there is such a verb, as features does" {
	there=$("$HUSK" features | jq -r '.annotations["org.opencontainers.runc.checkpoint.enabled"]')
	[ "$("$HUSK" checkpoint --help >/dev/null 2>&1 && echo true || echo false)" = "$there" ]
}

@test "buildah: no global flags; state is asked for again and again, kill has no signal" {
	waits
	husk create --bundle "$BUNDLE" --pid-file "$BUNDLE/pid" "$ID"
	[ "$(husk state "$ID" | jq -r '.status + .status')" = createdcreated ]
	husk start "$ID"
	is_ready
	[ "$(husk state "$ID" | jq -r "(.pid | tostring) + .status")" = "$(cat "$BUNDLE/pid")running" ]
	husk kill "$ID"
	until_true 5 is_stopped
	[ "$(husk state "$ID" | jq -r .status)" = stopped ]
	husk delete "$ID"
}

@test "CRI-O: signals by name, kill -a, limits from stdin, the freezer, and the global flags in its spelling" {
	config 'del(.linux.namespaces[] | select(.type == "pid"))'
	waits
	(cd "$BUNDLE" && HUSK_TEST=$HUSK_TEST_NAME CRI_O_EXTERNAL=1 "$HUSK" "--root=$ROOT" create "$ID" </dev/null >"$OUT" 2>&1 3>&-)
	husk start "$ID"
	is_ready
	husk update --resources - "$ID" <<<'{"cpu": {"shares": 512}}'
	husk pause "$ID"
	husk resume "$ID"
	husk kill "$ID" CONT
	husk kill "$ID" SIGCONT
	husk kill -a "$ID" 9
	until_true 5 is_stopped
	run --separate-stderr husk kill "$ID" KILL # it reads stderr alone
	[ "$status" -eq 1 ]
	[[ $stderr == *"container not running"* ]]
	husk delete --force "$ID"
}

@test "CRI-O: kubectl exec: streams and status are those of the process" {
	waits
	husk create "$ID"
	husk start "$ID"
	process '.args = ["sh", "-c", "cat; echo err >&2; exit 7"]'
	run --separate-stderr husk exec --process "$BUNDLE/process.json" "$ID" <<<in
	[ "$status" -eq 7 ]
	[ "$output" = in ]
	[ "$stderr" = err ]
}

@test "the pid file has the pid that the caller counts by, in its pid namespace" {
	waits
	run unshare --pid --fork --mount-proc sh -c '"$1" --root "$2" create --bundle "$3" --pid-file "$4" "$5" </dev/null >/dev/null 2>&1 &&
		head -n 1 "/proc/$(cat "$4")/status"; "$1" --root "$2" delete --force "$5"' \
		- "$HUSK" "$ROOT" "$BUNDLE" "$TEST_DIR/pid" "$ID"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -n "$output" ]
	[ "$(cat "$TEST_DIR/pid")" -lt 100 ]
}

@test "features: what containerd, dockerd and CRI-O look for" {
	"$HUSK" features >"$TEST_DIR/features" 2>&1 # CRI-O reads both as one
	jq -e '.linux.mountExtensions.idmap.enabled and (.mountOptions | any(. == "rro")) and (.linux.namespaces | any(. == "user")) and
		(.ociVersionMin | length > 0) and (.ociVersionMax | length > 0)' "$TEST_DIR/features"
}
