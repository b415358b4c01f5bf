# seccomp.bats - linux.seccomp: what each action does to a system call, when the filter comes, and what it does not hit.
# bats file_tags=p:linux:seccomp

load helpers

setup_file() {
	gcc -O2 -static -pthread -o "$BATS_FILE_TMPDIR/try" "$BATS_TEST_DIRNAME/try.c"
}

setup() {
	bundle
	cp "$BATS_FILE_TMPDIR/try" "$ROOTFS/bin/try"
}

# profile DEFAULT [RULE...]: the profile, its action and its rules as JSON without the brackets and the prefixes of names:
#   profile ALLOW '"names": ["sync"], "action": "ERRNO", "errnoRet": 7'
profile() {
	local default=$1 rules=()

	shift
	[ $# -eq 0 ] || mapfile -t rules < <(printf '{%s}\n' "$@")
	printf '%s\n' "${rules[@]}" | jq -s --arg default "SCMP_ACT_$default" '{defaultAction: $default, syscalls:
		map(.action |= "SCMP_ACT_" + . | if .args then .args[].op |= "SCMP_CMP_" + . else . end)}' >"$TEST_DIR/profile"
	config --slurpfile profile "$TEST_DIR/profile" '.linux.seccomp = $profile[0]'
}

# try WORDS...: by the program of try.c in the container.
try() {
	config --argjson words "$(jq -n '$ARGS.positional' --args -- "$@")" '.process.args = ["try"] + $words'
	run husk run "$ID"
	echo "try $*: status $status, $output"
}

# try_is WORDS OUTPUT
try_is() {
	# shellcheck disable=SC2086 # words
	try $1
	[ "$output" = "$2" ]
}

# --- actions ----------------------------------------------------------------------------------------------------------

# bats test_tags=p:linux:seccomp:defaultAction,p:linux:seccomp:syscalls:names,p:linux:seccomp:syscalls:action
@test "SCMP_ACT_ERRNO: the calls that are named fail with EPERM, and others do not" {
	profile ALLOW '"names": ["getppid", "sched_yield"], "action": "ERRNO"'
	try_is getppid "getppid: errno 1"
	try_is sched_yield "sched_yield: errno 1"
	try_is sync "sync: ok"
}

# bats test_tags=p:linux:seccomp:syscalls:errnoRet,p:linux:seccomp:defaultErrnoRet
@test "errnoRet and defaultErrnoRet are the errno" {
	profile ALLOW '"names": ["sync"], "action": "ERRNO", "errnoRet": 77' '"names": ["getppid"], "action": "ERRNO", "errnoRet": 0'
	try_is sync "sync: errno 77"
	try_is getppid "getppid: ok" # and returns 0, which no child of a pid namespace sees else
	allow_to_run
	config '.linux.seccomp.defaultErrnoRet = 99'
	try_is sync "sync: errno 99"
}

# A profile that denies all but what the program needs to live.
allow_to_run() {
	profile ERRNO "\"action\": \"ALLOW\", \"names\": [\"execve\", \"exit_group\", \"write\", \"brk\", \"mprotect\", \"arch_prctl\",
		\"set_tid_address\", \"set_robust_list\", \"rseq\", \"prlimit64\", \"readlinkat\", \"readlink\", \"getrandom\", \"rt_sigaction\",
		\"rt_sigreturn\", \"faccessat2\"${1:+, $1}]"
}

# bats test_tags=p:linux:seccomp:syscalls:action
@test "SCMP_ACT_KILL_PROCESS ends the process with SIGSYS, all its threads" {
	profile ALLOW '"names": ["sync"], "action": "KILL_PROCESS"'
	try sync
	[ "$status" -eq 159 ]
	[ -z "$output" ]
	try thread sync
	[ "$status" -eq 159 ]
	[ -z "$output" ]
}

# bats test_tags=p:linux:seccomp:syscalls:action
@test "SCMP_ACT_KILL and SCMP_ACT_KILL_THREAD end the thread alone" {
	local action

	for action in KILL KILL_THREAD; do
		profile ALLOW "\"names\": [\"sync\"], \"action\": \"$action\""
		try sync
		[ "$status" -eq 159 ]
		[ -z "$output" ]
		try_is "thread sync" "the first thread: lives on"
	done
}

# bats test_tags=p:linux:seccomp:syscalls:action
@test "SCMP_ACT_TRAP is a SIGSYS that the process may catch" {
	profile ALLOW '"names": ["sync"], "action": "TRAP"'
	try sync
	[[ $output == "sync: SIGSYS of call "[1-9]* ]]
}

# bats test_tags=p:linux:seccomp:syscalls:action,p:linux:seccomp:syscalls:errnoRet
@test "SCMP_ACT_TRACE asks a tracer, with the errno as its message; without one the call is not there" {
	profile ALLOW '"names": ["sync"], "action": "TRACE", "errnoRet": 1234'
	try_is "traced sync" $'the tracer: is given 1234\nsync: ok'
	try_is sync "sync: errno 38"
}

# bats test_tags=p:linux:seccomp:syscalls:action
@test "SCMP_ACT_LOG lets the call pass" {
	profile ALLOW '"names": ["sync"], "action": "LOG"'
	try_is sync "sync: ok"
}

# bats test_tags=p:linux:seccomp:defaultAction,p:linux:seccomp:syscalls:action
@test "SCMP_ACT_ALLOW lets pass what the default denies" {
	allow_to_run '"getppid"'
	try_is getppid "getppid: ok"
	try_is getpgid "getpgid: errno 1"
}

# bats test_tags=p:linux:seccomp:defaultAction
@test "a call that is newer than the profile is not there where the default denies, and meets the default where not" {
	allow_to_run
	try_is newer "newer: errno 38"
	profile LOG '"names": ["sync"], "action": "ERRNO"'
	try_is newer "newer: errno 38" # by the kernel
	profile TRAP '"names": ["sync"], "action": "ALLOW"'
	config '.linux.seccomp.syscalls[0].names = ["execve", "exit_group", "write", "brk", "mprotect", "arch_prctl",
		"set_tid_address", "set_robust_list", "rseq", "prlimit64", "readlinkat", "readlink", "getrandom", "rt_sigaction"]'
	try_is newer "newer: errno 38"
	try getppid
	[[ $output == "getppid: SIGSYS of call "* ]]
}

# bats test_tags=p:linux:seccomp:syscalls:names
@test "names that no architecture has are left out" {
	profile ALLOW '"names": ["frobnicate", "sync"], "action": "ERRNO"'
	try_is sync "sync: errno 1"
	run husk --debug run "$ID"
	[[ $output == *"/linux/seccomp/syscalls/0/names/0: libseccomp knows no system call frobnicate, left out"* ]]
}

# --- arguments --------------------------------------------------------------------------------------------------------

# with_argument OP VALUE VALUE_TWO: personality fails with 77 where that holds for its first argument
with_argument() {
	profile ALLOW "\"names\": [\"personality\"], \"action\": \"ERRNO\", \"errnoRet\": 77,
		\"args\": [{\"index\": 0, \"op\": \"$1\", \"value\": $2, \"valueTwo\": $3}]"
}

# bats test_tags=p:linux:seccomp:syscalls:args:op,p:linux:seccomp:syscalls:args:value,p:linux:seccomp:syscalls:args:valueTwo
@test "each of the seven operators compares as it says" {
	local op value two holds fails

	while read -r op value two holds fails; do
		with_argument "$op" "$value" "$two"
		try_is "personality $holds" "personality: errno 77"
		try_is "personality $fails" "personality: ok"
	done <<-'OPERATORS'
		EQ        8     0  8          0
		NE        8     0  0          8
		LT        8     0  0          8
		LE        7     0  0          8
		GE        8     0  8          0
		GT        0     0  8          0
		MASKED_EQ 15    8  8          0
	OPERATORS
}

# bats test_tags=p:linux:seccomp:syscalls:args:index,p:linux:seccomp:syscalls:args:value
@test "arguments are compared with all their 64 bits, by their index" {
	profile ALLOW '"names": ["getppid"], "action": "ERRNO", "args": [{"index": 5, "op": "EQ", "value": 4294967301}]'
	try_is "getppid 0 0 0 0 0 0x100000005" "getppid: errno 1"
	try_is "getppid 0 0 0 0 0 5" "getppid: ok"
	try_is "getppid 0 0 0 0 0 0x200000005" "getppid: ok"
	try_is "getppid 0 0 0 0 0x100000005 0" "getppid: ok"
}

# bats test_tags=p:linux:seccomp:syscalls:args:index
@test "all comparisons of a rule must hold; one argument twice means either" {
	profile ALLOW '"names": ["getppid"], "action": "ERRNO",
		"args": [{"index": 0, "op": "EQ", "value": 1}, {"index": 1, "op": "EQ", "value": 2}]'
	try_is "getppid 1 2" "getppid: errno 1"
	try_is "getppid 1 3" "getppid: ok"
	profile ALLOW '"names": ["getppid"], "action": "ERRNO",
		"args": [{"index": 0, "op": "EQ", "value": 1}, {"index": 0, "op": "EQ", "value": 2}]'
	try_is "getppid 1" "getppid: errno 1"
	try_is "getppid 2" "getppid: errno 1"
	try_is "getppid 3" "getppid: ok"
}

# --- architectures ----------------------------------------------------------------------------------------------------

needs_x86_64() {
	[ "$(uname -m)" = x86_64 ] || skip "not an x86_64"
}

# bats test_tags=p:linux:seccomp:architectures
@test "i386 calls are killed unless SCMP_ARCH_X86 is named; then its own numbers count" {
	needs_x86_64
	profile ALLOW '"names": ["getppid"], "action": "ERRNO", "errnoRet": 77'
	try 32 20 # getpid of i386
	[ "$status" -eq 159 ]
	config '.linux.seccomp.architectures = ["SCMP_ARCH_X86"]'
	try 32 20
	[ "$status" -ne 159 ] || skip "this kernel runs no i386 programs"
	[ "$output" = "i386: ok" ]
	try_is "32 64" "i386: errno 77" # getppid of i386
	try_is getppid "getppid: errno 77" # the machine's own architecture need not be named
}

# bats test_tags=p:linux:seccomp:architectures
@test "calls with the bit of x32 are killed unless SCMP_ARCH_X32 is named" {
	needs_x86_64
	profile ALLOW '"names": ["getppid"], "action": "ERRNO", "errnoRet": 77'
	try x32 getppid
	[ "$status" -eq 159 ]
	config '.linux.seccomp.architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"]'
	try_is "x32 getppid" "getppid: errno 77"
}

# --- what is refused --------------------------------------------------------------------------------------------------

# refused FIELD WORDS JQ: a profile changed by JQ is an error that names the field, before anything is made.
refused() {
	profile ALLOW '"names": ["sync"], "action": "ERRNO", "args": [{"index": 0, "op": "EQ", "value": 1}]'
	config ".linux.seccomp$3"
	run husk run "$ID"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == "husk: config.json:"*": /linux/seccomp$1: "*"$2"* ]]
	[ ! -e "$ROOT" ]
}

# bats test_tags=p:linux:seccomp:defaultAction,p:linux:seccomp:defaultErrnoRet,p:linux:seccomp:architectures,p:linux:seccomp:flags,p:linux:seccomp:syscalls:names,p:linux:seccomp:syscalls:action,p:linux:seccomp:syscalls:errnoRet,p:linux:seccomp:syscalls:args:index,p:linux:seccomp:syscalls:args:op,p:linux:seccomp:listenerMetadata
@test "what the specification does not know is refused, and the field named" {
	refused /defaultAction "is no action" '.defaultAction = "SCMP_ACT_DENY"'
	refused /defaultErrnoRet "SCMP_ACT_ALLOW has no errno" '.defaultErrnoRet = 1'
	refused /architectures/1 "is no architecture" '.architectures = ["SCMP_ARCH_X86", "SCMP_ARCH_VAX"]'
	refused /architectures/0 "is not known to the libseccomp" '.architectures = ["SCMP_ARCH_SHEB"]'
	refused /flags/0 "is no flag" '.flags = ["SECCOMP_FILTER_FLAG_NEW_LISTENER"]'
	refused /syscalls/0/names "is empty" '.syscalls[0].names = []'
	refused /syscalls/0/action "is no action" '.syscalls[0].action = "ERRNO"'
	refused /syscalls/0/errnoRet "SCMP_ACT_LOG has no errno" '.syscalls[0] += {action: "SCMP_ACT_LOG", errnoRet: 0}'
	refused /syscalls/0/errnoRet "out of range" '.syscalls[0].errnoRet = 4095'
	refused /syscalls/0/args/0/index "out of range" '.syscalls[0].args[0].index = 6'
	refused /syscalls/0/args/0/op "is no operator" '.syscalls[0].args[0].op = "SCMP_CMP_ALMOST"'
	refused /listenerMetadata "only allowed beside" '.listenerMetadata = "x"'
	refused /syscalls/0/action "needs /linux/seccomp/listenerPath" '.syscalls[0].action = "SCMP_ACT_NOTIFY"'
}

@test "a profile that is too large for the kernel is refused before anything is made" {
	local names

	names=$(jq -n '[range(300) | "frobnicate\(.)"]')
	profile ALLOW '"names": ["sync"], "action": "ERRNO"'
	config --argjson names "$names" '.linux.seccomp.syscalls = [range(2000) as $i | {names: (["getppid"] + $names[:1]),
		action: "SCMP_ACT_ERRNO", args: [{index: ($i % 6), value: (4294967296 * $i + $i), op: "SCMP_CMP_EQ"}]}]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/seccomp: is too large"* ]]
	[ ! -e "$ROOT" ]
}

# --- when it is loaded ------------------------------------------------------------------------------------------------

status_lines() {
	run_in 'grep -E "^(NoNewPrivs|Seccomp|Seccomp_filters|CapPrm|CapEff):" /proc/self/status' | tr -d '\t'
}

@test "one filter is in force, with noNewPrivileges and without, and no capability is left for it" {
	profile ALLOW
	config '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {} | .process.noNewPrivileges = true'
	run status_lines
	[ "$output" = $'CapPrm:0000000000000000\nCapEff:0000000000000000\nNoNewPrivs:1\nSeccomp:2\nSeccomp_filters:1' ]
	config '.process.noNewPrivileges = false'
	run status_lines
	[ "$output" = $'CapPrm:0000000000000000\nCapEff:0000000000000000\nNoNewPrivs:0\nSeccomp:2\nSeccomp_filters:1' ]
	config '.process.user = {uid: 0, gid: 0} | .process.capabilities = {bounding: ["CAP_KILL"]}'
	run status_lines # of root, who gets what the bounding set allows at execve
	[ "$output" = $'CapPrm:0000000000000020\nCapEff:0000000000000020\nNoNewPrivs:0\nSeccomp:2\nSeccomp_filters:1' ]
}

@test "in a user namespace, without noNewPrivileges, the filter is in force" {
	profile ALLOW '"names": ["sync"], "action": "ERRNO"'
	config '.linux.namespaces += [{type: "user"}] | .process.noNewPrivileges = false
		| .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	chmod 755 "$BUNDLE"
	try_is sync "sync: errno 1"
}

@test "husk needs nothing that the profile denies: execve and what the program itself calls are enough" {
	allow_to_run
	config '.linux.seccomp.defaultAction = "SCMP_ACT_KILL_PROCESS" | .process.noNewPrivileges = false
		| .process.user = {uid: 1000, gid: 1000} | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 10, hard: 10}]'
	try getpgid
	[ "$status" -eq 159 ] # by the program's own call
	allow_to_run '"getpgid"'
	config '.linux.seccomp.defaultAction = "SCMP_ACT_KILL_PROCESS"'
	try_is getpgid "getpgid: ok"
}

@test "why execve failed is told under a filter that kills at any other call, by run and by start" {
	profile KILL_PROCESS '"names": ["execve", "openat2"], "action": "ALLOW"' # openat2: above it, calls would get ENOSYS
	printf '#!/nonexistent' >"$ROOTFS/bin/broken" # a better word than ENOENT would need a look into it, which kills
	chmod 755 "$ROOTFS/bin/broken"
	config '.process.args = ["broken"]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'/process/args/0: cannot execute /bin/broken: no such file or directory'* ]]
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'/process/args/0: cannot execute /bin/broken: no such file or directory'* ]]
	nothing_left_of "$ID"
}

@test "a filter that denies execve is an error of run" {
	profile ALLOW '"names": ["execve", "execveat"], "action": "ERRNO", "errnoRet": 13'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/process/args/0"*"permission denied"* ]]
}

@test "startContainer hooks run under the filter, and hooks of the host do not" {
	profile ALLOW '"names": ["sync"], "action": "ERRNO", "errnoRet": 77'
	config '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "grep Seccomp: /proc/self/status; try sync; exit 3"]}]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/hooks/startContainer/0: "*"exit status 3: Seccomp:"*2*"sync: errno 77"* ]]
	config '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "grep Seccomp: /proc/self/status; exit 3"]}]}'
	run husk run "$ID"
	[[ $output == *"exit status 3: Seccomp:"*0* ]]
}

@test "what husk does around startContainer hooks is not hit by the filter" {
	profile ALLOW '"names": ["pipe2", "clone3", "memfd_create", "waitid", "setpgid", "close_range", "poll", "ppoll", "seccomp",
		"capset", "fchdir", "accept4", "sendmsg", "recvmsg", "pidfd_send_signal"], "action": "KILL_PROCESS"'
	config '.hooks.startContainer = [{path: "/bin/true"}, {path: "/bin/try", args: ["try", "sync"]}]'
	try_is getpgid "getpgid: ok"
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 0 ]
	until_true 5 is_stopped
	[ "$(cat "$OUT")" = "getpgid: ok" ]
}

@test "a config without a process is made, and its profile is checked all the same" {
	profile ALLOW
	config 'del(.process)'
	husk create "$ID"
	[ "$(status_of)" = created ]
	husk delete --force "$ID"
	config '.linux.seccomp.defaultAction = "x"'
	run husk create "$ID"
	[ "$status" -eq 1 ]
}

# --- flags ------------------------------------------------------------------------------------------------------------

# The flags that husk hands to seccomp(2) with the program.
flags_used() {
	at_bundle strace -f -qq -e trace=seccomp -o "$TEST_DIR/strace" "$HUSK" --root "$ROOT" run "$ID" >/dev/null
	sed -n 's/.*SET_MODE_FILTER, \([^,]*\), {len=.*/\1/p' "$TEST_DIR/strace"
}

# bats test_tags=p:linux:seccomp:flags
@test "the flags are handed to the kernel; without the list it is SPEC_ALLOW, with an empty one none" {
	command -v strace >/dev/null || skip "no strace here"
	profile ALLOW
	config '.process.args = ["true"]'
	[ "$(flags_used)" = SECCOMP_FILTER_FLAG_SPEC_ALLOW ]
	config '.linux.seccomp.flags = []'
	[ "$(flags_used)" = 0 ]
	config '.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"]'
	[ "$(flags_used)" = "SECCOMP_FILTER_FLAG_TSYNC|SECCOMP_FILTER_FLAG_LOG" ]
}

# bats test_tags=p:linux:seccomp:flags
@test "each flag that features lists as supported is taken" {
	local flag

	profile ALLOW '"names": ["sync"], "action": "ERRNO"'
	for flag in $(husk features | jq -r '.linux.seccomp.supportedFlags[]'); do
		config --arg flag "$flag" '.linux.seccomp.flags = [$flag]'
		try_is sync "sync: errno 1"
	done
}

@test "each action, operator and architecture that features lists is taken" {
	local seccomp

	seccomp=$(husk features | jq .linux.seccomp)
	[ "$(jq '.enabled and (.actions | length) == 9 and (.operators | length) == 7' <<<"$seccomp")" = true ]
	profile ALLOW
	config --argjson can "$seccomp" '.linux.seccomp += {architectures: $can.archs, syscalls: (
		[$can.actions[] | select(. != "SCMP_ACT_NOTIFY") | {names: ["sync"], action: ., args: [{index: 0, value: 99, op: "SCMP_CMP_EQ"}]}][:1]
		+ [$can.operators[] | {names: ["getppid"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 99, valueTwo: 98, op: .}]}])}'
	try_is sync "sync: ok"
}

# --- the cache --------------------------------------------------------------------------------------------------------

entries() {
	(cd "$ROOT/@seccomp" && stat -c '%n %i %a' -- * 2>/dev/null)
}

# A first start makes the state root, and only what is there has a cache.
start_twice() {
	try "$@"
	try "$@"
}

@test "a program is compiled once, and another profile has its own" {
	local first

	profile ALLOW '"names": ["sync"], "action": "ERRNO"'
	start_twice sync
	[ "$(stat -c '%a %u' "$ROOT/@seccomp")" = "700 0" ]
	first=$(entries)
	[ "$(wc -l <<<"$first")" -eq 1 ]
	try_is sync "sync: errno 1"
	[ "$(entries)" = "$first" ]
	profile ALLOW '"names": ["sync"], "action": "ERRNO", "errnoRet": 7'
	try_is sync "sync: errno 7"
	[ "$(entries | wc -l)" -eq 2 ]
	husk list # which knows that it is no container
	[ -z "$(husk list -q)" ]
}

@test "a damaged entry is compiled again" {
	local entry

	profile ALLOW '"names": ["sync"], "action": "ERRNO"'
	start_twice sync
	entry=$(echo "$ROOT"/@seccomp/*)
	printf '\0\0\0\0' | dd of="$entry" bs=1 seek=40 conv=notrunc status=none
	cp "$entry" "$TEST_DIR/damaged"
	try_is sync "sync: errno 1"
	run cmp "$entry" "$TEST_DIR/damaged"
	[ "$status" -eq 1 ]
	: >"$entry"
	try_is sync "sync: errno 1"
	[ -s "$entry" ]
}

# Whoever could have written there could let the container do anything.
@test "a cache that others could have written is neither read nor written, and no error" {
	local entry

	profile ALLOW '"names": ["sync"], "action": "ERRNO"'
	start_twice sync
	entry=$(echo "$ROOT"/@seccomp/*)
	rm "$entry"
	chmod 777 "$ROOT/@seccomp"
	try_is sync "sync: errno 1"
	[ ! -e "$entry" ]
	chmod 700 "$ROOT/@seccomp"
	chown 1000 "$ROOT/@seccomp"
	try_is sync "sync: errno 1"
	[ ! -e "$entry" ]
	rmdir "$ROOT/@seccomp"
	mkdir -m 700 "$TEST_DIR/elsewhere"
	ln -s "$TEST_DIR/elsewhere" "$ROOT/@seccomp"
	try_is sync "sync: errno 1"
	[ -z "$(ls -A "$TEST_DIR/elsewhere")" ]
}

# --- a real profile ---------------------------------------------------------------------------------------------------

@test "under the profile of containers a shell works, and what it denies is denied" {
	local profiled=$BUNDLE

	[ -e /usr/share/containers/seccomp.json ] || skip "the package golang-github-containers-common is not there"
	bundle docker b2
	cp "$profiled/rootfs/bin/try" "$ROOTFS/bin/try"
	run run_in 'echo a | tr a b; ls / | wc -l; (sleep 0 & wait); try reboot; try personality 1; try personality 8
		try newer; try getpgid'
	echo "$output"
	[ "${lines[0]}" = b ]
	[ "$(printf '%s\n' "${lines[@]:2}")" = "reboot: errno 1
personality: errno 38
personality: ok
newer: errno 38
getpgid: ok" ]
}
