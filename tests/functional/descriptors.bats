# descriptors.bats - what the process has of its caller's descriptors, and that nobody of husk keeps any.

load helpers

# engine COMMAND...: as an engine calls it, with the end of a pipe as descriptor 9: when this returns, nobody has that any more.
engine() {
	(cd "$BUNDLE" && HUSK_TEST=$HUSK_TEST_NAME timeout 20 sh -c '{ "$@" 9>&1 >"$OUT" 2>&1 3>&- </dev/null; } | cat' sh "$HUSK" \
		--root "$ROOT" "$@")
}

# bats test_tags=p:process
@test "what is not handed on is closed when create, run --detach and start have ended, also in who waits" {
	export OUT
	config '.process.args = ["sleep", "1000"] | .hooks.createRuntime = [{"path": "/bin/true"}]
		| .hooks.startContainer = [{"path": "/bin/true"}]'
	engine create "$ID"
	[ "$(status_of)" = created ]
	engine start "$ID"
	[ "$(status_of)" = running ]
	husk delete --force "$ID"
	engine run --detach "$ID"
	[ "$(status_of)" = running ]
	husk delete --force "$ID"
	engine create --preserve-fds 2 "$ID" 3</ 4</
	husk delete --force "$ID"
}

@test "when the process has ended, its caller reads the end of its output, whoever made it" {
	export OUT
	config '.process.args = ["sh", "-c", "echo out; echo err >&2; exec sleep 1000"]'
	(cd "$BUNDLE" && HUSK_TEST=$HUSK_TEST_NAME exec "$HUSK" --root "$ROOT" create "$ID" </dev/null 2>&1 3>&- | cat >"$OUT") &
	reader=$!
	until_true 5 is_created
	husk start "$ID"
	until_true 5 printed err
	[ -d "/proc/$reader" ]
	husk kill "$ID" KILL
	wait "$reader"
	[ "$(cat "$OUT")" = $'out\nerr' ]
}
is_created() {
	[ "$(status_of 2>/dev/null)" = created ]
}

# bats test_tags=p:process
@test "preserved descriptors wait with a created container for its start, and hooks have none of them" {
	mkfifo "$TEST_DIR/pipe"
	config --arg fds "$TEST_DIR/fds" '.process.args = ["sh", "-c", "cat <&3; ls /proc/self/fd | xargs"]
		| .hooks.createRuntime = [{"path": "/bin/sh", "args": ["sh", "-c", "ls /proc/self/fd | xargs >" + $fds]}]'
	echo three >"$TEST_DIR/three"
	husk create --preserve-fds 1 "$ID" 3<"$TEST_DIR/three"
	rm "$TEST_DIR/three"
	[ "$(cat "$TEST_DIR/fds")" = "0 1 2 3" ] # 3 is what ls itself opens
	husk start "$ID"
	until_true 5 printed "0 1 2 3 4"
	[ "$(head -n 1 "$OUT")" = three ]
}

# bats test_tags=p:process
@test "a descriptor that is to be preserved and is not open is named, before anything is made" {
	for verb in create run; do
		run husk "$verb" --preserve-fds 3 "$ID" 3</ 4<&- 5</
		[ "$status" -eq 1 ]
		[[ $output == *"--preserve-fds 3: descriptor 4 is not open: bad file descriptor" ]]
		[ ! -e "$ROOT" ]
	done
}

# bats test_tags=p:process
@test "a listening socket of a service manager accepts in the container, by run and by create and start" {
	gcc -O2 -static -o "$ROOTFS/bin/accept" -x c - <<-'END'
		#include <stdio.h>
		#include <stdlib.h>
		#include <sys/socket.h>
		#include <unistd.h>

		int main(void) {
			FILE *peer = fdopen(accept(3, NULL, NULL), "w");

			fprintf(peer, "pid %d, LISTEN_PID %s, LISTEN_FDS %s, %s\n", (int)getpid(), getenv("LISTEN_PID"),
				getenv("LISTEN_FDS"), getenv("LISTEN_FDNAMES"));
			return fclose(peer);
		}
	END
	cat >"$TEST_DIR/activate.py" <<-'END'
		import os, socket, subprocess, sys
		server = socket.socket(socket.AF_UNIX)
		server.bind(sys.argv[1])
		server.listen()
		if os.fork() == 0:
		    os.dup2(server.fileno(), 3)
		    os.environ.update(LISTEN_FDS="1", LISTEN_FDNAMES="web", LISTEN_PID=str(os.getpid()))
		    os.execv(sys.argv[2], sys.argv[2:])
		client = socket.socket(socket.AF_UNIX)
		if "create" in sys.argv:
		    os.wait()
		    subprocess.run([word.replace("create", "start") for word in sys.argv[2:]], check=True)
		client.connect(sys.argv[1])
		print(client.makefile().read(), end="")
	END
	config '.process.args = ["accept"]'
	run at_bundle /usr/bin/python3 "$TEST_DIR/activate.py" "$TEST_DIR/run.sock" "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "pid 1, LISTEN_PID 1, LISTEN_FDS 1, web" ]
	until_true 5 nothing_left_of "$ID"
	run at_bundle /usr/bin/python3 "$TEST_DIR/activate.py" "$TEST_DIR/create.sock" "$HUSK" --root "$ROOT" create "$ID"
	[ "$output" = "pid 1, LISTEN_PID 1, LISTEN_FDS 1, web" ]
}

# --- children of run --------------------------------------------------------------------------------------------------

# bats test_tags=p:linux:namespaces:type
@test "run reaps the orphans of a container that shares the pid namespace, as fast as they come" {
	config 'del(.linux.namespaces[] | select(.type == "pid")) | .process.args = ["sh", "-c", "
		for i in $(seq 200); do (true & exec true); done; echo ready; exec sleep 1000"]'
	husk_background run "$ID"
	until_true 20 printed ready
	until_true 5 has_one_child "$RUNTIME"
	husk delete --force "$ID"
	wait "$RUNTIME" || true
}
has_one_child() {
	[ "$(cat "/proc/$1/task/$1/children")" = "$(pid_of) " ]
}

@test "run ends with its process, though orphans that it has adopted live on" {
	config 'del(.linux.namespaces[] | select(.type == "pid")) | .process.args = ["sh", "-c", "
		(sleep 1000 & exec true); until [ -e /go ]; do sleep 0.02; done; exit 5"]'
	husk_background run --keep "$ID"
	until_true 5 has_two_children
	touch "$ROOTFS/go"
	status=0
	wait "$RUNTIME" || status=$?
	[ "$status" -eq 5 ]
	[ "$(status_of)" = stopped ]
	husk delete "$ID"
	nothing_left_of "$ID" # the cgroup's end is theirs
}
has_two_children() {
	[ "$(wc -w <"/proc/$RUNTIME/task/$RUNTIME/children")" -eq 2 ]
}
