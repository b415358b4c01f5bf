# update.bats - husk update: limits of a running container changed in the kernel, all or none, and remembered.

# bats file_tags=v2
load helpers

needs_controller() {
	[ -n "$(cgroup_mount "$1")" ] || grep -qsw "${2:-$1}" "$(findmnt -n -o TARGET -t cgroup2 | head -n 1)/cgroup.controllers" ||
		skip "no cgroup controller $1 here"
}
in_v1() {
	[ -n "$(cgroup_mount "$1")" ]
}

# kernel_says CONTROLLER FILE_OF_V1 FILE_OF_V2
kernel_says() {
	cat "$(cgroup_of "$1")/$2" 2>/dev/null || cat "$(cgroup_of "$1")/$3"
}

# running [RESOURCES]: a container that sleeps.
running() {
	config '.process.args = ["sleep", "1000"]'" | .linux.resources += ${1:-"{}"}"
	husk run --detach "$ID"
}

# refused ARGS...: one line, which is in $output.
refused() {
	run husk update "$@"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap,p:linux:resources:memory:reservation
@test "update: memory, swap and reservation, up and down again" {
	needs_controller memory
	running '{memory: {limit: 67108864, swap: 134217728}}'
	husk update --memory 256m --memory-swap 512m --memory-reservation 32MiB "$ID"
	[ "$(kernel_says memory memory.limit_in_bytes memory.max)" = 268435456 ]
	[ "$(kernel_says memory memory.memsw.limit_in_bytes memory.swap.max)" = "$(in_v1 memory && echo 536870912 || echo 268435456)" ]
	[ "$(kernel_says memory memory.soft_limit_in_bytes memory.low)" = 33554432 ]
	husk update --memory 33554432 --memory-swap 0.03125g "$ID"
	[ "$(kernel_says memory memory.limit_in_bytes memory.max)" = 33554432 ]
	[ "$(kernel_says memory memory.memsw.limit_in_bytes memory.swap.max)" = "$(in_v1 memory && echo 33554432 || echo 0)" ]
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap
@test "update: without a limit of memory there is none of swap" {
	needs_controller memory
	running '{memory: {limit: 67108864, swap: 134217728}}'
	husk update --memory=-1 "$ID"
	if in_v1 memory; then
		[ "$(kernel_says memory memory.memsw.limit_in_bytes)" -gt 1000000000000 ]
	else
		[ "$(kernel_says memory memory.max) $(kernel_says memory memory.swap.max)" = "max max" ]
	fi
}

# bats test_tags=p:linux:resources:cpu:period,p:linux:resources:cpu:quota,p:linux:resources:cpu:burst
@test "update: cpu period, quota and burst, longer and shorter" {
	needs_controller cpu
	running '{cpu: {quota: 50000, period: 100000, burst: 20000}}'
	husk update --cpu-period 500000 --cpu-quota 400000 --cpu-burst 300000 "$ID"
	[ "$(cpu_of)" = "400000 500000 300000" ]
	husk update --cpu-period 10000 --cpu-quota 5000 --cpu-burst 1000 "$ID"
	[ "$(cpu_of)" = "5000 10000 1000" ]
}
cpu_of() {
	if in_v1 cpu; then
		echo $(kernel_says cpu cpu.cfs_quota_us) $(kernel_says cpu cpu.cfs_period_us) $(kernel_says cpu cpu.cfs_burst_us)
	else
		echo $(kernel_says cpu cpu.max) $(kernel_says cpu cpu.max.burst)
	fi
}

# bats test_tags=p:linux:resources:cpu:shares,p:linux:resources:cpu:idle
@test "update: shares, and idle, which takes none" {
	needs_controller cpu
	running
	husk update --cpu-share 512 "$ID"
	[ "$(kernel_says cpu cpu.shares cpu.weight)" = "$(in_v1 cpu && echo 512 || echo 59)" ]
	husk update --cpu-idle 1 "$ID"
	[ "$(kernel_says cpu cpu.idle cpu.idle)" = 1 ]
	refused --cpu-share 700 "$ID"
	[[ $output == *"/linux/resources/cpu/shares: "*"no cpu.idle"* ]]
	husk update --cpu-share 700 --cpu-idle 0 "$ID"
	[ "$(kernel_says cpu cpu.idle cpu.idle) $(kernel_says cpu cpu.shares cpu.weight)" = "0 $(in_v1 cpu && echo 700 || echo 75)" ]
}

# bats test_tags=p:linux:resources:cpu:shares,p:linux:resources:cpu:idle
@test "update: shares outlive idle, also one that is taken back" {
	needs_controller cpu
	running '{cpu: {shares: 512}}'
	husk update --cpu-idle 1 "$ID"
	husk update --cpu-idle 1 "$ID"
	husk update --cpu-idle 0 "$ID"
	[ "$(kernel_says cpu cpu.shares cpu.weight)" = "$(in_v1 cpu && echo 512 || echo 59)" ]
	refused -r - "$ID" <<<'{"cpu": {"idle": 1}, "blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 1}]}}'
	[ "$(kernel_says cpu cpu.idle cpu.idle) $(kernel_says cpu cpu.shares cpu.weight)" = "0 $(in_v1 cpu && echo 512 || echo 59)" ]
}

# bats test_tags=p:linux:resources:pids:limit
@test "update: a limit of processes is felt, and lifted" {
	needs_controller pids
	running
	husk update --pids-limit 7 "$ID"
	[ "$(kernel_says pids pids.max pids.max)" = 7 ]
	husk update --pids-limit -1 "$ID"
	[ "$(kernel_says pids pids.max pids.max)" = max ]
}

# bats test_tags=p:linux:resources:cpu:cpus,p:linux:resources:cpu:mems
@test "update: processors" {
	needs_controller cpuset
	running
	husk update --cpuset-cpus 0 --cpuset-mems 0 "$ID"
	[ "$(kernel_says cpuset cpuset.cpus cpuset.cpus) $(kernel_says cpuset cpuset.mems cpuset.mems)" = "0 0" ]
	grep -qx $'Cpus_allowed_list:\t0' "/proc/$(pid_of)/status"
}

@test "update: the weight for disks" {
	running
	run husk update --blkio-weight 300 "$ID"
	[ "$status" -eq 0 ] || {
		[[ $output == */linux/resources/blockIO/weight* ]]
		skip "no BFQ and no io.cost here"
	}
	run cat "$(cgroup_of blkio)"/{blkio.bfq.weight,io.bfq.weight,io.weight}
	[[ $output == *300* ]] || [[ $output == *"default 2930"* ]]
}

@test "update: what cgroup v1 alone has, by flags; elsewhere the property is named" {
	running
	gives() { # FLAG VALUE PROPERTY CONTROLLER FILE OF V1: the file has the value, or it is not there and husk says so
		local file

		file=$(cgroup_of "$4")/$5
		run husk update "$1" "$2" "$ID"
		if [ -e "$file" ]; then
			[ "$status" -eq 0 ] && [[ $(cat "$file") == *"$2" ]]
		else
			[ "$status" -eq 1 ] && [[ $output == *"/linux/resources/$3"* ]]
		fi || { echo "$1: $output" && return 1; }
	}
	gives --kernel-memory-tcp 4194304 memory/kernelTCP memory memory.kmem.tcp.limit_in_bytes
	gives --cpu-rt-period 500000 cpu/realtimePeriod cpu cpu.rt_period_us
	gives --cpu-rt-runtime 1000 cpu/realtimeRuntime cpu cpu.rt_runtime_us
}

# bats test_tags=p:linux:resources:cpu:cpus
@test "update: processors that are taken back are those of before" {
	needs_controller cpuset
	running
	before=$(grep Cpus_allowed: "/proc/$(pid_of)/status")
	refused -r - "$ID" <<<'{"cpu": {"cpus": "0"}, "blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 1}]}}'
	[[ $output != *"could not be undone"* ]]
	[ "$(grep Cpus_allowed: "/proc/$(pid_of)/status")" = "$before" ]
}

# bats test_tags=p:linux:resources:pids:limit
@test "update: JSON from a file and from stdin, in both spellings" {
	needs_controller pids
	running
	echo '{"pids": {"limit": 11}}' >"$TEST_DIR/resources.json"
	husk update -r "$TEST_DIR/resources.json" "$ID"
	[ "$(kernel_says pids pids.max pids.max)" = 11 ]
	husk update --resources - "$ID" <<<'{"pids": {"limit": 12}}'
	[ "$(kernel_says pids pids.max pids.max)" = 12 ]
	husk update --resources=- "$ID" < <(echo '{"pids": {"limit": 13}}')
	[ "$(kernel_says pids pids.max pids.max)" = 13 ]
}

@test "update: what docker sends changes what it names, and its zeros change nothing" {
	needs_controller memory
	running '{memory: {limit: 67108864}, cpu: {shares: 512}}'
	husk update -r - "$ID" <<<'{"memory": {"limit": 134217728, "reservation": 0, "kernel": 0},
		"cpu": {"shares": 0, "quota": 0, "period": 0, "cpus": "", "mems": ""}, "blockIO": {"weight": 0}}'
	[ "$(kernel_says memory memory.limit_in_bytes memory.max)" = 134217728 ]
	[ "$(kernel_says cpu cpu.shares cpu.weight)" = "$(in_v1 cpu && echo 512 || echo 59)" ]
}

# bats test_tags=p:linux:resources:blockIO:throttleReadBpsDevice:major,p:linux:resources:blockIO:throttleReadBpsDevice:minor,p:linux:resources:blockIO:throttleReadBpsDevice:rate
@test "update: a disk more, and the one before stays limited" {
	local disks

	needs_controller blkio io
	modprobe -q loop || :
	mapfile -t disks < <(cat /sys/block/*/dev)
	[ "${#disks[@]}" -gt 1 ] || skip "fewer than two disks here"
	running
	husk update -r - "$ID" <<<"$(rate "${disks[0]}" 1048576)"
	husk update -r - "$ID" <<<"$(rate "${disks[1]}" 2097152)"
	kernel_says blkio blkio.throttle.read_bps_device io.max >"$TEST_DIR/now"
	grep -E "^${disks[0]} .*1048576" "$TEST_DIR/now"
	grep -E "^${disks[1]} .*2097152" "$TEST_DIR/now"
}
rate() {
	jq -cn --argjson major "${1%:*}" --argjson minor "${1#*:}" --argjson rate "$2" '{blockIO: {throttleReadBpsDevice: [{$major, $minor, $rate}]}}'
}

@test "update: when a part cannot be given, nothing is changed and nothing remembered" {
	needs_controller pids
	needs_controller blkio io
	running '{pids: {limit: 50}, cpu: {shares: 512}}'
	refused -r - "$ID" <<<'{"cpu": {"shares": 1000}, "pids": {"limit": 60},
		"blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 1}]}}'
	[[ $output == *"/linux/resources/blockIO/throttleReadBpsDevice/0: "*"no such device"* ]]
	[ "$(kernel_says pids pids.max pids.max)" = 50 ]
	[ "$(kernel_says cpu cpu.shares cpu.weight)" = "$(in_v1 cpu && echo 512 || echo 59)" ]
	jq -e ".resources == null" "$ROOT/$ID/record"
}

@test "update: what cannot be remembered is undone" {
	needs_controller pids
	running
	mkdir "$ROOT/$ID/record.new" # the last step cannot put its file there, and what led to it is undone
	refused --pids-limit 60 "$ID"
	[ "$(kernel_says pids pids.max pids.max)" = max ]
	rmdir "$ROOT/$ID/record.new"
}

@test "update: the next one goes on from there, not from config.json" {
	needs_controller memory
	running '{memory: {limit: 67108864, swap: 67108864}}'
	husk update --memory-swap 128m "$ID"
	husk update --memory 128m "$ID"
	[ "$(kernel_says memory memory.memsw.limit_in_bytes memory.swap.max)" = "$(in_v1 memory && echo 134217728 || echo 0)" ]
	jq -e '.resources.memory | .limit == 134217728 and .swap == 134217728' "$ROOT/$ID/record"
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap
@test "update: swap that is less than memory is refused before anything is written" {
	needs_controller memory
	running '{memory: {limit: 67108864, swap: 67108864}}'
	refused --memory 128m "$ID"
	[[ $output == *"/linux/resources/memory/swap: "*"at least the memory limit"* ]]
	[ "$(kernel_says memory memory.limit_in_bytes memory.max)" = 67108864 ]
}

# bats test_tags=p:linux:resources:memory:checkBeforeUpdate,p:linux:resources:memory:limit
@test "update: checkBeforeUpdate refuses a limit below what is used" {
	needs_controller memory
	config '.process.args = ["sh", "-c", "dd if=/dev/zero of=/dev/shm/a bs=1M count=20 2>/dev/null; echo ready; exec sleep 1000"]
		| .linux.resources.memory = {limit: 67108864}'
	husk run --detach "$ID"
	until_true 10 printed ready
	refused -r - "$ID" <<<'{"memory": {"limit": 4194304, "checkBeforeUpdate": true}}'
	[[ $output == *"/linux/resources/memory/limit: "* ]]
	[ "$(kernel_says memory memory.limit_in_bytes memory.max)" = 67108864 ]
	[ "$(status_of)" = running ]
}

# --- devices ----------------------------------------------------------------------------------------------------------

# Says in a loop whether /dev/fuse can be opened.
watches_a_device() {
	[ -c /dev/fuse ] && (: <>/dev/fuse) 2>/dev/null || skip "no /dev/fuse here"
	config '.process.capabilities[] += ["CAP_MKNOD"] | .process.args = ["sh", "-c", "mknod /dev/fuse c 10 229
		while :; do if (: <>/dev/fuse) 2>/dev/null; then echo yes; else echo no; fi >/dev/shm/now; (: <>/dev/null) || echo lost >/dev/shm/lost; done"]'
	husk run --detach "$ID"
}
opens_it() {
	[ "$(cat "/proc/$(pid_of)/root/dev/shm/now" 2>/dev/null)" = "$1" ]
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "update: device rules open and close a device, and null is open all the time" {
	watches_a_device
	until_true 10 opens_it no
	for _ in 1 2 3; do
		husk update -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}'
		until_true 10 opens_it yes
		husk update -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}]}'
		until_true 10 opens_it no
	done
	[ ! -e "/proc/$(pid_of)/root/dev/shm/lost" ]
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "update: device rules that cannot be remembered are taken back" {
	watches_a_device
	until_true 10 opens_it no
	mkdir "$ROOT/$ID/record.new"
	refused -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}'
	rmdir "$ROOT/$ID/record.new"
	until_true 10 opens_it no
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "update: when one of several rules is refused, none stays, also where all were allowed before" {
	local above

	in_v1 devices || skip "cgroup v2 takes rules as one program"
	above=$(cgroup_mount devices)/$ID
	mkdir "$above"
	echo 'b 7:0 rw' >"$above/devices.deny"
	config --arg path "/$ID/below" '.linux.cgroupsPath = $path | .process.args = ["sleep", "1000"]'
	for before in '[{allow: false, access: "rwm"}]' '[]'; do
		config ".linux.resources.devices = $before"
		husk run --detach "$ID"
		cp "$above/below/devices.list" "$TEST_DIR/before"
		refused -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rwm"},
			{"allow": true, "type": "b", "major": 7, "minor": 0, "access": "rwm"}]}'
		[[ $output == *'"b 7:0 rwm" to '*"what the parent cgroup allows"* ]]
		diff "$TEST_DIR/before" "$above/below/devices.list"
		husk delete --force "$ID"
	done
	rmdir "$above"
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "update: a rule that a killed update has left is taken back by the next" {
	in_v1 devices || skip "cgroup v2 takes rules as one program"
	running '{devices: [{allow: false, access: "rwm"}]}'
	echo 'c 10:229 rw' >"$(cgroup_of devices)/devices.allow"
	husk update -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}]}'
	[ -z "$(grep -F "c 10:229" "$(cgroup_of devices)/devices.list")" ]
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "update: a container without rules below a restricted parent keeps what it has when others are refused" {
	local above

	in_v1 devices || skip "cgroup v2 takes rules as one program"
	above=$(cgroup_mount devices)/$ID
	mkdir "$above"
	echo a >"$above/devices.deny"
	for device in 'c *:* m' 'b *:* m' 'c 1:3 rwm' 'c 1:5 rwm' 'c 1:7 rwm' 'c 1:8 rwm' 'c 1:9 rwm' 'c 5:0 rwm' 'c 5:2 rwm' 'c 136:* rwm' 'c 10:200 rwm'; do
		echo "$device" >"$above/devices.allow"
	done
	config --arg path "/$ID/below" '.linux.cgroupsPath = $path | .process.args = ["sleep", "1000"] | .linux.resources.devices = []'
	husk run --detach "$ID"
	sort "$above/below/devices.list" >"$TEST_DIR/before"
	refused -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 4, "minor": 64, "access": "rw"}]}'
	[[ $output != *"could not be undone"* ]]
	diff "$TEST_DIR/before" <(sort "$above/below/devices.list")
	husk delete --force "$ID"
	rmdir "$above"
}

# --- what is refused --------------------------------------------------------------------------------------------------

@test "update: a created container takes one too, a stopped or unknown one does not" {
	needs_controller pids
	config '.process.args = ["true"]'
	husk create "$ID"
	husk update --pids-limit 20 "$ID"
	[ "$(kernel_says pids pids.max pids.max)" = 20 ]
	husk start "$ID"
	until_true 10 is_stopped
	refused --pids-limit 20 "$ID"
	[[ $output == *"container not running"* ]]
	refused --pids-limit 20 "$ID-not-there"
	[[ $output == *"does not exist"* ]]
}

@test "update: a container without a cgroup has nothing that could be limited" {
	config '.process.args = ["sleep", "1000"] | .linux.resources = {} | .mounts |= map(select(.type != "cgroup"))'
	husk --cgroup-manager disabled run --detach "$ID"
	refused --pids-limit 20 "$ID"
	[[ $output == *"has no cgroup that could limit it"* ]]
}

@test "update: nothing to do, both ways at once, and numbers that are none" {
	running
	refused "$ID"
	[[ $output == *"nothing to update"* ]]
	refused -r /dev/null --pids-limit 5 "$ID"
	[[ $output == *"cannot stand beside"* ]]
	for flag in --memory=1.5 --memory=64q --memory=-2 --cpu-share=-1 --pids-limit=x --blkio-weight=70000 --cpu-idle=2 --cpu-quota=1e3; do
		refused "$flag" "$ID"
		[[ $output == *"${flag%=*}: "* ]]
	done
}

@test "update: bad JSON is refused with its place, and a property that is none is a warning" {
	running
	refused -r - "$ID" <<<'{"memory": {"limit": "64m"}}'
	[[ $output == *"stdin:1:22: /memory/limit: a number is needed"* ]]
	refused -r - "$ID" <<<'{'
	refused -r "$TEST_DIR/none" "$ID"
	[[ $output == *"cannot open $TEST_DIR/none: no such file or directory"* ]]
	run husk update -r - "$ID" <<<'{"memroy": {"limit": 1}}'
	[ "$status" -eq 0 ]
	[[ $output == *"/memroy is no property"* ]]
}
