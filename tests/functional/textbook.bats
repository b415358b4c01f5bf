# textbook.bats - the experiments of a textbook on containers, each with the effect that the kernel shows.

load helpers

# compile NAME <<<"C program": a static program /bin/NAME in the root file system.
compile() {
	gcc -O1 -static -o "$ROOTFS/bin/$1" -x c -
}

# --- chroot -----------------------------------------------------------------------------------------------------------

# A shell of the host and the libraries that ldd names, and nothing else: the jail that books begin with.
copied_shell() {
	local file

	mkdir -p "$1/dev" "$1/proc" "$1/sys"
	for file in /bin/bash $(ldd /bin/bash | grep -oE '/[^ ]+'); do
		mkdir -p "$1$(dirname "$file")"
		cp -L "$file" "$1$file"
	done
}

# chroot(2) leaves the working directory outside when it is called a second time: from there .. leads to the real root.
escape_program() {
	cat <<'PROGRAM'
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* argv[1]: a path that exists outside only. */
int main(int argc, char **argv) {
	if (argc < 2)
		return 3;
	mkdir("/jail", 0755);
	if (chroot("/jail") < 0)
		return perror("chroot"), 2;
	for (int i = 0; i < 64; i++)
		chdir("..");
	if (chroot(".") < 0)
		return perror("chroot ."), 2;
	puts(access(argv[1], F_OK) == 0 ? "escaped" : "inside");
	return 0;
}
PROGRAM
}

@test "a copied shell and its libraries are a root file system: chroot and husk run it" {
	rm -rf "$ROOTFS"
	copied_shell "$ROOTFS"
	config '.process.args = ["/bin/bash", "-c", "echo $BASH_VERSION; echo /*"]'

	run chroot "$ROOTFS" /bin/bash -c 'echo $BASH_VERSION'
	[ "$output" = "$BASH_VERSION" ]

	run husk run "$ID"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "$BASH_VERSION" ]
	[ "${lines[1]}" = "$(cd "$ROOTFS" && echo /*)" ] || [ "${lines[1]}" = "$(cd "$ROOTFS" && printf '/%s ' * | sed 's/ $//')" ]
}

@test "the escape from chroot works with chroot, and husk does not allow it" {
	escape_program | compile escape
	config --arg outside "$TEST_DIR" '.root.readonly = false | .process.args = ["escape", $outside]
		| .process.capabilities[] += ["CAP_SYS_CHROOT"]'

	run chroot "$ROOTFS" /bin/escape "$TEST_DIR"
	[ "$output" = escaped ]

	# With the capability, so that it is the pivoted root that holds, not a refused chroot.
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[ "$output" = inside ]
}

@test "the escape from chroot is refused by default: a container has no CAP_SYS_CHROOT" {
	escape_program | compile escape
	config '.root.readonly = false | .process.args = ["escape", "/"]'

	run husk run "$ID"
	[ "$status" -eq 2 ]
	[ "$output" = "chroot: Operation not permitted" ]
}

# --- names and pids ---------------------------------------------------------------------------------------------------

@test "a new UTS namespace has its own hostname, and the host keeps its" {
	local before

	before=$(uname -n)
	config '.hostname = "from-the-book" | .process.capabilities[] += ["CAP_SYS_ADMIN"]'
	run run_in 'hostname; hostname changed; hostname'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = from-the-book ]
	[ "${lines[1]}" = changed ]
	[ "$(uname -n)" = "$before" ]
}

@test "the first process of a new PID namespace is PID 1 and sees only its own" {
	run run_in 'echo $$; ls -d /proc/[0-9]* | wc -l'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 1 ]
	[ "${lines[1]}" -le 3 ] # sh, ls, wc

	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	grep -qx 'NSpid:\s*[0-9]*\s*1' "/proc/$(pid_of)/status"
}

@test "killing PID 1 ends every process of its namespace" {
	config '.process.args = ["sh", "-c", "sleep 1001 & sleep 1002 & echo ready; wait"]'
	husk run --detach "$ID"
	until_true 5 grep -q ready "$OUT"
	[ "$(processes_of_the_test | wc -l)" -eq 3 ]

	kill -KILL "$(pid_of)"
	until_true 5 is_stopped
	[ "$(processes_of_the_test | wc -l)" -eq 0 ]
	husk delete "$ID"
	nothing_left_of "$ID"
}

# --- limits -----------------------------------------------------------------------------------------------------------

@test "a program that allocates a megabyte at a time is killed at its 50 MB limit" {
	compile allocate <<'PROGRAM'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
	for (int n = 1; n <= 500; n++) {
		char *megabyte = malloc(1 << 20);

		if (!megabyte)
			return 3;
		memset(megabyte, n, 1 << 20);
		printf("%d\n", n);
		fflush(stdout);
	}
	return 0;
}
PROGRAM
	config '.process.args = ["allocate"] | .linux.resources.memory = {"limit": 52428800, "swap": 52428800}'

	run husk run "$ID"
	[ "$status" -eq 137 ]
	[ "${lines[-1]}" -ge 30 ]
	[ "${lines[-1]}" -lt 50 ]
}

# bats test_tags=v2
@test "a limit of 50 MB is what the cgroup says" {
	config '.process.args = ["sleep", "1000"] | .linux.resources.memory.limit = 52428800'
	husk run --detach "$ID"
	[ "$(cat "$(cgroup_of memory)"/memory.limit_in_bytes "$(cgroup_of memory)"/memory.max 2>/dev/null)" = 52428800 ]
}

@test "a fork loop is stopped at 20 processes" {
	compile forks <<'PROGRAM'
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
	for (int n = 1; n <= 1000; n++) {
		pid_t child = fork();

		if (child == 0) {
			pause();
			_exit(0);
		}
		if (child < 0)
			return printf("%d processes, then: %s\n", n, strerror(errno)), fflush(stdout), 0;
	}
	return puts("not stopped"), 1;
}
PROGRAM
	config '.process.args = ["forks"] | .linux.resources.pids.limit = 20'

	run husk run "$ID"
	[ "$status" -eq 0 ]
	[ "$output" = "20 processes, then: Resource temporarily unavailable" ]
}

# --- overlay ----------------------------------------------------------------------------------------------------------

# overlay_root LOWER: the root file system becomes an empty folder on which the config mounts an overlay of its own.
overlay_root() {
	mkdir -p "$BUNDLE/upper" "$BUNDLE/work" "$BUNDLE/merged"
	config --arg lower "$1" --arg bundle "$BUNDLE" '.root = {"path": "merged", "readonly": false} | .mounts = [{
		"destination": "/", "type": "overlay", "source": "overlay",
		"options": ["lowerdir=\($lower)", "upperdir=\($bundle)/upper", "workdir=\($bundle)/work"]}] + .mounts'
}

@test "writes into an overlay land in upper only" {
	overlay_root "$ROOTFS"
	echo lower >"$ROOTFS/etc/motd"
	find "$ROOTFS" | sort >"$TEST_DIR/lower.before"

	run run_in 'cat /etc/motd; echo changed >/etc/motd; cat /etc/motd; echo new >/new; rm /etc/group; ls /work 2>&1 || true'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = lower ]
	[ "${lines[1]}" = changed ]

	# lower is untouched, upper has the changed file, the new one, and a whiteout for the removed one
	[ "$(cat "$ROOTFS/etc/motd")" = lower ]
	diff "$TEST_DIR/lower.before" <(find "$ROOTFS" | sort)
	[ "$(cat "$BUNDLE/upper/etc/motd")" = changed ]
	[ "$(cat "$BUNDLE/upper/new")" = new ]
	[ -c "$BUNDLE/upper/etc/group" ]
	[ "$(stat -c %t:%T "$BUNDLE/upper/etc/group")" = 0:0 ]
	# and the mount was the container's alone
	[ -z "$(ls "$BUNDLE/merged")" ]
}

@test "two containers share one lower folder and do not see each other's writes" {
	local lower=$ROOTFS first

	overlay_root "$lower"
	config '.process.args = ["sh", "-c", "echo first >/who; echo ready; sleep 1000"]'
	husk run --detach "$ID"
	first=$BUNDLE
	until_true 5 grep -q ready "$OUT"

	bundle second
	overlay_root "$lower"
	run run_in 'cat /who 2>/dev/null; echo second >/who; cat /who'
	[ "$status" -eq 0 ]
	[ "$output" = second ]
	[ "$(cat "$first/upper/who")" = first ]
	[ "$(cat "$BUNDLE/upper/who")" = second ]
	[ ! -e "$lower/who" ]
}
