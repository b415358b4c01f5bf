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
	[[ $output == *"it runs"* ]]
	[[ $output == *"warning: ociVersion 2.0.0 is of another major version"* ]]
}

# bats test_tags=p:solaris,p:windows,p:vm,p:zos,p:freebsd,p:process:commandLine,p:process:user:username
@test "what is of other platforms is accepted, whatever it holds, and has no effect" {
	config '.solaris = {milestone: "x"} | .windows = {layerFolders: []} | .vm = {kernel: {path: "/no/such"}} | .zos = {} | .freebsd = {}
		| .process.commandLine = "rm -rf /" | .process.user.username = "nobody"'
	starts
}

@test "what may be absent is: a root and a process are enough" {
	cat >"$BUNDLE/config.json" <<-END
		{"ociVersion": "1.3.0", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["/bin/echo", "it runs"], "env": ["HUSK_TEST=$HUSK_TEST_NAME"]},
			"linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}]}}
	END
	run husk run "$ID"
	[ "$status" -eq 0 ]
	[ "$output" = "it runs" ]
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

# bats test_tags=p:root:path,p:process:cwd,p:process:args,p:process:user:uid,p:process:user:gid,p:process:user:additionalGids,p:process:user:umask,p:process:rlimits,p:hooks:prestart:path,p:hooks:poststop:timeout,p:linux:namespaces:type,p:linux:namespaces:path,p:linux:devices:path,p:linux:devices:type,p:linux:devices:major,p:linux:devices:uid,p:linux:devices:gid,p:linux:devices:fileMode,p:linux:maskedPaths,p:linux:readonlyPaths,p:linux:rootfsPropagation,p:linux:uidMappings,p:linux:gidMappings,p:mounts:destination,p:root:readonly,p:annotations
@test "what the specification calls an error is refused, with its place, before anything is made" {
	local change words

	cp "$BUNDLE/config.json" "$TEST_DIR/config.json"
	while IFS=$'\t' read -r change words; do
		jq "$change" "$TEST_DIR/config.json" >"$BUNDLE/config.json"
		refused "$words"
		[ -z "$(ls -A "$ROOTFS/dev")" ]
	done <<-'END'
		del(.root)	/root: is required
		del(.root.path)	/root/path: is required
		.root.path = ""	/root/path: is empty
		.root.readonly = "yes"	/root/readonly: true or false is needed
		.mounts += [{type: "tmpfs"}]	/mounts/7/destination: is required
		.mounts += [{destination: "", type: "tmpfs"}]	/mounts/7/destination: an absolute path
		del(.process.cwd)	/process/cwd: is required
		.process.cwd = ""	/process/cwd: "" is not absolute
		.process.cwd = "tmp"	/process/cwd: "tmp" is not absolute
		.process.args = []	/process/args: is empty
		.process.env = ["A"]	/process/env/0: "A" is not of the form
		.process.user.uid = -1	/process/user/uid: is out of range
		.process.user.uid = 4294967295	/process/user/uid: 4294967295 is no id
		.process.user.uid = 4294967296	/process/user/uid: is out of range
		.process.user.gid = 4294967295	/process/user/gid: 4294967295 is no id
		.process.user.additionalGids = [1, 4294967295]	/process/user/additionalGids/1: 4294967295 is no id
		.process.user.umask = 512	/process/user/umask: 512 is out of range
		.process.rlimits = [{type: "RLIMIT_CPU", soft: 1, hard: 1}, {type: "RLIMIT_CPU", soft: 1, hard: 1}]	/process/rlimits/1
		.process.rlimits = [{type: "RLIMIT_X", soft: 1, hard: 1}]	/process/rlimits/0/type: unknown type
		.hooks.prestart = [{path: "true"}]	/hooks/prestart/0/path: "true" is not absolute
		.hooks.prestart = [{}]	/hooks/prestart/0/path: is required
		.hooks.poststop = [{path: "/bin/true", timeout: 0}]	/hooks/poststop/0/timeout: 0 is out of range
		.annotations = {"": "x"}	/annotations/: a name cannot be empty
		.annotations = {x: 5}	/annotations/x: a string is needed
		.linux.namespaces += [{type: "pid"}]	/linux/namespaces/5: a second namespace of type pid
		.linux.namespaces += [{type: "pids"}]	/linux/namespaces/5: unknown namespace type "pids"
		.linux.namespaces += [{path: "/proc/self/ns/pid"}]	/linux/namespaces/5/type: is required
		.linux.namespaces[0].path = "proc/self/ns/pid"	/linux/namespaces/0: the path "proc/self/ns/pid" is not absolute
		(.linux.namespaces[] | select(.type == "ipc")).path = "/proc/self/ns/net"	/proc/self/ns/net is no ipc namespace
		(.linux.namespaces[] | select(.type == "ipc")).path = "/etc/passwd"	/etc/passwd is no ipc namespace
		(.linux.namespaces[] | select(.type == "ipc")).path = "/no/such"	/no/such: no such file or directory
		.linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}]	/linux/uidMappings: mappings need a namespace of type user
		.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 4294967295, hostID: 0, size: 1}] | .linux.gidMappings = .linux.uidMappings	/linux/uidMappings/0
		.linux.namespaces += [{type: "user"}] | .linux.gidMappings = [{containerID: 0, hostID: 4294967295, size: 1}] | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}]	/linux/gidMappings/0
		.linux.devices = [{path: "dev/x", type: "c", major: 1, minor: 3}]	/linux/devices/0/path: the path "dev/x" is not absolute
		.linux.devices = [{path: "/dev/x", type: "x", major: 1, minor: 3}]	/linux/devices/0/type: unknown type "x"
		.linux.devices = [{path: "/dev/x", type: "b", minor: 3}]	/linux/devices/0: a device of type b needs major and minor
		.linux.devices = [{path: "/dev/x", type: "c", major: 4096, minor: 3}]	/linux/devices/0: major runs from 0 to 4095
		.linux.devices = [{path: "/dev/x", type: "c", major: 1, minor: 3, uid: 4294967295}]	/linux/devices/0/uid: 4294967295 is no id
		.linux.devices = [{path: "/dev/x", type: "p", gid: 4294967295}]	/linux/devices/0/gid: 4294967295 is no id
		.linux.devices = [{path: "/dev/x", type: "p", fileMode: 4294967296}]	/linux/devices/0/fileMode: is out of range
		.mounts += [{destination: "/dev", source: "/dev", options: ["rbind"]}] | .linux.devices = [{path: "/dev/x", type: "x"}]	/linux/devices/0/type: unknown type "x"
		.linux.maskedPaths = ["proc"]	/linux/maskedPaths/0: the path "proc" is not absolute
		.linux.readonlyPaths = [""]	/linux/readonlyPaths/0: the path "" is not absolute
		.linux.rootfsPropagation = "none"	/linux/rootfsPropagation: unknown propagation "none"
	END
}
