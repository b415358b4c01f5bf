# process.bats - process: who runs, as whom, where, with what rights and limits; and the words when it cannot be.

load helpers

status_line() {
	grep "^$1:" | cut -f 2
}

# --- args -------------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:args,p:process:env
@test "a name is looked for in PATH of env, and a path is used as it is" {
	mkdir "$ROOTFS"/{one,two}
	printf '#!/bin/sh\necho "this is $0 with $*"\n' >"$ROOTFS/two/tool"
	chmod 755 "$ROOTFS/two/tool"
	config '.process.env += ["PATH=/one:/two"] | .process.args = ["tool", "a", "b c"]'
	run husk run "$ID"
	[ "$output" = "this is /two/tool with a b c" ]

	config '.process.args = ["./two/tool"]'
	run husk run "$ID"
	[ "$output" = "this is ./two/tool with " ]

	config '.process.env = [] | .process.args = ["echo", "the usual directories"]'
	run husk run "$ID"
	[ "$output" = "the usual directories" ]
}

# bats test_tags=p:process:args
@test "what cannot be executed is told in the words that engines match, and leaves nothing" {
	local args

	printf 'echo no\n' >"$ROOTFS/bin/closed"
	while read -r args words; do
		config --argjson args "$args" '.process.args = $args'
		run husk create "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"$words"* ]] || { echo "$args: $output" && return 1; }
		[[ $output == */process/args/0* ]]
		nothing_left_of "$ID"
	done <<-'END'
		["no-such-tool"] executable file not found in $PATH
		["/no/such/tool"] no such file or directory
		["closed"] permission denied
		["/bin/closed"] permission denied
		["/etc"] is a directory: permission denied
		["/etc/passwd/x"] not a directory
	END
}

# bats test_tags=p:process:args
@test "a program that is there but cannot start is explained" {
	printf '#!/no/such/sh\n' >"$ROOTFS/bin/missing"
	printf '#!/bin/sh\r\n' >"$ROOTFS/bin/dos"
	printf 'echo hi\n' >"$ROOTFS/bin/plain"
	cp /bin/bash "$ROOTFS/bin/dynamic"
	chmod 755 "$ROOTFS"/bin/{missing,dos,plain}
	while read -r name words; do
		config --arg name "$name" '.process.args = [$name]'
		run husk run "$ID"
		[ "$status" -ne 0 ]
		[[ $output == *"$words"* ]] || { echo "$name: $output" && return 1; }
		nothing_left_of "$ID"
	done <<-'END'
		missing no such file or directory: its first line asks for the interpreter /no/such/sh, which is not there
		dos no such file or directory: its first line asks for the interpreter /bin/sh, and ends in CR LF
		plain exec format error: it is neither an ELF program nor a script
		dynamic no such file or directory: it needs the loader
	END
}

# --- env --------------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:env
@test "env is what the config says, the last of a name counts, and nothing comes from the caller" {
	config '.process.env = ["PATH=/bin", "A=1", "B=x y=z", "A=2"] | .process.args = ["env"]'
	FROM_CALLER=1 run husk run "$ID"
	[ "$(sort <<<"$output")" = $'A=2\nB=x y=z\nHOME=/root\nPATH=/bin' ]

	config '.process.env += ["oops"]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process/env/4* ]]
}

# bats test_tags=p:process:env,p:process:user:uid
@test "HOME is the home of the user in the image's passwd, or /" {
	echo 'user:x:1000:1000::/home/user:/bin/sh' >>"$ROOTFS/etc/passwd"
	config '.process.user.uid = 1000'
	run run_in 'echo $HOME'
	[ "$output" = /home/user ]

	config '.process.user.uid = 1001'
	run run_in 'echo $HOME'
	[ "$output" = / ]

	config '.process.env += ["HOME=/mine"]'
	run run_in 'echo $HOME'
	[ "$output" = /mine ]

	rm "$ROOTFS/etc/passwd"
	mkfifo "$ROOTFS/etc/passwd"
	config '.process.env -= ["HOME=/mine"]'
	run timeout 10 bash -c "$(declare -f husk at_bundle); husk run $ID"
	run run_in 'echo $HOME'
	[ "$output" = / ]
}

# --- cwd --------------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:cwd,p:root:readonly
@test "a missing working directory is made, also in a root that is read-only" {
	config '.root.readonly = true | .process.cwd = "/new/deep"'
	run run_in 'pwd; stat -c "%a %u" .; touch x'
	[ "${lines[0]}" = /new/deep ]
	[ "${lines[1]}" = "755 0" ]
	[[ ${lines[2]} == *"Read-only file system"* ]]
	[ -d "$ROOTFS/new/deep" ]
}

# bats test_tags=p:process:cwd,p:process:user:uid
@test "a directory that only root or only the user may enter can be the working directory" {
	mkdir -m 700 "$ROOTFS"/{root-only,user-only}
	chown 1000 "$ROOTFS/user-only"
	config '.process.user.uid = 1000 | .process.cwd = "/user-only" | .process.capabilities = {}'
	run run_in 'pwd'
	[ "$output" = /user-only ]
	config '.process.cwd = "/root-only"'
	run run_in 'pwd; ls'
	[ "${lines[0]}" = /root-only ]
	[[ ${lines[1]} == *"Permission denied"* ]]
}

# bats test_tags=p:process:cwd
@test "a working directory that leads outside is refused: a descriptor of the caller (CVE-2024-21626)" {
	local fd

	for fd in 3 4 5 6 7 8 9 10; do
		config --arg cwd "/proc/self/fd/$fd" '.process.cwd = $cwd'
		run husk run "$ID" 3</ 4</ 5</ 6</ 7</ 8</ 9</
		[ "$status" -eq 1 ]
		[[ $output == */process/cwd* ]]
	done
	ln -s /proc/self/fd/7 "$ROOTFS/link"
	config '.process.cwd = "/link"'
	run husk run "$ID" 7</
	[ "$status" -eq 1 ]
	nothing_left_of "$ID"
}

# bats test_tags=p:process:cwd
@test "a relative working directory is refused before anything is made" {
	config '.process.cwd = "tmp"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/process/cwd*"not absolute"* ]]
	[ ! -e "$ROOT" ] || [ -z "$(ls -A "$ROOT")" ]
}

# --- user -------------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:user:uid,p:process:user:gid,p:process:user:additionalGids,p:process:user:umask
@test "uid, gid, additional groups and umask are those of the config, and no others" {
	config '.process.user = {uid: 1000, gid: 1001, additionalGids: [7, 70000], umask: 63}'
	run run_in 'grep -E "^(Uid|Gid|Groups):" /proc/self/status | tr "\t" " "; umask'
	[ "${lines[0]}" = "Uid: 1000 1000 1000 1000" ]
	[ "${lines[1]}" = "Gid: 1001 1001 1001 1001" ]
	[ "${lines[2]// /,}" = "Groups:,7,70000," ] || [ "${lines[2]// /,}" = "Groups:,7,70000" ]
	[ "${lines[3]}" = 0077 ]
}

# bats test_tags=p:process:user:additionalGids
@test "a caller in thousands of groups is none of the container's business" {
	config '.process.args = ["id", "-G"]'
	run at_bundle setpriv --groups "$(seq -s , 4000000000 4000005000)" "$HUSK" --root "$ROOT" run "$ID"
	[ "$status" -eq 0 ]
	[ "$output" = 0 ]
}

# bats test_tags=p:process:user:umask
@test "an unset umask stays the caller's" {
	config 'del(.process.user.umask)'
	umask 0035
	run run_in umask
	umask 0022
	[ "$output" = 0035 ]
}

# bats test_tags=p:process:user:uid,p:process:user:gid,p:process:user:additionalGids
@test "the number that means nobody is refused wherever it stands" {
	local where

	for where in uid gid additionalGids; do
		config --arg where "$where" '.process.user = {uid: 0, gid: 0} |
			.process.user[$where] = (if $where == "additionalGids" then [4294967295] else 4294967295 end)'
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"/process/user/$where"* ]]
	done
}

# bats test_tags=p:process:user:uid
@test "a pipe becomes the user's, so that /dev/stdout can be opened again" {
	config '.process.user.uid = 1000'
	run run_in 'echo again >/dev/stdout; stat -L -c "%u %F" /proc/self/fd/1'
	[ "${lines[0]}" = again ]
	[ "${lines[1]}" = "1000 fifo" ]
}

# bats test_tags=p:process:user:uid
@test "a device of the host and a file that is only read keep their owner" {
	echo input >"$TEST_DIR/input"
	config '.process.user.uid = 1000 | .process.args = ["cat"]'
	run husk run "$ID" <"$TEST_DIR/input"
	[ "$output" = input ]
	[ "$(stat -c %u "$TEST_DIR/input")" = 0 ]

	config '.process.args = ["true"]'
	husk run "$ID" </dev/null >/dev/null 2>/dev/null
	[ "$(stat -c '%u %a' /dev/null)" = "0 666" ]
}

# bats test_tags=p:process:user:uid,p:linux:uidMappings
@test "in a user namespace the streams become the user's too, as the host sees him" {
	config '.process.user.uid = 5 | .linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	run run_in 'echo again >/dev/stdout; stat -L -c %u /proc/self/fd/1; id -u'
	[ "$output" = $'again\n5\n5' ]
	husk run "$ID" >"$TEST_DIR/output"
	[ "$(stat -c %u "$TEST_DIR/output")" = 100005 ]
}

# bats test_tags=p:process:user:uid,p:linux:uidMappings
@test "an id that the user namespace does not map is refused" {
	config '.process.user.uid = 1000 | .linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process/user/uid*uidMappings* ]]
}

# --- capabilities -----------------------------------------------------------------------------------------------------

# bats test_tags=p:process:capabilities:bounding,p:process:capabilities:permitted,p:process:capabilities:effective,p:process:capabilities:inheritable,p:process:capabilities:ambient
@test "the five sets are what the config says" {
	config '.process.noNewPrivileges = false | .process.user.uid = 1000 | .process.capabilities = {
		bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_NET_RAW"], permitted: ["CAP_CHOWN", "CAP_KILL"], effective: ["CAP_CHOWN"],
		inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"]}'
	run run_in 'grep ^Cap /proc/self/status | tr -d "\t"'
	# A program without file capabilities keeps the ambient ones.
	[ "${lines[0]}" = CapInh:0000000000000020 ]
	[ "${lines[1]}" = CapPrm:0000000000000020 ]
	[ "${lines[2]}" = CapEff:0000000000000020 ]
	[ "${lines[3]}" = CapBnd:0000000000002021 ]
	[ "${lines[4]}" = CapAmb:0000000000000020 ]
}

# bats test_tags=p:process:capabilities
@test "without capabilities there are none, and root can do nothing that needs one" {
	config 'del(.process.capabilities) | .root.readonly = false'
	run run_in 'grep ^Cap /proc/self/status | cut -f 2 | sort -u; chown 5 /tmp'
	[ "${lines[0]}" = 0000000000000000 ]
	[[ ${lines[1]} == *"not permitted"* ]]
}

# bats test_tags=p:process:capabilities:inheritable
@test "inheritable capabilities of the caller are not handed on (CVE-2022-24769)" {
	config 'del(.process.capabilities.inheritable)'
	at_bundle setpriv --inh-caps +kill,+chown "$HUSK" --root "$ROOT" run "$ID" >/dev/null
	config '.process.args = ["grep", "CapInh", "/proc/self/status"]'
	run at_bundle setpriv --inh-caps +kill,+chown "$HUSK" --root "$ROOT" run "$ID"
	[[ $output == *0000000000000000 ]]
}

# bats test_tags=p:process:capabilities:bounding,p:process:capabilities:effective
@test "a capability that is unknown or cannot be granted is a warning, and the container runs" {
	config '.process.capabilities.bounding += ["CAP_FOO"] | .process.capabilities.effective += ["CAP_SYS_TIME"]'
	run run_in 'echo it runs'
	[ "$status" -eq 0 ]
	[[ $output == *"it runs"* ]]
	[[ $output == *CAP_FOO* ]]
	[[ $output == *CAP_SYS_TIME* ]]
}

# bats test_tags=p:process:noNewPrivileges
@test "noNewPrivileges is set when asked for and only then" {
	config '.process.noNewPrivileges = true'
	[ "$(run_in 'cat /proc/self/status' | status_line NoNewPrivs)" = 1 ]
	config 'del(.process.noNewPrivileges)'
	[ "$(run_in 'cat /proc/self/status' | status_line NoNewPrivs)" = 0 ]
}

# --- limits -----------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:rlimits:type,p:process:rlimits:soft,p:process:rlimits:hard
@test "soft and hard limits are those of the config, however small" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 5, hard: 9}, {type: "RLIMIT_CORE", soft: 0, hard: 1024},
		{type: "RLIMIT_AS", soft: 16000000, hard: 20000000}, {type: "RLIMIT_STACK", soft: 262144, hard: 524288},
		{type: "RLIMIT_NPROC", soft: 50, hard: 60}, {type: "RLIMIT_MSGQUEUE", soft: 1, hard: 2}] | .process.args = ["cat", "/proc/self/limits"]'
	run husk run "$ID"
	[ "$status" -eq 0 ]
	grep -qE '^Max open files +5 +9 ' <<<"$output"
	grep -qE '^Max core file size +0 +1024 ' <<<"$output"
	grep -qE '^Max address space +16000000 +20000000 ' <<<"$output"
	grep -qE '^Max stack size +262144 +524288 ' <<<"$output"
	grep -qE '^Max processes +50 +60 ' <<<"$output"
	grep -qE '^Max msgqueue size +1 +2 ' <<<"$output"
}

# bats test_tags=p:process:rlimits:soft,p:process:rlimits:hard
@test "small limits do not keep create and start from their work" {
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 3, hard: 3}, {type: "RLIMIT_FSIZE", soft: 0, hard: 0}] | .process.args = ["true"]'
	husk create "$ID"
	husk start "$ID"
	until_true 5 is_stopped
}

# bats test_tags=p:process:rlimits:type,p:process:rlimits:soft,p:process:rlimits:hard
@test "a limit that is wrong or given twice is refused" {
	while read -r rlimits field words; do
		config --argjson rlimits "$rlimits" '.process.rlimits = $rlimits'
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"$field"*"$words"* ]] || { echo "$rlimits: $output" && return 1; }
	done <<-'END'
		[{"type":"RLIMIT_FOO","soft":1,"hard":1}] /process/rlimits/0/type unknown type
		[{"type":"NOFILE","soft":1,"hard":1}] /process/rlimits/0/type unknown type
		[{"type":"RLIMIT_CPU","soft":2,"hard":1}] /process/rlimits/0/soft above the hard limit
		[{"type":"RLIMIT_CPU","soft":1,"hard":1},{"type":"RLIMIT_CPU","soft":1,"hard":1}] /process/rlimits/1 a second limit
	END
}

# bats test_tags=p:process:rlimits:hard
@test "raising a hard limit without the capability says what is missing" {
	((0x$(sed -n 's/^CapEff:\s*//p' /proc/self/status) >> 24 & 1)) && skip "root has CAP_SYS_RESOURCE here"
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 1024, hard: 1000000000}]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process/rlimits/0*"operation not permitted"*CAP_SYS_RESOURCE* ]]
	nothing_left_of "$ID"
}

# bats test_tags=v2,p:process:rlimits:hard,p:process:rlimits:soft
@test "a hard limit is raised above the caller's, in a user namespace too" {
	needs_capability 24 CAP_SYS_RESOURCE
	ulimit -n 1024
	config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 2000, hard: 4000}] | .process.args = ["sh", "-c", "ulimit -Hn; ulimit -Sn"]'
	run husk run "$ID"
	[ "$output" = $'4000\n2000' ]
	config '.linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	run husk run "$ID"
	[ "$output" = $'4000\n2000' ]
}

# bats test_tags=p:process:oomScoreAdj
@test "oomScoreAdj is set when asked for, and else stays the caller's" {
	config '.process.oomScoreAdj = 321'
	[ "$(run_in 'cat /proc/self/oom_score_adj')" = 321 ]
	config 'del(.process.oomScoreAdj)'
	[ "$(run_in 'cat /proc/self/oom_score_adj')" = "$(cat /proc/self/oom_score_adj)" ]
	config '.process.oomScoreAdj = 1001'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process/oomScoreAdj*"-1000 to 1000"* ]]
}

# bats test_tags=v2,p:process:oomScoreAdj
@test "a negative oomScoreAdj is set by whoever may" {
	needs_capability 24 CAP_SYS_RESOURCE
	config '.process.oomScoreAdj = -321'
	[ "$(run_in 'cat /proc/self/oom_score_adj')" = -321 ]
}

# --- what is always so ------------------------------------------------------------------------------------------------

# bats test_tags=p:process
@test "the process leads a session of its own, with no signal ignored or blocked" {
	config '.process.args = ["sh", "-c", "cut -d\" \" -f 6 /proc/self/stat; grep -E \"^Sig(Blk|Ign):\" /proc/self/status | cut -f 2"]'
	run at_bundle env --ignore-signal=HUP,PIPE,USR1,RTMIN --block-signal=TERM,USR2 "$HUSK" --root "$ROOT" run "$ID"
	[ "${lines[0]}" = 1 ]
	[ "${lines[1]}" = 0000000000000000 ]
	[ "${lines[2]}" = 0000000000000000 ]
}

# bats test_tags=p:process
@test "the process has a session keyring of its own, unless --no-new-keyring" {
	[ -e /proc/keys ] || skip "a kernel without keyrings"
	config '.linux.maskedPaths = [] | .process.args = ["cat", "/proc/keys"]'
	run husk run --no-new-keyring "$ID"
	[ "$status" -eq 0 ]
	[[ $output != *"_ses.$ID."* ]]
	run husk run "$ID"
	[[ $output == *"_ses.$ID."* ]]
}

# bats test_tags=p:process
@test "the session keyring is none that was there before, whatever its name" {
	[ -e /proc/keys ] || skip "a kernel without keyrings"
	config '.linux.maskedPaths = [] | .process.args = ["cat", "/proc/keys"]'
	run at_bundle /usr/bin/python3 -c 'import ctypes, os, sys
keyctl = lambda *words: ctypes.CDLL(None).syscall(250, *words)
keyring = keyctl(1, b"_ses." + sys.argv[4].encode()) # KEYCTL_JOIN_SESSION_KEYRING
assert keyctl(5, keyring, 0x3f080000) == 0 # KEYCTL_SETPERM: who has it sees it; its owner can only find it
os.execv(sys.argv[1], ["husk", "--root", *sys.argv[2:]])' "$HUSK" "$ROOT" run "$ID"
	[ "$status" -eq 0 ]
	[[ $output != *"_ses.$ID:"* ]]
	[[ $output == *"_ses.$ID."* ]]
}

# 3f is everything, for who possesses it; 1b is view, read, search and link, for its owner: `exec` is to find it by its name.
# bats test_tags=p:process
@test "the session keyring can be found and read by its owner, the user of the process, in a user namespace too" {
	[ -e /proc/keys ] || skip "a kernel without keyrings"
	config '.linux.maskedPaths = [] | .process.args = ["cat", "/proc/keys"]'
	keyring() {
		awk -v name="_ses.$ID." 'index($9, name) == 1 { print $5, $6 }' <<<"$output"
	}
	run husk run "$ID"
	[ "$(keyring)" = "3f1b0000 0" ]
	config '.linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	run husk run "$ID"
	[ "$(keyring)" = "3f1b0000 0" ]
}

# bats test_tags=p:process
@test "the process gets no descriptor but the first three" {
	config '.process.args = ["ls", "/proc/self/fd"]'
	run husk run "$ID" 5</ 9</etc/passwd
	[ "$output" = $'0\n1\n2\n3' ] # 3 is what ls itself opens
}

# bats test_tags=p:process
@test "--preserve-fds hands on what it says and no more" {
	config '.process.args = ["sh", "-c", "cat <&3; cat <&4; ls /proc/self/fd"]'
	run husk run --preserve-fds 2 "$ID" 3< <(echo three) 4< <(echo four) 5</
	[ "$output" = $'three\nfour\n0\n1\n2\n3\n4\n5' ] # 5 is what ls itself opens
	run husk run --preserve-fds 2 "$ID" 3< <(echo three) 4<&-
	[ "$status" -eq 1 ]
}

# bats test_tags=p:process:env
@test "the sockets of a service manager are handed on before what is preserved" {
	activated() { # PID COMMAND...: as systemd starts it, with two sockets for the process PID ($$: itself)
		at_bundle env "LISTEN_FDS=2" "LISTEN_FDNAMES=web:admin" sh -c 'eval "export LISTEN_PID=$1"; shift; exec "$@"' sh "$@"
	}
	config '.process.env += ["LISTEN_FDS=7"] | .process.args = ["sh", "-c", "
		cat <&3; cat <&4; cat <&5; echo $LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES"]'
	run activated '$$' "$HUSK" --root "$ROOT" run --preserve-fds 1 "$ID" 3< <(echo three) 4< <(echo four) 5< <(echo five)
	[ "$output" = $'three\nfour\nfive\n2 1 web:admin' ]
	run activated '$$' "$HUSK" --root "$ROOT" run "$ID" 3< <(echo three) 4<&-
	[ "$status" -eq 1 ]
	[[ $output == *"LISTEN_FDS 2: descriptor 4 is not open"* ]]

	config '.process.args = ["sh", "-c", "ls /proc/self/fd; echo $LISTEN_FDS $LISTEN_PID"]'
	run activated 1 "$HUSK" --root "$ROOT" run "$ID" 3</ 4</
	[ "$output" = $'0\n1\n2\n3\n7' ] # 3 is what ls itself opens, and 7 the config's own
}
