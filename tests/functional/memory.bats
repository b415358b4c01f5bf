# memory.bats - a limit of memory that is too small for the start: the error says so, and names it.

# bats file_tags=v2
load helpers

needs_memory() {
	[ -n "$(cgroup_mount memory)" ] || grep -qsw memory "$(findmnt -n -o TARGET -t cgroup2 | head -n 1)/cgroup.controllers" ||
		skip "no cgroup controller memory here"
}
limit() {
	config --argjson limit "$1" '.linux.resources.memory = {$limit}'
}
is_blamed() {
	[ "$status" -eq 1 ]
	[[ $output == *"config.json:"*"/linux/resources/memory/limit: "*"killed by signal 9 in the step "*": out of memory: "*" bytes were in use, the limit is $1; a larger one is needed" ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:resources:memory:limit
@test "an init that is killed for lack of memory while run makes it is the fault of the limit" {
	needs_memory
	for size in 24576 40960 81920; do
		limit "$size"
		run husk run "$ID"
		is_blamed "$size"
	done
}

# bats test_tags=p:linux:resources:memory:limit
@test "an init that is killed for lack of memory while create makes it is the fault of the limit" {
	needs_memory
	limit 40960
	run husk create "$ID"
	is_blamed 40960
}

# bats test_tags=p:linux:resources:memory:limit
@test "start says that the container was killed for lack of memory before" {
	needs_memory
	limit 33554432
	config '.linux.namespaces = [.linux.namespaces[] | select(.type != "pid")]' # the cgroup is a bystander's too
	husk create "$ID"
	eat_memory
	until_true 10 is_stopped
	run husk start "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/resources/memory/limit: cannot start container \"$ID\": it is stopped, not created: out of memory: "* ]]
}
# Five in the container's cgroup, none of whom has as much as the init seems to: the kernel chooses that one.
eat_memory() {
	echo 1000 >"/proc/$(pid_of)/oom_score_adj"
	sh -c 'echo $$ >"$1/cgroup.procs"
		for _ in 1 2 3 4 5; do (head -c 10485760 /dev/zero; exec sleep 100) | tail & done' \
		sh "$(cgroup_of memory)" >/dev/null 2>&1 3>&-
}

# bats test_tags=p:linux:resources:memory:limit
@test "a container that is killed for lack of memory when it runs ends as one that was killed" {
	needs_memory
	limit 16777216
	run run_in 'dd if=/dev/zero of=/dev/null bs=48M count=1'
	[ "$status" -eq 137 ]
}
