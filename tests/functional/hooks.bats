# hooks.bats - hooks: where and when they run, what they are given, and that nothing of them outlives their time.

load helpers

# hook NAME <<<COMMANDS: a hook program of the host, which finds the test's folder in $D; its path is in $HOOK.
hook() {
	HOOK=$TEST_DIR/$1
	{
		printf '#!/bin/sh\nD=%s\n' "$TEST_DIR"
		cat
	} >"$HOOK"
	chmod 755 "$HOOK"
}
# with_hook KIND [MEMBERS]: adds $HOOK to the config: with_hook prestart '{timeout: 1}'
with_hook() {
	config --arg path "$HOOK" ".hooks.$1 += [{path: \$path} + ${2:-{\}}]"
}
says_order() {
	hook "$1" <<<"cat >\$D/$1.state; echo $1 >>\$D/order"
	with_hook "$1"
}

# --- order, namespaces, state -----------------------------------------------------------------------------------------

# bats test_tags=p:hooks:prestart:path,p:hooks:createRuntime:path,p:hooks:createContainer:path,p:hooks:startContainer:path,p:hooks:poststart:path,p:hooks:poststop:path
@test "the six kinds run in their order, each at its time" {
	local kind

	for kind in prestart createRuntime createContainer poststart poststop; do
		says_order "$kind"
	done
	printf '#!/bin/sh\ncat >/startContainer.state\n' >"$ROOTFS/bin/start-hook"
	chmod 755 "$ROOTFS/bin/start-hook"
	config '.hooks.startContainer = [{path: "/bin/start-hook"}] | .root.readonly = false | .process.args = ["sleep", "1000"]'

	husk create "$ID"
	[ "$(xargs <"$TEST_DIR/order")" = "prestart createRuntime createContainer" ]
	[ ! -e "$ROOTFS/startContainer.state" ]
	husk start "$ID"
	[ -e "$ROOTFS/startContainer.state" ]
	[ "$(xargs <"$TEST_DIR/order")" = "prestart createRuntime createContainer poststart" ]
	husk delete --force "$ID"
	[ "$(xargs <"$TEST_DIR/order")" = "prestart createRuntime createContainer poststart poststop" ]

	for kind in prestart createRuntime createContainer; do
		[ "$(jq -r .status "$TEST_DIR/$kind.state")" = creating ]
	done
	[ "$(jq -r .status "$ROOTFS/startContainer.state")" = created ]
	[ "$(jq -r .status "$TEST_DIR/poststart.state")" = running ]
	[ "$(jq -r .status "$TEST_DIR/poststop.state")" = stopped ]
}

# bats test_tags=p:hooks:prestart:path,p:hooks:createRuntime:path,p:hooks:createContainer:path,p:hooks:startContainer:path,p:hooks:poststart:path,p:hooks:poststop:path,p:annotations
@test "the state on stdin is that of runtime.md, with the pid as the hook's side sees it" {
	local kind pid

	config '.annotations = {"a/b": "c\"d\nä"} | .process.args = ["sleep", "1000"] | .root.readonly = false'
	for kind in prestart createRuntime createContainer poststart poststop; do
		says_order "$kind"
	done
	config '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c", "cat >/startContainer.state"]}]'
	husk create "$ID"
	pid=$(pid_of)
	husk start "$ID"
	husk delete --force "$ID"

	mv "$ROOTFS/startContainer.state" "$TEST_DIR"
	for state in "$TEST_DIR"/*.state; do
		[ "$(jq -r .id "$state")" = "$ID" ]
		[ "$(jq -r .bundle "$state")" = "$BUNDLE" ]
		[ "$(jq -r .ociVersion "$state")" = 1.3.0 ]
		[ "$(jq -r '.annotations["a/b"]' "$state")" = $'c"d\nä' ]
		[ "$(jq -s length "$state")" = 1 ]
	done
	for kind in prestart createRuntime poststart; do
		[ "$(jq .pid "$TEST_DIR/$kind.state")" = "$pid" ]
	done
	[ "$(jq .pid "$TEST_DIR/createContainer.state")" = 1 ]
	[ "$(jq .pid "$TEST_DIR/startContainer.state")" = 1 ]
	[ "$(jq .pid "$TEST_DIR/poststop.state")" = 0 ]
}

# bats test_tags=p:hooks:createRuntime:path,p:hooks:createContainer:path
@test "createRuntime runs outside, createContainer in the namespaces and before the pivot" {
	local host

	host=$(readlink /proc/self/ns/mnt)
	hook outside <<<'readlink /proc/self/ns/mnt >$D/outside.mnt; sed -n "s/.*\"pid\":\([0-9]*\).*/\1/p" >$D/pid
		readlink /proc/$(cat $D/pid)/ns/uts >$D/init.uts; nsenter -m -t $(cat $D/pid) ls '"$ROOTFS"' >$D/mounted'
	with_hook createRuntime
	hook inside <<<'readlink /proc/self/ns/mnt >$D/inside.mnt; readlink /proc/self/ns/uts >$D/inside.uts; pwd >$D/pwd; ls / >$D/root'
	with_hook createContainer
	husk run "$ID"

	[ "$(cat "$TEST_DIR/outside.mnt")" = "$host" ]
	[ "$(cat "$TEST_DIR/inside.mnt")" != "$host" ]
	[ "$(cat "$TEST_DIR/inside.uts")" = "$(cat "$TEST_DIR/init.uts")" ]
	[ "$(cat "$TEST_DIR/pwd")" = "$ROOTFS" ]
	grep -qx bin "$TEST_DIR/mounted" # the root file system is there, and not yet pivoted into
	[ "$(cat "$TEST_DIR/root")" = "$(ls /)" ]
}

# bats test_tags=p:hooks:startContainer:path,p:hooks:startContainer:env
@test "a startContainer hook runs as the process: its user, capabilities and environment, but not its limits" {
	printf '#!/bin/sh\n{ id -u; grep ^CapEff /proc/self/status; [ "$(ulimit -n)" -gt 9 ] && echo enough; echo "$MINE $HUSK_TEST"; pwd; } >&2; exit 9\n' >"$ROOTFS/bin/hook"
	chmod 755 "$ROOTFS/bin/hook"
	config '.hooks.startContainer = [{path: "/bin/hook"}] | .process.user.uid = 1000 | .process.cwd = "/tmp" |
		.process.env += ["MINE=yes"] | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 9, hard: 9}] | .process.args = ["echo", "ran"]'
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */hooks/startContainer/0*"exit status 9: 1000 CapEff: 0000000000000000 enough yes $HUSK_TEST_NAME /tmp"* ]]
	[ ! -s "$OUT" ]
	nothing_left_of "$ID"
}

# The init is husk's until execve: by its pidfd of the runtime, or its socket, a hook of the image got a directory of the host.
# bats test_tags=p:hooks:startContainer:path,p:process:capabilities:bounding,p:process:noNewPrivileges
@test "a startContainer hook with CAP_SYS_PTRACE cannot look into the init, and the process keeps the capability" {
	local flag profile

	config '.process.capabilities = {bounding: ["CAP_SYS_PTRACE", "CAP_KILL"]} | .process.capabilities += {permitted:
		.process.capabilities.bounding, effective: .process.capabilities.bounding, inheritable: .process.capabilities.bounding,
		ambient: .process.capabilities.bounding} | .process.args = ["grep", "-E", "^Cap(Prm|Eff|Bnd)", "/proc/self/status"]'
	cp "$BUNDLE/config.json" "$TEST_DIR/config.json"
	for flag in true false; do
		for profile in null '{"defaultAction": "SCMP_ACT_ALLOW"}'; do
			cp "$TEST_DIR/config.json" "$BUNDLE/config.json"
			config --argjson flag "$flag" --argjson profile "$profile" '.process.noNewPrivileges = $flag |
				if $profile then .linux.seccomp = $profile else . end'
			run husk run "$ID"
			[ "$(awk '{ print $2 }' <<<"$output" | xargs)" = "0000000000080020 0000000000080020 0000000000080020" ]
			config '.hooks.startContainer = [{path: "/bin/sh", args: ["sh", "-c",
				"grep ^CapPrm /proc/self/status; cat /proc/1/environ; exit 3"]}]'
			run husk run "$ID"
			[[ $output == *"exit status 3: CapPrm: 0000000000000020 cat: "*"/proc/1/environ': Permission denied" ]]
			config '.hooks.startContainer[0].args = ["sh", "-c", "true"]'
			run husk run "$ID"
			[ "$(awk '{ print $2 }' <<<"$output" | xargs)" = "0000000000080020 0000000000080020 0000000000080020" ]
		done
	done
}

# bats test_tags=p:hooks:createRuntime:env
@test "a hook without env has the caller's, less what a service manager tells the runtime; with env exactly that" {
	hook all <<<'env >$D/all.env'
	with_hook createRuntime
	hook own <<<'/usr/bin/env >$D/own.env'
	with_hook createRuntime '{env: ["A=1"]}'
	NOTIFY_SOCKET=/none LISTEN_FDS=3 LISTEN_PID=1 OF_CALLER=1 husk run "$ID"
	grep -qx OF_CALLER=1 "$TEST_DIR/all.env"
	run grep -E 'NOTIFY_SOCKET|LISTEN_' "$TEST_DIR/all.env"
	[ "$status" -eq 1 ]
	grep -qx A=1 "$TEST_DIR/own.env"
	run grep OF_CALLER "$TEST_DIR/own.env"
	[ "$status" -eq 1 ]
}

# bats test_tags=p:hooks:prestart:args,p:hooks:prestart:env,p:hooks:createRuntime:args,p:hooks:createRuntime:env,p:hooks:createContainer:args,p:hooks:createContainer:env,p:hooks:startContainer:args,p:hooks:startContainer:env,p:hooks:poststart:args,p:hooks:poststart:env,p:hooks:poststop:args,p:hooks:poststop:env
@test "env and args are given to a hook of each kind; an empty env is none at all" {
	local kind

	cat >"$TEST_DIR/print.c" <<-'END'
		#include <stdio.h>
		extern char **environ;
		int main(int argc, char **argv) {
			for (; *argv; argv++)
				fprintf(stderr, "<%s>", *argv);
			for (char **entry = environ; *entry; entry++)
				fprintf(stderr, "{%s}", *entry);
			return 7;
		}
	END
	gcc -static -o "$TEST_DIR/print" "$TEST_DIR/print.c"
	cp "$TEST_DIR/print" "$ROOTFS/bin/print"
	for kind in prestart createRuntime createContainer startContainer poststart poststop; do
		HOOK=$TEST_DIR/print
		[ "$kind" != startContainer ] || HOOK=/bin/print
		config 'del(.hooks) | .process.args = ["true"]'
		with_hook "$kind" '{args: ["zero", "", "two words"], env: []}'
		run husk run "$ID"
		[[ $output == *"$HOOK: exit status 7: <zero><><two words>" ]]
		config --arg kind "$kind" '.hooks[$kind][0] |= (del(.args) | .env = ["A=1", "B=x y"])'
		run husk run "$ID"
		[[ $output == *"$HOOK: exit status 7: <$HOOK>{A=1}{B=x y}" ]]
	done
}

# bats test_tags=p:hooks:createRuntime:args,p:hooks:createContainer:args
@test "a hook sees no descriptor of the runtime" {
	hook fds <<<'ls /proc/self/fd >$D/$1'
	with_hook createRuntime '{args: ["x", "host"]}'
	with_hook createContainer '{args: ["x", "inside"]}'
	husk run --preserve-fds 1 "$ID" 3</
	[ "$(xargs <"$TEST_DIR/host")" = "0 1 2 3" ] # 3 is what ls itself opens
	[ "$(xargs <"$TEST_DIR/inside")" = "0 1 2 3" ]
}

# --- failure ----------------------------------------------------------------------------------------------------------

# bats test_tags=p:hooks:prestart:path,p:hooks:createRuntime:path,p:hooks:createContainer:path
@test "a failed hook stops the container, is named, and what it printed is shown; poststop still runs" {
	local kind

	for kind in prestart createRuntime createContainer; do
		config 'del(.hooks)'
		hook fails <<<'echo "the reason"; exit 3'
		with_hook "$kind"
		hook second <<<'echo >$D/second.ran'
		with_hook "$kind"
		says_order poststop
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"/hooks/$kind/0"*"$TEST_DIR/fails: exit status 3: the reason"* ]] || { echo "$output" && return 1; }
		[ ! -e "$TEST_DIR/second.ran" ]
		[ "$(cat "$TEST_DIR/order")" = poststop ]
		rm "$TEST_DIR/order"
		nothing_left_of "$ID"
	done
}

# bats test_tags=p:hooks:poststart:path
@test "a failed poststart hook stops the container" {
	hook fails <<<'exit 4'
	with_hook poststart
	config '.process.args = ["sleep", "1000"]'
	husk create "$ID"
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */hooks/poststart/0*"exit status 4"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:hooks:startContainer:path,p:hooks:poststart:path,p:hooks:poststop:path
@test "a failed hook of start is the last of its kind, and poststop hooks run" {
	local kind

	for kind in startContainer poststart; do
		config --arg kind "$kind" '.process.args = ["sleep", "1000"] | .root.readonly = false | .hooks = {}
			| .hooks[$kind] = [{path: "/bin/sh", args: ["sh", "-c", "echo the reason; exit 3"]},
				{path: "/bin/sh", args: ["sh", "-c", "echo >/second.ran"]}]'
		says_order poststop
		husk create "$ID"
		run husk start "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"/hooks/$kind/0"*"/bin/sh: exit status 3: the reason"* ]]
		[ "$(jq -r .status "$TEST_DIR/poststop.state")" = stopped ]
		[ ! -e "$ROOTFS/second.ran" ]
		[ ! -e /second.ran ]
		nothing_left_of "$ID"
	done
}

# bats test_tags=p:hooks:poststop:path
@test "a failed poststop hook is a warning, and the others run" {
	hook fails <<<'exit 4'
	with_hook poststop
	says_order poststop
	config '.process.args = ["true"]'
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"$TEST_DIR/fails: exit status 4"* ]]
	[ "$(cat "$TEST_DIR/order")" = poststop ]
	nothing_left_of "$ID"
}

# bats test_tags=p:hooks:createRuntime:path,p:hooks:poststop:path,p:hooks:createContainer:timeout
@test "a hook that is not there, or relative, or without time is named" {
	config '.hooks.createRuntime = [{path: "/no/such/hook"}]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */hooks/createRuntime/0*/no/such/hook*"no such file or directory"* ]]
	nothing_left_of "$ID"

	config '.hooks = {poststop: [{path: "bin/true"}]}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/hooks/poststop/0/path*absolute* ]]
	config '.hooks = {createContainer: [{path: "/bin/true"}, {path: "/bin/true", timeout: 0}]}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/hooks/createContainer/1/timeout* ]]
}

# bats test_tags=p:hooks:prestart:path,p:hooks:createRuntime:path,p:hooks:createContainer:path,p:hooks:startContainer:path,p:hooks:poststart:path,p:hooks:poststop:path,p:hooks:prestart:timeout,p:hooks:createRuntime:timeout,p:hooks:createContainer:timeout,p:hooks:startContainer:timeout,p:hooks:poststart:timeout,p:hooks:poststop:timeout
@test "a path that is relative and a timeout that is no time are refused for each kind, before anything is made" {
	local kind timeout

	for kind in prestart createRuntime createContainer startContainer poststart poststop; do
		config --arg kind "$kind" '.hooks = {} | .hooks[$kind] = [{path: "bin/true"}]'
		run husk create "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"config.json:"*"/hooks/$kind/0/path: \"bin/true\" is not absolute"* ]]
		for timeout in 0 -1; do
			config --arg kind "$kind" --argjson timeout "$timeout" '.hooks[$kind] = [{path: "/bin/true", timeout: $timeout}]'
			run husk create "$ID"
			[ "$status" -eq 1 ]
			[[ $output == *"config.json:"*"/hooks/$kind/0/timeout: $timeout is out of range"* ]]
		done
		[ ! -e "$ROOT/$ID" ]
	done
}

# bats test_tags=p:hooks:createRuntime:path,p:annotations
@test "a megabyte of state and of output is no trouble" {
	hook big <<<'wc -c >$D/size; head -c 1048576 /dev/zero | tr "\0" x; echo; echo the end; exit 1'
	with_hook createRuntime
	head -c 1000000 /dev/zero | tr '\0' y >"$TEST_DIR/annotation"
	config --rawfile text "$TEST_DIR/annotation" '.annotations.big = $text'
	run timeout 20 bash -c "$(declare -f husk at_bundle); husk run $ID" 2>&1
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"xxx the end"* ]]
	[ "${#output}" -lt 2000 ]
	[ "$(cat "$TEST_DIR/size")" -gt 1000000 ]
}

# bats test_tags=p:hooks:createRuntime:path,p:hooks:createContainer:path
@test "a hook that does not read its stdin, or closes it, is no trouble" {
	hook deaf <<<'exec 0<&-; sleep 0.1'
	with_hook createRuntime
	with_hook createContainer
	husk run "$ID"
}

# --- time -------------------------------------------------------------------------------------------------------------

# A number of seconds that no other test sleeps: its sleepers are found by it.
LONG=$((100000 + $$))

# A hook that sleeps in four generations: child, session, double fork, and double fork in a session.
four_generations() {
	hook "$1" <<-END
		sleep $LONG &
		setsid sh -c 'sleep $LONG & (setsid sleep $LONG &) ; sleep $LONG' &
		sleep $LONG
	END
}
sleepers() {
	pgrep -fx "sleep $LONG"
}
none_sleeps() {
	[ -z "$(sleepers)" ]
}

# bats test_tags=v2,p:hooks:prestart:timeout,p:hooks:createRuntime:timeout,p:hooks:createContainer:timeout
@test "a hook is killed at its timeout with all that it started, also behind a double fork and setsid" {
	local kind

	for kind in prestart createRuntime createContainer; do
		config 'del(.hooks)'
		four_generations slow
		with_hook "$kind" '{timeout: 1}'
		SECONDS=0
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"/hooks/$kind/0"*"$TEST_DIR/slow: killed after its timeout of 1 s"* ]] || { echo "$output" && return 1; }
		[ "$SECONDS" -lt 5 ]
		none_sleeps
		nothing_left_of "$ID"
	done
}

# bats test_tags=v2,p:hooks:poststop:timeout
@test "a poststop hook is killed at its timeout too, and the container is deleted" {
	config '.process.args = ["sleep", "1000"]'
	four_generations slow
	with_hook poststop '{timeout: 1}'
	husk create "$ID"
	husk start "$ID"
	run husk delete --force "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"killed after its timeout of 1 s"* ]]
	none_sleeps
}

# bats test_tags=v2,p:hooks:startContainer:timeout,p:hooks:poststart:timeout
@test "startContainer and poststart hooks are killed at their timeouts too, and the container with them" {
	local kind

	config '.process.args = ["sleep", "1000"]'
	four_generations slow
	cp "$TEST_DIR/slow" "$ROOTFS/bin/slow"
	config '.hooks.startContainer = [{path: "/bin/slow", timeout: 1}]'
	for kind in startContainer poststart; do
		husk create "$ID"
		run husk start "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"/hooks/$kind/0"*"/slow: killed after its timeout of 1 s"* ]] || { echo "$output" && return 1; }
		none_sleeps
		nothing_left_of "$ID"
		config 'del(.hooks)'
		with_hook poststart '{timeout: 1}'
	done
}

# bats test_tags=v2,p:hooks:createRuntime:timeout
@test "a daemon that a successful hook leaves behind lives on, and nobody waits for it" {
	hook daemon <<<"setsid sleep $LONG & sleep 0.1"
	with_hook createRuntime '{timeout: 5}'
	SECONDS=0
	husk run "$ID"
	[ "$SECONDS" -lt 4 ]
	kill "$(sleepers)"
}

# bats test_tags=v2,p:hooks:createRuntime:path
@test "a hook of a runtime that was killed is ended by delete --force" {
	local creator

	hook slow <<<"exec sleep $LONG"
	with_hook createRuntime
	(cd "$BUNDLE" && HUSK_TEST=$HUSK_TEST_NAME exec "$HUSK" --root "$ROOT" create "$ID" </dev/null >"$OUT" 2>"$ERR" 3>&-) &
	creator=$!
	until_true 5 sleepers
	kill -KILL "$creator"
	wait "$creator" || true
	husk delete --force "$ID"
	until_true 5 none_sleeps
	nothing_left_of "$ID"
}

# --- a shared pid namespace -------------------------------------------------------------------------------------------

# bats test_tags=p:hooks:createContainer:path,p:hooks:createContainer:args
@test "in a shared pid namespace a createContainer hook is executed from a read-only mount" {
	config '.linux.namespaces |= map(select(.type != "pid"))'
	cat >"$TEST_DIR/exe.c" <<-'END'
		#include <stdio.h>
		#include <sys/statvfs.h>
		int main(int argc, char **argv) {
			struct statvfs fs;
			printf("%d arguments, %s", argc, statvfs("/proc/self/exe", &fs) == 0 && fs.f_flag & ST_RDONLY ? "read-only" : "writable");
			return 5;
		}
	END
	gcc -o "$TEST_DIR/exe" "$TEST_DIR/exe.c"
	HOOK=$TEST_DIR/exe
	with_hook createContainer '{args: ["a", "b"]}'
	run husk run "$ID"
	[[ $output == *"exit status 5: 2 arguments, read-only"* ]]

	config 'del(.hooks)'
	printf '#!%s one\n' "$TEST_DIR/exe" >"$TEST_DIR/script"
	chmod 755 "$TEST_DIR/script"
	HOOK=$TEST_DIR/script
	with_hook createContainer '{args: ["a", "b"]}'
	run husk run "$ID"
	[[ $output == *"exit status 5: 4 arguments, read-only"* ]]
}

# bats test_tags=p:hooks:createContainer:path,p:hooks:createContainer:args
@test "in a shared pid namespace a hook may be a script of a script, as deep as the kernel allows" {
	local i

	config '.linux.namespaces |= map(select(.type != "pid"))'
	printf '#!/bin/sh\necho "$0 $*"\nexit 5\n' >"$TEST_DIR/1"
	for i in 2 3 4 5 6; do
		printf '#! %s  from %s \n' "$TEST_DIR/$((i - 1))" "$i" >"$TEST_DIR/$i"
	done
	chmod 755 "$TEST_DIR"/[1-6]
	HOOK=$TEST_DIR/5
	with_hook createContainer '{args: ["a", "b c"]}'
	run husk run "$ID"
	[[ $output == *"exit status 5: $("$HOOK" "b c")" ]] # by the kernel

	config 'del(.hooks)'
	HOOK=$TEST_DIR/6
	with_hook createContainer
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"too many levels of symbolic links"* ]]
}
