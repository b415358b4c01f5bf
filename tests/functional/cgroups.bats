# cgroups.bats - linux.resources: limits as the kernel has them and as they are felt, and devices that open or do not.

bats_require_minimum_version 1.5.0
# bats file_tags=v2,systemd
load helpers

# --- limits -----------------------------------------------------------------------------------------------------------

# needs_controller NAME: of cgroup v1, or by NAME2 of v2 where that has another.
needs_controller() {
	[ -n "$(cgroup_mount "$1")" ] || has_v2_controller "${2:-$1}" || skip "no cgroup controller $1 here"
}
has_v2_controller() {
	grep -qsw "$1" "$(cgroup2_mount)/cgroup.controllers"
}
cgroup2_mount() {
	findmnt -n -o TARGET -t cgroup2 | head -n 1
}

# kernel_says CONTROLLER FILE_OF_V1 FILE_OF_V2: what is in it for the container.
kernel_says() {
	cat "$(cgroup_of "$1")/$2" 2>/dev/null || cat "$(cgroup_of "$1")/$3"
}

# in_v1 CONTROLLER
in_v1() {
	[ -n "$(cgroup_mount "$1")" ]
}

# limited EXPRESSION: a container with these resources, created.
limited() {
	config '.process.args = ["sleep", "1000"]'" | .linux.resources += $1"
	husk create "$ID"
}

# refused EXPRESSION POINTER WORDS: nothing is made, and the message names the property.
refused() {
	config ".linux.resources += $1"
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"/linux/resources/$2: "* ]]
	[[ $output == *$3* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap,p:linux:resources:memory:reservation
@test "memory: limit, swap and reservation" {
	needs_controller memory
	limited '{memory: {limit: 52428800, swap: 104857600, reservation: 20971520}}'
	[ "$(kernel_says memory memory.limit_in_bytes memory.max)" = 52428800 ]
	[ "$(kernel_says memory memory.soft_limit_in_bytes memory.low)" = 20971520 ]
	if in_v1 memory; then
		[ "$(kernel_says memory memory.memsw.limit_in_bytes)" = 104857600 ]
	else
		[ "$(kernel_says memory memory.swap.max)" = 52428800 ]
	fi
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap,p:linux:cgroupsPath
@test "memory: no limit is none of swap either, also in a cgroup that has one" {
	local dir

	needs_controller memory
	dir=$(cgroup_mount memory)
	dir=${dir:-$(cgroup2_mount)}/$ID
	mkdir "$dir"
	if in_v1 memory; then
		echo 52428800 >"$dir/memory.limit_in_bytes"
		echo 52428800 >"$dir/memory.memsw.limit_in_bytes"
	else
		echo 0 >"$dir/memory.swap.max"
	fi
	config --arg path "/$ID" '.linux.cgroupsPath = $path'
	limited '{memory: {limit: -1}}'
	[ "$(kernel_says memory memory.memsw.limit_in_bytes memory.swap.max)" = "$(no_memory_limit)" ]
	husk delete --force "$ID"
	rmdir "$dir"
}
# v1 shows a large number for it, as of the root.
no_memory_limit() {
	cat "$(cgroup_mount memory)/memory.limit_in_bytes" 2>/dev/null || echo max
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap
@test "memory: a process over the limit is killed" {
	local cgroup

	needs_controller memory
	config '.process.args = ["tail", "/dev/zero"] | .linux.resources.memory = {limit: 20971520, swap: 20971520}'
	husk create "$ID"
	cgroup=$(cgroup_of memory)
	husk start "$ID"
	until_true 60 is_stopped
	grep -qx 'oom_kill 1' "$cgroup/memory.events" || grep -qx 'oom_kill 1' "$cgroup/memory.oom_control"
	husk delete "$ID"
	run -137 husk run "$ID"
}

# bats test_tags=p:linux:resources:memory:kernelTCP,p:linux:resources:memory:swappiness,p:linux:resources:memory:disableOOMKiller,p:linux:resources:memory:useHierarchy
@test "memory: what only cgroup v1 has" {
	in_v1 memory || skip "memory is in cgroup v2 here"
	limited '{memory: {kernelTCP: 4194304, swappiness: 10, disableOOMKiller: true, useHierarchy: true}}'
	[ "$(kernel_says memory memory.kmem.tcp.limit_in_bytes)" = 4194304 ]
	[ "$(kernel_says memory memory.swappiness)" = 10 ]
	grep -qx 'oom_kill_disable 1' "$(cgroup_of memory)/memory.oom_control"
	[ "$(kernel_says memory memory.use_hierarchy)" = 1 ]
}

# bats test_tags=p:linux:resources:memory:kernel,p:linux:resources:memory:kernelTCP,p:linux:resources:memory:swappiness,p:linux:resources:memory:disableOOMKiller,p:linux:resources:memory:useHierarchy
@test "memory: what only cgroup v1 has is refused by v2, but not what v2 does anyway" {
	in_v1 memory && skip "memory is in cgroup v1 here"
	needs_controller memory
	limited '{memory: {kernel: -1, kernelTCP: -1, disableOOMKiller: false, useHierarchy: true}}'
	husk delete --force "$ID"
	refused '{memory: {swappiness: 10}}' memory/swappiness "cgroup v2"
	refused '{memory: {disableOOMKiller: true}}' memory/disableOOMKiller "cgroup v2"
}

# bats test_tags=p:linux:resources:memory:kernel
@test "memory: a limit of kernel memory, which new kernels accept and forget, is refused" {
	needs_controller memory
	[ "$(printf '%s\n' 5.16 "$(uname -r)" | sort -V | head -n 1)" = 5.16 ] || skip "this kernel still has it"
	refused '{memory: {kernel: 4194304}}' memory/kernel "since Linux 5.16"
}

# bats test_tags=p:linux:resources:pids:limit
@test "pids: the limit is felt" {
	needs_controller pids
	config '.linux.resources.pids.limit = 5'
	run run_in 'for i in 1 2 3 4 5 6 7 8; do sleep 100 & done; echo all'
	[[ $output == *"fork"* ]]
	[[ $output != *all* ]]
}

# bats test_tags=p:linux:resources:cpu:shares,p:linux:resources:cpu:quota,p:linux:resources:cpu:period,p:linux:resources:cpu:burst
@test "cpu: shares, quota, period and burst" {
	needs_controller cpu
	limited '{cpu: {shares: 512, quota: 50000, period: 200000, burst: 10000}}'
	[ "$(kernel_says cpu cpu.cfs_burst_us cpu.max.burst)" = 10000 ]
	if in_v1 cpu; then
		[ "$(kernel_says cpu cpu.shares) $(kernel_says cpu cpu.cfs_quota_us) $(kernel_says cpu cpu.cfs_period_us)" = "512 50000 200000" ]
	else
		[ "$(kernel_says cpu cpu.weight) $(kernel_says cpu cpu.max)" = "59 50000 200000" ]
	fi
}

# bats test_tags=p:linux:resources:cpu:quota,p:linux:resources:cpu:period
@test "cpu: a container over its quota is throttled" {
	needs_controller cpu
	config '.process.args = ["sh", "-c", "while :; do :; done"] | .linux.resources.cpu = {quota: 2000, period: 10000}'
	husk run --detach "$ID"
	until_true 10 is_throttled
}
is_throttled() {
	[ "$(sed -n 's/^nr_throttled //p' "$(cgroup_of cpu)/cpu.stat")" -gt 0 ]
}

# bats test_tags=p:linux:resources:cpu:idle
@test "cpu: idle" {
	needs_controller cpu
	limited '{cpu: {idle: 1}}'
	[ "$(kernel_says cpu cpu.idle cpu.idle)" = 1 ]
}

# bats test_tags=p:linux:resources:cpu:realtimePeriod,p:linux:resources:cpu:realtimeRuntime
@test "cpu: realtime" {
	[ -e "$(cgroup_mount cpu)/cpu.rt_runtime_us" ] || skip "no realtime limits here: cgroup v1 and RT_GROUP_SCHED"
	limited '{cpu: {realtimePeriod: 500000, realtimeRuntime: 1000}}'
	[ "$(kernel_says cpu cpu.rt_period_us) $(kernel_says cpu cpu.rt_runtime_us)" = "500000 1000" ]
}

# bats test_tags=p:linux:resources:cpu:cpus,p:linux:resources:cpu:mems
@test "cpu: cpus and mems are those that the process has" {
	needs_controller cpuset
	config '.linux.resources.cpu = {cpus: "0", mems: "0"}'
	run run_in 'grep -E "^(Cpus|Mems)_allowed_list" /proc/self/status | tr -s "\t" " "'
	[ "$output" = $'Cpus_allowed_list: 0\nMems_allowed_list: 0' ]
}

# bats test_tags=p:linux:resources:cpu:cpus
@test "cpu: what the machine has not is refused by the name of the property" {
	needs_controller cpuset
	refused '{cpu: {cpus: "4000"}}' cpu/cpus "a list such as 0-3,7"
	refused '{cpu: {cpus: "0\n1"}}' cpu/cpus "a control character"
}

# bats test_tags=p:linux:resources:blockIO:throttleReadBpsDevice,p:linux:resources:blockIO:throttleWriteBpsDevice,p:linux:resources:blockIO:throttleReadIOPSDevice,p:linux:resources:blockIO:throttleWriteIOPSDevice,p:linux:resources:blockIO:throttleReadBpsDevice:major,p:linux:resources:blockIO:throttleReadBpsDevice:minor,p:linux:resources:blockIO:throttleReadBpsDevice:rate,p:linux:resources:blockIO:throttleWriteBpsDevice:major,p:linux:resources:blockIO:throttleWriteBpsDevice:minor,p:linux:resources:blockIO:throttleWriteBpsDevice:rate,p:linux:resources:blockIO:throttleReadIOPSDevice:major,p:linux:resources:blockIO:throttleReadIOPSDevice:minor,p:linux:resources:blockIO:throttleReadIOPSDevice:rate,p:linux:resources:blockIO:throttleWriteIOPSDevice:major,p:linux:resources:blockIO:throttleWriteIOPSDevice:minor,p:linux:resources:blockIO:throttleWriteIOPSDevice:rate
@test "blockIO: rates of a disk" {
	local disk

	needs_controller blkio io
	disk=$(a_disk)
	limited "$(rates "$disk")"
	if in_v1 blkio; then
		[ "$(kernel_says blkio blkio.throttle.read_bps_device)" = "$disk 1048576" ]
		[ "$(kernel_says blkio blkio.throttle.write_bps_device)" = "$disk 2097152" ]
		[ "$(kernel_says blkio blkio.throttle.read_iops_device)" = "$disk 100" ]
		[ "$(kernel_says blkio blkio.throttle.write_iops_device)" = "$disk 200" ]
	else
		[ "$(kernel_says io io.max)" = "$disk rbps=1048576 wbps=2097152 riops=100 wiops=200" ]
	fi
}
a_disk() {
	lsblk --nodeps --noheadings --raw --output MAJ:MIN,TYPE,SIZE | awk '$2 == "disk" && $3 != "0B" { print $1; exit }' |
		grep . || skip "no disk here"
}
rates() {
	jq -cn --argjson major "${1%:*}" --argjson minor "${1#*:}" 'def rate($n): [{$major, $minor, rate: $n}];
		{blockIO: {throttleReadBpsDevice: rate(1048576), throttleWriteBpsDevice: rate(2097152),
			throttleReadIOPSDevice: rate(100), throttleWriteIOPSDevice: rate(200)}}'
}

# The free one reads twice as much, and begins after the limited one: without the limit that would be done first.
# bats test_tags=p:linux:resources:blockIO:throttleReadBpsDevice,p:linux:resources:blockIO:throttleReadBpsDevice:rate
@test "blockIO: a rate is felt: of two who read the disk the limited one is not done when the free one is" {
	local disk

	needs_controller blkio io
	disk=$(a_disk)
	(: <"/dev/$(basename "$(readlink "/sys/dev/block/$disk")")") 2>/dev/null || skip "the disk cannot be opened here"
	config '.linux.resources = {devices: [{allow: true, access: "rwm"}]} | .process.capabilities[] += ["CAP_MKNOD"]'
	cp "$BUNDLE/config.json" "$TEST_DIR/config.json"
	config --argjson rates "$(rates "$disk" | jq '.blockIO.throttleReadBpsDevice[].rate = 4096')" '.linux.resources += $rates'
	reads "$disk" 100
	husk run --detach "$ID"
	until_true 30 printed begins

	bundle free
	jq --arg path "$ROOTFS" '.root.path = $path' "$TEST_DIR/config.json" >"$BUNDLE/config.json"
	reads "$disk" 200
	run husk run "$ID"
	[[ $output == *done* ]]
	! grep 'done' "$TEST_DIR/bundle.out"
}
# reads DISK BLOCKS: the container reads this many blocks of the disk itself, without the page cache.
reads() {
	config --arg disk "${1/:/ }" --arg blocks "$2" '.process.args = ["sh", "-c",
		"mknod /dev/disk b \($disk) && echo begins &&
		dd if=/dev/disk of=/dev/null iflag=direct bs=4096 count=\($blocks) status=none && echo done"]'
}

# bats test_tags=p:linux:resources:blockIO:throttleReadBpsDevice,p:linux:resources:blockIO:throttleReadBpsDevice:major,p:linux:resources:blockIO:throttleReadBpsDevice:minor
@test "blockIO: a rate of a disk that is not there is refused" {
	needs_controller blkio io
	refused '{blockIO: {throttleReadBpsDevice: [{major: 4000, minor: 1, rate: 1}]}}' blockIO/throttleReadBpsDevice/0 "no such device"
}

# bats test_tags=p:linux:resources:blockIO:weight
@test "blockIO: weight" {
	needs_controller blkio io
	weighs blkio || weighs io || skip "no BFQ and no io.cost here"
	limited '{blockIO: {weight: 500}}'
	if in_v1 blkio; then
		[ "$(kernel_says blkio blkio.bfq.weight)" = 500 ]
	else
		[[ $(kernel_says io io.bfq.weight io.weight) == *500* ]] || [[ $(kernel_says io io.weight) == *4950* ]]
	fi
}
weighs() {
	[ -n "$(find "$(cgroup_mount "$1")" "$(cgroup2_mount)" -maxdepth 3 \( -name "$1.bfq.weight" -o -name io.weight \) 2>/dev/null)" ] ||
		grep -qsw bfq /sys/block/*/queue/scheduler
}

# bats test_tags=p:linux:resources:blockIO:weightDevice,p:linux:resources:blockIO:weightDevice:major,p:linux:resources:blockIO:weightDevice:minor,p:linux:resources:blockIO:weightDevice:weight,p:linux:resources:blockIO:weightDevice:leafWeight
@test "blockIO: the weight of one disk" {
	local disk loop

	needs_controller blkio io
	truncate -s 16M "$TEST_DIR/disk"
	loop=$(losetup --find --show "$TEST_DIR/disk" 2>/dev/null) || skip "no loop devices here"
	exec 9<"$loop"
	losetup --detach "$loop" # when nobody has it open any more
	echo bfq >"/sys/block/${loop#/dev/}/queue/scheduler" || skip "this kernel has no BFQ"
	disk=$(cat "/sys/block/${loop#/dev/}/dev")
	limited "$(weight_of "$disk" weight)"
	[[ $(kernel_says blkio blkio.bfq.weight_device io.bfq.weight) == *"$disk 300"* ]]
	husk delete --force "$ID"
	refused "$(weight_of "$disk" leafWeight)" blockIO/weightDevice/0 "Linux 5.0"
	exec 9<&-
}
weight_of() {
	jq -cn --argjson major "${1%:*}" --argjson minor "${1#*:}" --arg weight "$2" '{blockIO: {weightDevice: [{$major, $minor, ($weight): 300}]}}'
}

# bats test_tags=p:linux:resources:blockIO:leafWeight
@test "blockIO: leaf weights, which no kernel has any more, are refused" {
	needs_controller blkio io
	refused '{blockIO: {leafWeight: 500}}' blockIO/leafWeight "Linux 5.0"
}

# bats test_tags=v1,p:linux:resources:hugepageLimits,p:linux:resources:hugepageLimits:pageSize,p:linux:resources:hugepageLimits:limit
@test "hugepageLimits: what is reserved and what is used" {
	needs_controller hugetlb
	limited '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}'
	[ "$(kernel_says hugetlb hugetlb.2MB.rsvd.limit_in_bytes hugetlb.2MB.rsvd.max)" = 4194304 ]
	[ "$(kernel_says hugetlb hugetlb.2MB.limit_in_bytes hugetlb.2MB.max)" = 4194304 ]
}

# bats test_tags=v1,p:linux:resources:hugepageLimits,p:linux:resources:hugepageLimits:limit
@test "hugepageLimits: the limit is felt" {
	needs_controller hugetlb
	[ "$(cat /proc/sys/vm/nr_hugepages)" -ge 2 ] || skip "no huge pages are set aside here"
	config '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 2097152}]
		| .mounts += [{destination: "/huge", type: "hugetlbfs", source: "huge"}]'
	run run_in 'fallocate -l 2M /huge/a && echo enough; fallocate -l 4M /huge/b && echo more'
	[[ $output == *enough* ]]
	[[ $output != *more* ]]
}

# bats test_tags=v1,p:linux:resources:hugepageLimits,p:linux:resources:hugepageLimits:pageSize
@test "hugepageLimits: a size that the machine has not is refused" {
	needs_controller hugetlb
	refused '{hugepageLimits: [{pageSize: "3MB", limit: 0}]}' hugepageLimits/0 "no such file or directory"
}

# bats test_tags=p:linux:resources:network:classID,p:linux:resources:network:priorities,p:linux:resources:network:priorities:name,p:linux:resources:network:priorities:priority
@test "network: class and priorities, or an error where cgroup v1 does not have them" {
	if in_v1 net_cls; then
		limited '{network: {classID: 1048577}}'
		[ "$(kernel_says net_cls net_cls.classid)" = 1048577 ]
	else
		refused '{network: {classID: 1048577}}' network/classID '"net_cls"'
		refused '{network: {priorities: [{name: "lo", priority: 5}]}}' network/priorities/0 '"net_prio"'
	fi
}

# bats test_tags=p:linux:resources:network:classID,p:linux:resources:network:priorities,p:linux:resources:network:priorities:name,p:linux:resources:network:priorities:priority
@test "network: class and priorities, in a hierarchy of cgroup v1 for them" {
	mkdir "$TEST_DIR/net"
	local ours=true

	# What somebody else has left there is not ours to end.
	! net_has_cgroups || ours=false
	mounts_net || skip "no cgroup v1 for them here"
	cat >"$TEST_DIR/husk" <<-SCRIPT
		#!/bin/sh
		exec unshare --mount sh -c 'mount -t cgroup -o net_cls,net_prio none "\$0" && exec "\$@"' "$TEST_DIR/net" "$HUSK" "\$@"
	SCRIPT
	chmod 755 "$TEST_DIR/husk"
	HUSK=$TEST_DIR/husk
	config '.linux.resources.network = {classID: 1048577, priorities: [{name: "lo", priority: 5}]}'
	run run_in 'cd /sys/fs/cgroup && cat net_cls/net_cls.classid && grep "^lo " net_prio/net_prio.ifpriomap'
	! net_has_cgroups "$ID" || false
	! "$ours" || until_true 30 net_is_gone # first, so that no failure below leaves it to other tests
	[ "$status" -eq 0 ]
	[ "$output" = $'1048577\nlo 5' ]
}
mounts_net() {
	unshare --mount mount -t cgroup -o net_cls,net_prio none "$TEST_DIR/net" 2>/dev/null
}
# net_has_cgroups [NAME]
net_has_cgroups() {
	# shellcheck disable=SC2016 # $1 and $2 are the inner shell's
	unshare --mount sh -c 'mount -t cgroup -o net_cls,net_prio none "$1" && find "$1" -mindepth 1 -type d -name "*$2*" | grep .' - "$TEST_DIR/net" "${1:-}"
}
# The kernel ends a hierarchy some time after it is unmounted, and not at all where a cgroup was still on its way out then: such a
# one has to be mounted and unmounted once more. Each mount begins the waiting anew, so each gets a second.
net_is_gone() {
	until_true 1 no_net_hierarchy || { mounts_net && false; }
}
no_net_hierarchy() {
	! grep -q net_cls /proc/self/cgroup
}

# bats test_tags=p:linux:resources:rdma:hcaHandles,p:linux:resources:rdma:hcaObjects
@test "rdma: an error where the machine has no such controller" {
	in_v1 rdma || has_v2_controller rdma && skip "there is one here"
	refused '{rdma: {mlx5_1: {hcaHandles: 3}}}' rdma/mlx5_1 '"rdma"'
	refused '{rdma: {mlx5_1: {hcaObjects: 3}}}' rdma/mlx5_1 '"rdma"'
}

# bats test_tags=p:linux:resources:unified
@test "unified: files of cgroup v2, also beside v1" {
	local controller

	[ -n "$(cgroup2_mount)" ] || skip "no cgroup2 here"
	limited '{unified: {"cgroup.max.depth": "3"}}'
	[ "$(cat "$(cgroup2_mount)$(sed -n 's/^0:://p' "/proc/$(pid_of)/cgroup")/cgroup.max.depth")" = 3 ]
	husk delete --force "$ID"
	for controller in memory pids; do
		! in_v1 "$controller" || refused "{unified: {\"$controller.max\": \"1000000\"}}" "unified/$controller.max" "cgroup v1"
	done
}

# bats test_tags=p:linux:resources:unified,p:linux:resources:pids:limit
@test "unified: is written last" {
	has_v2_controller pids && has_v2_controller memory || skip "pids and memory are not in cgroup v2 here"
	limited '{pids: {limit: 20}, unified: {"pids.max": "30", "memory.high": "52428800"}}'
	[ "$(kernel_says pids pids.max) $(kernel_says memory memory.high)" = "30 52428800" ]
}

# bats test_tags=p:linux:resources:unified
@test "unified: names that are none of a cgroup's files are refused" {
	refused '{unified: {"../cgroup.max.depth": "3"}}' unified "no name of a cgroup file"
	refused '{unified: {"cgroup.procs": "1"}}' unified "moves, stops or ends"
}

# bats test_tags=p:linux:resources:unified
@test "a controller that the machine has not is named" {
	refused '{unified: {"wine.max": "3"}}' unified/wine.max '"wine"'
}

# --- parents ----------------------------------------------------------------------------------------------------------

# A cgroup of v2, $PARENT, that the container's is to be in.
parent_in_v2() {
	[ -n "$(cgroup2_mount)" ] || skip "no cgroup2 here"
	PARENT=$(cgroup2_mount)/$HUSK_TEST_NAME-parent
	mkdir "$PARENT"
	below "$PARENT"
}
below() {
	config --arg path "${1#"$(cgroup2_mount)"}/$ID" '.linux.cgroupsPath = $path'
}

# refused_below PARENT WORDS
refused_below() {
	below "$1"
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"$2"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:cgroupsPath
@test "a parent where only threads can be is named with its type" {
	parent_in_v2
	config 'del(.linux.resources)'
	mkdir "$PARENT/threads" "$PARENT/other"
	echo threaded >"$PARENT/threads/cgroup.type"
	refused_below "$PARENT" "cgroup.type of $PARENT is \"domain threaded\": remove its threaded children"
	refused_below "$PARENT/threads" "cgroup.type of $PARENT/threads is \"threaded\": it is for threads for good"
	refused_below "$PARENT/other" "cgroup.type of $PARENT/other is \"domain invalid\": it is below a threaded cgroup"
	rmdir "$PARENT"/*/ "$PARENT"
}

# bats test_tags=p:linux:cgroupsPath
@test "a parent with processes is named, and keeps its controllers for itself" {
	local sleeper

	has_v2_controller pids || skip "no controller pids in cgroup v2 here"
	parent_in_v2
	sleep 1000 3>&- &
	sleeper=$!
	echo "$sleeper" >"$PARENT/cgroup.procs"
	config '.linux.resources = {pids: {limit: 5}}'
	refused_below "$PARENT" "write +pids to $PARENT/cgroup.subtree_control: it has processes"
	config '.linux.resources = {memory: {limit: 52428800}}'
	refused_below "$PARENT" "write +memory to $PARENT/cgroup.subtree_control: it has processes"
	[ -z "$(cat "$PARENT/cgroup.subtree_control")" ]
	kill "$sleeper"
	wait "$sleeper" || true
	rmdir "$PARENT"
}

# bats test_tags=p:linux:cgroupsPath,p:linux:resources
@test "a container without limits has all controllers, for statistics and for updates" {
	has_v2_controller pids && [ -z "$(cgroup_mount memory)" ] || skip "cgroup v2 is not alone here"
	parent_in_v2
	mkdir "$PARENT/between"
	below "$PARENT/between"
	limited '{}'
	[ -e "$(cgroup_of memory)/memory.current" ]
	husk update --pids-limit 9 "$ID"
	[ "$(kernel_says pids pids.max)" = 9 ]
	husk delete --force "$ID"
	rmdir "$PARENT/between" "$PARENT"
}

# bats test_tags=p:linux:cgroupsPath
@test "a parent that gives no controllers yet gives them" {
	has_v2_controller pids || skip "no controller pids in cgroup v2 here"
	parent_in_v2
	mkdir "$PARENT/between"
	below "$PARENT/between"
	limited '{pids: {limit: 5}}'
	[ "$(kernel_says pids pids.max)" = 5 ]
	husk delete --force "$ID"
	rmdir "$PARENT/between" "$PARENT"
}

# --- devices ----------------------------------------------------------------------------------------------------------

# rules [JSON...]: linux.resources.devices, behind a denial of all.
rules() {
	local IFS=,

	config --argjson rules "[$*]" '.linux.resources.devices = [{allow: false, access: "rwm"}] + $rules'
}

# opens: makes nodes of /dev/fuse, /dev/kmsg and /dev/loop0 in the container, and says what may be opened how, beside the
# default devices full and null. To read /dev/kmsg takes CAP_SYSLOG.
opens() {
	config '.process.capabilities[] += ["CAP_MKNOD", "CAP_SYSLOG"]'
	run_in 'mknod /dev/fuse c 10 229 && mknod /dev/kmsg c 1 11 && mknod /dev/loop0 b 7 0 || echo not made
		for d in null full fuse kmsg loop0; do
			r=-; w=-; b=-
			(: </dev/$d) 2>/dev/null && r=r
			(: >>/dev/$d) 2>/dev/null && w=w
			(: <>/dev/$d) 2>/dev/null && b=b
			printf "%s " $d:$r$w$b
		done'
}

# The host opens them all, or the tests would see nothing.
needs_nodes() {
	local node

	for node in /dev/fuse /dev/kmsg /dev/loop0; do
		(: <"$node") 2>/dev/null || skip "no $node here"
	done
}

# The same husk where only the cgroup2 is mounted, as on most machines: device rules are a program there.
where_only_cgroup2_is() {
	[ -n "$(cgroup2_mount)" ] || skip "no cgroup2 here"
	cat >"$TEST_DIR/husk" <<-SCRIPT
		#!/bin/sh
		exec unshare --mount sh -c 'umount --all --types cgroup; exec "\$0" "\$@"' "$HUSK" "\$@"
	SCRIPT
	chmod 755 "$TEST_DIR/husk"
	HUSK=$TEST_DIR/husk
}

all_devices_are_denied_but_the_default_ones() {
	needs_nodes
	rules
	run opens
	[ "$output" = "null:rwb full:rwb fuse:--- kmsg:--- loop0:--- " ]
}
rules_open_what_they_say() {
	needs_nodes
	rules '{"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}' \
		'{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "w"}' \
		'{"allow": true, "type": "b", "major": 7, "access": "r"}'
	run opens
	[ "$output" = "null:rwb full:rwb fuse:rwb kmsg:-w- loop0:r-- " ]
}
a_later_rule_takes_back() {
	needs_nodes
	rules '{"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}' \
		'{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rwm"}' \
		'{"allow": false, "type": "c", "major": 10, "minor": -1, "access": "w"}' \
		'{"allow": false, "type": "c", "major": 1, "minor": 11, "access": "rw"}'
	run opens
	[ "$output" = "null:rwb full:rwb fuse:r-- kmsg:--- loop0:--- " ]
}
rules_before_a_rule_for_all_are_nothing() {
	needs_nodes
	rules '{"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rw"}' '{"allow": false, "access": "rwm"}' \
		'{"allow": true, "access": "rwm"}'
	run opens
	[[ $output == *"fuse:rwb kmsg:rwb loop0:rwb "* ]]
}
some_may_be_denied_of_all() {
	needs_nodes
	rules '{"allow": true, "access": "rwm"}' '{"allow": false, "type": "c", "major": 1, "minor": 11, "access": "rwm"}'
	run opens
	[ "$output" = "null:rwb full:rwb fuse:rwb kmsg:--- loop0:rwb " ]
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:access
@test "devices: all are denied but the default ones, which can be made and opened" {
	all_devices_are_denied_but_the_default_ones
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "devices: rules open what they say" {
	rules_open_what_they_say
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:minor,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:access
@test "devices: a later rule takes back what an earlier one gave" {
	a_later_rule_takes_back
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:access,p:linux:resources:devices:type
@test "devices: a rule for all devices begins anew" {
	rules_before_a_rule_for_all_are_nothing
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "devices: some may be denied where all are allowed" {
	some_may_be_denied_of_all
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:access
@test "devices, by a program of cgroup v2: all are denied but the default ones" {
	where_only_cgroup2_is
	all_devices_are_denied_but_the_default_ones
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "devices, by a program of cgroup v2: rules open what they say" {
	where_only_cgroup2_is
	rules_open_what_they_say
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:minor,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:access
@test "devices, by a program of cgroup v2: a later rule takes back what an earlier one gave" {
	where_only_cgroup2_is
	a_later_rule_takes_back
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:access,p:linux:resources:devices:type
@test "devices, by a program of cgroup v2: a rule for all devices begins anew" {
	where_only_cgroup2_is
	rules_before_a_rule_for_all_are_nothing
}
# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "devices, by a program of cgroup v2: some may be denied where all are allowed" {
	where_only_cgroup2_is
	some_may_be_denied_of_all
}
# bats test_tags=p:linux:resources:devices:access,p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor
@test "devices, by a program of cgroup v2: a part of what is allowed may be denied" {
	needs_nodes
	where_only_cgroup2_is
	rules '{"allow": true, "type": "c", "access": "rw"}' '{"allow": false, "type": "c", "major": 10, "minor": 229, "access": "w"}'
	run opens
	[ "$output" = "null:rwb full:rwb fuse:r-- kmsg:rwb loop0:--- " ]
}

# bats test_tags=p:linux:resources:devices:access,p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor
@test "devices: a part of what cgroup v1 allows cannot be denied, and the rule is named" {
	in_v1 devices || skip "no devices hierarchy of cgroup v1 here"
	refused '{devices: [{allow: false, access: "rwm"}, {allow: true, type: "c", access: "rw"},
		{allow: false, type: "c", major: 10, minor: 229, access: "w"}]}' devices/2 "cgroup v1 cannot deny a part"
}

# bats test_tags=p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access,p:linux:resources:devices:allow,p:linux:resources:devices:type
@test "devices: the list of cgroup v1 has one line for each device" {
	in_v1 devices || skip "no devices hierarchy of cgroup v1 here"
	rules '{"allow": true, "type": "c", "major": 10, "minor": 229, "access": "r"}' \
		'{"allow": true, "type": "c", "major": 10, "minor": 229, "access": "w"}' \
		'{"allow": true, "type": "c", "major": 1, "minor": 3, "access": "rwm"}'
	config '.process.args = ["sleep", "1000"]'
	husk create "$ID"
	[ "$(kernel_says devices devices.list)" = "c 10:229 rw
c *:* m
b *:* m
c 1:3 rwm
c 1:5 rwm
c 1:7 rwm
c 1:8 rwm
c 1:9 rwm
c 5:0 rwm
c 136:* rwm
c 5:2 rwm
c 10:200 rwm" ]
}

# bats test_tags=p:linux:resources:devices
@test "devices: without rules nothing is denied" {
	needs_nodes
	config 'del(.linux.resources.devices)'
	run opens
	[[ $output == *"fuse:rwb kmsg:rwb loop0:rwb "* ]]
}

# bats test_tags=p:linux:resources:devices:access
@test "devices: a rule without access is refused before anything is made" {
	refused '{devices: [{allow: false, access: "rwm"}, {allow: true, type: "c"}]}' devices/1 "access is needed"
}

# A runtime that sees no cgroup file system.
without_cgroups() {
	cat >"$TEST_DIR/husk" <<-SCRIPT
		#!/bin/sh
		exec unshare --mount sh -c 'umount --all --types cgroup,cgroup2; exec "\$0" "\$@"' "$HUSK" "\$@"
	SCRIPT
	chmod 755 "$TEST_DIR/husk"
	HUSK=$TEST_DIR/husk
}

# bats test_tags=p:linux:resources:devices
@test "devices: where nothing can deny them rules are refused" {
	without_cgroups
	refused '{devices: [{allow: false, access: "rwm"}]}' devices "nothing here can deny a device"
}

# bats test_tags=p:linux:resources,p:linux:namespaces:type
@test "without any cgroup a pid namespace of its own is what ends a container" {
	without_cgroups
	config 'del(.linux.resources) | .mounts |= map(select(.type != "cgroup"))'
	run run_in 'sleep 1000 >/dev/null 2>&1 & echo ran'
	[ "$output" = ran ]
	nothing_left_of "$ID"
	config '.linux.namespaces |= map(select(.type != "pid"))'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/namespaces*"type pid is needed"* ]]
}

@test "with a disabled cgroup manager a mount of type cgroup shows the caller's cgroup" {
	local at pids

	pids=$(cgroup_mount pids)
	[ -n "$pids" ] || skip "without cgroup v1 it shows the whole tree"
	at=$pids/$HUSK_TEST_NAME-caller
	mkdir "$at"
	echo 77 >"$at/pids.max"
	config '.linux.namespaces |= map(select(.type != "cgroup")) | del(.linux.resources)
		| .mounts |= map(select(.type != "cgroup")) + [{destination: "/sys/fs/cgroup", type: "cgroup", options: ["ro"]}]
		| .process.args = ["cat", "/sys/fs/cgroup/pids/pids.max"]'
	run sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$at" \
		"$HUSK" --root "$ROOT" --cgroup-manager disabled run --bundle "$BUNDLE" "$ID"
	rmdir "$at"
	[ "$output" = 77 ]
}

# bats test_tags=p:linux:resources:devices,p:linux:resources:pids:limit
@test "a disabled cgroup manager leaves the container where its caller is, and refuses what needs a cgroup" {
	config '.linux.namespaces |= map(select(.type != "cgroup")) | .process.args = ["cat", "/proc/self/cgroup"]
		| .mounts |= map(select(.type != "cgroup"))'
	run husk --cgroup-manager disabled run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"device nodes of the image can be opened whatever /linux/resources/devices says"* ]]
	[ "$(grep -v ^warning: <<<"$output")" = "$(cat /proc/self/cgroup)" ]

	config '.process.capabilities.bounding += ["CAP_MKNOD"]'
	run husk --cgroup-manager disabled run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'/linux/resources/devices: denies devices, which needs a cgroup'* ]]

	config '.linux.resources.pids.limit = 5'
	run husk --cgroup-manager disabled run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'/linux/resources/pids/limit: needs a cgroup, and the cgroup manager "disabled" makes none'* ]]

	config '.linux.namespaces |= map(select(.type != "pid"))'
	run husk --cgroup-manager disabled run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/namespaces*"type pid is needed"* ]]
}
