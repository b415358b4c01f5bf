#!/usr/bin/env bats
# mounts_running.bats - mounts of a container that is there: what is added and taken away, all of it or nothing, and what a
# container can do against that.

load helpers

# running [JQ EXPRESSION]: a container that sleeps, made by the config so changed, and what can be bound.
running() {
	mkdir -p "$BUNDLE/source/below"
	echo hello >"$BUNDLE/source/file"
	config '.root.readonly = false | .process.args = ["sleep", "1000"] | '"${1:-.}"
	husk run --detach "$ID"
	BEFORE=$(mounts_of)
}
with_user_namespace='.linux.namespaces += [{type: "user"}] |
	.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'

# As its init sees them: no path below tells of another container.
mounts_of() {
	cut -d' ' -f 3- "/proc/$(pid_of)/mountinfo"
}
as_before() {
	[ "$(mounts_of)" = "$BEFORE" ] || { mounts_of | diff <(echo "$BEFORE") - && return 1; }
}
# in_it COMMANDS: what they print in the container.
in_it() {
	husk exec "$ID" sh -c "$1"
}
# The attributes of the last mount on a place.
mounted_on() {
	awk -v place="$1" '$5 == place { found = $6 } END { print found }' "/proc/$(pid_of)/mountinfo"
}
# list ENTRY...: a document of mounts; each is one line of it, from the second on.
list() {
	printf '{"mounts": [\n%s\n]}\n' "$(printf '%s,\n' "$@" | sed '$s/,$//')"
}
entry() { # DESTINATION SOURCE OPTION... of a bind
	jq -nc '$ARGS.positional | {destination: .[0], source: .[1], options: .[2:]}' --args "$@"
}
fs() { # DESTINATION TYPE OPTION...
	jq -nc '$ARGS.positional | {destination: .[0], type: .[1], source: .[1], options: .[2:]}' --args "$@"
}
add() {
	list "$@" | husk mounts add "$ID" -
}
take() { # DESTINATION...
	jq -n '{mounts: [$ARGS.positional[] | {destination: .}]}' --args "$@" | husk mounts remove "$ID" -
}
# refused WORDS COMMAND...: an error of one line with these words, 1, and the mounts as they were.
refused() {
	run "${@:2}"
	[ "$status" -eq 1 ] || { echo "status $status: $output" && return 1; }
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"$1"* ]] || { echo "not \"$1\": $output" && return 1; }
	as_before
}

# --- what is added ------------------------------------------------------------------------------------------------------

# bats test_tags=v2,old-kernel
@test "mounts add: a directory, a file and a tmpfs are there for the processes that run and for those of exec, and not on the host" {
	local host

	running
	host=$(cat /proc/self/mountinfo)
	add "$(entry /new/deep/dir "$BUNDLE/source" bind ro nosuid)" "$(entry /new/file source/file bind)" \
		"$(fs /new/tmp tmpfs size=64k mode=700 noexec)"
	[ "$(in_it 'cat /new/deep/dir/file /new/file')" = "$(printf 'hello\nhello')" ]
	[ "$(mounted_on /new/deep/dir)" = ro,nosuid,relatime ]
	[ "$(mounted_on /new/tmp)" = rw,noexec,relatime ]
	[ "$(in_it 'stat -c "%a %F" /new/tmp; df -k /new/tmp | tail -n 1 | awk "{ print \$2 }"')" = "$(printf '700 directory\n64')" ]
	in_it '! touch /new/deep/dir/x 2>/dev/null && echo more >>/new/file && echo x >/new/tmp/x'
	[ "$(cat "$BUNDLE/source/file")" = "$(printf 'hello\nmore')" ]
	[ "$(cat "/proc/$(pid_of)/root/new/tmp/x")" = x ]
	[ -z "$(diff <(echo "$host") /proc/self/mountinfo)" ]
	[ "$(husk state "$ID" | jq -r .status)" = running ]
}

@test "mounts add: one in another of the same list, rbind, and what is asked of a tmpfs" {
	running
	mkdir "$ROOTFS/full"
	echo filled >"$ROOTFS/full/f"
	mount -t tmpfs below "$BUNDLE/source/below"
	echo deep >"$BUNDLE/source/below/f"
	add "$(fs /a tmpfs)" "$(entry /a/b source rbind rro)" "$(entry /a/plain source bind)" "$(fs /full tmpfs ro tmpcopyup)"
	umount -l "$BUNDLE/source/below"
	[ "$(in_it 'cat /a/b/below/f; ls /a/plain/below')" = deep ]
	[[ "$(mounted_on /a/b/below)" == ro* ]]
	[ "$(in_it 'cat /full/f')" = filled ]
	[[ "$(mounted_on /full)" == ro* ]]
	in_it '! touch /full/x 2>/dev/null && ! touch /a/b/x 2>/dev/null && touch /a/plain/x'
}

@test "mounts add: a new proc shows the container's processes, a sysfs and an mqueue are its own" {
	running
	add "$(fs /more/proc proc ro)" "$(fs /more/sys sysfs ro)" "$(fs /more/mqueue mqueue)" "$(fs /more/pts devpts newinstance)"
	[ "$(in_it 'cat /more/proc/1/comm')" = sleep ]
	[ "$(in_it 'ls /more/sys/class/net')" = lo ]
	[ "$(in_it 'ls /more/pts')" = ptmx ]
	in_it 'touch /dev/mqueue/q && test -e /more/mqueue/q'
}

# bats test_tags=v2
@test "mounts add: in a created and in a paused container" {
	config '.root.readonly = false | .process.args = ["cat", "/new/file"]'
	mkdir "$BUNDLE/source"
	echo hello >"$BUNDLE/source/file"
	husk create "$ID"
	add "$(entry /new source bind)"
	husk start "$ID"
	until_true 5 printed hello
	husk delete --force "$ID"
	running
	husk pause "$ID"
	add "$(entry /new source bind)"
	[[ "$(mounted_on /new)" == rw* ]]
	take /new
	as_before
	husk resume "$ID"
}

@test "mounts add: the host opens the sources, also for a user namespace that may not" {
	running "$with_user_namespace"
	chown -R 100000:100000 "$ROOTFS"
	mkdir -m 700 "$BUNDLE/closed"
	mkdir -m 755 "$BUNDLE/closed/source"
	echo secret >"$BUNDLE/closed/source/file"
	add "$(entry /new closed/source bind)" "$(fs /tmpfs tmpfs)"
	[ "$(in_it 'cat /new/file; stat -c %u /tmpfs')" = "$(printf 'secret\n0')" ]
	take /new /tmpfs
	as_before
}

# bats test_tags=v2,old-kernel
@test "mounts add: what the host's mount forbids stays forbidden to the root of a user namespace" {
	local all='.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"]) | .process.noNewPrivileges = false | del(.linux.seccomp)'

	running "$with_user_namespace | $all"
	chown -R 100000:100000 "$ROOTFS"
	mount -t tmpfs -o ro,nodev,nosuid locked "$BUNDLE/source"
	add "$(entry /new source bind)"
	umount -l "$BUNDLE/source"
	[ "$(mounted_on /new)" = ro,nosuid,nodev,relatime ]
	in_it '! mount -o remount,bind,rw,dev,suid /new 2>/dev/null'
	[ "$(mounted_on /new)" = ro,nosuid,nodev,relatime ]
}

@test "mounts add: nothing that is mounted inside shows on a host whose mounts are shared" {
	local all='.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"]) | .process.noNewPrivileges = false | del(.linux.seccomp)'

	mkdir "$BUNDLE/source"
	mount --bind "$BUNDLE/source" "$BUNDLE/source"
	mount --make-shared "$BUNDLE/source"
	running "$all"
	add "$(entry /new source bind)" "$(entry /shared source bind rshared)"
	in_it 'mount -t tmpfs mine /new/below && mount -t tmpfs mine /shared/below'
	[ -z "$(findmnt -n "$BUNDLE/source/below")" ]
	husk delete --force "$ID"
	running '.linux.rootfsPropagation = "rshared"'
	add "$(entry /new source bind)" "$(entry /shared source bind rshared)"
	in_it 'mount -t tmpfs mine /new/below'
	[ -z "$(findmnt -n "$BUNDLE/source/below")" ]
	in_it 'mount -t tmpfs mine /shared/below'
	umount "$BUNDLE/source/below" # only where both ask for it
	umount -l "$BUNDLE/source"
}

# bats test_tags=p:mounts:uidMappings
@test "mounts add: ids are mapped, by the container's mappings and by those of the mount" {
	running "$with_user_namespace"
	chown -R 100000:100000 "$ROOTFS"
	chown 7:7 "$BUNDLE/source/file"
	add "$(entry /as-inside source bind idmap)" \
		"$(entry /own source bind | jq -c '.uidMappings = [{containerID: 7, hostID: 100003, size: 1}] | .gidMappings = .uidMappings')"
	[ "$(in_it 'stat -c %u /as-inside/file /own/file')" = "$(printf '7\n3')" ]
}

# --- what is taken away -------------------------------------------------------------------------------------------------

@test "mounts remove: what a file has added goes by the same file, in whatever order, also where two lie on each other" {
	running
	list "$(fs /a tmpfs)" "$(entry /a/b source bind)" "$(entry /f source/file bind)" "$(fs /a/b/below tmpfs)" "$(fs /a/b/below tmpfs)" \
		>"$TEST_DIR/mounts.json"
	husk mounts add "$ID" "$TEST_DIR/mounts.json"
	husk mounts remove "$ID" "$TEST_DIR/mounts.json"
	as_before
	husk mounts add "$ID" "$TEST_DIR/mounts.json"
	jq '.mounts |= reverse' "$TEST_DIR/mounts.json" | husk mounts remove "$ID" -
	as_before
}

@test "mounts remove: one that config.json has mounted goes, and who has a file open there keeps it" {
	config '.mounts += [{destination: "/data", type: "tmpfs", source: "tmpfs"}]'
	running '.process.args = ["sh", "-c", "exec 9>/data/f; echo ready; sleep 1000; :"]'
	until_true 5 printed ready
	take /data
	[ -z "$(mounted_on /data)" ]
	[ "$(readlink "/proc/$(pid_of)/fd/9")" = /f ]
}

@test "mounts remove: what is no mount point, or not there, leaves the others where they are" {
	running
	add "$(fs /a tmpfs)" "$(fs /b tmpfs)"
	BEFORE=$(mounts_of)
	refused 'stdin:9:5: /mounts/2: cannot find what is mounted on /bin: /bin is not a mount point' take /a /b /bin
	refused '/mounts/1: cannot find what is mounted on /nothing: no such file or directory' take /a /nothing
	refused '/mounts/0/destination: the path of a mount point is needed' take / /a
}

@test "mounts remove: in a user namespace the kernel locks what came as a part of a tree" {
	running "$with_user_namespace"
	chown -R 100000:100000 "$ROOTFS"
	mount -t tmpfs below "$BUNDLE/source/below"
	add "$(entry /new source rbind)"
	umount -l "$BUNDLE/source/below"
	BEFORE=$(mounts_of)
	refused '/mounts/0: cannot unmount /new/below: it came with the mount around it, which locks it' take /new/below
	take /new
	run mounts_of
	[[ $output != *" /new"* ]]
}

# --- all or nothing -----------------------------------------------------------------------------------------------------

@test "mounts add: when one cannot be mounted none is, and the error says which and where" {
	running
	list "$(fs /a tmpfs)" "$(entry /a/b source bind)" "$(fs /c tmpfs size=much)" >"$TEST_DIR/mounts.json"
	refused "$TEST_DIR/mounts.json:4:1: /mounts/2: cannot mount tmpfs on /c: tmpfs: Bad value for 'size'" \
		husk mounts add "$ID" "$TEST_DIR/mounts.json"
	refused '/mounts/1: cannot open '"$BUNDLE/nothing"': no such file or directory' \
		add "$(fs /a tmpfs)" "$(entry /b nothing bind)"
	refused '/mounts/1: cannot bind '"$BUNDLE/source/file"' to /bin' add "$(fs /a tmpfs)" "$(entry /bin source/file bind)"
}

@test "mounts add: what cannot be in a container that is there is refused, and the field named" {
	running
	refused '/mounts/0/destination: processes that are there keep their root' add "$(fs / tmpfs)"
	refused '/mounts/0/options: a remount adds no mount' add "$(fs /dev tmpfs remount ro)"
	refused '/mounts/0/type: no overlay can be mounted' add "$(fs /o overlay lowerdir=/bin)"
	refused '/mounts/0/destination: nothing can be mounted on /proc/self/attr' add "$(fs /proc/self/attr tmpfs)"
	refused '/mounts/0/options: in a container that is there' add "$(fs /t tmpfs iversion)"
	refused 'stdin has no mounts' husk mounts add "$ID" - <<<'{}'
	refused '/mounts/0/destination' husk mounts add "$ID" - <<<'{"mounts": [{"type": "tmpfs"}]}'
}

@test "mounts add: a container that does not run, or has no mount namespace of its own, is refused" {
	config '.process.args = ["true"]'
	husk run --detach "$ID"
	until_true 5 is_stopped
	run add "$(fs /a tmpfs)"
	[ "$status" -eq 1 ]
	[[ $output == *"container not running: \"$ID\" is stopped"* ]]
	husk delete "$ID"
	running '.linux.namespaces |= map(select(.type != "mount")) | .mounts = [] | .linux.maskedPaths = [] |
		.linux.readonlyPaths = [] | .linux.devices = []'
	refused 'no mount namespace of its own' add "$(fs /a tmpfs)"
	refused 'no mount namespace of its own' take /a
}

# --- against what a container can do ------------------------------------------------------------------------------------

@test "mounts add: a destination that is a symbolic link leads nowhere but into the container" {
	running
	mkdir "$TEST_DIR/outside"
	ln -s "$TEST_DIR/outside" "$ROOTFS/link"
	ln -s ../../../../../../..//etc "$ROOTFS/up"
	ln -s /proc/1/root "$ROOTFS/magic"
	add "$(fs /link/made tmpfs)" "$(fs /up/made tmpfs)"
	[ -z "$(ls "$TEST_DIR/outside")" ]
	[ ! -e /etc/made ]
	[[ "$(mounted_on /etc/made)" == rw* ]]
	take "$TEST_DIR/outside/made" /etc/made
	as_before
	refused /mounts/0 add "$(fs /magic/made tmpfs)"
	ln -s /proc/1 "$ROOTFS/init"
	refused 'leads into a procfs' add "$(fs /init/attr tmpfs)"
}

@test "mounts add: a destination that is exchanged with a symbolic link all the time never leads out (CVE-2021-30465, CVE-2024-45310)" {
	local i

	mkdir -p "$TEST_DIR/outside" "$BUNDLE/volume/dir"
	running '.mounts += [{destination: "/volume", source: "volume", options: ["bind"]}]'
	ln -s "$TEST_DIR/outside" "$BUNDLE/volume/link"
	/usr/bin/python3 - "$BUNDLE/volume" <<-'END' 3>&- &
		import ctypes, os, sys, time
		libc, end = ctypes.CDLL(None), time.time() + 60
		os.chdir(sys.argv[1])
		while time.time() < end and not os.path.exists("stop"):
		    for i in range(1000):
		        libc.renameat2(-100, b"dir", -100, b"link", 2)
	END
	for i in $(seq 60); do
		add "$(fs "/volume/dir/made$i" tmpfs)" || :
	done
	touch "$BUNDLE/volume/stop"
	wait "$!"
	[ -z "$(ls "$TEST_DIR/outside")" ]
	run grep -F "$TEST_DIR/outside" /proc/self/mountinfo
	[ "$status" -eq 1 ]
	mounts_of | grep -q /made
}

@test "mounts remove: a symbolic link does not lead it to what hides a file" {
	running
	rm -rf "$ROOTFS/data"
	ln -s /proc/kcore "$ROOTFS/data"
	refused '/data is not a mount point' take /data
	mkdir "$ROOTFS/dir"
	ln -s /proc "$ROOTFS/dir/p"
	refused 'a symbolic link leads to /dir/p/kcore' take /dir/p/kcore
}

@test "mounts: two at the same time, and one while delete ends the container" {
	local i first

	running
	for i in $(seq 10); do
		add "$(fs "/a$i" tmpfs)" &
		first=$!
		add "$(fs "/b$i" tmpfs)"
		wait "$first"
	done
	[ "$(mounts_of | grep -c ' /[ab][0-9]* ')" -eq 20 ]
	for i in $(seq 10); do
		add "$(fs "/c$i" tmpfs)" >/dev/null 2>&1 &
		first=$!
		husk delete --force "$ID"
		wait "$first" || :
		nothing_left_of "$ID"
		running
	done
}
