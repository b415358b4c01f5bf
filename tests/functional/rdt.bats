# rdt.bats - linux.intelRdt: the container's group in resctrl, what it gets, what is left of it.
#
# Few processors have what resctrl is for. So husk sees one more line in its /proc/self/mountinfo, bound there in a mount
# namespace of its own: resctrl, on a directory where a program does what the kernel would.

load helpers

setup() {
	bundle
	RESCTRL=$TEST_DIR/resctrl
	mkdir "$RESCTRL"
	REAL_HUSK=$HUSK
	export RESCTRL REAL_HUSK
	HUSK=$TEST_DIR/husk
	cat >"$HUSK" <<-'END'
		#!/bin/sh
		exec unshare --mount sh -c '{ cat /proc/$$/mountinfo; echo "1 1 0:1 / $RESCTRL rw - resctrl resctrl rw"; } >"$RESCTRL-$$" &&
			mount --bind "$RESCTRL-$$" /proc/$$/mountinfo && rm "$RESCTRL-$$" && exec "$REAL_HUSK" "$@"' husk "$@"
	END
	chmod 755 "$HUSK"
	"$TESTS/functional/resctrl" "$RESCTRL" 3>&- &
	until_true 10 mountpoint --quiet "$RESCTRL"
}

teardown() {
	local status=0

	delete_all_containers || status=1
	umount "$RESCTRL"
	HUSK=$REAL_HUSK
	delete_all_and_see_nothing_left && return "$status"
}

# They need resctrl, which goes before the test's directory does.
delete_all_containers() {
	local id

	for id in "${IDS[@]}"; do
		husk delete --force -- "$id" || return
	done
}

started() {
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
}

# group NAME: its schemata on one line, without blanks in front.
group() {
	sed 's/^ *//' "$RESCTRL/$1/schemata" | paste -sd ' '
}

# refused SETTING FIELD WORDS: an error before anything is made.
refused() {
	local before

	before=$(find "$RESCTRL" | sort)
	cp "$BUNDLE/config.json" "$TEST_DIR/config.json"
	config ".linux.intelRdt = $1"
	run husk create "$ID"
	cp "$TEST_DIR/config.json" "$BUNDLE/config.json"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*"/linux/intelRdt$2: "*"$3"* ]] || { echo "$1: $output" && return 1; }
	[ "$(find "$RESCTRL" | sort)" = "$before" ]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:intelRdt,p:linux:intelRdt:l3CacheSchema,p:linux:intelRdt:memBwSchema
@test "without a closID the group has the container's id, what was asked for, and goes with the container" {
	config '.linux.intelRdt = {l3CacheSchema: "L3:0=7f0;1=1f", memBwSchema: "MB:0=20;1=70"}'
	started
	[ "$(group "$ID")" = "MB:0=20;1=70 L3:0=7f0;1=1f" ]
	[ "$(cat "$RESCTRL/$ID/tasks")" = "$(pid_of)" ]
	husk kill "$ID" KILL
	until_true 5 is_stopped
	husk delete "$ID"
	[ ! -e "$RESCTRL/$ID" ]
}

# bats test_tags=p:linux:intelRdt
@test "an empty intelRdt makes a group and writes no schema" {
	config '.linux.intelRdt = {}'
	started
	[ "$(cat "$RESCTRL/$ID/tasks")" = "$(pid_of)" ]
	[ "$(group "$ID")" = "$(group .)" ]
}

# bats test_tags=p:linux:intelRdt:closID,p:linux:intelRdt:schemata
@test "a group that a closID names is made for its schemata, which are written last, and stays" {
	config '.linux.intelRdt = {closID: "gold", l3CacheSchema: "L3:0=f", memBwSchema: "MB:0=50", schemata: ["L3:0=7;1=3", "MB:1=30"]}'
	started
	[ "$(group gold)" = "MB:0=50;1=30 L3:0=7;1=3" ]
	[ "$(cat "$RESCTRL/gold/tasks")" = "$(pid_of)" ]
	husk delete --force "$ID"
	[ -d "$RESCTRL/gold" ]
}

# bats test_tags=p:linux:intelRdt:closID
@test "a closID alone needs its group, joins it, and leaves it" {
	refused '{closID: "gold"}' /closID "there is no group"
	mkdir "$RESCTRL/gold"
	config '.linux.intelRdt = {closID: "gold"}'
	started
	[ "$(cat "$RESCTRL/gold/tasks")" = "$(pid_of)" ]
	husk delete --force "$ID"
	[ -d "$RESCTRL/gold" ]
}

# bats test_tags=p:linux:intelRdt:closID
@test "the closID / is the group that all others are in" {
	config '.linux.intelRdt = {closID: "/"}'
	started
	[ "$(cat "$RESCTRL/tasks")" = "$(pid_of)" ]
	husk delete --force "$ID"
	[ -z "$(find "$RESCTRL" -mindepth 1 -maxdepth 1 -name "*$ID*")" ]
	refused '{closID: "/", l3CacheSchema: "L3:0=1"}' '' "has not L3:0=1"
}

# bats test_tags=p:linux:intelRdt:l3CacheSchema,p:linux:intelRdt:memBwSchema,p:linux:intelRdt:schemata
@test "a group that is there must have what is asked for, and is not changed" {
	mkdir "$RESCTRL/gold"
	echo 'L3:0=f;1=f0' >"$RESCTRL/gold/schemata"
	refused '{closID: "gold", l3CacheSchema: "L3:0=ff"}' '' "has not L3:0=ff"
	refused '{closID: "gold", memBwSchema: "MB:0=50"}' '' "has not MB:0=50"
	refused '{closID: "gold", schemata: ["L2:0=1"]}' '' "has not L2:0=1"
	config '.linux.intelRdt = {closID: "gold", l3CacheSchema: "L3:1=0F0;0=f", memBwSchema: "MB:0=100"}'
	started
	[ "$(group gold)" = "MB:0=100;1=100 L3:0=f;1=f0" ]
}

# bats test_tags=p:linux:intelRdt
@test "a group of the container's name that somebody else made is joined, and left" {
	mkdir "$RESCTRL/$ID"
	config '.linux.intelRdt = {}'
	started
	husk delete --force "$ID"
	[ -d "$RESCTRL/$ID" ]
}

# bats test_tags=p:linux:intelRdt:enableMonitoring
@test "a monitoring group has the container's id, in whatever group, and goes with the container" {
	config '.linux.intelRdt = {enableMonitoring: true, closID: "/"}'
	started
	[ "$(cat "$RESCTRL/mon_groups/$ID/tasks")" = "$(pid_of)" ]
	husk delete --force "$ID"
	[ ! -e "$RESCTRL/mon_groups/$ID" ]
	config '.linux.intelRdt = {enableMonitoring: true}'
	started
	[ "$(cat "$RESCTRL/$ID/mon_groups/$ID/tasks")" = "$(pid_of)" ]
	husk delete --force "$ID"
	[ ! -e "$RESCTRL/$ID" ]
	mkdir "$RESCTRL/mon_groups/$ID"
	refused '{enableMonitoring: true, closID: "/"}' /enableMonitoring "is there already"
}

# bats test_tags=p:linux:intelRdt:closID,p:linux:intelRdt:l3CacheSchema,p:linux:intelRdt:memBwSchema,p:linux:intelRdt:schemata
@test "names and schemata that cannot be are refused before anything is made" {
	local setting field words

	while IFS='|' read -r setting field words; do
		refused "$setting" "$field" "$words"
	done <<-'END'
		{closID: "."}|/closID|no name of a group
		{closID: ".."}|/closID|no name of a group
		{closID: "../x"}|/closID|no name of a group
		{closID: "a/b"}|/closID|no name of a group
		{closID: "//"}|/closID|no name of a group
		{closID: "info"}|/closID|no name of a group
		{l3CacheSchema: "0=f"}|/l3CacheSchema|no schema
		{l3CacheSchema: "MB:0=50"}|/l3CacheSchema|no schema
		{l3CacheSchema: "L3:0=f\nMB:0=10"}|/l3CacheSchema|newline
		{memBwSchema: "L3:0=f"}|/memBwSchema|no schema such as MB:
		{memBwSchema: "MB:0=10\n"}|/memBwSchema|newline
		{schemata: ["L3:0=f", "L3:0=f\n"]}|/schemata/1|newline
	END
}

# bats test_tags=p:linux:intelRdt:l3CacheSchema,p:linux:intelRdt:schemata
@test "what the kernel refuses is told in its words, and the group is gone" {
	config '.linux.intelRdt = {l3CacheSchema: "L3:0=fff"}'
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/intelRdt/l3CacheSchema*"invalid argument: Mask out of range"* ]]
	[ ! -e "$RESCTRL/$ID" ]
	nothing_left_of "$ID"
	config '.linux.intelRdt = {schemata: ["MB:0=50", "L2:0=1"]}'
	run husk create "$ID"
	[[ $output == */linux/intelRdt/schemata/1*"unsupported resource name"* ]]
	mkdir "$RESCTRL"/{a,b,c}
	run husk create "$ID"
	[[ $output == */linux/intelRdt*"Out of CLOSIDs"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:intelRdt
@test "without resctrl intelRdt is an error" {
	[ -z "$(findmnt --noheadings --types resctrl)" ] || skip "resctrl is mounted here"
	config '.linux.intelRdt = {}'
	HUSK=$REAL_HUSK run husk create "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/intelRdt:*"resctrl is not mounted"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:intelRdt,p:linux:intelRdt:enableMonitoring
@test "in the kernel's own resctrl the group has the container's process" {
	local resctrl

	resctrl=$(findmnt --noheadings --output TARGET --types resctrl || true)
	[ -n "$resctrl" ] || skip "no resctrl is mounted here"
	HUSK=$REAL_HUSK
	config '.linux.intelRdt = {enableMonitoring: true}'
	started
	[ "$(cat "$resctrl/$ID/tasks" "$resctrl/$ID/mon_groups/$ID/tasks")" = "$(pid_of)"$'\n'"$(pid_of)" ]
	husk delete --force "$ID"
	[ ! -e "$resctrl/$ID" ]
}

# bats test_tags=p:linux:intelRdt
@test "exec: the process is in the group and in the monitoring group, with what it starts" {
	config '.linux.intelRdt = {closID: "gold", l3CacheSchema: "L3:0=f", enableMonitoring: true}'
	started
	husk exec --detach --pid-file "$TEST_DIR/pid" "$ID" sleep 1000 </dev/null >"$TEST_DIR/said" 2>&1
	grep -qx "$(cat "$TEST_DIR/pid")" "$RESCTRL/gold/tasks"
	grep -qx "$(cat "$TEST_DIR/pid")" "$RESCTRL/gold/mon_groups/$ID/tasks"
	husk delete --force "$ID"
}

@test "update: another schema for the group, all that is asked or nothing" {
	config '.linux.intelRdt = {l3CacheSchema: "L3:0=f0"}'
	started
	husk update --l3-cache-schema 'L3:0=ff;1=1' --mem-bw-schema 'MB:1=40' "$ID"
	[ "$(group "$ID")" = "MB:0=100;1=40 L3:0=ff;1=1" ]
	run husk update --l3-cache-schema L3:0=3 --mem-bw-schema MB:0=5 "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"MB value out of range"* ]]
	[ "$(group "$ID")" = "MB:0=100;1=40 L3:0=ff;1=1" ]
	run husk update --l3-cache-schema L3:0=3 --cpuset-cpus 9999 "$ID"
	[ "$status" -eq 1 ]
	[ "$(group "$ID")" = "MB:0=100;1=40 L3:0=ff;1=1" ]
	husk update --mem-bw-schema MB:0=60 --pids-limit 77 "$ID"
	[ "$(group "$ID") $(cat "$(cgroup_of pids)/pids.max")" = "MB:0=60;1=40 L3:0=ff;1=1 77" ]
	run husk update --l3-cache-schema MB:0=50 "$ID"
	[[ $output == *"no schema such as"* ]]
	run husk update --resources - --l3-cache-schema L3:0=3 "$ID" <<<'{}'
	[ "$status" -eq 1 ]
}

@test "update: a container without intelRdt has no schema" {
	started
	run husk update --l3-cache-schema L3:0=3 "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"made without intelRdt"* ]]
}

@test "events: what the container has of the cache and the bandwidth, and what it uses" {
	config '.linux.intelRdt = {l3CacheSchema: "L3:0=f0", enableMonitoring: true}'
	started
	run husk events --stats "$ID"
	[ "$(jq -c .data.intel_rdt <<<"$output")" = "$(jq -nc '{
		l3_cache_info: {cbm_mask: "7ff", min_cbm_bits: 1, num_closids: 4},
		l3_cache_schema_root: "L3:0=7ff;1=7ff", l3_cache_schema: "L3:0=f0;1=7ff",
		mem_bw_info: {bandwidth_gran: 10, delay_linear: 1, min_bandwidth: 10, num_closids: 4},
		mem_bw_schema_root: "MB:0=100;1=100", mem_bw_schema: "MB:0=100;1=100",
		mbm_stats: [{mbm_total_bytes: 2000, mbm_local_bytes: 1000}, {mbm_total_bytes: 2000, mbm_local_bytes: 1000}],
		cmt_stats: [{llc_occupancy: 4096}, {llc_occupancy: 8192}]}')" ]
	husk delete --force "$ID"
	config 'del(.linux.intelRdt)'
	started
	[ "$(husk events --stats "$ID" | jq '.data | has("intel_rdt")')" = false ]
}
