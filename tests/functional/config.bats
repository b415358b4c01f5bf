# config.bats - config.json as a document: its version, its form, what is not of Linux, and what nobody knows.

load helpers

# refused WORDS: the bundle does not start, in one line with these words and the place in config.json, and nothing is made.
refused() {
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *config.json*"$1"* ]] || { echo "$output" && return 1; }
	nothing_left_of "$ID"
}

# starts: and prints nothing but what its process prints.
starts() {
	run run_in 'echo it runs'
	[ "$status" -eq 0 ]
	[ "$output" = "it runs" ]
}

# bats test_tags=p:ociVersion
@test "ociVersion is needed and has the form of a version" {
	local version

	config 'del(.ociVersion)'
	refused '1:1: /ociVersion: is required'
	for version in "" 1.3 v1.3.0 1.3.0.0 1.-3.0 " 1.3.0" +1.3.0 1.03.0 99999999999.0.0 1.3.0- 1.3.0+x_y x; do
		config --arg version "$version" '.ociVersion = $version'
		refused "/ociVersion: \"$version\" is no version as 1.3.0 is"
	done
}

# bats test_tags=p:ociVersion
@test "another minor version makes no difference, another major version is a warning" {
	local version

	for version in 1.0.0 1.0.2-dev 1.3.0+build.5 1.99.0; do
		config --arg version "$version" '.ociVersion = $version'
		starts
	done
	config '.ociVersion = "2.0.0"'
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"it runs"*"warning: ociVersion 2.0.0 is of another major version"* ]]
}

# bats test_tags=p:solaris,p:windows,p:vm,p:zos,p:freebsd,p:process:commandLine,p:process:user:username
@test "what is of other platforms is accepted, whatever it holds, and has no effect" {
	config '.solaris = {milestone: "x"} | .windows = {layerFolders: []} | .vm = {kernel: {path: "/no/such"}} | .zos = {} | .freebsd = {}
		| .process.commandLine = "rm -rf /" | .process.user.username = "nobody"'
	starts
}

@test "a property that is none has no effect, and --debug tells of it" {
	config '.process.userr = {uid: 5} | .linux.resources.memory.limits = 1'
	starts
	run husk --debug run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == *"/process/userr is not in the spec, ignored"* ]]
	[[ $output == *"/linux/resources/memory/limits is not in the spec, ignored"* ]]
}

@test "a name that is given twice is refused at the second one" {
	sed 's/"ociVersion"/"ociVersion": "1.3.0",\n"ociVersion"/' -i "$BUNDLE/config.json"
	refused '3:1: /ociVersion: is given twice'
}

@test "a value of the wrong type is refused where it stands, with what is needed" {
	jq . "$BUNDLE/config.json" | sed 's/"cwd": .*/"cwd": 5,/' >"$BUNDLE/config.json.new"
	mv "$BUNDLE/config.json.new" "$BUNDLE/config.json"
	refused "$(grep -n '"cwd"' "$BUNDLE/config.json" | cut -d: -f1):12: /process/cwd: a string is needed, not a number"
}

@test "a document that is none is refused: no JSON, too deep, too long" {
	echo '{"ociVersion": "1.3.0",' >"$BUNDLE/config.json"
	refused ''
	printf '{"x": %s}' "$(printf '[%.0s' {1..100})" >"$BUNDLE/config.json"
	refused 'more than 64 objects'
	head -c 17M /dev/zero | tr '\0' ' ' >"$BUNDLE/config.json"
	refused '16 MiB'
}
