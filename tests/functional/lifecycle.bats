# lifecycle.bats - create, start, state, kill, delete, run and list: what they do, refuse, print and return.

# bats file_tags=v2
load helpers

# The payload of most tests: says that it runs, and ends with 3 on SIGTERM.
waits_for_term() {
	config '.process.args = ["sh", "-c", "trap \"echo got TERM; exit 3\" TERM; echo ready; while :; do sleep 0.05; done"]'
}
sleeps() {
	config '.process.args = ["sleep", "1000"]'
}

# --- create -----------------------------------------------------------------------------------------------------------

# bats test_tags=p:hostname
@test "create makes everything and runs nothing" {
	config '.process.args = ["echo", "it ran"] | .hostname = "made"'
	husk create "$ID"

	[ "$(status_of)" = created ]
	[ ! -s "$OUT" ]
	[ "$(nsenter --uts="/proc/$(pid_of)/ns/uts" uname -n)" = made ]
	[ -d "$(cgroup_of memory)" ]
}

@test "the pid file holds the pid and no newline" {
	sleeps
	husk create --pid-file "$TEST_DIR/pid" "$ID"
	[ "$(cat "$TEST_DIR/pid")" = "$(pid_of)" ]
	[ "$(stat -c %s "$TEST_DIR/pid")" = "$(pid_of | tr -d '\n' | wc -c)" ]
	[ "$(find "$TEST_DIR" -maxdepth 1 -name '*pid*' | wc -l)" = 1 ]
}

@test "a relative pid file lies below the working directory" {
	sleeps
	husk create --pid-file pid "$ID"
	[ "$(cat "$BUNDLE/pid")" = "$(pid_of)" ]
}

# bats test_tags=p:process:args
@test "a create that fails writes no pid file and leaves nothing" {
	config '.process.args = ["/no/such/program"]'
	run husk create --pid-file "$TEST_DIR/pid" "$ID"
	[ "$status" -eq 1 ]
	[ ! -e "$TEST_DIR/pid" ]
	nothing_left_of "$ID"
}

# bats test_tags=p:process:args
@test "a program that is not there is an error of create, in the words that engines match" {
	config '.process.args = ["no-such-program"]'
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'executable file not found in'* ]]
	[[ $output == */process/args* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:process:args,p:hostname
@test "config.json may change after create without effect" {
	config '.process.args = ["sh", "-c", "hostname"] | .hostname = "before"'
	husk create "$ID"
	config '.process.args = ["sh", "-c", "echo changed"] | .hostname = "after"'
	husk start "$ID"
	until_true 5 is_stopped
	[ "$(cat "$OUT")" = before ]

	rm "$BUNDLE/config.json"
	husk delete "$ID"
	nothing_left_of "$ID"
}

# bats test_tags=p:process
@test "a config without a process is created, and start says what is missing" {
	config 'del(.process)'
	husk create "$ID"
	[ "$(status_of)" = created ]

	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process* ]]
	[ "$(status_of)" = created ]
}

@test "an id that is there is refused, and its container does not notice" {
	local pid

	sleeps
	husk create "$ID"
	pid=$(pid_of)
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"already exists"* ]]
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"already exists"* ]]

	[ "$(pid_of)" = "$pid" ]
	husk start "$ID"
	[ "$(status_of)" = running ]
}

@test "of creates with the same id at the same time one wins, and the others leave nothing" {
	local pids=() pid won=0

	sleeps
	for _ in {1..6}; do
		at_bundle "$HUSK" --root "$ROOT" create "$ID" </dev/null >/dev/null 2>&1 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		! wait "$pid" || won=$((won + 1))
	done
	[ "$won" -eq 1 ]
	[ "$(status_of)" = created ]
	[ "$(processes_of_the_test | wc -l)" -eq 1 ]
	husk start "$ID"
	husk delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a created container outlives who called create, also when that death was to be a signal" {
	sleeps
	at_bundle sh -c 'setpriv --pdeathsig KILL "$@"; :' sh "$HUSK" --root "$ROOT" create "$ID" </dev/null >/dev/null 2>&1 3>&-
	[ "$(status_of)" = created ]
	husk start "$ID"
	[ "$(status_of)" = running ]
}

@test "bad ids are refused before anything is made" {
	local id

	for id in '' . .. a/b ../x /abs 'a b' $'a\nb' 'a@b' 'ä' '*' "$(printf 'x%.0s' {1..256})"; do
		run husk create "$id"
		[ "$status" -eq 1 ] || { echo "accepted: $id" && return 1; }
		[[ ${output,,} == *id* ]]
		[ ! -e "$ROOT" ] || [ -z "$(ls -A "$ROOT")" ]
	done
}

@test "odd ids that are allowed work: leading dots, plus, underscore, dash" {
	local id

	config '.process.args = ["true"]'
	for id in ".$ID" "...$ID" "_$ID" "+$ID" "-$ID" "--$ID" "$ID.Z_9-"; do
		IDS+=("$id")
		run husk run -- "$id"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
		[ ! -e "$ROOT/$id" ]
	done
}

@test "an id of 255 characters goes through the whole life" {
	sleeps
	ID=$ID-$(printf 'x%.0s' $(seq $((254 - ${#ID}))))
	IDS+=("$ID")
	[ ${#ID} -eq 255 ]
	husk create "$ID"
	[ "$(status_of)" = created ]
	husk start "$ID"
	[ "$(status_of)" = running ]
	husk kill "$ID" KILL
	until_true 5 is_stopped
	husk delete "$ID"
	nothing_left_of "$ID"
}

@test "a deep state root works: sockets do not depend on the length of the path" {
	ROOT=$TEST_DIR/$(printf 'deep%.0s' {1..30})/$(printf 'deeper%.0s' {1..30})
	sleeps
	husk create "$ID"
	husk start "$ID"
	[ "$(status_of)" = running ]
	husk delete --force "$ID"
	nothing_left_of "$ID"
}

@test "a disk that is full is an error that says where" {
	mkdir -p "$ROOT"
	# shellcheck disable=SC2016 # $@ is the inner shell's
	run at_bundle unshare --mount sh -c '
		mount -t tmpfs -o size=4k none "$1"
		head -c 4096 /dev/zero >"$1/@full"
		shift
		exec "$@"' - "$ROOT" "$HUSK" --root "$ROOT" create "$ID"
	[ "$status" -eq 1 ]
	[ "$output" = "husk: cannot write the record $ROOT/$ID/record: no space left on device" ]
}

# bats test_tags=p:root:path
@test "a missing root file system is an error that names the field" {
	config '.root.path = "nowhere"'
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */root/path* ]]
	[[ $output == *nowhere* ]]
	[[ $output == *"no such file or directory"* ]]
	nothing_left_of "$ID"
}

@test "a bundle without config.json is an error that names the file" {
	rm "$BUNDLE/config.json"
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"config.json"*"no such file or directory"* ]]
}

@test "--bundle and --config say where the config is" {
	config '.process.args = ["echo", "from config.json"]'
	sed 's/from config.json/from other.json/' "$BUNDLE/config.json" >"$TEST_DIR/other.json"
	cd /
	run "$HUSK" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
	[ "$output" = "from config.json" ]
	run "$HUSK" --root "$ROOT" run -b "$BUNDLE" --config "$TEST_DIR/other.json" "$ID"
	[ "$output" = "from other.json" ]
}

@test "create looks for --config from the caller's directory, and the container keeps what it says" {
	config '.process.args = ["echo", "from config.json"]'
	sed 's/from config.json/from other.json/' "$BUNDLE/config.json" >"$TEST_DIR/other.json"
	(cd "$TEST_DIR" && "$HUSK" --root "$ROOT" create --bundle bundle -f other.json "$ID" >"$OUT" 2>"$ERR" </dev/null)
	rm "$TEST_DIR/other.json"
	husk start "$ID"
	until_true 5 printed "from other.json"
	run husk create --config "$TEST_DIR/other.json" other
	[ "$status" -eq 1 ]
	[[ $output == "husk: "*"$TEST_DIR/other.json: no such file or directory" ]]
}

@test "the program that waits in a container is one that nobody can write (CVE-2019-5736)" {
	sleeps
	husk create "$ID"
	run chmod 755 "/proc/$(pid_of)/exe"
	[[ $output == *"Read-only file system"* ]]
	cmp "/proc/$(pid_of)/exe" "$HUSK"
}

# --- start ------------------------------------------------------------------------------------------------------------

@test "start runs the process, and returns when it runs" {
	waits_for_term
	husk create "$ID"
	husk start "$ID"
	[ "$(status_of)" = running ]
	[ "$(tr '\0' ' ' <"/proc/$(pid_of)/cmdline" | cut -d' ' -f1)" = sh ]
	until_true 5 printed ready
}

@test "starting twice is an error without effect" {
	sleeps
	husk create "$ID"
	husk start "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"running"* ]]
	[ "$(status_of)" = running ]
}

@test "a container that has stopped cannot be started again" {
	config '.process.args = ["true"]'
	husk create "$ID"
	husk start "$ID"
	until_true 5 is_stopped
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"stopped"* ]]
	[ "$(status_of)" = stopped ]
}

@test "a created container whose init was killed is stopped and cannot be started" {
	sleeps
	husk create "$ID"
	kill -KILL "$(pid_of)"
	until_true 5 is_stopped
	run husk start "$ID"
	[ "$status" -eq 1 ]
	husk delete "$ID"
	nothing_left_of "$ID"
}

# bats test_tags=p:process:args
@test "a failed execve is an error of start: a script whose interpreter is missing" {
	printf '#!/no/such/interpreter\n' >"$ROOTFS/bin/script"
	chmod 755 "$ROOTFS/bin/script"
	config '.process.args = ["script"]'
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"no such file or directory"* ]]
	[[ $output == *"/no/such/interpreter"* ]]
	[ ! -s "$OUT" ]
}

# --- state ------------------------------------------------------------------------------------------------------------

# bats test_tags=p:annotations
@test "the state is that of the specification" {
	local state

	config '.annotations = {"org.example.key": "value"} | .process.args = ["sleep", "1000"]'
	husk create "$ID"
	state=$(husk state "$ID")
	[ "$(jq -r .ociVersion <<<"$state")" = "$(jq -r .ociVersion "$BUNDLE/config.json")" ]
	[ "$(jq -r .id <<<"$state")" = "$ID" ]
	[ "$(jq -r .status <<<"$state")" = created ]
	[ "$(jq -r .bundle <<<"$state")" = "$BUNDLE" ]
	[ "$(jq -r .rootfs <<<"$state")" = "$ROOTFS" ]
	[ "$(jq -r '.annotations["org.example.key"]' <<<"$state")" = value ]
	[ "$(jq -r '.pid | type' <<<"$state")" = number ]
	kill -0 "$(jq -r .pid <<<"$state")"
	# RFC 3339, and now
	[[ $(jq -r .created <<<"$state") =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]+)?Z$ ]]
	[ $(($(date +%s) - $(date +%s -d "$(jq -r .created <<<"$state")"))) -lt 60 ]
}

@test "the pid of a stopped container is 0" {
	config '.process.args = ["true"]'
	husk create "$ID"
	husk start "$ID"
	until_true 5 is_stopped
	[ "$(pid_of)" = 0 ]
}

@test "an init that its parent has not collected is stopped" {
	config '.process.args = ["true"]'
	collect_late
	[ "$(cat "$TEST_DIR/result")" = stopped ]
}

# A subreaper that creates and starts the container and asks for its state before it collects the init.
collect_late() {
	cat >"$TEST_DIR/subreaper.py" <<'PYTHON'
import ctypes, json, os, subprocess, sys, time
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
husk, ident, result = sys.argv[1:-2], sys.argv[-2], sys.argv[-1]
quiet = dict(stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
subprocess.run(husk + ["create", ident], check=True, **quiet)
pid = json.loads(subprocess.check_output(husk + ["state", ident]))["pid"]
subprocess.run(husk + ["start", ident], check=True, **quiet)
for _ in range(250):
    status = json.loads(subprocess.check_output(husk + ["state", ident]))["status"]
    if status != "running":
        break
    time.sleep(0.02)
_, code = os.waitpid(pid, 0)
print(status, file=open(result, "w"))
sys.exit(os.waitstatus_to_exitcode(code))
PYTHON
	at_bundle python3 "$TEST_DIR/subreaper.py" "$HUSK" --root "$ROOT" "$ID" "$TEST_DIR/result" 3>&-
}

@test "the init is a child of the caller's subreaper, which gets its exit status" {
	config '.process.args = ["sh", "-c", "exit 42"]'
	run collect_late
	[ "$status" -eq 42 ]
}

@test "verbs say that a container does not exist" {
	local verb

	for verb in state start kill delete; do
		run husk "$verb" no-such-container
		[ "$status" -eq 1 ]
		[[ $output == *"does not exist"* ]]
	done
	[ ! -e "$ROOT" ]
}

# --- kill -------------------------------------------------------------------------------------------------------------

@test "kill sends SIGTERM when no signal is named" {
	waits_for_term
	husk run --detach "$ID"
	until_true 5 printed ready
	husk kill "$ID"
	until_true 5 is_stopped
	printed "got TERM"
}

@test "kill knows signals by number and by name, with and without SIG, in any case" {
	local signal number=0

	config '.process.args = ["sh", "-c",
		"trap \"echo got USR1; n=\\$((n+1))\" USR1; echo ready; while [ \"$n\" != 5 ]; do sleep 0.05; done"]'
	husk run --detach "$ID"
	until_true 5 printed ready
	for signal in 10 USR1 SIGUSR1 usr1 SigUsr1; do
		husk kill "$ID" "$signal"
		number=$((number + 1))
		until_true 5 eval '[ "$(grep -c USR1 "$OUT")" -eq '"$number"' ]'
	done
	until_true 5 is_stopped
}

@test "kill 0 asks whether the container runs, and sends nothing" {
	waits_for_term
	husk create "$ID"
	husk kill "$ID" 0
	husk start "$ID"
	until_true 5 printed ready
	husk kill "$ID" 0
	husk kill --all "$ID" 0
	[ "$(status_of)" = running ]
	husk kill "$ID"
	until_true 5 is_stopped
	run husk kill "$ID" 0
	[ "$status" -eq 1 ]
	[[ $output == *"container not running"* ]]
}

@test "an unknown signal is an error without effect" {
	local signal

	sleeps
	husk run --detach "$ID"
	for signal in NOSUCH SIGNOSUCH 65 -1 1x '' 99999999999; do
		run husk kill -- "$ID" "$signal"
		[ "$status" -eq 1 ]
		[[ ${output,,} == *signal* ]]
	done
	[ "$(status_of)" = running ]
}

@test "a created container can be killed, by each signal that asks for an end" {
	local signal

	sleeps
	for signal in KILL TERM INT HUP QUIT; do
		husk create "$ID"
		husk kill "$ID" "$signal"
		until_true 5 is_stopped
		husk delete "$ID"
	done
	config '.linux.namespaces |= map(select(.type != "pid"))'
	husk create "$ID"
	husk kill "$ID"
	until_true 5 is_stopped
}

@test "killing a stopped container says: container not running" {
	local signal

	config '.process.args = ["true"]'
	husk create "$ID"
	husk start "$ID"
	until_true 5 is_stopped
	for signal in KILL TERM 15 ""; do
		run husk kill "$ID" $signal
		[ "$status" -eq 1 ]
		[[ $output == *"container not running"* ]]
	done
}

# bats test_tags=systemd
@test "kill --all reaches every process of the container" {
	config '.process.args = ["sh", "-c", "(trap \"echo child\" TERM; echo ready; while :; do sleep 0.05; done) &
		trap \"echo parent; sleep 0.5; exit 0\" TERM; while :; do sleep 0.05; done"]'
	husk run --detach "$ID"
	until_true 5 printed ready
	husk kill --all "$ID" TERM
	until_true 5 printed child
	until_true 5 printed parent
}

# bats test_tags=systemd,p:linux:namespaces:type
@test "without a pid namespace of its own, SIGKILL ends the whole container" {
	config 'del(.linux.namespaces[] | select(.type == "pid"))
		| .process.args = ["sh", "-c", "sleep 1000 & echo ready; sleep 1000"]'
	husk run --detach "$ID"
	until_true 5 printed ready
	husk kill "$ID" KILL
	until_true 5 is_stopped
	until_true 5 nothing_runs
	husk delete "$ID"
	nothing_left_of "$ID"
}
nothing_runs() {
	[ -z "$(processes_of_the_test)" ]
}

# --- delete -----------------------------------------------------------------------------------------------------------

@test "delete removes a stopped container and leaves nothing" {
	config '.process.args = ["true"]'
	husk create "$ID"
	husk start "$ID"
	until_true 5 is_stopped
	husk delete "$ID"
	nothing_left_of "$ID"
	run husk state "$ID"
	[ "$status" -eq 1 ]
}

@test "delete of a created container is an error without effect that says what to do" {
	sleeps
	husk create "$ID"
	run husk delete "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"delete --force"* ]]
	[ "$(status_of)" = created ]
	husk start "$ID"
	[ "$(status_of)" = running ]
}

@test "delete of a running container is an error without effect that says what to do" {
	sleeps
	husk run --detach "$ID"
	run husk delete "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"delete --force"* ]]
	[ "$(status_of)" = running ]
}

# bats test_tags=systemd
@test "delete --force removes a created and a running container, with all their processes" {
	config '.process.args = ["sh", "-c", "sleep 1000 & sleep 1000 & wait"]'
	husk create "$ID"
	husk delete --force "$ID"
	nothing_left_of "$ID"

	husk run --detach "$ID"
	husk delete --force "$ID"
	nothing_left_of "$ID"
}

@test "delete --force of an unknown id is success, says nothing, and makes nothing" {
	run husk delete --force no-such-container
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -e "$ROOT" ]
}

# bats test_tags=systemd
@test "delete right after kill works every time" {
	sleeps
	for _ in {1..20}; do
		husk run --detach "$ID"
		husk kill "$ID" KILL
		husk delete "$ID"
	done
	nothing_left_of "$ID"
}

# --- run --------------------------------------------------------------------------------------------------------------

@test "run returns the exit status of the process and deletes the container" {
	local code

	for code in 0 1 42 255; do
		run run_in "exit $code"
		[ "$status" -eq "$code" ]
		nothing_left_of "$ID"
	done
}

@test "run returns 128 + N when signal N ended the process" {
	# The kernel keeps signals without a handler from PID 1, hence no pid namespace.
	config 'del(.linux.namespaces[] | select(.type == "pid"))'
	run run_in 'kill -TERM $$'
	[ "$status" -eq 143 ]
	run run_in 'kill -KILL $$'
	[ "$status" -eq 137 ]
	run run_in 'kill -SEGV $$'
	[ "$status" -eq 139 ]
}

@test "run hands on stdin, stdout and stderr" {
	config '.process.args = ["sh", "-c", "cat; echo to stderr >&2"]'
	at_bundle "$HUSK" --root "$ROOT" run "$ID" <<<"from stdin" >"$OUT" 2>"$ERR"
	[ "$(cat "$OUT")" = "from stdin" ]
	[ "$(cat "$ERR")" = "to stderr" ]
}

@test "run and create work with stdin, stdout and stderr closed" {
	config '.process.args = ["sh", "-c", "echo $(for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done) >/tmp/fds"] | .root.readonly = false'
	at_bundle "$HUSK" --root "$ROOT" run "$ID" <&- >&- 2>&-
	[ "$(cat "$ROOTFS/tmp/fds")" = "/dev/null /dev/null /dev/null" ]
	at_bundle "$HUSK" --root "$ROOT" create "$ID" <&- >&- 2>&-
	[ "$(status_of)" = created ]
}

@test "a run that is killed leaves a container that delete --force removes" {
	waits_for_term
	husk_background run "$ID"
	until_true 5 printed ready
	kill -KILL "$RUNTIME"
	if wait "$RUNTIME"; then return 1; fi
	[ "$(status_of)" = running ]
	husk delete --force "$ID"
	nothing_left_of "$ID"
}

@test "run hands on signals to the process" {
	local signal status

	for signal in TERM INT HUP USR1 USR2 QUIT; do
		config --arg signal "$signal" '.process.args = ["sh", "-c",
			"trap \"echo got \($signal); exit 7\" \($signal); echo ready; while :; do sleep 0.05; done"]'
		husk_background run "$ID"
		until_true 5 printed ready
		kill -s "$signal" "$RUNTIME"
		status=0
		wait "$RUNTIME" || status=$?
		[ "$status" -eq 7 ]
		printed "got $signal"
		nothing_left_of "$ID"
	done
}

@test "run ends with the process, though its children live on and hold stdout" {
	config 'del(.linux.namespaces[] | select(.type == "pid")) | .process.args = ["sh", "-c", "sleep 1000 & exit 5"]'
	husk_background run "$ID"
	status=0
	wait "$RUNTIME" || status=$?
	[ "$status" -eq 5 ]
	nothing_left_of "$ID"
}

@test "run --detach returns at once; the container lives on" {
	waits_for_term
	husk run --detach --pid-file "$TEST_DIR/pid" "$ID"
	[ "$(status_of)" = running ]
	[ "$(cat "$TEST_DIR/pid")" = "$(pid_of)" ]
	until_true 5 printed ready
	husk kill "$ID" TERM
	until_true 5 is_stopped
	husk delete "$ID"
}

@test "run --keep keeps the container, stopped" {
	config '.process.args = ["sh", "-c", "exit 9"]'
	run husk run --keep "$ID"
	[ "$status" -eq 9 ]
	[ "$(status_of)" = stopped ]
	husk delete "$ID"
	nothing_left_of "$ID"
}

@test "run adopts orphans of the container, and not with --no-subreaper" {
	config 'del(.linux.namespaces[] | select(.type == "pid"))
		| .process.args = ["sh", "-c", "(sleep 1000 & echo $! >/tmp/orphan); echo ready; sleep 1000"]
		| .root.readonly = false'
	husk_background run "$ID"
	until_true 5 printed ready
	[ "$(parent_of "$(cat "$ROOTFS/tmp/orphan")")" = "$RUNTIME" ]
	husk delete --force "$ID"
	wait "$RUNTIME" || true

	husk_background run --no-subreaper "$ID"
	until_true 5 printed ready
	[ "$(parent_of "$(cat "$ROOTFS/tmp/orphan")")" != "$RUNTIME" ]
	husk delete --force "$ID"
	wait "$RUNTIME" || true
}
parent_of() {
	awk '/^PPid:/ { print $2 }' "/proc/$1/status"
}

@test "a run that fails leaves nothing and says why in one line" {
	config '.mounts += [{"destination": "/x", "type": "bind", "source": "/no/such/source", "options": ["bind"]}]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == */mounts/*/source*"/no/such/source"*"no such file or directory"* ]] ||
		[[ $output == */mounts/*"/no/such/source"*"no such file or directory"* ]]
	nothing_left_of "$ID"
}

# --- list -------------------------------------------------------------------------------------------------------------

@test "list shows containers as a table, as ids and as JSON" {
	local first=$ID list

	sleeps
	husk run --detach "$ID"
	bundle second
	sleeps
	husk create "$ID"

	[ "$(husk list | head -n 1 | tr -s ' ')" = "ID PID STATUS BUNDLE CREATED OWNER" ]
	[ "$(husk list | wc -l)" = 3 ]
	[ "$(husk list | awk -v id="$first" '$1 == id { print $2, $3, $4 }')" = "$(pid_of "$first") running ${BUNDLE%second}bundle" ]
	[ "$(husk list -q)" = "$first"$'\n'"$ID" ]
	[ "$(husk list --quiet)" = "$(husk list -q)" ]

	list=$(husk list --format json)
	[ "$(jq -r 'length' <<<"$list")" = 2 ]
	[ "$(jq -r '.[1].id + " " + .[1].status' <<<"$list")" = "$ID created" ]
	[ "$(jq -r '.[0].pid' <<<"$list")" = "$(pid_of "$first")" ]
	[ "$(husk list --format=json | jq -c '.[1] | keys')" = "$(husk list -f json | jq -c '.[1] | keys')" ]
	jq -e '.[1] | has("ociVersion") and has("bundle") and has("rootfs") and has("created") and has("owner")' <<<"$list"
}

@test "list of a state root that is not there is empty and makes nothing" {
	run husk list -q
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(husk list --format json | jq -c .)" = "[]" ] || [ "$(husk list --format json | jq -c .)" = null ]
	[ ! -e "$ROOT" ]
}

@test "a record that cannot be read is broken for its container only" {
	local broken=$ID verb

	sleeps
	husk run --detach "$ID"
	bundle second
	sleeps
	husk run --detach "$ID"
	cp "$ROOT/$broken/record" "$TEST_DIR/record"
	echo '{"half":' >"$ROOT/$broken/record"

	[ "$(husk list | awk -v id="$broken" '$1 == id { print $3 }')" = broken ] ||
		[ "$(husk list | grep -F "$broken" | grep -cw broken)" = 1 ]
	[ "$(status_of)" = running ]
	for verb in state "delete --force"; do
		run husk $verb "$broken"
		[ "$status" -eq 1 ]
		[ "${#lines[@]}" -eq 1 ]
		[[ $output == *"$ROOT/$broken/record cannot be read"*"find /sys/fs/cgroup -name '*$broken*'"*"$ROOT/$broken/config.json" ]]
	done
	[ -n "$(find /sys/fs/cgroup -name "$broken*")" ] # what the message says to look for is what there is

	cp "$TEST_DIR/record" "$ROOT/$broken/record"
	[ "$(status_of "$broken")" = running ]
}

# --- the log ----------------------------------------------------------------------------------------------------------

@test "a failure is exactly one object in the JSON log, and one line on stderr" {
	local log=$TEST_DIR/log.json

	config '.mounts += [{"destination": "/x", "type": "bind", "source": "/no/such/source", "options": ["bind"]}]'
	run husk --log "$log" --log-format json run "$ID"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[ "$(jq -s length "$log")" = 1 ]
	[ "$(jq -r .level "$log")" = error ]
	date -d "$(jq -r .time "$log")" >/dev/null
	[[ $(jq -r .field "$log") == /mounts/* ]]
	[[ $output == *"$(jq -r .msg "$log")"* ]]
}

@test "success writes nothing into the JSON log" {
	config '.process.args = ["true"]'
	run husk --log "$TEST_DIR/log.json" --log-format=json run "$ID"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$TEST_DIR/log.json" ]
}

@test "the state root is made with mode 0700, and so is a container's folder" {
	sleeps
	husk create "$ID"
	[ "$(stat -c %a "$ROOT")" = 700 ]
	[ "$(stat -c %a "$ROOT/$ID")" = 700 ]
}

@test "run knows the end of its container also when the caller ignores SIGCHLD" {
	config '.process.args = ["sh", "-c", "exit 5"]'
	run /usr/bin/python3 -c 'import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
os.chdir(sys.argv[1])
os.execv(sys.argv[2], sys.argv[2:])' "$BUNDLE" "$HUSK" --root "$ROOT" run "$ID"
	[ "$status" -eq 5 ]
}
