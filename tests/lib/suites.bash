# suites.bash - the suites by name: when they run, what they need, and how they run. Each writes TAP (tap.bash).
# shellcheck shell=bash

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config libyajl-dev libseccomp-dev libsystemd-dev libcmocka-dev scdoc"
RUN_PACKAGES="$BUILD_PACKAGES bats busybox-static jq iproute2 mount util-linux procps mmdebstrap python3 python3-fusepy libcap2-bin zsh fish golang-github-containers-common"

# name | whether it needs root | packages | what it does; in the order in which they run
SUITES="
unit       |      | $BUILD_PACKAGES | functions alone: the programs of tests/unit
golden     |      | $BUILD_PACKAGES | configs with their compiled plans, and what linux.resources comes to: tests/golden
properties |      | gcc libc6-dev python3 | which test shows which property and which feature: the tables of tests/README.md and tests/features.md
specs      |      | $BUILD_PACKAGES golang-go ca-certificates | the tables of specs/ against the types of runtime-spec
musl       |      | musl-tools libyajl-dev libseccomp-dev libsystemd-dev | every .c file against musl's headers
aarch64    |      | gcc-aarch64-linux-gnu libc6-dev-arm64-cross libyajl-dev libseccomp-dev libsystemd-dev | every .c file through the cross compiler
layers     |      | gcc | who includes whom
sizes      |      | mawk | the figures of functions and files
lint       |      | gcc libc6-dev libyajl-dev libseccomp-dev libsystemd-dev clang-format clang-tidy cppcheck shellcheck | formatting and static analysis
release    |      | $BUILD_PACKAGES binutils | the shipped program: static, hardened, without test options
install    |      | $BUILD_PACKAGES | meson install, and a program built with what it installed
manual     |      | $BUILD_PACKAGES man-db | the manual pages: complete, and nothing to warn of
functional | root | $RUN_PACKAGES | real containers: tests/functional
asan       | root | $RUN_PACKAGES | unit and functional under the sanitizers
faults     | root | $RUN_PACKAGES | every step failed in turn, and every system call of exec
kills      | root | $RUN_PACKAGES | create, run, exec and mounts killed at every step
conformance | root | $RUN_PACKAGES golang-1.23-go ca-certificates | the validation programs of runtime-tools
bench      | root | $RUN_PACKAGES crun runc strace python3 | the system calls of a start; times are for tests/bench/run
vm         | root | $RUN_PACKAGES e2fsprogs kmod golang-1.23-go ca-certificates | virtual machines: cgroup v2, cgroup v1, systemd, AppArmor, SELinux, an older kernel
engines    | root | $RUN_PACKAGES | containerd 1 and 2 and their CRI plug-ins, Docker and Swarm, podman and buildah with husk: tests/engines
demo       | root | | contrib/demo ends well
"

# suite_column NAME NUMBER
suite_column() {
	awk -F' *[|] *' -v name="$1" -v number="$2" '$1 == name { print $number }' <<<"$SUITES"
}
suites_default() {
	awk -F' *[|] *' 'NF > 1 { print $1 }' <<<"$SUITES"
}
suites_list() {
	awk -F' *[|] *' 'NF > 1 { printf "%-12s %s\n", $1, $4 }' <<<"$SUITES"
	echo "or the name of a file below tests/functional: $(cd "$TESTS/functional" && echo *.bats | sed 's/\.bats//g')"
}
suite_is_in_table() {
	suites_default | grep -qxF -- "$1"
}
suite_exists() {
	suite_is_in_table "$1" || [ -e "$TESTS/functional/$1.bats" ]
}
suite_needs_root() {
	! suite_is_in_table "$1" || [ "$(suite_column "$1" 2)" = root ]
}

# Debian's Go is old but enough for most; another one in PATH serves too, where it is new enough.
suite_packages() {
	local packages=$RUN_PACKAGES

	! suite_is_in_table "$1" || packages=$(suite_column "$1" 3)
	! command -v go >/dev/null || packages=${packages/golang-go/}
	! go_has_toolchains || packages=${packages/golang-1.23-go/}
	echo "$packages"
}

# Go 1.21 and newer.
go_has_toolchains() {
	[ -n "$(go env GOTOOLCHAIN 2>/dev/null)" ]
}

suite_run() {
	if suite_is_in_table "$1"; then
		"suite_$1"
		return
	fi
	build_release && bats_files "$1" "$TOP/build/cmd/husk" "$1"
}

# --- without root -----------------------------------------------------------------------------------------------------

suite_unit() {
	build_release && unit_programs build
}

# A program whose cases all pass and that fails nevertheless has failed once.
unit_programs() {
	local program printed status

	for program in "$1"/tests/unit/*_test; do
		status=0
		printed=$(CMOCKA_MESSAGE_OUTPUT=TAP timeout 120 "$program" 2>&1) || status=$?
		printf '# %s\n%s\n' "$program" "$printed"
		[ "$status" -eq 0 ] || grep -q '^not ok' <<<"$printed" || echo "not ok - $program ends with status $status"
	done
}

suite_golden() {
	build_release && "$TESTS/golden/run"
}

suite_properties() {
	"$TESTS/properties/run"
}

suite_specs() {
	build_release && "$TESTS/specs-go/run"
}

suite_musl() {
	"$TESTS/lint/syntax" musl
}

suite_aarch64() {
	"$TESTS/lint/syntax" aarch64
}

suite_layers() {
	"$TESTS/layers/run"
}

suite_sizes() {
	"$TESTS/lint/sizes"
}

suite_lint() {
	"$TESTS/lint/run"
}

suite_release() {
	build_release && "$TESTS/lint/release" build/cmd/husk
}

suite_install() {
	build_release && "$TESTS/lint/install"
}

suite_manual() {
	build_release && "$TESTS/lint/manual"
}

# --- real containers --------------------------------------------------------------------------------------------------

suite_functional() {
	build_release && bats_files functional "$TOP/build/cmd/husk" $(functional_names)
}

functional_names() {
	(cd "$TESTS/functional" && printf '%s\n' *.bats | sed 's/\.bats$//')
}

# bats_files SUITE HUSK NAME...: files run beside each other, twice as many as there are processors, since they mostly wait.
bats_files() {
	local suite=$1 husk=$2 name

	shift 2
	rm -rf "${LOGS:?}/$suite" && mkdir -p "$LOGS/$suite"
	printf '%s\n' "$@" | HUSK=$husk BATS_TEST_TIMEOUT=120 xargs -P $((2 * $(nproc))) -I{} \
		sh -c 'timeout -k 10 900 bats --tap "$1/functional/$2.bats" >"$3/$2.tap" 2>&1 || echo "# $2: status $?" >>"$3/$2.tap"' \
		sh "$TESTS" {} "$LOGS/$suite"
	for name in "$@"; do
		cat "$LOGS/$suite/$name.tap"
	done
}

suite_asan() {
	build_asan || return
	watch_sanitizers asan
	unit_programs build-asan
	# Leaks are looked for in unit tests only: elsewhere the arena lives as long as the command.
	ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS bats_files asan "$TOP/build-asan/cmd/husk" $(functional_names)
	tap_case "the sanitizers report nothing" no_reports
}

# Reports go to files, since a container may have closed stderr. Each file is a failure of its own.
watch_sanitizers() {
	REPORTS=$LOGS/$1-reports
	rm -rf "$REPORTS" && mkdir -p "$REPORTS" && chmod 1777 "$REPORTS"
	export ASAN_OPTIONS=log_path=$REPORTS/asan UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:log_path=$REPORTS/ubsan
}
no_reports() {
	! grep -rE -A 20 'ERROR: |runtime error: ' "$REPORTS" | head -n 60 | grep .
}

suite_faults() {
	sweep faults "$TESTS/faults/run"
	build_test && "$TESTS/faults/calls" "$TOP/build-test/cmd/husk" # the calls of the sanitizers are not to be failed
}

suite_kills() {
	sweep kills "$TESTS/faults/kills" && sweep mounts "$TESTS/faults/mounts"
}

# With --all once more under the sanitizers.
sweep() {
	build_test && "$2" "$TOP/build-test/cmd/husk" || return
	[ -n "${HUSK_TEST_ALL:-}" ] || return 0
	build_asan || return
	watch_sanitizers "$1"
	ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS "$2" "$TOP/build-asan/cmd/husk"
	tap_case "the sanitizers report nothing" no_reports
}

suite_conformance() {
	build_release && build_conformance && "$TESTS/conformance/run" "$TOP/build/cmd/husk"
}

suite_bench() {
	build_release && "$TESTS/bench/system_calls" "$TOP/build/cmd/husk"
}

suite_vm() {
	build_release && build_conformance && "$TESTS/vm/run"
}

suite_engines() {
	build_release && "$TESTS/engines/run" "$TOP/build/cmd/husk"
}

suite_demo() {
	tap_case "contrib/demo ends well" "$TOP/contrib/demo"
}
