#!/usr/bin/env bats
# time.bats - linux.timeOffsets: what the clocks of a container show beside the host's.

load helpers

new_time_namespace() {
	config --argjson offsets "$1" '.linux.namespaces += [{"type": "time"}] | .linux.timeOffsets = $offsets'
}

# A clock in milliseconds, here and in the time namespace of the running container: clock MONOTONIC [nsenter --time=PATH]
clock() {
	"${@:2}" python3 -c "import time; print(time.clock_gettime_ns(time.CLOCK_$1) // 1000000)"
}

# shifted CLOCK MS: how far it is from the host's, less than a minute more (a slow machine).
shifted() {
	local here there

	here=$(clock "$1")
	there=$(clock "$1" nsenter "--time=/proc/$(pid_of)/ns/time")
	[ $((there - here)) -ge "$2" ] && [ $((there - here)) -lt $(($2 + 60000)) ] || {
		echo "$1: $there here, $here there"
		return 1
	}
}

run_with_offsets() {
	new_time_namespace "$1"
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
}

# bats test_tags=p:linux:timeOffsets:monotonic:secs,p:linux:timeOffsets:boottime:secs,p:linux:namespaces:type
@test "each clock is as far from the host's as its offset says" {
	run_with_offsets '{"monotonic": {"secs": 86400}, "boottime": {"secs": 604800}}'
	shifted MONOTONIC 86400000
	shifted BOOTTIME 604800000
	husk delete --force "$ID"
	run run_in 'cut -d. -f1 /proc/uptime'
	[ "$output" -ge $((604800 + $(cut -d. -f1 /proc/uptime) - 5)) ]
}

# bats test_tags=p:linux:timeOffsets:monotonic:nanosecs,p:linux:timeOffsets:boottime:nanosecs
@test "an offset has nanoseconds" {
	new_time_namespace '{"monotonic": {"secs": 3600, "nanosecs": 500000000}, "boottime": {"nanosecs": 999999999}}'
	run run_in 'tr -s " " </proc/self/timens_offsets'
	[ "$status" -eq 0 ]
	[ "$output" = $'monotonic 3600 500000000\nboottime 0 999999999' ]
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	shifted MONOTONIC 3600500
	shifted BOOTTIME 999
}

# bats test_tags=p:linux:timeOffsets:boottime:secs
@test "a clock that is not named stays, and one is set back" {
	run_with_offsets '{"boottime": {"secs": -10, "nanosecs": 250000000}}'
	shifted MONOTONIC 0
	shifted BOOTTIME -9750
}

# bats test_tags=p:linux:timeOffsets:monotonic:secs,p:linux:namespaces:type
@test "offsets in a user namespace, and for a container that joins the time namespace of another" {
	local first=$ID

	config '.linux.namespaces += [{"type": "user"}] | .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}]
		| .linux.gidMappings = .linux.uidMappings | .root.readonly = false'
	chown -R 100000:100000 "$ROOTFS"
	run_with_offsets '{"monotonic": {"secs": 5000}}'
	shifted MONOTONIC 5000000
	bundle second
	config --arg path "/proc/$(pid_of "$first")/ns/time" '.linux.namespaces += [{"type": "time", "path": $path}]'
	run run_in 'head -n 1 /proc/self/timens_offsets | tr -s " "'
	[ "$status" -eq 0 ]
	[ "$output" = "monotonic 5000 0" ]
}

# bats test_tags=p:linux:timeOffsets:monotonic:secs,p:linux:timeOffsets:boottime:nanosecs
@test "offsets that no clock can have are refused by name" {
	new_time_namespace '{"monotonic": {"secs": 1}}'
	config 'del(.linux.namespaces[] | select(.type == "time"))'
	run husk run "$ID"
	[[ $output == *"/linux/timeOffsets: a new namespace of type time"* ]]
	new_time_namespace '{"boottime": {"nanosecs": 1000000000}}'
	run husk run "$ID"
	[[ $output == *"/linux/timeOffsets/boottime/nanosecs: 1000000000 is out of range"* ]]
	config '.linux.timeOffsets = {"monotonic": {"secs": -9223372036854775808}}'
	run husk run "$ID"
	[[ $output == *"/linux/timeOffsets/monotonic/secs: "*"out of range"* ]]
	config '.linux.timeOffsets = {"realtime": {"secs": 1}}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/timeOffsets/realtime"* ]]

	config '.linux.timeOffsets = {"monotonic": {"secs": 4000000000}, "boottime": {"secs": -4000000000}}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/timeOffsets/boottime: the clock shows "*" s, and cannot be set 4000000000 s back"* ]]
	config '.linux.timeOffsets = {"boottime": {"secs": 4611686018}}'
	run husk run "$ID"
	[[ $output == *"/linux/timeOffsets/boottime: the clock shows "*" s, and cannot be set 4611686018 s forward"* ]]
}
