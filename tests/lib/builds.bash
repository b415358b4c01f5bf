# builds.bash - the builds that tests use, each in a folder of its own, made when it is first asked for.
# shellcheck shell=bash

# build FOLDER [MESON OPTIONS]: configures it once, then compiles what changed. Prints only when that fails.
build() {
	local folder=$TOP/$1

	shift
	quietly configure "$folder" "$@" && quietly ninja -C "$folder"
}
quietly() {
	local printed

	printed=$("$@" 2>&1) || {
		tail -n 60 <<<"$printed"
		return 1
	}
}

# A folder that was configured before cmocka or scdoc was there knows no unit tests, or no manual pages.
configure() {
	if [ ! -e "$1/build.ninja" ]; then
		meson setup "$1" "$TOP" -Dwerror=true "${@:2}"
	elif lacks "$1" tests/unit/ /usr/include/cmocka.h || lacks "$1" husk.8 /usr/bin/scdoc; then
		meson setup --reconfigure "$1"
	fi
}
# lacks FOLDER TARGET NEEDED
lacks() {
	! grep -qF "$2" "$1/build.ninja" && [ -e "$3" ]
}

# The program as it is shipped.
build_release() {
	build build
}

# The validation programs of runtime-tools.
build_conformance() {
	quietly "$TESTS/conformance/build" "$TOP/build-conformance"
}

# With --fail-at and --kill-at.
build_test() {
	build build-test -Dfaults=true
}

# The same under the address and undefined behaviour sanitizers. They cannot be linked statically, and make gcc see warnings
# that are not there.
build_asan() {
	build build-asan -Dwerror=false -Dfaults=true -Dlink=shared -Db_sanitize=address,undefined -Db_lundef=false \
		--buildtype=debugoptimized
}
