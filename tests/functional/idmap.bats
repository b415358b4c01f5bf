#!/usr/bin/env bats
# idmap.bats - idmapped mounts: whose files they are inside, whose outside, and what cannot be mapped.

load helpers

# The tests' folder is a tmpfs where there is one, which Linux can map from 6.3 on. These files belong to 0, 5 and 1000.
setup() {
	bundle
	mkdir "$BUNDLE/source"
	touch "$BUNDLE/source/of0" "$BUNDLE/source/of5" "$BUNDLE/source/of1000"
	chown 5:5 "$BUNDLE/source/of5"
	chown 1000:1000 "$BUNDLE/source/of1000"
	chmod 777 "$BUNDLE/source"
}

in_user_namespace() {
	config '.linux.namespaces += [{"type": "user"}]
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 500}]
		| .linux.gidMappings = [{"containerID": 0, "hostID": 200000, "size": 600}] | .root.readonly = false'
	chown -R 100000:200000 "$ROOTFS"
}

# bind [MEMBERS]: the source on /mnt, with more members of the entry in jq's words.
bind() {
	config '.mounts += [{"destination": "/mnt", "source": "source"} + '"$1"']'
}

# The ids of the mappings 0 -> HOST, as jq's words for bind.
mappings() {
	echo "\"uidMappings\": [{\"containerID\": 0, \"hostID\": $1, \"size\": 10}], \"gidMappings\": [{\"containerID\": 0, \"hostID\": $2, \"size\": 10}]"
}

# owners [FILE...]: of the files in /mnt, as the container sees them. What is not mapped is 65534.
see_owners() {
	run run_in "stat -c '%u:%g' ${*:-/mnt/of0 /mnt/of5 /mnt/of1000} | xargs; awk '\$5 == \"/mnt\" { print \$6 }' /proc/self/mountinfo"
	[ "$status" -eq 0 ] || {
		echo "$output"
		return 1
	}
	OWNERS=${lines[0]}
	ATTRIBUTES=${lines[1]}
}

# refused_at POINTER WORDS
refused_at() {
	run husk run "$ID"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"$1: "*"$2"* ]]
}

# --- whose they are -----------------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:options
@test "idmap without mappings has those of the container: root's files are root's inside, and what root makes is root's outside" {
	in_user_namespace
	bind '{"options": ["bind", "idmap"]}'
	see_owners
	[ "$OWNERS" = "0:0 5:5 65534:65534" ]
	[[ ,$ATTRIBUTES, == *,idmapped,* ]]
	run run_in 'touch /mnt/new'
	[ "$(stat -c %u:%g "$BUNDLE/source/new")" = 0:0 ]
	config '.process.user = {"uid": 7, "gid": 8}'
	run run_in 'touch /mnt/of7; stat -c %u:%g /mnt/of7'
	[ "$output" = 7:8 ]
	[ "$(stat -c %u:%g "$BUNDLE/source/of7")" = 7:8 ]
}

# bats test_tags=p:mounts:options
@test "without idmap the same files belong to nobody" {
	in_user_namespace
	bind '{"options": ["bind"]}'
	see_owners
	[ "$OWNERS" = "65534:65534 65534:65534 65534:65534" ]
	[[ ,$ATTRIBUTES, != *,idmapped,* ]]
	run run_in 'touch /mnt/new'
	[ "$(stat -c %u:%g "$BUNDLE/source/new")" = 100000:200000 ]
}

# bats test_tags=p:mounts:uidMappings:containerID,p:mounts:uidMappings:hostID,p:mounts:uidMappings:size,p:mounts:options
@test "a mount in a user namespace has mappings of its own" {
	in_user_namespace
	bind "{\"options\": [\"bind\", \"idmap\"], $(mappings 100020 200030)}"
	see_owners
	[ "$OWNERS" = "20:30 25:35 65534:65534" ]
	config '.process.user = {"uid": 25, "gid": 35}'
	run run_in 'echo text >/mnt/of5 && touch /mnt/made && stat -c %u:%g /mnt/made'
	[ "$output" = 25:35 ]
	[ "$(stat -c %u:%g "$BUNDLE/source/made")" = 5:5 ]
}

# bats test_tags=p:mounts:gidMappings:containerID,p:mounts:gidMappings:hostID,p:mounts:gidMappings:size,p:mounts:options
@test "a mount without a user namespace has mappings of its own" {
	bind "{\"options\": [\"rbind\", \"ridmap\"], $(mappings 0 1000 | sed 's/"hostID": 0/"hostID": 2000/')}"
	config '.mounts[-1].uidMappings += [{"containerID": 1000, "hostID": 7, "size": 1}]'
	run run_in 'stat -c %u:%g /mnt/of0 /mnt/of5 /mnt/of1000 | xargs'
	[ "$status" -eq 0 ]
	[ "$output" = "2000:1000 2005:1005 7:65534" ]
	config '.process.user = {"uid": 2003, "gid": 1004} | .process.args = ["touch", "/mnt/made"]'
	husk run "$ID"
	[ "$(stat -c %u:%g "$BUNDLE/source/made")" = 3:4 ]
}

# bats test_tags=p:mounts:options
@test "a user whom the mount does not map cannot make a file in it" {
	bind "{\"options\": [\"bind\", \"idmap\"], $(mappings 2000 2000)}"
	run run_in 'touch /mnt/made'
	[[ $output == *"Value too large"* ]]
	[ ! -e "$BUNDLE/source/made" ]
}

# bats test_tags=p:mounts:uidMappings:containerID,p:mounts:uidMappings:hostID,p:mounts:uidMappings:size,p:mounts:gidMappings:containerID,p:mounts:gidMappings:hostID,p:mounts:gidMappings:size
@test "mappings without the option are applied as well" {
	in_user_namespace
	bind "{\"options\": [\"bind\"], $(mappings 100020 200030)}"
	see_owners
	[ "$OWNERS" = "20:30 25:35 65534:65534" ]
}

# bats test_tags=p:mounts:uidMappings:containerID,p:mounts:uidMappings:hostID,p:mounts:uidMappings:size,p:mounts:gidMappings:containerID,p:mounts:gidMappings:hostID,p:mounts:gidMappings:size,p:mounts:options
@test "several mappings for a mount, and several mounts with the same: one user namespace for all of them" {
	in_user_namespace
	bind "{\"options\": [\"bind\", \"idmap\"], $(mappings 100020 200030)}"
	config '.mounts[-1].uidMappings += [{"containerID": 1000, "hostID": 100499, "size": 1}]
		| .mounts += [.mounts[-1] | .destination = "/again"]
		| .mounts += [{"destination": "/own", "source": "source", "options": ["bind", "idmap"]}]
		| .mounts += [.mounts[-1] | .destination = "/own/again"
			| .uidMappings = [{"containerID": 0, "hostID": 100000, "size": 500}]
			| .gidMappings = [{"containerID": 0, "hostID": 200000, "size": 600}]]'
	mkdir "$BUNDLE/source/again"
	see_owners /mnt/of0 /mnt/of1000 /again/of1000 /own/of5 /own/again/of5
	[ "$OWNERS" = "20:30 499:65534 499:65534 5:5 5:5" ]
	[ "$(husk explain --json "$ID" | jq -r '[.steps[].name | select(. == "idmap_namespace" or . == "own_namespace")] | join(" ")')" = "idmap_namespace own_namespace" ]
}

# bats test_tags=p:mounts:options
@test "idmap maps the mount, ridmap all mounts below it too" {
	in_user_namespace
	mkdir "$BUNDLE/source/below"
	mount -t tmpfs -o mode=777 tmpfs "$BUNDLE/source/below"
	touch "$BUNDLE/source/below/file"
	bind '{"options": ["rbind", "idmap"]}'
	see_owners /mnt/of0 /mnt/below/file
	[ "$OWNERS" = "0:0 65534:65534" ]
	config '.mounts[-1].options = ["rbind", "ridmap"]'
	see_owners /mnt/of0 /mnt/below/file
	umount "$BUNDLE/source/below"
	[ "$OWNERS" = "0:0 0:0" ]
}

# bats test_tags=p:mounts:options,p:linux:namespaces:path
@test "in a user namespace that is joined idmap has its mappings" {
	local first=$ID

	in_user_namespace
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	setup_second
	config --arg path "/proc/$(pid_of "$first")/ns/user" '.linux.namespaces += [{"type": "user", "path": $path}] | .root.readonly = false
		| .mounts |= map(select(.type != "devpts"))'
	bind '{"options": ["bind", "idmap"]}'
	run run_in 'stat -c %u:%g /mnt/of5'
	[ "$status" -eq 0 ]
	[ "$output" = 5:5 ]
}
setup_second() {
	bundle second
	chown -R 100000:200000 "$ROOTFS"
	mkdir "$BUNDLE/source"
	touch "$BUNDLE/source/of5"
	chown 5:5 "$BUNDLE/source/of5"
}

# bats test_tags=p:mounts:options
@test "no process of the making stays, and no user namespace gets inside" {
	in_user_namespace
	bind "{\"options\": [\"bind\", \"idmap\"], $(mappings 100020 200030)}"
	bind '{"destination": "/own", "options": ["bind", "idmap"]}'
	config '.process.args = ["sleep", "1000"]'
	husk_background run "$ID"
	until_true 10 is_running
	[ "$(xargs <"/proc/$RUNTIME/task/$RUNTIME/children")" = "$(pid_of)" ]
	[ -z "$(find "/proc/$(pid_of)/fd" -lname 'user:*')" ]
}
is_running() {
	[ "$(status_of 2>/dev/null)" = running ]
}

# --- crun's way to write them -------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:options,p:linux:uidMappings:containerID,p:linux:gidMappings:containerID
@test "the option takes mappings, on the host or relative to the container's" {
	in_user_namespace
	bind '{"options": ["bind", "idmap=uids=0-100020-10#1000-100001-1;gids=0-200030-10"]}'
	see_owners
	[ "$OWNERS" = "20:30 25:35 1:65534" ]
	config '.mounts[-1].options[1] = "ridmap=gids=@0-3-10;uids=@0-1-10#1000-100040-1"'
	see_owners
	[ "$OWNERS" = "1:3 6:8 40:65534" ]
	config '.mounts[-1].options[1] = "idmap=uids=@0-495-10;gids=0-0-1"'
	refused_at /mounts/7/options 'the range "@0-495-10": these ids lie in no single mapping of the container'
}

# --- with other options -------------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:options,p:mounts:source
@test "an idmapped mount has its other options too, and its source may lie where only the host can go" {
	in_user_namespace
	mkdir "$BUNDLE/closed"
	mv "$BUNDLE/source" "$BUNDLE/closed/"
	chmod 700 "$BUNDLE/closed"
	config '.mounts += [{"destination": "/mnt", "source": "./closed/source", "options": ["bind", "idmap", "ro", "nosuid", "nodev"]}]'
	run run_in 'stat -c %u /mnt/of5; grep " /mnt " /proc/self/mountinfo | cut -d" " -f6'
	[ "$status" -eq 0 ]
	[ "$output" = $'5\nro,nosuid,nodev,relatime,idmapped' ]
}

# bats test_tags=p:mounts:options,p:mounts:destination
@test "a file is idmapped, and a mount on / is" {
	in_user_namespace
	config '.mounts += [{"destination": "/file", "source": "source/of5", "options": ["bind", "idmap"]}]'
	run run_in 'stat -c %u /file'
	[ "$output" = 5 ]
	cp -a "$ROOTFS" "$BUNDLE/other"
	chown -R 0:0 "$BUNDLE/other"
	config '.mounts = [{"destination": "/", "source": "other", "options": ["bind", "idmap"]}] + .mounts'
	run run_in 'stat -c %u /bin/busybox /file | xargs; touch /made'
	[ "$status" -eq 0 ]
	[ "$output" = "0 5" ]
	[ "$(stat -c %u "$BUNDLE/other/made")" = 0 ]
}

# bats test_tags=p:mounts:options,p:mounts:type
@test "a new tmpfs is idmapped too" {
	config '.mounts += [{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["idmap=uids=0-2000-10;gids=0-3000-10", "ro", "uid=3"]}]'
	run run_in 'stat -c %u:%g /mnt; awk "\$5 == \"/mnt\" { print \$6 }" /proc/self/mountinfo'
	[ "$status" -eq 0 ]
	[ "$output" = $'2003:3000\nro,relatime,idmapped' ]

	config '.mounts[-1].options = ["idmap=uids=@0-20-10;gids=@0-30-10", "tmpcopyup"] | .mounts += [.mounts[-1] | .destination = "/again"]'
	in_user_namespace
	mkdir -p "$ROOTFS/mnt"
	touch "$ROOTFS/mnt/copied"
	chown -R 100005:200005 "$ROOTFS/mnt"
	run run_in 'stat -c %u:%g /mnt /mnt/copied'
	[ "$status" -eq 0 ]
	[ "$output" = $'25:35\n25:35' ]
}

# --- what cannot be mapped ----------------------------------------------------------------------------------------------

# bats test_tags=p:mounts:uidMappings:containerID,p:mounts:gidMappings:containerID
@test "uidMappings and gidMappings are both there or none" {
	in_user_namespace
	bind "{\"options\": [\"bind\", \"idmap\"], $(mappings 100020 200030)}"
	config 'del(.mounts[-1].gidMappings)'
	refused_at /mounts/7/gidMappings "both or none"
	[ ! -e "$ROOTFS/mnt" ]
}

# bats test_tags=p:mounts:options
@test "idmap without mappings and without a user namespace is an error" {
	bind '{"options": ["bind", "idmap"]}'
	refused_at /mounts/7/options "has no user namespace"
	config '.mounts[-1].options = ["rbind", "ridmap"]'
	refused_at /mounts/7/options "has no user namespace"
	[ ! -e "$ROOTFS/mnt" ]
}

# bats test_tags=p:mounts:gidMappings:containerID,p:mounts:gidMappings:hostID,p:mounts:gidMappings:size,p:mounts:options
@test "mappings of a mount that the kernel would refuse are named" {
	bind "{\"options\": [\"bind\", \"idmap\"], $(mappings 0 0)}"
	config '.mounts[-1].gidMappings += [{"containerID": 9, "hostID": 20, "size": 1}]'
	refused_at /mounts/7/gidMappings/1 "overlap those of mapping 0"
	config '.mounts[-1] |= (del(.uidMappings, .gidMappings) | .options = ["bind", "idmap=uids=0-0-1;gids=0-0-1#1-0-1"])'
	refused_at /mounts/7/options "uids=0-0-1;gids=0-0-1#1-0-1: its host ids overlap those of mapping 0"
}

# bats test_tags=p:mounts:options
@test "a file system that cannot be idmapped is named" {
	config '.mounts += [{"destination": "/mnt", "source": "/sys/kernel", "options": ["bind", "idmap=uids=0-1-1;gids=0-1-1"]}]'
	refused_at /mounts/7 "cannot map the ids of /sys/kernel: this kernel cannot map the ids of a sysfs: invalid argument"
	config '.mounts[-1] = {"destination": "/proc", "type": "proc", "options": ["idmap=uids=0-1-1;gids=0-1-1"]}'
	refused_at /mounts/7/options "the kernel cannot map the ids of a proc"
	config '.mounts[-1] = {"destination": "/mnt", "type": "devpts", "options": ["idmap=uids=0-1-1;gids=0-1-1"]}'
	refused_at /mounts/7 "cannot map the ids of the devpts on /mnt: this kernel cannot map the ids of a devpts: invalid argument"
	mkdir "$BUNDLE/source/below"
	mount -t sysfs sysfs "$BUNDLE/source/below"
	bind '{"options": ["rbind", "ridmap=uids=0-1-1;gids=0-1-1"]}'
	config 'del(.mounts[-2])'
	refused_at /mounts/7 "or of a mount below it: invalid argument"
	config '.mounts[-1].options[1] |= ltrimstr("r")'
	run run_in true
	umount "$BUNDLE/source/below"
	[ "$status" -eq 0 ]
}

# bats test_tags=p:mounts:options
@test "a new file system in a user namespace has the mappings of that" {
	in_user_namespace
	config '.mounts += [{"destination": "/mnt", "type": "tmpfs", "source": "tmpfs", "options": ["idmap"]}]'
	refused_at /mounts/7/options "has the mappings of its user namespace anyway"
}

# bats test_tags=p:mounts:options
@test "a remount maps no ids" {
	in_user_namespace
	bind '{"options": ["bind"]}'
	config '.mounts += [{"destination": "/mnt", "options": ["bind", "remount", "idmap"]}]'
	refused_at /mounts/8/options "by a remount"
}

# --- disks --------------------------------------------------------------------------------------------------------------

# bats test_tags=old-kernel,p:mounts:options
@test "a disk is idmapped on every kernel" {
	local disk

	[[ $(findmnt -n -o FSTYPE -T /var/tmp) == @(ext4|xfs|btrfs) ]] || skip "/var/tmp is on no disk"
	disk=$(mktemp -d "/var/tmp/$HUSK_TEST_NAME.XXXXXX")
	mkdir "$disk/source"
	touch "$disk/source/of5"
	chown 5:5 "$disk/source/of5"
	in_user_namespace
	config --arg source "$disk/source" '.mounts += [{"destination": "/mnt", "source": $source, "options": ["bind", "idmap"]},
		{"destination": "/own", "source": $source, "options": ["rbind", "ridmap=uids=@0-20-10;gids=@0-30-10"]}]'
	run run_in 'stat -c %u:%g /mnt/of5 /own/of5; touch /mnt/new'
	echo "$output $(stat -c %u:%g "$disk/source/new")" >"$TEST_DIR/said"
	rm -r "$disk"
	[ "$(cat "$TEST_DIR/said")" = $'5:5\n25:35 0:0' ]
}
