# scheduling.bats - which CPU time, disk time, memory and CPUs the process gets: process.scheduler, process.ioPriority,
# linux.memoryPolicy, linux.personality, the affinity of the caller.

load helpers

# The container is created and started; what it is given is seen from outside at its init.
started() {
	config '.process.args = ["sleep", "1000"]'
	husk create "$ID"
	husk start "$ID"
}

# sched NAME: a line of /proc/PID/sched, such as policy or prio.
sched() {
	awk -v name="$1" '$1 == name { print $3 }' "/proc/$(pid_of)/sched"
}

# On cgroup v1 a cgroup has no real time but what it is given, where the kernel counts that at all.
give_realtime() {
	local mount

	mount=$(cgroup_mount cpu)
	[ -z "$mount" ] || [ ! -e "$mount/cpu.rt_runtime_us" ] ||
		config '.linux.resources.cpu += {realtimeRuntime: 1000, realtimePeriod: 1000000}'
}

with_user_namespace() {
	config '.linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
}

# refused SETTING FIELD WORDS: the setting is an error before anything is made.
refused() {
	cp "$BUNDLE/config.json" "$TEST_DIR/config.json"
	config "$1"
	run husk create "$ID"
	cp "$TEST_DIR/config.json" "$BUNDLE/config.json"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*"$2: "*"$3"* ]] || { echo "$1: $output" && return 1; }
	nothing_left_of "$ID"
}

# --- scheduler --------------------------------------------------------------------------------------------------------

# bats test_tags=v2,p:process:scheduler:policy,p:process:scheduler:nice
@test "the process has the policy and the nice value that were asked for" {
	local policy number nice

	while read -r policy number nice; do
		config --arg policy "$policy" --argjson nice "$nice" '.process.scheduler = {policy: $policy, nice: $nice}'
		started
		[ "$(sched policy) $(sched prio)" = "$number $((120 + nice))" ]
		husk delete --force "$ID"
	done <<-'END'
		SCHED_OTHER 0 -5
		SCHED_OTHER 0 19
		SCHED_BATCH 3 7
		SCHED_IDLE 5 0
	END
}

# bats test_tags=p:process:scheduler
@test "without a scheduler the process keeps the caller's nice value" {
	config '.process.args = ["sleep", "1000"]'
	at_bundle nice -n 3 "$HUSK" --root "$ROOT" run --detach "$ID" >"$OUT" 2>"$ERR"
	[ "$(sched policy) $(sched prio)" = "0 123" ]
}

# bats test_tags=v2,p:process:scheduler:policy,p:process:scheduler:priority,p:linux:resources:cpu:realtimeRuntime
@test "the process has real time of the priority that was asked for, in a user namespace too" {
	give_realtime
	config '.process.scheduler = {policy: "SCHED_FIFO", priority: 7}'
	started
	[ "$(sched policy) $(sched prio)" = "1 92" ]
	husk delete --force "$ID"
	config '.process.scheduler = {policy: "SCHED_RR", priority: 99}'
	with_user_namespace
	started
	[ "$(sched policy) $(sched prio)" = "2 0" ]
}

# bats test_tags=v2,p:process:scheduler:policy,p:process:scheduler:runtime,p:process:scheduler:deadline,p:process:scheduler:period
@test "the process has the runtime, deadline and period that were asked for" {
	config '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 20000000, period: 30000000}'
	run started
	[[ $output == */process/scheduler/flags*"SCHED_FLAG_RESET_ON_FORK"* ]] # sleep needs no fork
	run chrt --pid "$(pid_of)"
	[[ $output == *SCHED_DEADLINE* ]]
	[[ $output == *"1000000/20000000/30000000"* ]]
}

# bats test_tags=v2,p:process:scheduler:flags
@test "with SCHED_FLAG_RESET_ON_FORK a deadline is the init's alone" {
	config '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 1000000, deadline: 20000000, flags: ["SCHED_FLAG_RESET_ON_FORK"]}'
	run run_in 'for pid in 1 self; do grep ^policy /proc/$pid/sched; done; exit 0'
	[ "$status" -eq 0 ]
	[ "${lines[0]##* } ${lines[1]##* }" = "6 0" ]
	config '.process.scheduler.flags = ["SCHED_FLAG_RECLAIM", "SCHED_FLAG_DL_OVERRUN", "SCHED_FLAG_RESET_ON_FORK"]'
	started
	run chrt --pid "$(pid_of)"
	[[ $output == *"SCHED_DEADLINE|SCHED_RESET_ON_FORK"* ]]
}

# bats test_tags=p:process:scheduler:flags
@test "SCHED_FLAG_KEEP_POLICY and SCHED_FLAG_KEEP_PARAMS keep what the caller has" {
	config '.process.args = ["sleep", "1000"] |
		.process.scheduler = {policy: "SCHED_BATCH", nice: 9, flags: ["SCHED_FLAG_KEEP_POLICY", "SCHED_FLAG_KEEP_PARAMS"]}'
	at_bundle nice -n 3 "$HUSK" --root "$ROOT" run --detach "$ID" >"$OUT" 2>"$ERR"
	[ "$(sched policy) $(sched prio)" = "0 123" ]
}

# bats test_tags=p:process:scheduler:flags
@test "utilization clamps are set, or the kernel that has none is told of" {
	local flag

	for flag in MIN MAX; do
		config --arg flag "SCHED_FLAG_UTIL_CLAMP_$flag" '.process.scheduler = {policy: "SCHED_OTHER", flags: [$flag]} | .process.args = ["true"]'
		run husk run "$ID"
		[ "$status" -eq 0 ] || [[ $output == */process/scheduler:*CONFIG_UCLAMP_TASK* ]]
	done
}

# bats test_tags=p:process:scheduler:policy,p:linux:resources:cpu:realtimeRuntime
@test "real time in a cgroup that has none is an error that names what gives it" {
	[ -e "$(cgroup_mount cpu)/cpu.rt_runtime_us" ] || skip "a kernel without real time by cgroup (CONFIG_RT_GROUP_SCHED)"
	config '.process.scheduler = {policy: "SCHED_FIFO", priority: 7}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process/scheduler:*"operation not permitted"*/linux/resources/cpu/realtimeRuntime* ]]
	nothing_left_of "$ID"
}

# bats test_tags=v2,p:process:scheduler:runtime
@test "a deadline for which no CPU has the time left is an error that says so" {
	local holders=()

	while sleep 1000 3>&- & holders+=($!); do
		chrt --deadline --sched-runtime 900000000 --sched-deadline 1000000000 --sched-period 1000000000 --pid 0 $! || break
	done
	config '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 900000000, deadline: 1000000000}'
	run husk run "$ID"
	kill "${holders[@]}"
	[ "$status" -eq 1 ]
	[[ $output == */process/scheduler:*sched_rt_runtime_us* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:process:scheduler:policy,p:process:scheduler:nice,p:process:scheduler:priority,p:process:scheduler:flags,p:process:scheduler:runtime,p:process:scheduler:deadline,p:process:scheduler:period
@test "a scheduler that cannot be is refused before anything is made" {
	local setting field words

	while IFS='|' read -r setting field words; do
		refused ".process.scheduler = $setting" "/process/scheduler$field" "$words"
	done <<-'END'
		{policy: "SCHED_ISO"}|/policy|Linux has no SCHED_ISO
		{policy: "FIFO"}|/policy|unknown policy
		{policy: "SCHED_OTHER", nice: 20}|/nice|-20 to 19
		{policy: "SCHED_OTHER", nice: -21}|/nice|-20 to 19
		{policy: "SCHED_RR", nice: 1, priority: 1}|/nice|SCHED_RR has none
		{policy: "SCHED_RR"}|/priority|1 to 99
		{policy: "SCHED_FIFO", priority: 100}|/priority|1 to 99
		{policy: "SCHED_BATCH", priority: 1}|/priority|SCHED_BATCH has none
		{policy: "SCHED_OTHER", flags: ["SCHED_FLAG_NONE"]}|/flags/0|unknown flag
		{policy: "SCHED_FIFO", priority: 1, runtime: 1}||not for SCHED_FIFO
		{policy: "SCHED_DEADLINE"}|/runtime|at least
		{policy: "SCHED_DEADLINE", runtime: 5000, deadline: 4000}|/deadline|shorter than the runtime
		{policy: "SCHED_DEADLINE", runtime: 5000, deadline: 6000, period: 5500}|/period|shorter than the deadline
	END
	refused '.process.scheduler = {policy: "SCHED_DEADLINE", runtime: 5000, deadline: 5000} |
		.hooks.startContainer = [{path: "/bin/true"}]' /process/scheduler/flags SCHED_FLAG_RESET_ON_FORK
}

# --- ioPriority -------------------------------------------------------------------------------------------------------

# bats test_tags=p:process:ioPriority:class,p:process:ioPriority:priority
@test "the process has the I/O priority that was asked for, in a user namespace too" {
	local class priority words

	while read -r class priority words; do
		config --arg class "IOPRIO_CLASS_$class" --argjson priority "$priority" '.process.ioPriority = {class: $class, priority: $priority}'
		[ "$class" != RT ] || with_user_namespace
		started
		[ "$(ionice --pid "$(pid_of)")" = "$words" ]
		husk delete --force "$ID"
	done <<-'END'
		BE 6 best-effort: prio 6
		IDLE 0 idle
		RT 2 realtime: prio 2
	END
}

# bats test_tags=p:process:ioPriority:class,p:process:ioPriority:priority
@test "an I/O priority that cannot be is refused before anything is made" {
	refused '.process.ioPriority = {class: "BE", priority: 1}' /process/ioPriority/class "unknown class"
	refused '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 8}' /process/ioPriority/priority "out of range"
	refused '.process.ioPriority = {class: "IOPRIO_CLASS_RT", priority: -1}' /process/ioPriority/priority "out of range"
}

# --- memoryPolicy -----------------------------------------------------------------------------------------------------

# policy_of PID: what the kernel says of memory that has no policy of its own.
policy_of() {
	sed -n '1s/^[0-9a-f]* \(.*\) file=.*/\1/p' "/proc/$1/numa_maps"
}

# bats test_tags=v2,p:linux:memoryPolicy:mode,p:linux:memoryPolicy:nodes,p:linux:memoryPolicy:flags
@test "the process has the memory policy that was asked for, and so has what it starts" {
	local mode nodes flags words

	[ -e /proc/self/numa_maps ] || skip "a kernel without memory nodes (CONFIG_NUMA)"
	config '.process.args = ["sh", "-c", "sleep 1000 & wait"]'
	while read -r mode nodes flags words; do
		config --arg mode "MPOL_$mode" --arg nodes "$nodes" --argjson flags "$flags" '.linux.memoryPolicy = {mode: $mode, flags: $flags} |
			if $nodes == "none" then . else .linux.memoryPolicy.nodes = $nodes end'
		husk run --detach "$ID"
		[ "$(policy_of "$(pid_of)")" = "$words" ] || { echo "$mode: $(policy_of "$(pid_of)")" && return 1; }
		until_true 5 pgrep --parent "$(pid_of)"
		[ "$(policy_of "$(pgrep --parent "$(pid_of)")")" = "$words" ]
		husk delete --force "$ID"
	done <<-'END'
		DEFAULT none [] default
		LOCAL none [] local
		PREFERRED none [] local
		PREFERRED 0 [] prefer:0
		BIND 0 [] bind:0
		BIND 0 ["MPOL_F_STATIC_NODES"] bind=static:0
		BIND 0 ["MPOL_F_NUMA_BALANCING"] bind=balancing:0
		INTERLEAVE 0-0 ["MPOL_F_RELATIVE_NODES"] interleave=relative:0
	END
}

# bats test_tags=p:linux:memoryPolicy:mode,p:linux:memoryPolicy:nodes
@test "PREFERRED_MANY and WEIGHTED_INTERLEAVE are set where the kernel has them" {
	local mode version words

	[ -e /proc/self/numa_maps ] || skip "a kernel without memory nodes (CONFIG_NUMA)"
	while read -r mode version words; do
		config --arg mode "MPOL_$mode" '.linux.memoryPolicy = {mode: $mode, nodes: "0"}'
		if printf '%s\n' "$version" "$(uname -r)" | sort --version-sort --check=quiet; then
			started
			[ "$(policy_of "$(pid_of)")" = "$words:0" ] || { echo "$mode: $(policy_of "$(pid_of)")" && return 1; }
			husk delete --force "$ID"
		else
			refused . /linux/memoryPolicy/mode "needs Linux $version"
		fi
	done <<-'END'
		PREFERRED_MANY 5.15 prefer (many)
		WEIGHTED_INTERLEAVE 6.9 weighted interleave
	END
}

# bats test_tags=p:linux:memoryPolicy:mode,p:linux:memoryPolicy:nodes,p:linux:memoryPolicy:flags
@test "a memory policy that cannot be is refused before anything is made" {
	local setting field words

	while IFS='|' read -r setting field words; do
		refused ".linux.memoryPolicy = $setting" "/linux/memoryPolicy/$field" "$words"
	done <<-'END'
		{mode: "BIND", nodes: "0"}|mode|unknown mode
		{mode: "MPOL_BIND"}|nodes|needs a node
		{mode: "MPOL_INTERLEAVE", nodes: ""}|nodes|needs a node
		{mode: "MPOL_LOCAL", nodes: "0"}|nodes|has no nodes
		{mode: "MPOL_DEFAULT", nodes: "0"}|nodes|has no nodes
		{mode: "MPOL_BIND", nodes: "3-0"}|nodes|no list of nodes
		{mode: "MPOL_BIND", nodes: "0", flags: ["MPOL_F_STATIC_NODES", "MPOL_F_RELATIVE_NODES"]}|flags|exclude each other
		{mode: "MPOL_BIND", nodes: "0", flags: ["static"]}|flags/0|unknown flag
		{mode: "MPOL_PREFERRED", nodes: "0", flags: ["MPOL_F_NUMA_BALANCING"]}|flags/0|cannot have
	END
}

# bats test_tags=p:linux:memoryPolicy:nodes
@test "memory nodes that are not there are an error that says so" {
	[ -e /proc/self/numa_maps ] || skip "a kernel without memory nodes (CONFIG_NUMA)"
	config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "999"}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/memoryPolicy:*"nodes 999 none is there"* ]]
	nothing_left_of "$ID"
}

# --- personality ------------------------------------------------------------------------------------------------------

# bats test_tags=p:linux:personality:domain
@test "LINUX32 shows a machine of 32 bits, and LINUX takes the caller's flags away" {
	config '.linux.personality = {domain: "LINUX32"}'
	[ "$(run_in 'uname -m')" = "$(setarch linux32 uname -m)" ]
	[ "$(run_in 'cat /proc/self/personality')" = 00000008 ]
	config '.linux.personality = {domain: "LINUX"} | .process.args = ["cat", "/proc/self/personality"]'
	run at_bundle setarch linux32 --addr-no-randomize "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = 00000000 ]
	config 'del(.linux.personality)'
	run at_bundle setarch linux32 "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = 00000008 ]
}

# bats test_tags=p:linux:personality:domain,p:linux:personality:flags
@test "a personality that cannot be is refused before anything is made" {
	refused '.linux.personality = {domain: "LINUX64"}' /linux/personality/domain "unknown domain"
	refused '.linux.personality = {domain: "LINUX", flags: ["ADDR_NO_RANDOMIZE"]}' /linux/personality/flags/0 "unknown flag"
}

# --- CPUs -------------------------------------------------------------------------------------------------------------

# cpus_of PID: the CPUs on which it may run, as a list.
cpus_of() {
	sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "/proc/$1/status"
}

# bats test_tags=v2
@test "a caller that is bound to one CPU does not bind the container" {
	local all cpu

	all=$(cpus_of self)
	cpu=${all##*[,-]}
	[ "$all" != "$cpu" ] || skip "one CPU"
	config '.process.args = ["grep", "Cpus_allowed_list", "/proc/self/status"]'
	run at_bundle taskset --cpu-list "$cpu" "$HUSK" --root "$ROOT" run "$ID"
	[ "${output##*$'\t'}" = "$all" ]
}

# bats test_tags=v2,p:linux:resources:cpu:cpus
@test "a caller that is bound to one CPU does not widen the container's cpuset" {
	local cpu

	cpu=$(cpus_of self)
	config '.process.args = ["grep", "Cpus_allowed_list", "/proc/self/status"] | .linux.resources.cpu.cpus = "0"'
	run at_bundle taskset --cpu-list "${cpu##*[,-]}" "$HUSK" --root "$ROOT" run "$ID"
	[ "${output##*$'\t'}" = 0 ]
}

# bats test_tags=p:process:execCPUAffinity:initial,p:process:execCPUAffinity:final
@test "lists of CPUs for exec are looked at by create, and change nothing there" {
	refused '.process.execCPUAffinity = {initial: "0-x"}' /process/execCPUAffinity/initial "no list of CPUs"
	refused '.process.execCPUAffinity = {initial: "0", final: "1-0"}' /process/execCPUAffinity/final "no list of CPUs"
	config '.process.execCPUAffinity = {initial: "0", final: "0"} | .process.args = ["grep", "Cpus_allowed_list", "/proc/self/status"]'
	run husk run "$ID"
	[ "${output##*$'\t'}" = "$(cpus_of self)" ]
}
