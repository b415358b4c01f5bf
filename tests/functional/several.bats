# several.bats - kill, delete and list of more than one container: expressions and filters.

# shellcheck disable=SC2034,SC2086 # OUT is for printed; $verb may stand for several words

load helpers

# containers NAME...: a created one for each name; the id of NAME is $HUSK_TEST_NAME-NAME.
containers() {
	local name

	for name in "$@"; do
		bundle "$name"
		config '.process.args = ["sleep", "1000"]'
		husk create "$ID"
	done
}
# ids NAME...: a line for each.
ids() {
	printf "$HUSK_TEST_NAME-%s\n" "$@"
}
stopped() {
	[ "$(husk list -q --status stopped)" = "$(ids "$@")" ]
}

# --- kill -------------------------------------------------------------------------------------------------------------

@test "kill --regex reaches all containers that match, and no others" {
	containers a1 a2 b
	husk kill --regex -- '-a[12]$' KILL
	until_true 5 stopped a1 a2
	[ "$(status_of "$ID")" = created ]
	husk kill -r "^$HUSK_TEST_NAME-b|nothing" 9
	until_true 5 stopped a1 a2 b
}

@test "kill --regex goes on when it fails for one, and names all that failed" {
	containers a b c
	husk kill --regex -- '-[ac]$' KILL
	until_true 5 stopped a c
	run husk --log "$TEST_DIR/log" kill --regex "$HUSK_TEST_NAME" KILL
	[ "$status" -eq 1 ]
	[ "$output" = "husk: container not running: \"$(ids a)\" has stopped or was not made yet; 2 of 3 containers failed: $(ids a), $(ids c)" ]
	grep "level=warning.*$(ids c): container not running" "$TEST_DIR/log"
	until_true 5 stopped a b c
}

@test "kill --regex of one container that fails says what kill says" {
	containers a
	husk kill --regex '.' KILL
	until_true 5 stopped a
	run husk kill --regex '.' KILL
	[ "$status" -eq 1 ]
	[ "$output" = "$(husk kill "$ID" KILL 2>&1)" ]
}

@test "kill --regex --all reaches every process of each container" {
	local name

	for name in a b; do
		bundle "$name"
		config '.process.args = ["sh", "-c", "(trap \"echo child\" TERM; echo ready; while :; do sleep 0.05; done) &
			trap \"echo parent; sleep 0.5; exit 0\" TERM; while :; do sleep 0.05; done"]'
		husk run --detach "$ID"
		until_true 5 printed ready
	done
	husk kill --all --regex -- '-[ab]$'
	for OUT in "$TEST_DIR/a.out" "$TEST_DIR/b.out"; do
		until_true 5 printed child
		until_true 5 printed parent
	done
}

# --- delete -----------------------------------------------------------------------------------------------------------

@test "delete --regex removes all that match, goes on when one cannot be, and names it" {
	containers a b c d
	husk kill --regex -- '-[acd]$' KILL
	until_true 5 stopped a c d
	run husk delete --regex -- '-[abc]$'
	[ "$status" -eq 1 ]
	[[ $output == "husk: cannot delete container \"$(ids b)\": it is created, not stopped: "*"; 1 of 3 containers failed: $(ids b)" ]]
	[ "$(husk list -q)" = "$(ids b d)" ]
	nothing_left_of "$(ids a)"
	husk delete -f -r .
	[ -z "$(husk list -q)" ]
}

@test "delete --regex --force goes on behind a container that is broken" {
	containers a b
	cp "$ROOT/$(ids a)/record" "$TEST_DIR/record"
	echo '{' >"$ROOT/$(ids a)/record"
	run husk delete --force --regex .
	[ "$status" -eq 1 ]
	[[ $output == *"\"$(ids a)\" is broken: "*"1 of 2 containers failed: $(ids a)" ]]
	[ "$(husk list -q)" = "$(ids a)" ]
	cp "$TEST_DIR/record" "$ROOT/$(ids a)/record"
}

# --- both -------------------------------------------------------------------------------------------------------------

@test "an expression that matches nothing is success, and one that is none an error" {
	local verb

	containers a
	mkdir -p "$ROOT/@seccomp"
	for verb in kill delete "delete --force"; do
		husk $verb --regex nosuch
		husk $verb --regex @
		run husk $verb --regex '('
		[ "$status" -eq 1 ]
		[[ $output == "husk: ( is no regular expression: Unmatched ( "* ]]
	done
	[ "$(status_of)" = created ]
	husk --root "$ROOT/nosuch" kill --regex .
	[ ! -e "$ROOT/nosuch" ]
}

@test "a file that is no container, and a directory that is just being made, are matched by nothing" {
	containers a
	touch "$ROOT/file"
	mkdir "$ROOT/directory"
	husk kill --regex . KILL
	until_true 5 stopped a
	rm "$ROOT/file"
	rmdir "$ROOT/directory"
}

# --- list -------------------------------------------------------------------------------------------------------------

@test "list --status shows those of a status, or of several, in each form" {
	local status

	containers created running stopped paused
	husk start "$(ids running)"
	husk start "$(ids paused)"
	husk pause "$(ids paused)"
	husk kill "$(ids stopped)" KILL
	until_true 5 stopped stopped
	for status in created running stopped paused; do
		[ "$(husk list -q --status "$status")" = "$(ids "$status")" ]
		[ "$(husk list --status "$status" | awk 'NR > 1 { print $1, $3 }')" = "$(ids "$status") $status" ]
		[ "$(husk list --status "$status" -f json | jq -c 'map(.id)')" = "[\"$(ids "$status")\"]" ]
	done
	[ "$(husk list -q --status running --status=paused)" = "$(ids paused running)" ]
	[ -z "$(husk list -q --status creating)" ]
	run husk list --status dead
	[ "$status" -eq 1 ]
	[[ $output == *"--status: creating|created|running|paused|stopped|broken is needed, not dead" ]]
}

@test "list --status creating and broken" {
	bundle slow
	config '.process.args = ["true"] | .hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "while ! [ -e '"$TEST_DIR"'/go ]; do sleep 0.05; done"]}]'
	husk_background create "$ID"
	until_true 5 eval '[ "$(husk list -q --status creating)" = "$ID" ]'
	[ -z "$(husk list -q --status created)" ]
	touch "$TEST_DIR/go"
	wait "$RUNTIME"
	[ "$(husk list -q --status created)" = "$ID" ]
	cp "$ROOT/$ID/record" "$TEST_DIR/record"
	echo '{' >"$ROOT/$ID/record"
	[ "$(husk list -q --status broken)" = "$ID" ]
	[ -z "$(husk list -q --status created --status stopped)" ]
	cp "$TEST_DIR/record" "$ROOT/$ID/record"
}

@test "list --regex shows the ids that match, in each form, and goes with --status" {
	containers a1 a2 b
	[ "$(husk list -q --regex sk-te)" = "$(ids a1 a2 b)" ] # anywhere in the id
	[ "$(husk list -q -r 'a.$')" = "$(ids a1 a2)" ]
	[ "$(husk list -r 'a.$' | wc -l)" -eq 3 ]
	[ "$(husk list -r 'b$' -f json | jq -r '.[].id')" = "$(ids b)" ]
	husk start "$(ids a2)"
	[ "$(husk list -q -r 'a.$' --status running)" = "$(ids a2)" ]
	[ "$(husk list -r nosuch -f json)" = "[]" ]
	run husk list --regex '[z-a]'
	[ "$status" -eq 1 ]
	[[ $output == "husk: [z-a] is no regular expression: Invalid range end" ]]
}
