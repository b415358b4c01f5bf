# events.bats - what containers use, and when they are out of memory: the numbers beside what was asked and what was done.

# bats file_tags=v2
load helpers

needs_controller() {
	[ -n "$(cgroup_mount "$1")" ] || grep -qsw "$1" "$(findmnt -n -o TARGET -t cgroup2 | head -n 1)/cgroup.controllers" ||
		skip "no cgroup controller $1 here"
}

# running COMMANDS: detached, by sh, when they have printed "ready".
running() {
	config --arg commands "$*" '.process.args = ["sh", "-c", $commands]'
	husk run --detach "$ID"
	until_true 10 printed ready
}
# stat_of JQ [ID]: a number of the statistics.
stat_of() {
	husk events --stats "${2:-$ID}" | jq -r ".data$1"
}

# watching ARGS...: events in the background; what it prints is in $EVENTS.
watching() {
	husk_background events "$@"
	EVENTS=$OUT
}
seen() {
	grep -qs -- "$1" "$EVENTS"
}
lines_seen() {
	[ "$(grep -cs -- "$2" "$EVENTS")" -ge "$1" ]
}

@test "the statistics are one line of JSON with the container's id" {
	running 'echo ready; exec sleep 1000'
	run husk events --stats "$ID"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[ "$(jq -r '.type + " " + .id' <<<"$output")" = "stats $ID" ]
	[ "$(jq -rc '.data | keys_unsorted' <<<"$output")" = '["cpu","cpuset","memory","pids","blkio","hugetlb","network_interfaces"]' ]
}

# bats test_tags=p:linux:resources:pids:limit
@test "processes and their limit" {
	needs_controller pids
	config '.linux.resources.pids.limit = 20'
	running 'sleep 1000 & sleep 1000 & echo ready; wait'
	[ "$(stat_of .pids.current)" = 3 ]
	[ "$(stat_of .pids.limit)" = 20 ]
}

# bats test_tags=p:linux:resources:memory:limit
@test "memory: the limit, what is used, and memory.stat" {
	needs_controller memory
	config '.linux.resources.memory.limit = 52428800'
	running 'head -c 8388608 /dev/zero >/dev/shm/file; echo ready; exec sleep 1000'
	[ "$(stat_of .memory.usage.limit)" = 52428800 ]
	[ "$(stat_of .memory.usage.usage)" -gt 8388608 ]
	[ "$(stat_of .memory.usage.usage)" -le 52428800 ]
	[ "$(stat_of '.memory.raw | length')" -gt 10 ]
}

@test "the time of a busy container grows, in nanoseconds" {
	needs_controller cpu
	running 'echo ready; while :; do :; done'
	first=$(stat_of .cpu.usage.total)
	grown() {
		[ "$(stat_of .cpu.usage.total)" -gt $((first + 200000000)) ]
	}
	until_true 20 grown
	[ "$(stat_of .cpu.usage.total)" -lt 100000000000 ]
}

# bats test_tags=p:linux:resources:cpu:quota,p:linux:resources:cpu:period
@test "throttling is counted" {
	needs_controller cpu
	config '.linux.resources.cpu = {quota: 1000, period: 10000}'
	running 'echo ready; while :; do :; done'
	throttled() {
		[ "$(stat_of '.cpu.throttling.throttledPeriods // 0')" -gt 3 ]
	}
	until_true 20 throttled
	[ "$(stat_of '.cpu.throttling.throttledTime')" -gt 1000000 ]
}

# bats test_tags=p:linux:resources:cpu:cpus
@test "processors of a cpuset are numbers" {
	[ -n "$(cgroup_mount cpuset)" ] || skip "only cgroup v1 has statistics of cpusets"
	config '.linux.resources.cpu.cpus = "0"'
	running 'echo ready; exec sleep 1000'
	[ "$(husk events --stats "$ID" | jq -c .data.cpuset.cpus)" = '[0]' ]
}

@test "pressure is told where the kernel counts it" {
	running 'echo ready; exec sleep 1000'
	file=$(cgroup_of memory)/memory.pressure
	[ -r "$file" ] && cat "$file" >/dev/null 2>&1 || skip "no pressure in this cgroup"
	[ "$(stat_of '.memory.psi.some | keys | join(" ")')" = "avg10 avg300 avg60 total" ]
	[ "$(stat_of '.cpu.psi.some.total | type')" = number ]
}

@test "what runc prints has the same members" {
	command -v runc >/dev/null || skip "no runc here"
	running 'echo ready; exec sleep 1000'
	members() { # a disk, a size of huge pages and what the kernel counts come and go
		jq -c '.data | del(.intel_rdt, .network_interfaces, .hugetlb, .blkio, .memory.raw, .memory.cache) | del(.. | .psi?) |
			[paths(type != "number") | map(tostring) | join(".")] | sort'
	}
	ours=$(husk events --stats "$ID" | members)
	husk delete --force "$ID"
	(cd "$BUNDLE" && runc --root "$TEST_DIR/runc" run --detach "$ID" </dev/null >"$OUT" 2>&1)
	theirs=$(runc --root "$TEST_DIR/runc" events --stats "$ID" | members)
	runc --root "$TEST_DIR/runc" delete --force "$ID"
	[ "$ours" = "$theirs" ]
}

@test "what went through the devices of a network of its own, and not through the host's" {
	unshare --net sleep 1000 >/dev/null 3>&- &
	config --arg path "/proc/$!/ns/net" '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)'
	until_true 5 has_veth "$!" || skip "this kernel has no veth devices"
	running 'echo ready; exec sleep 1000'
	nsenter --target "$!" --net busybox ping -c 3 -W 1 10.1.2.9 >/dev/null || true
	stat_of '.network_interfaces' >"$TEST_DIR/interfaces"
	[ "$(jq -r '[.[].Name] | sort | join(" ")' "$TEST_DIR/interfaces")" = "eth0 peer0" ]
	jq -e '.[] | select(.Name == "eth0") | .TxPackets >= 1 and .TxBytes >= 42 and .RxErrors == 0' "$TEST_DIR/interfaces"
	[ "$(jq '.[] | select(.Name == "eth0").TxBytes' "$TEST_DIR/interfaces")" -le "$(nsenter --target "$!" --net ip -json -s link show eth0 | jq '.[0].stats64.tx.bytes')" ]
	husk delete --force "$ID"
	kill "$!"

	bundle shared
	config '.linux.namespaces |= map(select(.type != "network"))'
	running 'echo ready; exec sleep 1000'
	[ "$(husk events --stats "$ID" | jq -c .data.network_interfaces)" = "[]" ]
}
has_veth() {
	[ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ] &&
		nsenter --target "$1" --net sh -c 'ip link add eth0 type veth peer name peer0 && ip link set peer0 up &&
			ip address add 10.1.2.3/24 dev eth0 && ip link set eth0 up'
}

@test "several containers in one call, and all that run" {
	running 'echo ready; exec sleep 1000'
	first=$ID
	bundle second
	running 'echo ready; exec sleep 1000'
	bundle third
	husk create "$ID"
	run husk events --stats "$first" "$first-no" "${IDS[1]}"
	[ "$status" -eq 0 ]
	[ "$(grep '^{' <<<"$output" | jq -r .id | sort | tr '\n' ' ')" = "$(printf '%s\n' "$first" "${IDS[1]}" | sort | tr '\n' ' ')" ]
	[[ $output == *"$first-no is left out: container \"$first-no\" does not exist"* ]]
	[ "$(husk events --stats | jq -r .id | sort | tr '\n' ' ')" = "$(printf '%s\n' "$first" "${IDS[1]}" | sort | tr '\n' ' ')" ]
}

@test "a table for people" {
	needs_controller pids
	needs_controller memory
	config '.linux.resources.memory.limit = 52428800'
	running 'echo ready; exec sleep 1000'
	run husk events --stats --format table
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} =~ ^ID\ +CPU\ TIME\ +MEMORY\ /\ LIMIT\ +PIDS\ /\ LIMIT\ +READ\ /\ WRITTEN$ ]]
	[[ ${lines[1]} =~ ^$ID\ +[0-9]+\.[0-9]{2}\ s\ +[0-9.]+\ [KM]iB\ /\ 50\.0\ MiB\ +1\ /\ [-0-9]+\ +.*B\ /\ .*B$ ]]
}

@test "no container that runs: an empty table, and not a line of JSON" {
	run husk events --stats
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run husk events --stats --format table
	[ "${#lines[@]}" -eq 1 ]
}

@test "statistics come at each interval until the container ends, and then it ends with success" {
	running 'echo ready; exec sleep 1000'
	watching --interval 20ms "$ID"
	until_true 10 lines_seen 5 '"type":"stats"'
	is_alive "$RUNTIME"
	husk kill "$ID" KILL
	wait "$RUNTIME"
}

@test "an interval that is none" {
	for interval in 0s -1s 5 1x ''; do
		run husk events --interval="$interval" "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"--interval"* ]]
	done
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap
@test "lack of memory is told when it happens, and the container goes on" {
	needs_controller memory
	config '.linux.resources.memory = {limit: 20971520, swap: 20971520}'
	running 'echo ready; exec sleep 1000'
	watching --interval 1h "$ID"
	until_true 10 seen '"type":"stats"'
	eat_memory
	until_true 20 seen "^{\"type\":\"oom\",\"id\":\"$ID\"}\$"
	[ "$(status_of)" = running ]
	is_alive "$RUNTIME"
	husk delete --force "$ID"
	wait "$RUNTIME"
}
# Somebody in the container's cgroup who wants more than the limit, and whom the kernel chooses before the init.
eat_memory() {
	sh -c 'echo $$ >"$1/cgroup.procs"; echo 1000 >/proc/$$/oom_score_adj; head -c 104857600 /dev/zero | tail' \
		sh "$(cgroup_of memory)" >/dev/null 2>&1 3>&- || true
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap
@test "lack of memory that ends the container is told before the end" {
	needs_controller memory
	config '.linux.resources.memory = {limit: 20971520, swap: 20971520}'
	config '.process.args = ["sh", "-c", "exec tail /dev/zero"]'
	husk create "$ID"
	watching --interval 1h "$ID"
	until_true 10 seen '"type":"stats"'
	husk start "$ID"
	wait "$RUNTIME"
	seen "^{\"type\":\"oom\",\"id\":\"$ID\"}\$"
}

@test "a container that does not run" {
	running 'echo ready'
	until_true 10 is_stopped
	for how in --stats --interval=1s; do
		run husk events $how "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"container not running: \"$ID\""* ]]
	done
	run husk events --stats no-such
	[ "$status" -eq 1 ]
	[[ $output == *'container "no-such" does not exist'* ]]
	run husk events
	[ "$status" -eq 1 ]
	[[ $output == *"ID is missing"* ]]
}

@test "a reader that goes away ends it with an error" {
	running 'echo ready; exec sleep 1000'
	husk_background_into_nothing() {
		(cd "$BUNDLE" && HUSK_TEST=$HUSK_TEST_NAME "$HUSK" --root "$ROOT" events --interval 10ms "$ID" 2>"$ERR" || echo "$?" >"$OUT.status") 3>&- |
			head -n 2 >/dev/null
	}
	husk_background_into_nothing
	until_true 10 grep -qs 1 "$OUT.status"
	grep -q "cannot write to stdout: broken pipe" "$ERR"
}
