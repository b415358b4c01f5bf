#!/usr/bin/env bats
# user_namespace.bats - user namespaces, new and joined: their mappings, the process's ids in them, and what the host keeps.

bats_require_minimum_version 1.5.0
load helpers

# new_user_namespace [MAPPINGS]: in JSON, for users and groups; by default 1000 ids from 100000.
new_user_namespace() {
	local mappings=${1:-'[{"containerID": 0, "hostID": 100000, "size": 1000}]'}

	config --argjson mappings "$mappings" '.linux.namespaces += [{"type": "user"}] | .root.readonly = false
		| .linux.uidMappings = $mappings | .linux.gidMappings = $mappings'
	chown -R 100000:100000 "$ROOTFS"
}

# joined_user_namespace PATH
joined_user_namespace() {
	config --arg path "$1" '.linux.namespaces += [{"type": "user", "path": $path}] | .root.readonly = false'
	chown -R 100000:100000 "$ROOTFS"
}

# N mappings of one id each, as JSON.
mappings() {
	jq -nc --argjson n "$1" '[range($n) | {"containerID": ., "hostID": (100000 + .), "size": 1}]'
}

# refused_at POINTER WORDS: nothing was made.
refused_at() {
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"$1: "*"$2"* ]]
	[ ! -e "$ROOT/$ID" ]
}

# --- mappings ---------------------------------------------------------------------------------------------------------

# bats test_tags=p:linux:uidMappings:containerID,p:linux:uidMappings:hostID,p:linux:uidMappings:size
@test "the users of the container are those that the mappings say" {
	new_user_namespace '[{"containerID": 0, "hostID": 100000, "size": 10}, {"containerID": 10, "hostID": 200000, "size": 5}]'
	config '.process.user = {"uid": 12, "gid": 3}'
	husk create "$ID"
	[ "$(tr -s ' ' <"/proc/$(pid_of)/uid_map")" = $' 0 100000 10\n 10 200000 5' ]
	config '.process.args = ["sleep", "1000"]'
	husk delete --force "$ID"
	husk run --detach "$ID"
	[ "$(stat -c '%u %g' "/proc/$(pid_of)")" = "200002 100003" ]
}

# bats test_tags=p:linux:gidMappings:containerID,p:linux:gidMappings:hostID,p:linux:gidMappings:size
@test "users and groups have mappings of their own" {
	new_user_namespace
	config '.linux.gidMappings = [{"containerID": 0, "hostID": 300000, "size": 7}]'
	run run_in 'cat /proc/self/uid_map /proc/self/gid_map | tr -s " "; cat /proc/self/setgroups'
	[ "$status" -eq 0 ]
	[ "$output" = $' 0 100000 1000\n 0 300000 7\nallow' ]
}

# bats test_tags=p:linux:uidMappings:containerID,p:linux:uidMappings:hostID,p:linux:uidMappings:size,p:linux:gidMappings:containerID,p:linux:gidMappings:hostID,p:linux:gidMappings:size
@test "more than five mappings, and 340" {
	new_user_namespace "$(mappings 6)"
	run run_in 'tail -n 1 /proc/self/uid_map | tr -s " "'
	[ "$output" = ' 5 100005 1' ]
	# As text 340 of them fit into a page when the numbers are short.
	config '[range(340) | {"containerID": ., "hostID": (1000 + .), "size": 1}] as $m | .linux.uidMappings = $m | .linux.gidMappings = $m'
	chown -R 1000:1000 "$ROOTFS"
	run run_in 'wc -l </proc/self/uid_map; tail -n 1 /proc/self/gid_map | tr -s " "'
	[ "$status" -eq 0 ]
	[ "$output" = $'340\n 339 1339 1' ]
}

# bats test_tags=p:linux:uidMappings:containerID,p:linux:uidMappings:hostID,p:linux:uidMappings:size,p:linux:gidMappings:containerID,p:linux:gidMappings:hostID,p:linux:gidMappings:size
@test "mappings that the kernel would refuse are named before anything is made" {
	new_user_namespace '[{"containerID": 0, "hostID": 100000, "size": 10}, {"containerID": 9, "hostID": 200000, "size": 5}]'
	refused_at /linux/uidMappings/1 "container ids overlap those of mapping 0"
	config '.linux.uidMappings = [{"containerID": 0, "hostID": 0, "size": 1}] | .linux.gidMappings[1].containerID = 10 | .linux.gidMappings[1].hostID = 100009'
	refused_at /linux/gidMappings/1 "host ids overlap those of mapping 0"
	config '.linux.gidMappings = [{"containerID": 0, "hostID": 4294967295, "size": 1}]'
	refused_at /linux/gidMappings/0 "hostID 4294967295"
	config '.linux.gidMappings = [{"containerID": 0, "hostID": 1, "size": 0}]'
	refused_at /linux/gidMappings/0 "size is 0"
	config '.linux.gidMappings = [{"containerID": 0, "hostID": 1, "size": 4294967296}]'
	refused_at /linux/gidMappings/0/size ""
	config --argjson many "$(mappings 341)" '.linux.gidMappings = $many'
	refused_at /linux/gidMappings "341 mappings"
}

# bats test_tags=p:linux:uidMappings:containerID,p:linux:namespaces:path
@test "6000 mappings or a path of 80 KB are refused: never a start without the user namespace" {
	new_user_namespace
	config '.linux.uidMappings = [range(6000) | {"containerID": ., "hostID": (100000 + .), "size": 1}]
		| .process.args = ["touch", "/started"]'
	refused_at /linux/uidMappings "6000 mappings: the kernel takes 340 at most"
	run husk run "$ID"
	[ "$status" -eq 1 ]

	printf '/%080000d' 0 >"$TEST_DIR/path"
	config --rawfile path "$TEST_DIR/path" 'del(.linux.uidMappings, .linux.gidMappings) | .linux.namespaces |=
		map(if .type == "user" then .path = $path else . end)'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/namespaces/"*"file name too long"* ]]
	config --rawfile path "$TEST_DIR/path" '.linux.namespaces |= map(if .type == "user" then del(.path) else . end |
		if .type == "network" then .path = $path else . end)'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[ ! -e "$ROOTFS/started" ]
}

# bats test_tags=p:linux:uidMappings:containerID,p:linux:gidMappings:containerID,p:linux:namespaces:type
@test "mappings need a user namespace, and a new one needs both" {
	config '.linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}]'
	refused_at /linux/uidMappings "need a namespace of type user"
	config '.linux.namespaces += [{"type": "user"}]'
	refused_at /linux/namespaces "needs /linux/uidMappings and /linux/gidMappings"
	config 'del(.linux.uidMappings)'
	refused_at /linux/namespaces "needs /linux/uidMappings and /linux/gidMappings"
}

# bats test_tags=p:linux:uidMappings:containerID
@test "mappings without a user 0 are an error that says so" {
	new_user_namespace '[{"containerID": 1, "hostID": 100000, "size": 10}]'
	config '.process.user = {"uid": 1, "gid": 1}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/uidMappings"*"user 0 and group 0 of the container must be mapped"* ]]
}

# bats test_tags=p:linux:uidMappings:containerID,p:linux:uidMappings:hostID,p:linux:uidMappings:size,p:linux:gidMappings:containerID,p:linux:gidMappings:hostID,p:linux:gidMappings:size,p:linux:namespaces:path
@test "mappings beside the path of a user namespace must be its own" {
	local first=$ID

	new_user_namespace "$(mappings 8)"
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	bundle second
	joined_user_namespace "/proc/$(pid_of "$first")/ns/user"
	config --argjson same "$(mappings 8)" '.linux.uidMappings = ($same | reverse) | .linux.gidMappings = $same'
	run --separate-stderr run_in 'readlink /proc/self/ns/user'
	[ "$status" -eq 0 ]
	[ "$output" = "$(readlink "/proc/$(pid_of "$first")/ns/user")" ]

	config '.linux.gidMappings[7].hostID += 1'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/gidMappings: "*"the joined namespace has other mappings"* ]]
	config 'del(.linux.gidMappings) | del(.linux.uidMappings[0])'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/uidMappings: "*"the joined namespace has other mappings"* ]]
}

# --- the ids of the process -------------------------------------------------------------------------------------------

# bats test_tags=p:process:user:uid,p:process:user:gid,p:process:user:additionalGids
@test "a user, a group or an additional group that is not mapped is refused by name" {
	new_user_namespace
	config '.process.user = {"uid": 1000, "gid": 0}'
	refused_at /process/user/uid "1000 is not in /linux/uidMappings"
	config '.process.user = {"uid": 0, "gid": 1000}'
	refused_at /process/user/gid "1000 is not in /linux/gidMappings"
	config '.process.user = {"uid": 0, "gid": 0, "additionalGids": [999, 1000]}'
	refused_at /process/user/additionalGids/1 "1000 is not in /linux/gidMappings"
	config '.process.user.additionalGids = [999, 7]'
	run run_in 'id -G'
	[ "$output" = "0 7 999" ]
}

# A user namespace that denies setgroups, as one made without privilege does. DENYING is who holds it.
denying_user_namespace() {
	HUSK_TEST=$HUSK_TEST_NAME unshare --user --map-root-user sleep 1000 3>&- &
	DENYING=$!
	until_true 5 grep -qsx deny "/proc/$DENYING/setgroups"
	config --arg path "/proc/$DENYING/ns/user" '.linux.namespaces += [{"type": "user", "path": $path}]
		| .root.readonly = false | .mounts |= map(select(.type != "devpts"))'
}

# bats test_tags=p:process:user:additionalGids,p:linux:namespaces:path
@test "where setgroups is denied the process has no groups, and asking for some is an error" {
	denying_user_namespace
	config '.process.args = ["sh", "-c", "grep ^Groups: /proc/self/status; cat /proc/self/setgroups"]'
	run at_bundle setpriv --groups 4,20 "$HUSK" --root "$ROOT" run "$ID"
	[ "$status" -eq 0 ]
	[ "$(tr -d '[:blank:]' <<<"$output")" = $'Groups:\ndeny' ]
	config '.process.user.additionalGids = [0]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/process/user/additionalGids"*"denies setgroups"* ]]
	kill "$DENYING"
}

# --- what belongs to whom -----------------------------------------------------------------------------------------------

# bats test_tags=p:process:user:uid
@test "pipes and files become the user's, a device of the host and what is read stay whose they are" {
	local devices

	new_user_namespace
	config '.process.user = {"uid": 7, "gid": 7}'
	run run_in 'stat -L -c "%u %F" /proc/self/fd/1'
	[ "$output" = "7 fifo" ]
	echo read >"$TEST_DIR/read"
	devices=$(stat -c '%n %u %g %a' /dev/null /dev/zero)
	config '.process.args = ["true"]'
	husk run "$ID" <"$TEST_DIR/read" >"$TEST_DIR/written" 2>/dev/null
	[ "$(stat -c %u "$TEST_DIR/read" "$TEST_DIR/written")" = $'0\n100007' ]
	husk run "$ID" </dev/null >/dev/null 2>/dev/null
	husk run "$ID" </dev/zero >/dev/zero 2>&1
	[ "$(stat -c '%n %u %g %a' /dev/null /dev/zero)" = "$devices" ]
}

# bats test_tags=p:process:user:uid
@test "a stream on a read-only file system is left as it is" {
	new_user_namespace
	mkdir "$TEST_DIR/mnt"
	mount -t tmpfs tmpfs "$TEST_DIR/mnt"
	mkfifo "$TEST_DIR/mnt/fifo"
	exec 5<>"$TEST_DIR/mnt/fifo"
	mount -o remount,bind,ro "$TEST_DIR/mnt"
	config '.process.args = ["true"]'
	run husk run "$ID" <&5
	exec 5>&-
	umount "$TEST_DIR/mnt"
	[ "$status" -eq 0 ]
}
