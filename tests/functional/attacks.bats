# attacks.bats - exec into a container that means harm: the attacks on runtimes that come in from outside and bring something along.

load helpers

SECRET=secret-of-the-host

setup() {
	bundle
	mkdir "$TEST_DIR/host"
	touch "$TEST_DIR/host/$SECRET"
	REAL_HUSK=$HUSK
	HUSK=$TEST_DIR/husk # who wins must not win the real one
	cp "$REAL_HUSK" "$HUSK"
	HASH=$(sha256sum <"$HUSK")
}
teardown() {
	HUSK=$REAL_HUSK
	delete_all_and_see_nothing_left
}

# hostile [EXPRESSION]: a container that watches each process that comes into it; $OUT is what it has got.
hostile() {
	gcc -O2 -static -o "$ROOTFS/bin/watcher" "$BATS_TEST_DIRNAME/watcher.c"
	config --arg secret "$SECRET" "${1:-.}"' | .process.args = ["watcher", $secret]'
	husk run --detach "$ID"
	until_true 10 printed "watching now"
}
sleeping() {
	config "${1:-.}"' | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
}

# with_host_directories COMMAND...: descriptors 3 to 15 of the caller are a directory of the host.
with_host_directories() (
	exec 3<"$TEST_DIR/host"
	for fd in {4..15}; do
		eval "exec $fd<&3"
	done
	"$@"
)

# All that was got: the payload as it is for everybody, and refusals. Somebody was there before the payload.
watcher_got_nothing() {
	grep -q '^denied exe$' "$OUT" || { echo "the watcher was always late" && return 1; }
	[ -z "$(grep -vE '^(watching now|denied .*|exe /bin/[a-z]+|root /|cwd /|opened mem)$' "$OUT")" ] || { cat "$OUT" && return 1; }
}
husk_is_untouched() {
	[ "$(sha256sum <"$HUSK")" = "$HASH" ]
}

execs() {
	local i

	for ((i = 0; i < $1; i++)); do
		husk exec "$ID" "${@:2}"
	done
}

@test "a container that watches for new processes gets nothing of the runtime's (CVE-2016-9962, CVE-2019-5736)" {
	hostile
	with_host_directories execs 200 true
	watcher_got_nothing
	husk_is_untouched
}

@test "the same where the container is in the pid namespace of the host, which shows it the runtime too" {
	hostile 'del(.linux.namespaces[] | select(.type == "pid"))'
	with_host_directories execs 50 true
	[ -z "$(grep -E '^(read|traced|took|wrote|remounted|opened)' "$OUT")" ] || { cat "$OUT" && false; }
	husk_is_untouched
}

@test "husk's own program, executed in the container, cannot be written (CVE-2019-5736)" {
	local i

	hostile '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"])'
	printf '#!/proc/self/exe\n' >"$ROOTFS/bin/script"
	chmod 755 "$ROOTFS/bin/script"
	for ((i = 0; i < 20; i++)); do
		run husk exec "$ID" /proc/self/exe --version
		run husk exec "$ID" script
		# It reads the process that it is to start, which takes its time: it is there to be opened.
		run at_bundle sh -c 'sleep 0.05 | "$HUSK" --root "$0" exec "$1" /proc/self/exe --root /tmp exec -p - none' "$ROOT" "$ID"
	done
	[ -z "$(grep -E '^(wrote|remounted|read)' "$OUT")" ] || { cat "$OUT" && false; }
	husk_is_untouched
}

@test "a working directory that is a descriptor of the caller is refused, by a flag, a file or a link (CVE-2024-21626)" {
	local fd

	sleeping
	for fd in {3..15}; do
		run with_host_directories husk exec --cwd "/proc/self/fd/$fd" "$ID" ls
		[ "$status" -eq 255 ]
		[[ $output == *"--cwd: cannot enter the working directory /proc/self/fd/$fd"* ]]
		jq --arg cwd "/proc/self/fd/$fd/../host" '.process | .args = ["ls"] | .cwd = $cwd' "$BUNDLE/config.json" >"$TEST_DIR/process.json"
		run with_host_directories husk exec --process "$TEST_DIR/process.json" "$ID"
		[ "$status" -eq 255 ]
		ln -sfn "/proc/self/fd/$fd" "$ROOTFS/link"
		run with_host_directories husk exec --cwd /link "$ID" ls
		[ "$status" -eq 255 ]
		[[ $output != *"$SECRET"* ]]
	done
}

@test "descriptors that are preserved are no way to a working directory either" {
	sleeping
	run with_host_directories husk exec --preserve-fds 13 --cwd /proc/self/fd/7 "$ID" ls
	[ "$status" -eq 255 ]
	run with_host_directories husk exec "$ID" sh -c 'ls /proc/self/fd; ls -d /proc/self/fd/*/*'
	[[ $output != *"$SECRET"* ]]
}

@test "an /etc/passwd that is a fifo, huge, a link, a directory or a device delays nothing and gives HOME=/" {
	local kind home

	sleeping '.root.readonly = false | del(.process.env[] | select(startswith("HOME=")))'
	for kind in 'mkfifo passwd' 'mkdir passwd' 'ln -s passwd passwd' 'ln -s /dev/zero passwd' \
		'truncate -s 1T passwd' 'mknod passwd c 1 5' 'printf "root:x:0:0::relative:\n" >passwd' 'ln -s /proc/1/root/dev/tty passwd'; do
		rm -rf "$ROOTFS/etc/passwd"
		(cd "$ROOTFS/etc" && eval "$kind")
		home=$(timeout 10 "$HUSK" --root "$ROOT" exec "$ID" sh -c 'echo $HOME') || { echo "$kind: status $?" && return 1; }
		[ "$home" = / ] || { echo "$kind: $home" && return 1; }
	done
}

@test "a program that is a fifo or a device is told, and not waited for" {
	sleeping
	mkfifo "$ROOTFS/bin/fifo"
	mknod "$ROOTFS/bin/zero" c 1 5
	chmod 755 "$ROOTFS"/bin/{fifo,zero}
	for program in fifo zero; do
		run timeout 10 "$HUSK" --root "$ROOT" exec "$ID" "/bin/$program"
		[ "$status" -eq 255 ]
	done
}

@test "from a directory that is gone" {
	sleeping
	mkdir "$TEST_DIR/gone"
	cd "$TEST_DIR/gone"
	rmdir "$TEST_DIR/gone"
	[ "$("$HUSK" --root "$ROOT" exec "$ID" pwd)" = / ]
	run "$HUSK" --root "$ROOT" exec --pid-file here "$ID" pwd
	[ "$status" -eq 255 ]
	[[ $output == *"no such file or directory"* ]]
}

# in_mounts COMMAND...: of the container's own busybox, as its root could do it that may mount.
in_mounts() {
	nsenter --target "$(pid_of)" --mount --root --wd /bin/busybox "$@"
}
no_terminal() {
	run timeout 10 "$HUSK" --root "$ROOT" exec --tty "$ID" tty
	[ "$status" -eq 255 ] || { echo "$status: $output" && return 1; }
	[[ $output == *"cannot make a terminal"* ]]
}

@test "a terminal is of the container's devpts, not of what it has put on /dev/pts since (CVE-2025-52565)" {
	sleeping '.root.readonly = false'
	[ "$(husk exec --tty "$ID" tty </dev/null | tr -d '\r')" = /dev/pts/0 ]
	mkfifo "$ROOTFS/fifo"
	in_mounts mount --bind /fifo /dev/pts/ptmx
	no_terminal
	in_mounts umount /dev/pts/ptmx
	in_mounts mount --bind /dev/null /dev/pts/ptmx
	no_terminal
	in_mounts umount /dev/pts/ptmx
	in_mounts mount -t tmpfs tmpfs /dev/pts
	no_terminal
	in_mounts mknod /dev/pts/ptmx c 5 2
	no_terminal
	in_mounts umount /dev/pts
	[ "$(husk exec --tty "$ID" tty </dev/null | tr -d '\r')" = /dev/pts/0 ]
}
