# ps.bats - husk ps: the processes of a container, as a table of ps(1) and as JSON.

# bats file_tags=v2
load helpers

# three_processes: the init, a child and a child in a cgroup below the container's.
three_processes() {
	config '.process.args = ["sh", "-c", "sleep 1000 & sleep 2000 & wait"]'
	husk run --detach "$ID"
	until_true 10 has 3
}
has() {
	[ "$(husk ps --format json "$ID" | jq length)" = "$1" ]
}
refused() {
	run husk "$@"
	[ "$status" -eq 1 ]
}

@test "ps --format json is an array of the host's pids, with those of cgroups below" {
	local pid below

	three_processes
	pid=$(pgrep -P "$(pid_of)" -f 'sleep 1000')
	below=$(cgroup_of pids)/below
	mkdir "$below"
	echo "$pid" >"$below/cgroup.procs"
	run husk ps --format json "$ID"
	[ "$output" = "[$({ pid_of; pgrep -P "$(pid_of)"; } | sort -n | paste -sd,)]" ]
}

@test "ps prints the lines of ps -ef that are the container's" {
	three_processes
	run husk ps "$ID"
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == UID*PID*CMD* ]]
	[[ $output == *"sleep 1000"*"sleep 2000"* ]]
}

@test "ps takes options of ps(1) behind the id" {
	three_processes
	run husk ps "$ID" -eo pid,comm
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} =~ ^\ *PID\ COMMAND$ ]]
	run husk ps --format table "$ID" aux
	[ "${#lines[@]}" -eq 4 ]
	[[ ${lines[0]} == USER*PID*%CPU* ]]
}

@test "ps says what it cannot do without" {
	three_processes
	refused ps "$ID" -eo comm
	[[ $output == *"no column PID"* ]]
	refused ps "$ID" --no-such-option
	[[ $output == *"ps has failed"* ]]
	PATH=$TEST_DIR refused ps "$ID"
	[[ $output == *"install procps, or ask for --format json"* ]]
}

@test "ps: of a created container its init, of a paused one all, of a stopped or unknown one an error" {
	config '.process.args = ["true"]'
	husk create "$ID"
	[ "$(husk ps -f json "$ID")" = "[$(pid_of)]" ]
	husk pause "$ID"
	[ "$(husk ps -f json "$ID")" = "[$(pid_of)]" ]
	husk resume "$ID"
	husk start "$ID"
	until_true 10 is_stopped
	refused ps "$ID"
	[[ $output == *"container not running"* ]]
	refused ps "$ID-not-there"
	[[ $output == *"does not exist"* ]]
}
