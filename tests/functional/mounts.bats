# mounts.bats - mounts, root and linux.rootfsPropagation: what the container's mountinfo says afterwards, and what the host's
# does not.

# bats file_tags=old-kernel
load helpers

# add_mount DESTINATION TYPE SOURCE OPTION...: an entry of /mounts; a TYPE or SOURCE of - is left out.
add_mount() {
	config --arg destination "$1" --arg type "$2" --arg source "$3" '.mounts += [{"destination": $destination, "type": $type,
		"source": $source, "options": $ARGS.positional} | with_entries(select(.value != "-"))]' --args -- "${@:4}"
}

# config reads its file last, which jq takes for a positional argument after --args.
config() {
	jq "$@" <"$BUNDLE/config.json" >"$BUNDLE/config.json.new"
	mv "$BUNDLE/config.json.new" "$BUNDLE/config.json"
}

# Runs the bundle and leaves its mountinfo in $MOUNTS; COMMANDS run after that.
see_mounts() {
	run run_in "cat /proc/self/mountinfo; echo ---; $*"
	[ "$status" -eq 0 ] || {
		echo "$output"
		return 1
	}
	MOUNTS=${output%%---*}
	output=${output#*---$'\n'}
}

# The last mount on a place: its attributes, its propagation ("shared", "slave", "unbindable" or ""), its file system's options.
attributes_of() {
	awk -v at="$1" '$5 == at { found = $6 } END { print found }' <<<"$MOUNTS"
}
propagation_of() {
	awk -v at="$1" '$5 == at { found = ""; for (i = 7; $i != "-"; i++) { sub(/:.*/, "", $i); sub("master", "slave", $i); found = found $i } }
		END { print found }' <<<"$MOUNTS"
}
superblock_of() {
	awk -v at="$1" '$5 == at { for (i = 7; $i != "-"; i++); found = $(i + 3) } END { print found }' <<<"$MOUNTS"
}
root_of() {
	awk -v at="$1" '$5 == at { found = $4 } END { print found }' <<<"$MOUNTS"
}

# --- options ----------------------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:options
@test "each attribute of a new file system is what its mount has" {
	local option

	for option in ro nosuid nodev noexec noatime nodiratime nosymfollow relatime rro rnosuid rnodev rnoexec rnoatime rnodiratime \
		rnosymfollow rrelatime; do
		add_mount "/mnt/$option" tmpfs tmpfs "$option"
	done
	add_mount /mnt/strictatime tmpfs tmpfs strictatime
	add_mount /mnt/rstrictatime tmpfs tmpfs rstrictatime
	see_mounts
	for option in nosuid nodev noexec noatime nodiratime nosymfollow; do
		[[ ,$(attributes_of "/mnt/$option"), == *,$option,* ]]
		[[ ,$(attributes_of "/mnt/r$option"), == *,$option,* ]]
	done
	[ "$(attributes_of /mnt/ro)" = ro,relatime ]
	[ "$(attributes_of /mnt/rro)" = ro,relatime ]
	[ "$(attributes_of /mnt/relatime)" = rw,relatime ]
	[ "$(attributes_of /mnt/rrelatime)" = rw,relatime ]
	[ "$(attributes_of /mnt/strictatime)" = rw ]
	[ "$(attributes_of /mnt/rstrictatime)" = rw ]
}

# bats test_tags=p:mounts:options
@test "the later of two options that exclude each other wins" {
	add_mount /mnt/1 tmpfs tmpfs ro nosuid nodev noexec noatime nodiratime nosymfollow rw suid dev exec atime diratime symfollow
	add_mount /mnt/2 tmpfs tmpfs rw suid dev exec ro nosuid nodev noexec
	add_mount /mnt/3 tmpfs tmpfs strictatime noatime
	add_mount /mnt/4 tmpfs tmpfs noatime strictatime nostrictatime
	add_mount /mnt/5 tmpfs tmpfs sync lazytime dirsync async nolazytime
	see_mounts
	[ "$(attributes_of /mnt/1)" = rw,relatime ]
	[ "$(attributes_of /mnt/2)" = ro,nosuid,nodev,noexec,relatime ]
	[ "$(attributes_of /mnt/3)" = rw,noatime ]
	[ "$(attributes_of /mnt/4)" = rw,relatime ]
	[[ ,$(superblock_of /mnt/5), != *sync,* || ,$(superblock_of /mnt/5), == *,dirsync,* ]]
	[[ $(superblock_of /mnt/5) != *lazytime* ]]
}

# bats test_tags=p:mounts:options
@test "options of the file system itself reach it" {
	add_mount /mnt/sync tmpfs tmpfs sync
	add_mount /mnt/dirsync tmpfs tmpfs dirsync
	add_mount /mnt/lazytime tmpfs tmpfs lazytime
	add_mount /mnt/rsync tmpfs tmpfs rsync
	add_mount /mnt/rdirsync tmpfs tmpfs rdirsync
	add_mount /mnt/size tmpfs tmpfs size=64k nr_inodes=17 mode=1711 uid=5 gid=6
	see_mounts 'stat -c "%a %u %g" /mnt/size'
	[[ ,$(superblock_of /mnt/sync), == *,sync,* ]]
	[[ ,$(superblock_of /mnt/dirsync), == *,dirsync,* ]]
	[[ ,$(superblock_of /mnt/rsync), == *,sync,* ]]
	[[ ,$(superblock_of /mnt/rdirsync), == *,dirsync,* ]]
	[[ ,$(superblock_of /mnt/lazytime), == *,lazytime,* ]]
	[[ ,$(superblock_of /mnt/size), == *,size=64k,nr_inodes=17,* ]]
	[ "$output" = "1711 5 6" ]
}

# bats test_tags=p:mounts:options
@test "options without an effect of their own are accepted" {
	add_mount /mnt/1 tmpfs tmpfs defaults silent loud norelatime rnorelatime async nomand mand noiversion suid dev exec rw
	add_mount /mnt/2 tmpfs tmpfs rsuid rdev rexec rrw ratime rdiratime rsymfollow rnostrictatime nostrictatime rasync rmand rnomand
	see_mounts
	[ "$(attributes_of /mnt/1)" = rw,relatime ]
	[ "$(attributes_of /mnt/2)" = rw,relatime ]
}

# bats test_tags=p:mounts:options,p:mounts:type
@test "iversion, which only mount(2) can set, is mounted all the same" {
	chmod 751 "$ROOTFS/var"
	add_mount /var tmpfs tmpfs iversion nosuid size=64k
	see_mounts 'stat -c %a /var; ls -A /var | wc -l; mount | grep -c " on / "'
	[ "$(attributes_of /var)" = rw,nosuid,relatime ]
	[[ ,$(superblock_of /var), == *,size=64k,* ]]
	[ "$output" = $'751\n0\n1' ]
}

# bats test_tags=p:mounts:options
@test "an option that a file system does not know is its refusal, and names the mount" {
	add_mount /mnt tmpfs tmpfs nosuid no-such-option=1
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7:* ]]
	[[ $output == *no-such-option* ]]
	[[ $output == *"invalid argument"* ]]
}

# bats test_tags=p:mounts:type
@test "a type that the kernel does not know is an error that names it" {
	add_mount /mnt nosuchfs none
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7* ]]
	[[ $output == *'"nosuchfs"'*"no such device"* ]]
}

# --- binds ------------------------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:options,p:mounts:destination,p:mounts:source
@test "a bind makes what it is mounted on: a directory for a directory, a file for a file" {
	mkdir -p "$BUNDLE/source/below"
	echo text >"$BUNDLE/source/file"
	add_mount /made/a/directory - "$BUNDLE/source" bind
	add_mount /made/a/file - "$BUNDLE/source/file" bind
	see_mounts 'cat /made/a/file /made/a/directory/file; [ -d /made/a/directory/below ] && echo directory'
	[ "$output" = $'text\ntext\ndirectory' ]
	[ -d "$ROOTFS/made/a/directory" ]
	[ -f "$ROOTFS/made/a/file" ]
	[ "$(stat -c %a "$ROOTFS/made/a" "$ROOTFS/made/a/file")" = $'755\n644' ]
}

# bats test_tags=p:mounts:source,p:mounts:destination
@test "a relative source is of the bundle, a relative destination of the root" {
	echo relative >"$BUNDLE/text"
	add_mount etc/../made/text - ./text bind
	see_mounts 'cat /made/text'
	grep -qx relative <<<"$output"
	[[ $MOUNTS$output == *"/mounts/7/destination"*deprecated* ]]
}

# bats test_tags=p:mounts
@test "mounts are made in their order: the later of two on one place is on top, and one below needs that above" {
	mkdir "$BUNDLE/below"
	echo text >"$BUNDLE/below/file"
	add_mount /mnt/1 tmpfs tmpfs size=64k
	add_mount /mnt/1/below - "$BUNDLE/below" bind
	add_mount /mnt/2 - "$BUNDLE/below" bind
	add_mount /mnt/2 tmpfs tmpfs size=128k
	see_mounts 'ls /mnt/1/below /mnt/2'
	[ "$output" = $'/mnt/1/below:\nfile\n\n/mnt/2:' ]
	[[ ,$(superblock_of /mnt/2), == *,size=128k,* ]]
}

# bats test_tags=p:mounts:source
@test "a missing source is an error that names it" {
	add_mount /mnt - "$BUNDLE/no/such" bind
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/mounts/7"*"$BUNDLE/no/such"*"no such file or directory"* ]]
	[ ! -e "$ROOTFS/mnt" ]
}

# bats test_tags=p:mounts:destination,p:mounts:source
@test "a directory on a file and a file on a directory are errors" {
	touch "$ROOTFS/file" "$BUNDLE/file"
	add_mount /file - "$BUNDLE" bind
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/mounts/7"*"not a directory"* ]]
	config 'del(.mounts[-1])'
	add_mount /tmp - "$BUNDLE/file" bind
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/mounts/7"*"not a directory"* ]]
}

# bats test_tags=p:mounts:options
@test "a bind changes the attributes that its options name, and no others" {
	mkdir "$BUNDLE/source"
	mount -t tmpfs -o nosuid,noatime tmpfs "$BUNDLE/source"
	add_mount /mnt/same - "$BUNDLE/source" bind
	add_mount /mnt/less - "$BUNDLE/source" bind suid ro
	add_mount /mnt/more - "$BUNDLE/source" bind nodev noexec nosymfollow nodiratime
	add_mount /mnt/atime - "$BUNDLE/source" bind atime
	add_mount /mnt/strict - "$BUNDLE/source" bind strictatime
	see_mounts
	umount "$BUNDLE/source"
	[ "$(attributes_of /mnt/same)" = rw,nosuid,noatime ]
	[ "$(attributes_of /mnt/less)" = ro,noatime ]
	[ "$(attributes_of /mnt/more)" = rw,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow ]
	[ "$(attributes_of /mnt/atime)" = rw,nosuid,relatime ]
	[ "$(attributes_of /mnt/strict)" = rw,nosuid ]
}

# bats test_tags=p:mounts:options
@test "recursive attributes are for all mounts below, the others for the first only" {
	mkdir "$BUNDLE/source"
	mount -t tmpfs tmpfs "$BUNDLE/source"
	mkdir "$BUNDLE/source/below"
	mount -t tmpfs -o noexec tmpfs "$BUNDLE/source/below"
	add_mount /mnt/top - "$BUNDLE/source" rbind ro nosuid
	add_mount /mnt/all - "$BUNDLE/source" rbind rro rnosuid rnodev rnoatime rnodiratime rnosymfollow
	add_mount /mnt/set - "$BUNDLE/source" rbind rexec ro rrw
	add_mount /mnt/one - "$BUNDLE/source" bind
	see_mounts 'touch /mnt/all/below/x 2>&1; touch /mnt/top/below/y && echo written'
	umount -R "$BUNDLE/source"
	[ "$(attributes_of /mnt/top)" = ro,nosuid,relatime ]
	[ "$(attributes_of /mnt/top/below)" = rw,noexec,relatime ]
	[ "$(attributes_of /mnt/all)" = ro,nosuid,nodev,noatime,nodiratime,nosymfollow ]
	[ "$(attributes_of /mnt/all/below)" = ro,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow ]
	[ "$(attributes_of /mnt/set)" = rw,relatime ]
	[ "$(attributes_of /mnt/set/below)" = rw,relatime ]
	[ -z "$(attributes_of /mnt/one/below)" ]
	[[ $output == *"Read-only file system"*written ]]
}

# bats test_tags=p:mounts:options
@test "data options of a bind have no effect, and a warning says so" {
	add_mount /mnt - "$BUNDLE" bind mode=700 size=1k
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"/mounts/7/options"*mode=700* ]]
	[[ $output == *size=1k* ]]
}

# bats test_tags=p:mounts:options,p:mounts:source,p:mounts:destination
@test "copy-symlink makes a symbolic link again, and src-nofollow mounts it" {
	ln -s /etc/passwd "$BUNDLE/link"
	ln -s /somewhere/else "$ROOTFS/target"
	add_mount /made/link - "$BUNDLE/link" bind copy-symlink
	add_mount /made/plain - "$BUNDLE" bind copy-symlink
	add_mount /target - "$BUNDLE/link" bind src-nofollow dest-nofollow
	see_mounts 'readlink /made/link; readlink /target; [ -f /made/plain/config.json ] && echo mounted'
	[ "$output" = $'/etc/passwd\n/etc/passwd\nmounted' ]
	run husk run "$ID" # the link that is there says the same
	[ "$status" -eq 0 ]
	ln -sfn /etc/passwX "$ROOTFS/made/link" # as long as the other
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7*"exists"* ]]
}

# bats test_tags=p:mounts:options,p:mounts:destination
@test "src-nofollow and dest-nofollow each follow the other end, and make what is missing" {
	echo text >"$BUNDLE/file"
	ln -s file "$BUNDLE/link"
	ln -s /no/where "$ROOTFS/target"
	add_mount /made/link - "$BUNDLE/link" bind src-nofollow
	add_mount /target - "$BUNDLE/link" bind dest-nofollow
	add_mount /made/file - "$BUNDLE/link" bind dest-nofollow
	see_mounts 'readlink /made/link; cat /target /made/file'
	[ "$output" = $'file\ntext\ntext' ]
	[ "$(readlink "$ROOTFS/target")" = /no/where ]
	[ -f "$ROOTFS/made/link" ]
	[ ! -e "$ROOTFS/no" ]
}

# bats test_tags=p:mounts:options
@test "copy-symlink, src-nofollow and dest-nofollow are for binds, and the first excludes the others" {
	local options

	for options in copy-symlink src-nofollow dest-nofollow; do
		add_mount /mnt tmpfs tmpfs "$options"
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */mounts/7/options*"are for bind mounts"* ]]
		config 'del(.mounts[-1])'
	done
	for options in src-nofollow dest-nofollow; do
		add_mount /mnt - "$BUNDLE" bind copy-symlink "$options"
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */mounts/7/options*"excludes src-nofollow and dest-nofollow"* ]]
		config 'del(.mounts[-1])'
	done
	[ ! -e "$ROOTFS/mnt" ]
}

# bats test_tags=p:mounts:options,p:mounts:source
@test "in a user namespace a symbolic link is copied from where only the host can go, and stays in the root" {
	in_user_namespace
	mkdir -m 700 "$BUNDLE/closed" "$TEST_DIR/outside"
	chown 100000 "$TEST_DIR/outside"
	ln -s /etc/passwd "$BUNDLE/closed/link"
	ln -s "$TEST_DIR/outside" "$ROOTFS/way-out"
	add_mount /way-out/link - "$BUNDLE/closed/link" bind copy-symlink
	see_mounts "readlink $TEST_DIR/outside/link"
	[ "$output" = /etc/passwd ]
	[ -z "$(ls -A "$TEST_DIR/outside")" ]
}

# --- destinations -----------------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:destination
@test "symbolic links in a destination stay inside the root" {
	mkdir "$TEST_DIR/outside" "$ROOTFS/inside"
	ln -s "$TEST_DIR/outside" "$ROOTFS/absolute"
	ln -s ../../../../../../inside "$ROOTFS/relative"
	ln -s ../run/made/file "$ROOTFS/etc/dangling"
	add_mount /absolute/a tmpfs tmpfs
	add_mount /relative/b tmpfs tmpfs
	add_mount /etc/dangling - "$BUNDLE/config.json" bind
	see_mounts
	[ -n "$(attributes_of "$TEST_DIR/outside/a")" ]
	[ -n "$(attributes_of /inside/b)" ]
	[ -n "$(attributes_of /run/made/file)" ]
	[ -z "$(ls -A "$TEST_DIR/outside")" ]
	[ -f "$ROOTFS/run/made/file" ]
}

# bats test_tags=p:mounts:destination,p:mounts:type
@test "proc and sysfs are mounted on plain directories only" {
	local type

	for type in proc sysfs; do
		rm -rf "$ROOTFS/link" "$ROOTFS/real"
		mkdir "$ROOTFS/real"
		ln -s real "$ROOTFS/link"
		config --arg type "$type" '.mounts = [{"destination": "/link", "type": $type, "source": $type}]'
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */mounts/0*"plain directory"* ]]
		config '.mounts[0].destination = "/link/below"'
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */mounts/0*"plain directory"* ]]
		[ -z "$(ls -A "$ROOTFS/real")" ]
	done
}

# bats test_tags=p:mounts:destination,p:mounts:type
@test "nothing is mounted inside /proc but what lxcfs gives, and on /proc only a procfs" {
	local destination

	for destination in /proc/sys /proc/self /proc/sysrq-trigger /proc/../proc//1 proc/bus; do
		add_mount "$destination" - "$BUNDLE" bind
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */mounts/7/destination*"inside /proc"* ]]
		config 'del(.mounts[-1])'
	done
	ln -s /proc/sys "$ROOTFS/way-in"
	add_mount /way-in/kernel - "$BUNDLE" bind
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7*"leads into a procfs"* ]]
	config 'del(.mounts[-1])'
	add_mount /proc - "$BUNDLE" bind
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7*"only a procfs"* ]]
	config 'del(.mounts[-1])'
	add_mount /proc tmpfs tmpfs
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7/destination*"procfs"* ]]
	config 'del(.mounts[-1])'
	echo 'processor : 77' >"$BUNDLE/cpuinfo"
	add_mount /proc/cpuinfo - "$BUNDLE/cpuinfo" bind
	see_mounts 'cat /proc/cpuinfo'
	[ "$output" = "processor : 77" ]
	config 'del(.mounts[-1])'
	add_mount /proc - /proc rbind
	see_mounts 'cat /proc/self/comm'
	[ "$output" = cat ]
}

# bats test_tags=p:mounts:destination,p:root:path,p:root:readonly
@test "a mount on / is the root from then on" {
	bundle other
	config --arg rootfs "$ROOTFS" '.root.path = $rootfs | .root.readonly = false'
	mkdir "$BUNDLE/empty"
	echo new >"$ROOTFS/etc/which"
	config '.root.path = "empty"'
	config --arg rootfs "$ROOTFS" '.mounts = [{"destination": "/", "source": $rootfs, "options": ["rbind"]}] + .mounts'
	see_mounts 'cat /etc/which; ls -d /proc/self /dev/null; echo text >/written'
	[ "$output" = $'new\n/dev/null\n/proc/self' ]
	[ "$(cat "$ROOTFS/written")" = text ]
	[ -z "$(ls -A "$BUNDLE/empty")" ]
	config '.root.readonly = true'
	see_mounts 'touch /x 2>&1 || :'
	[[ $output == *"Read-only file system"* ]]
}

# --- file systems -----------------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:type,p:mounts:options
@test "a tmpfs has the mode and the owner of the directory that it covers" {
	mkdir "$ROOTFS/covered"
	chmod 2751 "$ROOTFS/covered"
	chown 7:8 "$ROOTFS/covered"
	chmod 2751 "$ROOTFS/covered"
	add_mount /covered tmpfs tmpfs
	add_mount /mode tmpfs tmpfs mode=700
	add_mount /made tmpfs tmpfs
	see_mounts 'stat -c "%a %u %g" /covered /mode /made'
	[ "$output" = $'2751 7 8\n700 0 0\n755 0 0' ]
}

# bats test_tags=p:mounts:options
@test "tmpcopyup fills a tmpfs with what it covers" {
	mkdir -p "$ROOTFS/full/deep/er"
	echo text >"$ROOTFS/full/deep/er/file"
	chmod 4711 "$ROOTFS/full/deep/er/file"
	chown 3:4 "$ROOTFS/full/deep"
	touch -d '2001-02-03 04:05:06 UTC' "$ROOTFS/full/deep/er/file" "$ROOTFS/full/deep"
	ln -s /no/where "$ROOTFS/full/link"
	mkfifo -m 640 "$ROOTFS/full/fifo"
	mknod -m 604 "$ROOTFS/full/null" c 1 3
	head -c 300000 /dev/urandom >"$ROOTFS/full/large"
	add_mount /full tmpfs tmpfs tmpcopyup ro nodev
	see_mounts 'cd /full; stat -c "%n %a %u %g %Y" deep deep/er/file fifo null; readlink link; md5sum <large; stat -c "%t %T" null
		find . | wc -l; touch x 2>&1 || :'
	md5=$(md5sum <"$ROOTFS/full/large")
	stamp=$(date -d '2001-02-03 04:05:06 UTC' +%s)
	[[ $output == *"deep 755 3 4 $stamp"* ]]
	[[ $output == *"deep/er/file 4711 0 0 $stamp"* ]]
	[[ $output == *"fifo 640 0 0 "* ]]
	[[ $output == *"null 604 0 0 "* ]]
	[[ $output == *$'\n/no/where\n'"$md5"$'\n1 3\n8\n'* ]]
	[[ $output == *"Read-only file system"* ]]
	[ "$(attributes_of /full)" = ro,nodev,relatime ]
	[ "$(cat "$ROOTFS/full/deep/er/file")" = text ]
}

# bats test_tags=p:mounts:options
@test "tmpcopyup refuses a tree that is too deep, and says so" {
	local deep=$ROOTFS/deep

	mkdir -p "$deep/$(printf 'd/%.0s' {1..60})"
	add_mount /deep tmpfs tmpfs tmpcopyup
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7*"48 directories"* ]]
}

# bats test_tags=p:mounts:options
@test "a read-only tmpfs and a read-only /dev take what belongs into them first" {
	config '.mounts[1].options += ["ro"]'
	add_mount /run tmpfs tmpfs ro
	add_mount /run/inner - "$BUNDLE" bind
	see_mounts 'touch /run/x /dev/x 2>&1; ls -d /run/inner/config.json /dev/pts /dev/null'
	[ "$(attributes_of /run)" = ro,relatime ]
	[ "$(attributes_of /dev)" = ro,nosuid ]
	[[ $output == *"/run/x: Read-only file system"* ]]
	[[ $output == *"/dev/x: Read-only file system"* ]]
	[[ $output == *$'/dev/null\n/dev/pts\n/run/inner/config.json' ]]
}

# bats test_tags=p:mounts:options
@test "remount changes a mount that is there, and with bind only its attributes" {
	mkdir "$BUNDLE/source"
	mount -t tmpfs tmpfs "$BUNDLE/source"
	add_mount /mnt tmpfs tmpfs nosuid size=64k
	add_mount /mnt - - remount noexec size=128k
	add_mount /bound - "$BUNDLE/source" bind
	add_mount /bound - - remount bind ro
	see_mounts
	state=$(findmnt -n -o OPTIONS "$BUNDLE/source")
	umount "$BUNDLE/source"
	[ "$(attributes_of /mnt)" = rw,nosuid,noexec,relatime ]
	[[ ,$(superblock_of /mnt), == *,size=128k,* ]]
	[ "$(attributes_of /bound)" = ro,relatime ]
	[[ ,$(superblock_of /bound), == *,rw,* ]]
	[[ $state == rw,* ]]
	config '.mounts[-1].destination = "/tmp"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/10*"not a mount point"* ]]
}

# bats test_tags=p:mounts:options,p:mounts:type
@test "a remount of the sysfs does not make the host's read-only" {
	add_mount /sys - - remount ro nosuid
	see_mounts
	[[ $(attributes_of /sys) == ro,* ]]
	[[ $(superblock_of /sys) == rw* ]]
	[[ $(findmnt -n -o OPTIONS /sys) == rw,* ]]
}

# bats test_tags=p:mounts:type,p:mounts:options
@test "an overlay takes more layers than a parameter has room for" {
	local i layers=

	for i in {1..12}; do
		mkdir -p "$BUNDLE/a-directory-with-quite-a-long-name/layer-$i"
		echo "$i" >"$BUNDLE/a-directory-with-quite-a-long-name/layer-$i/file-$i"
		layers=$layers:$BUNDLE/a-directory-with-quite-a-long-name/layer-$i
	done
	mkdir "$BUNDLE/upper" "$BUNDLE/work"
	add_mount /mnt overlay overlay "lowerdir=${layers#:}" "upperdir=$BUNDLE/upper" "workdir=$BUNDLE/work" nosuid
	see_mounts 'cat /mnt/file-* | sort -n | tr "\n" " "; echo new >/mnt/file-3'
	[ "$output" = "1 2 3 4 5 6 7 8 9 10 11 12 " ]
	[ "$(cat "$BUNDLE/upper/file-3")" = new ]
	[ "$(cat "$BUNDLE/a-directory-with-quite-a-long-name/layer-3/file-3")" = 3 ]
	# A backslash is left to mount(2), which goes through a staging directory.
	mkdir "$BUNDLE/with:colon"
	config --arg lower "lowerdir=$BUNDLE/with\\:colon:${layers#:}" '.mounts[-1].options[0] = $lower'
	see_mounts 'ls /mnt | wc -l; mount | grep -c " on / "'
	[ "$output" = $'12\n1' ]
	[ "$(attributes_of /mnt)" = rw,nosuid,relatime ]
}

# bats test_tags=v2,systemd,p:mounts:type,p:mounts:options
@test "the cgroups are those of the container, named as on the host, all read-only" {
	local hierarchy

	see_mounts 'cd /sys/fs/cgroup && for h in *; do [ ! -d "$h" ] || echo "$h"; done'
	[ -n "$(awk '$5 ~ "^/sys/fs/cgroup"' <<<"$MOUNTS")" ]
	[ -z "$(awk '$5 ~ "^/sys/fs/cgroup" && $6 !~ "^ro,nosuid,nodev,noexec," { print }' <<<"$MOUNTS")" ]
	[ ! -e /sys/fs/cgroup/cgroup.controllers ] || return 0
	[ -z "$(awk -v id="$ID" '$5 ~ "^/sys/fs/cgroup/" && $4 !~ id "$" { print }' <<<"$MOUNTS")" ]
	for hierarchy in /sys/fs/cgroup/*; do
		[ ! -d "$hierarchy" ] || [[ $'\n'$output$'\n' == *$'\n'${hierarchy##*/}$'\n'* ]]
	done
}

# bats test_tags=v1,v2,systemd,p:mounts:type,p:linux:namespaces:type
@test "in a cgroup namespace the cgroup mounts begin at the container's own" {
	config '.linux.namespaces += [{"type": "cgroup"}] | .linux.namespaces |= unique'
	see_mounts 'cut -d: -f3 /proc/self/cgroup | sort -u; cat /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs 2>/dev/null | sort -un'
	[ -z "$(awk '$5 ~ "^/sys/fs/cgroup/" && $4 != "/" { print }' <<<"$MOUNTS")" ]
	[[ $(attributes_of /sys/fs/cgroup) == ro,* ]]
	[ "${output%%$'\n'*}" = / ]
}

# --- user namespaces --------------------------------------------------------------------------------------------------

in_user_namespace() {
	config '.linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}]
		| .linux.gidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}] | .root.readonly = false'
	chown -R 100000:100000 "$ROOTFS"
}

# bats test_tags=p:mounts:source,p:root:path,p:linux:uidMappings,p:linux:gidMappings
@test "in a user namespace sources and the root may lie where only the host can go" {
	in_user_namespace
	mkdir -p "$BUNDLE/closed"
	mv "$ROOTFS" "$BUNDLE/closed/rootfs"
	echo secret >"$BUNDLE/closed/file"
	chmod 700 "$BUNDLE/closed"
	config '.root.path = "closed/rootfs"'
	add_mount /mnt/file - "$BUNDLE/closed/file" bind ro
	add_mount /mnt/directory - "$BUNDLE/closed" rbind rro
	see_mounts 'cat /mnt/file; ls -d /mnt/directory; ls -l /dev/null; echo >/dev/null && id -u'
	[[ $output == *secret* ]]
	[[ $output == *"1,   3"* ]]
	[[ $output == *$'\n0' ]]
	[[ $(attributes_of /mnt/file) == ro,* ]]
	rm "$BUNDLE/closed/file"
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/mounts/7"*"$BUNDLE/closed/file"*"no such file or directory"* ]]
}

# bats test_tags=p:mounts:options,p:linux:uidMappings
@test "in a user namespace what a mount covers on the host stays covered: a bind without it is refused" {
	in_user_namespace
	mkdir -p "$BUNDLE/source/below"
	echo secret >"$BUNDLE/source/below/file"
	mount -t tmpfs tmpfs "$BUNDLE/source/below"
	add_mount /mnt/source - "$BUNDLE/source" bind
	run run_in 'cat /mnt/source/below/file'
	config '.mounts[-1].options = ["rbind"] | .process.capabilities[] += ["CAP_SYS_ADMIN"]'
	local bind_status=$status bind_output=$output
	run run_in 'umount /mnt/source/below; cat /mnt/source/below/file'
	umount "$BUNDLE/source/below"
	[ "$bind_status" -eq 1 ]
	[[ $bind_output == *"/mounts/7: cannot open $BUNDLE/source: invalid argument: "*"something is mounted below it"*rbind ]]
	[ "$status" -eq 1 ]
	[[ $output != *secret* ]]
}

# bats test_tags=p:mounts:options,p:linux:gidMappings
@test "in a user namespace a group that is not mapped is left out of devpts, with a warning" {
	in_user_namespace
	config '.linux.gidMappings[0].size = 5'
	run run_in 'mount | grep devpts'
	[ "$status" -eq 0 ]
	[[ $output == *"/mounts/2/options"*gid=5* ]]
	[[ $output == *"devpts on /dev/pts type devpts (rw,nosuid,noexec,relatime,mode=620,ptmxmode=666"* ]]
}

# bats test_tags=v2,old-kernel,p:mounts:options,p:linux:namespaces:path,p:linux:gidMappings
@test "in a joined user namespace without a group 5 devpts goes without it" {
	local first=$ID

	in_user_namespace
	config '.linux.gidMappings[0].size = 5 | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	bundle second
	chown -R 100000:100000 "$ROOTFS"
	config --arg path "/proc/$(pid_of "$first")/ns/user" '.linux.namespaces += [{"type": "user", "path": $path}]'
	run run_in 'mount | grep devpts'
	[ "$status" -eq 0 ]
	[[ $output == *"/mounts/2/options"*gid=5*gidMappings* ]]
	[[ $output == *"devpts on /dev/pts type devpts (rw,nosuid,noexec,relatime,mode=620,ptmxmode=666"* ]]

	add_mount /mnt tmpfs tmpfs gid=5
	run run_in true
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7*"the option gid=5: the user namespace does not map this group"* ]]
}

# bats test_tags=p:mounts:type,p:linux:namespaces:type
@test "in a user namespace with the host's network the host's sysfs is bound, read-only with all that is in it" {
	in_user_namespace
	config '.linux.namespaces |= map(select(.type != "network")) | .mounts |= map(select(.type != "cgroup"))'
	see_mounts
	[[ $(attributes_of /sys) == ro,nosuid,nodev,noexec* ]]
	[ -n "$(awk '$5 ~ "^/sys/fs/cgroup"' <<<"$MOUNTS")" ]
	[ -z "$(awk '$5 ~ "^/sys/" && $6 !~ "^ro," { print }' <<<"$MOUNTS")" ]
}

# bats test_tags=p:mounts:options
@test "in a user namespace attributes that the host locked cannot be taken away" {
	in_user_namespace
	mkdir "$BUNDLE/source"
	mount -t tmpfs -o nosuid,nodev,noexec tmpfs "$BUNDLE/source"
	add_mount /mnt - "$BUNDLE/source" bind ro
	see_mounts
	[ "$(attributes_of /mnt)" = ro,nosuid,nodev,noexec,relatime ]
	for option in dev suid exec noatime strictatime; do
		config --arg option "$option" '.mounts[-1].options = ["bind", $option]'
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */mounts/7*"operation not permitted: in a user namespace the host's mounts keep their ro, "* ]]
	done
	mount -o remount,bind,ro,noatime "$BUNDLE/source"
	config '.mounts[-1].options = ["bind", "nosymfollow"]'
	see_mounts
	[ "$(attributes_of /mnt)" = ro,nosuid,nodev,noexec,noatime,nosymfollow ]
	config '.mounts[-1].options = ["bind", "rw"]'
	run husk run "$ID"
	umount "$BUNDLE/source"
	[ "$status" -eq 1 ]
	[[ $output == */mounts/7*"operation not permitted: in a user namespace"* ]]
}

# bats test_tags=p:mounts:type,p:linux:namespaces:type
@test "in a user namespace a mqueue and a proc need namespaces of the container too, and the error says so" {
	in_user_namespace
	config '.linux.namespaces |= map(select(.type != "ipc"))'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"mount mqueue on /dev/mqueue"*"in a user namespace this needs a namespace of type ipc too, or a bind of the host's"* ]]
	config 'del(.mounts[] | select(.type == "mqueue")) | .linux.namespaces |= map(select(.type != "pid"))'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"mount proc on /proc"*"in a user namespace this needs a namespace of type pid too, or a bind of the host's"* ]]
}

# --- propagation and the root -----------------------------------------------------------------------------------------

# bats test_tags=p:mounts:options
@test "several propagation options of a mount are applied in order" {
	add_mount /mnt/private tmpfs tmpfs private
	add_mount /mnt/rprivate tmpfs tmpfs shared rprivate
	add_mount /mnt/shared tmpfs tmpfs shared
	add_mount /mnt/slave tmpfs tmpfs shared slave
	add_mount /mnt/both tmpfs tmpfs shared rslave rshared
	add_mount /mnt/unbindable tmpfs tmpfs unbindable
	add_mount /mnt/runbindable - "$BUNDLE" rbind runbindable
	see_mounts
	[ "$(propagation_of /mnt/private)" = "" ]
	[ "$(propagation_of /mnt/rprivate)" = "" ]
	[ "$(propagation_of /mnt/shared)" = shared ]
	[ "$(propagation_of /mnt/slave)" = "" ] # a slave without a master is private
	[ "$(propagation_of /mnt/both)" = shared ]
	[ "$(propagation_of /mnt/unbindable)" = unbindable ]
	[ "$(propagation_of /mnt/runbindable)" = unbindable ]
}

# Runs COMMANDS in a mount namespace whose mounts are shared, as those of a systemd host are. $BUNDLE is on a mount of its own. What
# other tests mount meanwhile comes and goes there too: `ip netns` makes /run/netns shared for all.
on_shared_host() {
	unshare --mount --propagation unchanged sh -ec '
		mount --make-rshared /
		mount --bind "$BUNDLE" "$BUNDLE"
		cd "$BUNDLE"
		seen() { cut -d" " -f 1-8 /proc/self/mountinfo | awk -v own="${BUNDLE%/*}" "index(\$5, own) || !/husk-test/"; }
		before=$(seen)
		'"$1"'
		[ "$(seen)" = "$before" ] || { echo "the mounts of the host have changed"; exit 1; }'
}

# bats test_tags=p:linux:rootfsPropagation
@test "no propagation of the root reaches a host whose mounts are shared" {
	local propagation expected

	export BUNDLE HUSK ROOT ID
	while read -r propagation expected; do
		config --arg propagation "$propagation" '.linux.rootfsPropagation = $propagation
			| .process.args = ["sh", "-c", "cat /proc/self/mountinfo"]'
		run on_shared_host '"$HUSK" --root "$ROOT" run "$ID" </dev/null'
		[ "$status" -eq 0 ]
		MOUNTS=$output
		[ "$(propagation_of /)" = "$expected" ]
	done <<-'EOT'
		private
		rprivate
		shared shared
		rshared shared
		slave slave
		rslave slave
		unbindable unbindable
		runbindable unbindable
	EOT
	config '.linux.rootfsPropagation = "sharing"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/rootfsPropagation*sharing* ]]
}

# bats test_tags=p:mounts:options,p:linux:rootfsPropagation
@test "only a bind that asks for it stays a peer of the host's mount" {
	export BUNDLE HUSK ROOT ID
	mkdir -p "$BUNDLE/source/a" "$BUNDLE/plain/a"
	add_mount /mnt/source - "$BUNDLE/source" rbind rshared
	add_mount /mnt/plain - "$BUNDLE/plain" rbind
	config '.linux.rootfsPropagation = "rshared" | .process.capabilities[] += ["CAP_SYS_ADMIN"] | .process.noNewPrivileges = false
		| .process.args = ["sh", "-c", "mount -t tmpfs in /mnt/source/a && mount -t tmpfs in /mnt/plain/a && cat /proc/self/mountinfo"]'
	run on_shared_host 'mount --bind source source; mount --bind plain plain
		"$HUSK" --root "$ROOT" run "$ID" </dev/null; echo; grep -E "plain/a|source/a" /proc/self/mountinfo; umount source/a source plain'
	[ "$status" -eq 0 ]
	MOUNTS=$output
	[ "$(propagation_of /mnt/source)" = shared ]
	[ -n "$(attributes_of "$BUNDLE/source/a")" ]
	[ -z "$(attributes_of "$BUNDLE/plain/a")" ]
}

# bats test_tags=p:linux:rootfsPropagation
@test "a slave root sees what the host mounts later" {
	export BUNDLE HUSK ROOT ID
	mkdir "$ROOTFS/later" "$BUNDLE/source"
	config '.linux.rootfsPropagation = "rslave" | .process.args = ["sh", "-c", "until grep -q later /proc/self/mountinfo; do sleep 0.05; done; echo seen"]'
	run on_shared_host 'timeout 20 "$HUSK" --root "$ROOT" run "$ID" </dev/null & sleep 0.3
		mount --bind source rootfs/later; wait $!; umount rootfs/later'
	[ "$status" -eq 0 ]
	[[ $output == seen* ]]
}

# bats test_tags=p:root:readonly
@test "a read-only root cannot be written, its mounts can" {
	config '.root.readonly = true'
	add_mount /mnt tmpfs tmpfs
	see_mounts 'touch /x 2>&1; touch /mnt/x && echo written'
	[[ $(attributes_of /) == ro,* ]]
	[[ $output == *"/x: Read-only file system"*written ]]
}

# bats test_tags=p:root:path
@test "a root that is a symbolic link, a file or missing is refused" {
	ln -s rootfs "$BUNDLE/link"
	config '.root.path = "link"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */root/path*"symbolic link"* ]]
	config '.root.path = "config.json"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */root/path* ]]
	config '.root.path = "none"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */root/path*"no such file or directory"* ]]
}

# bats test_tags=p:root:path
@test "the host's mounts are gone, also from where the root was" {
	see_mounts 'cd /; cd ../..; pwd; ls -d /..; ls /proc/1/root/..'
	[ -z "$(grep -E ' /(dev/vda|home|usr)' <<<"$(awk '{ print $5 }' <<<"$MOUNTS")")" ]
	[ "$(awk '$5 == "/"' <<<"$MOUNTS" | wc -l)" -eq 1 ]
	[[ $output == *busybox* || $output == *bin* ]]
	[[ $output != *usr* ]]
}

# bats test_tags=p:root:path,p:linux:rootfsPropagation
@test "--no-pivot moves the root, and hides the host's procfs and sysfs" {
	config '.process.args = ["sh", "-c", "cat /proc/self/mountinfo; ls / | tr \"\\n\" \" \""]'
	run husk run --no-pivot "$ID"
	[ "$status" -eq 0 ]
	MOUNTS=$output
	[ "$(awk '$5 == "/proc"' <<<"$MOUNTS" | wc -l)" -eq 1 ]
	[[ $output == *"bin dev etc proc root sys tmp var "* ]]
	[ -d /proc/self ]
	[ -d /sys/kernel ]
	config '.linux.rootfsPropagation = "rprivate"'
	run husk run --no-pivot "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/rootfsPropagation*--no-pivot* ]]
}

# bats test_tags=p:root:path
@test "--no-pivot keeps the container's own procfs and sysfs, however its root is written" {
	local path

	ln -s "$TEST_DIR" "$TEST_DIR/link"
	for path in rootfs/ ./rootfs ./../bundle//rootfs/. "$TEST_DIR/link/bundle/rootfs"; do
		config --arg path "$path" '.root.path = $path | .process.args = ["sh", "-c", "cat /proc/self/comm; ls -d /sys/kernel"]'
		run husk run --no-pivot "$ID"
		[ "$status" -eq 0 ]
		[ "$output" = $'cat\n/sys/kernel' ]
	done
}

# bats test_tags=p:mounts,p:root:readonly,p:linux:namespaces:type,p:linux:maskedPaths,p:linux:readonlyPaths
@test "in a user namespace and without a mount namespace nothing that needs one is promised" {
	config '.linux.namespaces |= map(select(.type != "mount")) + [{type: "user"}]
		| .linux.uidMappings = [{containerID: 0, hostID: 0, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */mounts*"namespace of type mount"* ]]
	config 'del(.mounts)'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/*Paths*"namespace of type mount"* ]]
	config 'del(.linux.maskedPaths) | del(.linux.readonlyPaths) | .root.readonly = true'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */root/readonly*"namespace of type mount"* ]]
	config '.root.readonly = false | .linux.namespaces |= .[:-1] | del(.linux.uidMappings, .linux.gidMappings)'
	run run_in 'ls / | tr "\n" " "'
	[ "$status" -eq 0 ]
	[[ $output == "bin dev etc proc root sys tmp var "* ]]
}
