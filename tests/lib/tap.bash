# tap.bash - writing test results (TAP, the form that bats and cmocka write too), counting and showing them.
# shellcheck shell=bash

# --- writing ----------------------------------------------------------------------------------------------------------

tap_number=0

# tap_case NAME COMMAND...: a case that passes when the command does; what it prints is shown when it fails.
tap_case() {
	local name=$1 printed status=0

	shift
	printed=$("$@" 2>&1) || status=$?
	tap_result "$status" "$name" "$printed"
	return 0
}

tap_result() {
	local word=ok

	[ "$1" -eq 0 ] || word="not ok"
	echo "$word $((++tap_number)) - $2"
	[ "$1" -eq 0 ] || sed 's/^/# /' <<<"$3"
}

# tap_skip NAME REASON
tap_skip() {
	echo "ok $((++tap_number)) - $1 # skip $2"
}

# --- counting ---------------------------------------------------------------------------------------------------------

total_passed=0 total_failed=0 total_skipped=0

# tap_report SUITE LOG STATUS SECONDS: adds up a suite and shows it. A suite that says that something failed only by its
# status, that printed fewer results than it planned, or none at all, has failed once.
tap_report() {
	local suite=$1 log=$2 status=$3 seconds=$4 passed failed skipped planned

	read -r passed failed skipped planned < <(tap_count "$log")
	if ((failed == 0 && (status != 0 || passed + failed + skipped < planned || passed + failed + skipped == 0))); then
		failed=1
		printf 'not ok - %s ended early, with status %s; its last lines:\n%s\n' \
			"$suite" "$status" "$(tail -n 25 "$log" | sed 's/^/# /')" >>"$log"
	fi
	((total_passed += passed, total_failed += failed, total_skipped += skipped))
	printf '%-12s %s %7s s\n' "$suite" "$(tap_figures "$passed" "$failed" "$skipped")" "$seconds"
	tap_show "$log"
}

tap_count() {
	awk '
		/^ok / && tolower($0) ~ /# skip/ { skipped++; next }
		/^ok /                           { passed++ }
		/^not ok /                       { failed++ }
		/^1\.\.[0-9]+$/                  { planned += substr($0, 4) }
		END { print passed + 0, failed + 0, skipped + 0, planned + 0 }' "$1"
}

tap_figures() {
	local figures

	figures=$(printf '%5d passed' "$1")
	((!$2)) || figures+=$(printf ', %d failed' "$2")
	((!$3)) || figures+=$(printf ', %d skipped' "$3")
	printf '%-40s' "$figures"
}

# Failed cases with what they printed, skipped ones with their reason, and lines of "# figure:". At most 20 cases of 60 lines:
# the log has all.
tap_show() {
	awk -v verbose="${TAP_VERBOSE:-}" -v log_file="${1#"$TOP"/}" '
		/^not ok /                       { sub(/^not ok [0-9]* *-? */, ""); left = ++failed <= 20 ? 60 : 0
		                                   if (left) print "    failed: " $0
		                                   next }
		/^ok / && tolower($0) ~ /# skip/ { sub(/^ok [0-9]* *-? */, ""); sub(/ # [sS][kK][iI][pP] ?/, ": ")
		                                   print "    skipped: " $0; left = 0; next }
		/^ok /                           { if (verbose) print "    " $0; left = 0; next }
		/^# figure: /                    { sub(/^# figure: /, ""); print "    " $0; next }
		/^#/ && left > 0                 { print "      " $0; left--; next }
		verbose && !/^1\.\./             { print "      " $0 }
		END                              { if (failed > 20) print "    and " failed - 20 " more: " log_file }' "$1"
}

tap_total() {
	echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
	[ "$total_failed" -eq 0 ]
}
