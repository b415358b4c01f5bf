# cli.bats - the command line as far as it needs no container: help, options, spec, what is logged, exit statuses.
# shellcheck disable=SC2086,SC2154 # $verb may stand for several words; $stderr is set by run

bats_require_minimum_version 1.5.0
load helpers

VERBS="run exec create start kill pause resume update delete state list ps events explain features spec completion"

# fails STATUS TEXT ARGS...: husk ends with this status, prints nothing on stdout and one line with the text on stderr.
fails() {
	local wanted=$1 text=$2

	shift 2
	run --separate-stderr "$HUSK" --root "$ROOT" "$@"
	echo "husk $*: status $status, stdout: $output, stderr: $stderr"
	[ "$status" -eq "$wanted" ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ "$stderr" == "husk: "*"$text"* ]]
}

# --- help and version -------------------------------------------------------------------------------------------------

@test "husk alone, --help, -h and help print the same overview" {
	local form

	overview=$("$HUSK")
	for form in --help -h -help help; do
		[ "$("$HUSK" "$form")" = "$overview" ]
	done
	for form in $VERBS; do
		grep -qE "^  $form +[a-z]" <<<"$overview"
	done
}

@test "each verb has a help that goes before all else and is no wider than 80 columns" {
	local verb

	for verb in "" $VERBS; do
		run --separate-stderr "$HUSK" --root "$ROOT" $verb --help --nonsense
		[ "$status" -eq 0 ]
		[ -z "$stderr" ]
		[[ "${lines[0]}" == *husk* ]]
		[ "$(wc -L <<<"$output")" -le 80 ]
		[ "$(grep -c -- '-h, --help' <<<"$output")" -eq 1 ]
	done
	[ "$("$HUSK" help kill)" = "$("$HUSK" kill -h)" ]
}

@test "the help of each verb ends with its exit status and examples of its use" {
	local verb

	for verb in $VERBS; do
		run "$HUSK" "$verb" --help
		[[ "$output" == "Usage: husk $verb [OPTIONS]"*$'\nExit status:\n  '[0T]*$'\nExamples:\n'* ]]
		sed -n '/^Examples:/,/^$/p' <<<"$output" | grep -E "^  (\S.* )?husk (--\S+ \S+ )?$verb\b"
		! grep -q ' $' <<<"$output"
	done
}

@test "the version is said in lines that engines read" {
	run "$HUSK" --version
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == "husk version "?* ]]
	[[ "${lines[1]}" == "commit: "* ]]
	[[ "${lines[2]}" == "spec: 1.3.0" ]]
	[ "$(grep -c version <<<"$output")" -eq 1 ] # moby takes the last line with this word
	[ "$("$HUSK" -v)" = "$output" ]
	[ "$("$HUSK" -V)" = "$output" ]
}

# --- options ----------------------------------------------------------------------------------------------------------

@test "an unknown verb is named and ends with runc's status 3" {
	fails 3 'unknown verb frobnicate' frobnicate
	fails 3 'unknown verb frobnicate' help frobnicate
	fails 3 'unknown verb Create' Create
}

@test "an unknown flag is named, with where to look" {
	fails 1 'unknown flag --frob: `husk --help`' --frob list
	fails 1 'unknown flag --frob: `husk list --help`' list --frob
	fails 1 'unknown flag -frob: `husk list --help`' list -frob=1
	fails 1 'unknown flag -x: `husk delete --help`' delete -x id
}

@test "a global flag behind the verb is told where it belongs" {
	fails 1 '--root is a global flag: it must stand before the verb' list --root /x
	fails 1 '--debug is a global flag: it must stand before the verb' create --debug id
}

@test "a flag without its value says so in the words that podman looks for" {
	fails 1 'flag needs an argument: --bundle' create --bundle
	fails 1 'flag needs an argument: --log' --log
}

@test "values are checked" {
	fails 1 '--preserve-fds: a number from 0 to 2147483647 is needed, not two' create --preserve-fds two id
	fails 1 '--format: table|json is needed, not xml' list --format xml
	fails 1 '--log-format: text|json is needed, not xml' --log-format xml list
	fails 1 '--keep: true or false is needed, not maybe' run --keep=maybe id
	fails 1 '--bundle must not be empty' create --bundle= id
	fails 1 'bash|zsh|fish is needed, not tcsh' completion tcsh
	[ "$stderr" = "husk: bash|zsh|fish is needed, not tcsh" ]
}

@test "each verb takes exactly its arguments" {
	local verb

	for verb in create run start state kill delete; do
		fails 1 "ID is missing: \`husk $verb --help\`" "$verb"
		fails 1 "ID must not be empty" "$verb" ""
	done
	for verb in "create a" "run a" "start a" "state a" "kill a 9" "delete a" "explain a"; do
		fails 1 "too many arguments: b" $verb b
		fails 1 "--force stands too late: flags come before the arguments" $verb --force
	done
	for verb in list spec features; do
		fails 1 "too many arguments: b" "$verb" b
	done
	[ ! -e "$ROOT" ]
}

@test "cgroup managers that are none are refused, not ignored" {
	fails 1 '--cgroup-manager: cgroupfs|systemd|disabled is needed, not systemctl' --cgroup-manager systemctl list
	fails 1 '--systemd-helper x: an absolute path is needed' --systemd-helper x list
	"$HUSK" --root "$ROOT" --systemd-cgroup list
	"$HUSK" --root "$ROOT" --cgroup-manager disabled list
	"$HUSK" --root "$ROOT" --cgroup-manager cgroupfs --systemd-cgroup=false --rootless=auto list
}

@test "--rootless is accepted in each form that engines send, and changes nothing" {
	local form

	for form in --rootless=true --rootless=false --rootless=auto "--rootless true" "--rootless auto" -rootless=false; do
		[ "$("$HUSK" --root "$ROOT" $form list)" = "$("$HUSK" --root "$ROOT" list)" ]
	done
	[ "$("$HUSK" --rootless=true explain --bundle "$BUNDLE" id)" = "$("$HUSK" explain --bundle "$BUNDLE" id)" ]
	fails 1 '--rootless: true|false|auto is needed, not yes' --rootless=yes list
	fails 1 'flag needs an argument: --rootless' --rootless
}

@test "--root that is the root directory is refused under every name" {
	local name

	ln -s / "$TEST_DIR/link"
	for name in / // /. /.. /etc/.. "$TEST_DIR/link"; do
		fails 1 '--root must not be /' --root "$name" list
	done
	cd /
	fails 1 '--root must not be /' --root . list
	fails 1 '--root must not be /' --root x/.. list
}

@test "without --root the containers of who is not root are below XDG_RUNTIME_DIR" {
	root_of() {
		"$@" "$HUSK" explain --bundle "$BUNDLE" id 2>/dev/null | sed -n 's/^mkdir -p -m 700 //p'
	}
	[ "$(XDG_RUNTIME_DIR=/x root_of env)" = /run/husk/id ]
	[ "$(XDG_RUNTIME_DIR=/x root_of setpriv --reuid 1000 --regid 1000 --clear-groups)" = /x/husk/id ]
}

@test "fault injection is not in the shipped program" {
	[[ "$("$HUSK" create --help)" != *fail-at* ]] || skip "a test build"
	fails 1 'unknown flag --fail-at' create --fail-at 3 id
}

# --- ids and signals --------------------------------------------------------------------------------------------------

@test "a bad id is refused before any effect" {
	local verb id

	for id in . .. a/b ../x 'a b' 'a@b' "$(printf 'a\nb')" ä "$(printf 'a%.0s' {1..300})"; do
		for verb in create run start state kill delete "delete --force"; do
			fails 1 "" $verb "$id"
		done
	done
	[ ! -e "$ROOT" ]
}

@test "an id that is not there is an error but for delete --force" {
	fails 1 'does not exist' state nosuch
	fails 1 'does not exist' start nosuch
	fails 1 'does not exist' kill nosuch
	fails 1 'does not exist' delete nosuch
	run "$HUSK" --root "$ROOT" delete --force nosuch
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -e "$ROOT" ]
}

@test "signals are known by number and by every name" {
	local signal

	for signal in 1 9 34 64 TERM term SIGTERM SigTerm HUP INT QUIT ILL TRAP ABRT IOT BUS FPE KILL USR1 SEGV USR2 PIPE \
		ALRM STKFLT CHLD CLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO POLL PWR SYS RTMIN SIGRTMIN \
		rtmin+0 RTMIN+30 RTMAX SIGRTMAX-14 RTMAX-30; do
		fails 1 'does not exist' kill nosuch "$signal"
	done
	for signal in 65 -1 +9 9x 1e1 SIG SIG9 FOO TER RTMIN+31 RTMIN-1 RTMIN+ RTMAX+1 RTMAX-31 18446744073709551625; do
		fails 1 "unknown signal $signal" kill nosuch "$signal"
	done
}

# --- output -----------------------------------------------------------------------------------------------------------

@test "list of nothing is a head, an empty array, or nothing, and makes nothing" {
	[ "$("$HUSK" --root "$ROOT" list)" = "ID   PID   STATUS   BUNDLE   CREATED   OWNER" ]
	[ "$("$HUSK" --root "$ROOT" list -f json | jq -c .)" = "[]" ]
	[ -z "$("$HUSK" --root "$ROOT" list -q)" ]
	[ ! -e "$ROOT" ]
}

@test "output that cannot be written is an error" {
	local verb

	for verb in features list --version --help; do
		run bash -c '"$1" --root "$2" $3 2>&1 >/dev/full' - "$HUSK" "$ROOT" "$verb"
		[ "$status" -eq 1 ]
		[ "$output" = "husk: cannot write to stdout: no space left on device" ]
	done
}

@test "with stdin, stdout and stderr closed nothing of husk takes their place" {
	"$HUSK" --root "$ROOT" --log "$TEST_DIR/log" state nosuch <&- >&- 2>&- || status=$?
	[ "$status" -eq 1 ]
	[ "$(wc -l <"$TEST_DIR/log")" -eq 1 ]
	"$HUSK" spec --bundle "$TEST_DIR" <&- >&- 2>&-
	[ "$(jq -r .ociVersion "$TEST_DIR/config.json")" = 1.3.0 ]
}

# --- spec -------------------------------------------------------------------------------------------------------------

@test "spec writes config.json with the caller's umask and nothing beside it" {
	mkdir "$TEST_DIR/new"
	(umask 027 && "$HUSK" spec --bundle "$TEST_DIR/new")
	[ "$(stat -c %a "$TEST_DIR/new/config.json")" = 640 ]
	[ "$(ls -A "$TEST_DIR/new")" = config.json ]
	[ "$(jq -r .ociVersion "$TEST_DIR/new/config.json")" = 1.3.0 ]
	[ -z "$(tail -c 1 "$TEST_DIR/new/config.json")" ]
}

@test "spec --file writes another file, of the bundle or anywhere" {
	mkdir "$TEST_DIR/new"
	"$HUSK" spec --bundle "$TEST_DIR/new" --file other.json
	"$HUSK" spec -b "$TEST_DIR/new" -f "$TEST_DIR/anywhere.json"
	[ "$(ls -A "$TEST_DIR/new")" = other.json ]
	cmp "$TEST_DIR/new/other.json" "$TEST_DIR/anywhere.json"
	fails 1 "$TEST_DIR/anywhere.json exists already" spec --file "$TEST_DIR/anywhere.json"
}

@test "spec --rootless asks for a user namespace, spec alone does not" {
	mkdir "$TEST_DIR/user" "$TEST_DIR/root"
	"$HUSK" spec --rootless -b "$TEST_DIR/user"
	"$HUSK" spec -b "$TEST_DIR/root"
	[ "$(jq '.linux.namespaces | any(.type == "user")' "$TEST_DIR/user/config.json")" = true ]
	[ "$(jq '.linux.namespaces | any(.type == "user")' "$TEST_DIR/root/config.json")" = false ]
}

@test "spec overwrites nothing, not even a link that leads nowhere" {
	mkdir "$TEST_DIR/full" "$TEST_DIR/linked"
	echo mine >"$TEST_DIR/full/config.json"
	ln -s nowhere "$TEST_DIR/linked/config.json"
	fails 1 "$TEST_DIR/full/config.json exists already: remove it first" spec -b "$TEST_DIR/full"
	fails 1 "$TEST_DIR/linked/config.json exists already: remove it first" spec -b "$TEST_DIR/linked"
	[ "$(cat "$TEST_DIR/full/config.json")" = mine ]
	[ "$(find "$TEST_DIR/full" "$TEST_DIR/linked" ! -type d | wc -l)" -eq 2 ]
	[ ! -e "$TEST_DIR/linked/nowhere" ]
}

@test "spec says why it cannot write" {
	fails 1 "cannot write $TEST_DIR/nosuch/config.json: no such file or directory" spec -b "$TEST_DIR/nosuch"
	fails 1 "cannot write /proc/config.json: " spec -b /proc
}

# --- what is logged ---------------------------------------------------------------------------------------------------

@test "an error is one line on stderr, and one JSON object in the log" {
	fails 1 'does not exist' --log "$TEST_DIR/log" --log-format json state nosuch
	[ "$(wc -l <"$TEST_DIR/log")" -eq 1 ]
	[ "$(jq -r .level "$TEST_DIR/log")" = error ]
	[[ "$(jq -r .msg "$TEST_DIR/log")" == *"does not exist"* ]]
	jq -r .time "$TEST_DIR/log" | grep -xE '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z'
	date -d "$(jq -r .time "$TEST_DIR/log")"
	[ "$(jq -r .errno "$TEST_DIR/log")" = ENOENT ]
	[ "$(stat -c %a "$TEST_DIR/log")" = 644 ]
}

@test "an error of the command line is logged too" {
	fails 1 'unknown flag --frob' --log "$TEST_DIR/log" --log-format=json create --frob id
	[[ "$(jq -r .msg "$TEST_DIR/log")" == "unknown flag --frob"* ]]
}

@test "the log is appended to, and success writes nothing" {
	echo '{"mine": 1}' >"$TEST_DIR/log"
	"$HUSK" --root "$ROOT" --log "$TEST_DIR/log" --log-format json list
	[ "$(wc -l <"$TEST_DIR/log")" -eq 1 ]
	fails 1 '' --log "file:$TEST_DIR/log" --log-format json state nosuch
	fails 1 '' --log "$TEST_DIR/log" state nosuch
	[ "$(wc -l <"$TEST_DIR/log")" -eq 3 ]
	tail -n 1 "$TEST_DIR/log" | grep -E '^time="[^"]+" level=error msg=".*does not exist.*"$'
}

@test "beside a log stderr is the process's alone: warnings are in the log" {
	config '.process.capabilities.bounding += ["CAP_NO_SUCH"] | .process.args = ["sh", "-c", "echo mine >&2"]'
	run --separate-stderr "$HUSK" --root "$ROOT" --log "$TEST_DIR/log" --log-format json run --bundle "$BUNDLE" "$ID"
	[ "$status" -eq 0 ]
	[ "$stderr" = mine ]
	[ "$(jq -r '.level, .warnings[]' "$TEST_DIR/log" | grep -c -e '^warning$' -e CAP_NO_SUCH)" -eq 2 ]
	run --separate-stderr "$HUSK" --root "$ROOT" --log "$TEST_DIR/text" run --bundle "$BUNDLE" "$ID"
	[ "$stderr" = mine ]
	grep 'level=warning.*CAP_NO_SUCH' "$TEST_DIR/text"
	run --separate-stderr "$HUSK" --root "$ROOT" run --bundle "$BUNDLE" "$ID"
	[[ $stderr == *mine* ]]
	[[ $stderr == *"warning: "*CAP_NO_SUCH* ]]
}

@test "warnings of run and exec in the foreground come when the process runs, and not at its end" {
	config '.process.capabilities.bounding += ["CAP_NO_SUCH"] | .process.args = ["sleep", "1000"]'
	husk_background run "$ID"
	until_true 20 grep -q "^warning: .*CAP_NO_SUCH" "$ERR"
	husk --log "$TEST_DIR/log" --log-format json exec "$ID" sleep 1000 >/dev/null 2>&1 3>&- &
	until_true 20 grep -q "warning.*CAP_NO_SUCH" "$TEST_DIR/log"
	husk kill "$ID" KILL
	wait $! "$RUNTIME" || true
	[ "$(wc -l <"$ERR")" -eq 1 ]
	[ "$(wc -l <"$TEST_DIR/log")" -eq 1 ]

	config '.process.args = ["/etc/passwd"]' # a process that never runs: an error is one line
	run husk run "$ID"
	[[ $output == "husk: "*"permission denied" ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "who does not read the warnings of run holds up no signal: they come at the end" {
	config '.process.capabilities.bounding += ["CAP_NO_SUCH"] | .root.readonly = false |
		.process.args = ["sh", "-c", "trap \"touch /caught; exit 5\" TERM; touch /ready; while :; do sleep 0.05; done"]'
	mkfifo "$TEST_DIR/pipe"
	exec 4<>"$TEST_DIR/pipe"
	timeout 0.2 yes >&4 || true # until it is full
	(cd "$BUNDLE" && HUSK_TEST=$HUSK_TEST_NAME exec "$HUSK" --root "$ROOT" run "$ID") </dev/null >/dev/null 2>&4 3>&- 4>&- &
	until_true 20 test -e "$ROOTFS/ready"
	kill -TERM $!
	until_true 20 test -e "$ROOTFS/caught"
	timeout 5 grep -m 1 "^warning: .*CAP_NO_SUCH" <&4
	wait $! || [ $? -eq 5 ]
}

@test "without a log file the object is what stderr gets" {
	run --separate-stderr "$HUSK" --root "$ROOT" --log-format json state nosuch
	[ "$status" -eq 1 ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[ "$(jq -r .level <<<"$stderr")" = error ]
}

@test "a log that cannot be written, or has no name, is an error" {
	fails 1 "cannot open the log file $TEST_DIR/nosuch/log: no such file or directory" --log "$TEST_DIR/nosuch/log" list
	fails 1 "--log file:: a name is needed behind the colon" --log file: list
	fails 1 "--log journald:: a name is needed behind the colon" --log journald: list
	fails 1 "--log syslog:: a name is needed behind the colon" --log syslog: list
}

@test "names that hold newlines and escape sequences make neither lines nor colours" {
	fails 1 'unknown flag --a b [31m' --log "$TEST_DIR/log" --log-format json list "$(printf -- '--a\nb\e[31m')"
	[ "$(wc -l <"$TEST_DIR/log")" -eq 1 ]
	fails 3 'unknown verb' --log "$TEST_DIR/log" --log-format json "$(printf 'x"\\\xff')"
	[ "$(tail -n 1 "$TEST_DIR/log" | jq -r .msg)" = "$(printf 'unknown verb x"\\\xef\xbf\xbd: `husk --help` lists the known ones')" ]
}
