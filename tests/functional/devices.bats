# devices.bats - linux.devices, the default devices and the links in /dev.

# bats file_tags=v2
load helpers

# add_device PATH TYPE [MEMBERS]: an entry of /linux/devices: add_device /dev/x c '"major": 1, "minor": 3'
add_device() {
	config --arg path "$1" --arg type "$2" --argjson members "{${3:-}}" '.linux.devices += [{"path": $path, "type": $type} + $members]'
}

# The root file system has a /dev of its own then, and nothing covers it.
without_dev_mounts() {
	config '.mounts |= map(select(.destination | startswith("/dev") | not)) | .root.readonly = false'
}

refused() {
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *$1* ]]
	[[ $output == *${2:-$1}* ]]
}

LIST='stat -c "%n %F %t:%T %a %u:%g"'

# bats test_tags=p:linux:devices
@test "the default devices and links are there" {
	run run_in 'cd /dev; stat -c "%n %a %t:%T" null zero full random urandom tty; for l in fd stdin stdout stderr ptmx; do readlink $l; done'
	[ "$status" -eq 0 ]
	[ "$output" = "null 666 1:3
zero 666 1:5
full 666 1:7
random 666 1:8
urandom 666 1:9
tty 666 5:0
/proc/self/fd
/proc/self/fd/0
/proc/self/fd/1
/proc/self/fd/2
pts/ptmx" ]
}

# bats test_tags=p:linux:devices:fileMode
@test "the mode of devices does not depend on the umask of the caller" {
	config --arg commands 'stat -c "%n %a" /dev /dev/null /dev/pts /dev/x' '.process.args = ["sh", "-c", $commands]'
	add_device /dev/x c '"major": 1, "minor": 3, "fileMode": 438'
	(umask 077 && run husk run "$ID" && [ "$status" -eq 0 ] && [ "$output" = $'/dev 755\n/dev/null 666\n/dev/pts 755\n/dev/x 666' ])
}

# bats test_tags=p:linux:devices
@test "/dev/core is a link where the kernel has a /proc/kcore" {
	run run_in 'readlink /dev/core || echo none'
	if [ -e /proc/kcore ]; then [ "$output" = /proc/kcore ]; else [ "$output" = none ]; fi
}

# bats test_tags=p:linux:devices:path,p:linux:devices:type,p:linux:devices:major,p:linux:devices:minor,p:linux:devices:fileMode,p:linux:devices:uid,p:linux:devices:gid
@test "a device has its type, numbers, mode and owner" {
	add_device /dev/char c '"major": 10, "minor": 229, "fileMode": 384, "uid": 5, "gid": 6'
	add_device /dev/unbuffered u '"major": 4095, "minor": 1048575'
	add_device /dev/below/block b '"major": 7, "minor": 300, "fileMode": 33200'
	add_device /somewhere/else/pipe p '"major": 1, "minor": 2, "fileMode": 420, "gid": 7'
	run run_in "$LIST /dev/char /dev/unbuffered /dev/below/block /somewhere/else/pipe"
	[ "$status" -eq 0 ]
	[ "$output" = "/dev/char character special file a:e5 600 5:6
/dev/unbuffered character special file fff:fffff 666 0:0
/dev/below/block block special file 7:12c 660 0:0
/somewhere/else/pipe fifo 0:0 644 0:7" ]
}

# bats test_tags=p:linux:devices:path,p:linux:devices:fileMode,p:linux:devices:gid
@test "a default device that is listed has what the list says" {
	add_device /dev/null c '"major": 1, "minor": 3, "fileMode": 292, "gid": 9'
	run run_in "$LIST /dev/null /dev/zero"
	[ "$output" = "/dev/null character special file 1:3 444 0:9
/dev/zero character special file 1:5 666 0:0" ]
}

# bats test_tags=p:linux:devices:path,p:linux:devices:type,p:linux:devices:major,p:linux:devices:minor
@test "what is wrong with a device is said before anything is made" {
	add_device dev/x c '"major": 1, "minor": 3'
	refused /linux/devices/0/path absolute
	config '.linux.devices[0].path = "/dev/x" | .linux.devices[0].type = "x"'
	refused /linux/devices/0/type "c, b, u or p"
	config '.linux.devices[0].type = "c" | del(.linux.devices[0].minor)'
	refused /linux/devices/0 "major and minor"
	config '.linux.devices[0].minor = 1048576'
	refused /linux/devices/0 1048575
	config '.linux.devices[0].minor = -1'
	refused /linux/devices/0 1048575
	[ -z "$(ls -A "$ROOTFS/dev")" ]
}

# bats test_tags=p:linux:devices:path,p:linux:devices:type,p:linux:devices:major,p:linux:devices:minor
@test "a file that exists must be that very device" {
	without_dev_mounts
	mknod "$ROOTFS/dev/same" c 10 229
	mknod "$ROOTFS/dev/other" c 10 200
	mknod "$ROOTFS/dev/block" b 10 229
	mkfifo "$ROOTFS/dev/pipe"
	touch "$ROOTFS/dev/file"
	ln -s same "$ROOTFS/dev/link"
	add_device /dev/same c '"major": 10, "minor": 229'
	add_device /dev/pipe p
	run husk run "$ID"
	[ "$status" -eq 0 ]
	for name in other block pipe file link; do
		config --arg path "/dev/$name" '.linux.devices[0].path = $path'
		refused /linux/devices/0 "/dev/$name exists and is not this device"
	done
	config '.linux.devices[0].path = "/dev/same" | .linux.devices[1].path = "/dev/file"'
	refused /linux/devices/1 "/dev/file exists"
}

# bats test_tags=p:linux:devices
@test "a root with a /dev of its own runs twice, also with nodes and links made by others" {
	without_dev_mounts
	mknod "$ROOTFS/dev/ptmx" c 5 2
	mknod -m 600 "$ROOTFS/dev/null" c 1 3
	ln -s /proc/self/fd "$ROOTFS/dev/fd"
	for _ in first second; do
		run run_in 'echo >/dev/null; ls /dev | tr "\n" " "'
		[ "$status" -eq 0 ]
		[[ $output =~ ^(core )?"fd full null ptmx random stderr stdin stdout tty urandom zero " ]]
	done
	[ "$(stat -c %a "$ROOTFS/dev/null")" = 600 ]
}

# bats test_tags=p:linux:devices
@test "a default device or link that is something else is refused" {
	without_dev_mounts
	ln -s /etc/passwd "$ROOTFS/dev/null"
	refused "/dev/null exists and is not this device"
	[ "$(head -c 4 "$ROOTFS/etc/passwd")" = root ]
	rm "$ROOTFS/dev/null"
	touch "$ROOTFS/dev/stdin"
	refused "/dev/stdin exists and is not a link to /proc/self/fd/0"
	ln -sf /etc/passwd "$ROOTFS/dev/stdin"
	refused "/dev/stdin exists and is not a link to /proc/self/fd/0"
}

# bats test_tags=p:linux:devices
@test "a /dev that is a symbolic link to the host gets nothing made there" {
	local outside=/tmp/$HUSK_TEST_NAME-outside target left

	without_dev_mounts
	mkdir "$outside"
	rmdir "$ROOTFS/dev"
	for target in "$outside" "../../../../../../../../..$outside"; do
		ln -sfn "$target" "$ROOTFS/dev"
		run run_in 'ls /dev/null'
		[ "$status" -eq 0 ]
		[ -c "$ROOTFS$outside/null" ]
	done
	left=$(ls -A "$outside")
	rm -rf "$outside"
	[ -z "$left" ]
}

# bats test_tags=p:linux:devices:path,p:mounts:destination
@test "nothing is made in a /dev that is a bind mount" {
	mkdir "$BUNDLE/dev"
	mknod "$BUNDLE/dev/mine" c 1 3
	without_dev_mounts
	config --arg source "$BUNDLE/dev" '.mounts += [{"destination": "/dev/", "source": $source, "options": ["bind"]}]'
	add_device /dev/x c '"major": 1, "minor": 3'
	add_device /elsewhere c '"major": 1, "minor": 3'
	run run_in 'ls /dev; ls /elsewhere'
	[ "$status" -eq 0 ]
	[ "$output" = $'mine\n/elsewhere' ]
	[ "$(ls -A "$BUNDLE/dev")" = mine ]
}

in_user_namespace() {
	config '.linux.namespaces += [{"type": "user"}] | .root.readonly = false
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}]
		| .linux.gidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}]'
	chown -R 100000:100000 "$ROOTFS"
}

# bats test_tags=p:linux:devices,p:mounts:options
@test "a /dev that is remounted with bind has devices as any other" {
	config '.mounts += [{"destination": "/dev", "options": ["bind", "remount", "noexec"]}]'
	add_device /dev/x c '"major": 1, "minor": 3'
	run run_in 'stat -c %t:%T /dev/null /dev/x'
	[ "$output" = $'1:3\n1:3' ]
}

# bats test_tags=p:linux:devices:path,p:linux:devices:type,p:linux:devices:major,p:linux:devices:minor
@test "in a user namespace devices are the host's, bound" {
	in_user_namespace
	add_device /dev/kmsg c '"major": 1, "minor": 11'
	add_device /dev/pipe p '"fileMode": 384'
	run run_in 'stat -c "%n %F %t:%T" /dev/kmsg /dev/pipe /dev/null; grep -c " /dev/null " /proc/self/mountinfo; echo >/dev/null; head -c 2 /dev/zero | wc -c'
	[ "$status" -eq 0 ]
	[ "$output" = "/dev/kmsg character special file 1:b
/dev/pipe fifo 0:0
/dev/null character special file 1:3
1
2" ]
}

# bats test_tags=p:linux:devices:fileMode,p:linux:devices:uid,p:linux:devices:gid
@test "in a user namespace a device has the host's mode and owner, and a warning says so" {
	in_user_namespace
	add_device /dev/null c '"major": 1, "minor": 3, "fileMode": 384, "uid": 5'
	run run_in 'stat -c "%a %u" /dev/null'
	[ "$status" -eq 0 ]
	[[ $output == *"$(stat -c %a /dev/null) 65534"* ]]
	[[ $output == *"/linux/devices/0: fileMode, uid and gid have no effect: the host's /dev/null is bound"* ]]
}

# bats test_tags=p:linux:devices:path
@test "in a user namespace no program and no set-user-id bit can come from a device" {
	in_user_namespace
	add_device /dev/kmsg c '"major": 1, "minor": 11'
	run run_in 'grep " /dev/[a-z]* " /proc/self/mountinfo | grep -v devpts | grep -v " /dev/shm " | grep -v mqueue | cut -d" " -f5,6'
	[ "$status" -eq 0 ]
	[ "$(wc -l <<<"$output")" -eq 7 ]
	[ -z "$(grep -v ' rw,nosuid,noexec' <<<"$output")" ]
}

# bats test_tags=p:linux:devices:path,p:linux:devices:major,p:linux:devices:minor
@test "in a user namespace a host's node with other numbers is refused" {
	in_user_namespace
	add_device /dev/null c '"major": 1, "minor": 5'
	refused /linux/devices/0 "the host's /dev/null is another device"
	config '.linux.devices[0].path = "/dev/no-such-device"'
	refused /linux/devices/0 "no such file or directory"
}

# bats test_tags=p:linux:devices
@test "in a user namespace a root with a /dev of its own runs twice" {
	in_user_namespace
	without_dev_mounts
	for _ in first second; do
		run run_in 'echo >/dev/null; stat -c %F /dev/zero'
		[ "$status" -eq 0 ]
		[ "$output" = "character special file" ]
	done
	[ -f "$ROOTFS/dev/null" ]
	[ ! -s "$ROOTFS/dev/null" ]
	ln -sf zero "$ROOTFS/dev/null"
	refused "/dev/null exists and is not this device"
	rm "$ROOTFS/dev/null"
	echo text >"$ROOTFS/dev/null"
	refused "/dev/null exists and is not this device"
	[ "$(cat "$ROOTFS/dev/null")" = text ]
}

# bats test_tags=p:linux:devices
@test "where a device cgroup forbids mknod the same devices are bound" {
	local hierarchy cgroup

	hierarchy=$(cgroup_mount devices)
	[ -n "$hierarchy" ] || skip "no devices hierarchy of cgroup v1 here"
	cgroup=$hierarchy/$HUSK_TEST_NAME-no-mknod
	mkdir "$cgroup"
	echo a >"$cgroup/devices.deny"
	echo 'c *:* rw' >"$cgroup/devices.allow"
	config --arg path "/$HUSK_TEST_NAME-no-mknod/inner" 'del(.linux.resources.devices) | .linux.cgroupsPath = $path'
	add_device /dev/kmsg c '"major": 1, "minor": 11'
	run run_in 'stat -c "%F %t:%T" /dev/null /dev/kmsg; grep -c "devtmpfs" /proc/self/mountinfo'
	rmdir "$cgroup/inner" "$cgroup" || :
	[ "$status" -eq 0 ]
	[ "$output" = $'character special file 1:3\ncharacter special file 1:b\n7' ]
}
