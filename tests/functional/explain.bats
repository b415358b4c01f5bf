# explain.bats - explain is true: its output, run by sh, makes the container that husk makes.

# bats file_tags=v2
load helpers

teardown() {
	cgroups_left "$HUSK_TEST_NAME" | sed 's/^cgroup //' | sort -r | xargs -r rmdir # what the script made
	delete_all_and_see_nothing_left
}

# What the payload looks at: its mounts, the limits of its cgroup as its own mount of it shows them, and its process limits.
PAYLOAD='
	echo "--- mounts"; cat /proc/self/mountinfo
	echo "--- cgroup"
	for file in memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes memory.max memory.swap.max pids/pids.max pids.max \
		cpu/cpu.shares cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpu.weight cpu.max; do
		[ ! -e "/sys/fs/cgroup/$file" ] || echo "$file $(cat "/sys/fs/cgroup/$file")"
	done
	echo "--- limits"; cat /proc/self/limits
	echo "--- names"; hostname; cat /proc/sys/kernel/domainname
	echo "--- process"; id; pwd; umask; grep -E "^(Cap|NoNewPrivs|Groups)" /proc/self/status; cat /proc/self/oom_score_adj
	echo "--- devices"; ls -ln /dev | awk "{ print \$1, \$3, \$4, \$5, \$6, \$NF }"
	echo "--- end"'

# Without what is another at each run: ids of mounts and devices, peer groups, options of superblocks, sizes and times.
# mountinfo: id parent major:minor root mountpoint options [peer groups] - type source superblock-options
without_numbers() {
	awk '
		/^--- / { part = $2; print; next }
		part == "mounts" {
			groups = ""
			for (i = 7; $i != "-"; i++) { sub(/:.*/, "", $i); groups = groups " " $i }
			print $4, $5, $6, groups, $(i + 1), $(i + 2)
			next
		}
		{ print }'
}

# mountinfo is in the order of mount ids; what hides what is told by the mount points, and mounts on the same one keep their order.
mounts_sorted() {
	awk '/^--- / { part = $2 } { print (part == "mounts" && !/^---/ ? "2 " $2 : part == "mounts" ? "1" : "3") "\t" $0 }' |
		sort -s -t "$(printf '\t')" -k 1,1 | cut -f 2-
}

# explain_is_true [COMMAND...]: the command undoes what husk has left in the root.
explain_is_true() {
	config --arg payload "$PAYLOAD" '.process.args = ["sh", "-c", $payload]'
	husk run "$ID" >"$TEST_DIR/run"
	"${@:-true}"
	husk explain "$ID" >"$TEST_DIR/script"
	! grep -n '(by sh impossible)' "$TEST_DIR/script"
	at_bundle timeout 60 sh "$TEST_DIR/script" </dev/null >"$TEST_DIR/explained" 2>"$TEST_DIR/explained.err" || {
		cat "$TEST_DIR/explained.err"
		return 1
	}
	[ "$(tail -n 1 "$TEST_DIR/run")" = "--- end" ]
	diff -u <(without_numbers <"$TEST_DIR/run" | mounts_sorted) <(without_numbers <"$TEST_DIR/explained" | mounts_sorted)
}

@test "explain is true of the spec bundle" {
	explain_is_true
}

@test "explain is true of what docker asks for" {
	bundle docker b2
	explain_is_true
}

@test "explain is true of an overlay root in a user namespace with limits" {
	bundle overlay overlay-userns
	explain_is_true
}

# bats test_tags=p:mounts:options
@test "explain is true of binds, copied links, remounts and changed attributes" {
	mkdir "$BUNDLE/source"
	ln -s /etc/passwd "$BUNDLE/link"
	config '.root.readonly = false | .mounts += [
		{"destination": "/made/link", "source": "link", "options": ["bind", "copy-symlink"]},
		{"destination": "/made/directory", "source": "source", "options": ["rbind", "copy-symlink", "rnosuid"]},
		{"destination": "/made/directory", "options": ["remount", "bind", "noexec"]},
		{"destination": "/made/file", "source": "config.json", "options": ["bind", "ro"]}]'
	PAYLOAD='readlink /made/link; '$PAYLOAD
	explain_is_true rm -r "$ROOTFS/made"
	[ "$(head -n 1 "$TEST_DIR/explained")" = /etc/passwd ]
}

@test "explain touches nothing and needs no id" {
	run husk explain
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "#!/bin/sh" ]
	sh -n <<<"$output"
	[ ! -e "$ROOT" ]
	nothing_left_of "$ID"
}

@test "explain --json lists each step with its side, name, field and words" {
	bundle docker b2
	husk explain --json "$ID" >"$TEST_DIR/json"
	[ "$(jq '[.steps[].step] == [range(.steps | length)]' "$TEST_DIR/json")" = true ]
	[ "$(jq -r '[.steps[].side] | unique | join(" ")' "$TEST_DIR/json")" = "host inside" ]
	[ "$(jq '[.steps[] | select(.name == "mask")] | length' "$TEST_DIR/json")" = 12 ]
	[ "$(jq -r '[.steps[] | select(.name == "mask")][1].field' "$TEST_DIR/json")" = /linux/maskedPaths/1 ]
	[ "$(jq '[.steps[] | select(.what == "" or .name == "")] | length' "$TEST_DIR/json")" = 0 ]
}

@test "explain says what is wrong with a config as run does" {
	config '.linux.namespaces += [{"type": "pid"}]'
	run husk explain "$ID"
	[ "$status" -eq 1 ]
	printed=$output
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[ "$output" = "$printed" ]
}
