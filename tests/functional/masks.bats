# masks.bats - linux.maskedPaths and linux.readonlyPaths.

# bats file_tags=old-kernel
load helpers

mask() {
	config '.linux.maskedPaths = $ARGS.positional' --args -- "$@"
}
readonly_paths() {
	config '.linux.readonlyPaths = $ARGS.positional' --args -- "$@"
}

# config reads its file last, which jq takes for a positional argument after --args.
config() {
	jq "$@" <"$BUNDLE/config.json" >"$BUNDLE/config.json.new"
	mv "$BUNDLE/config.json.new" "$BUNDLE/config.json"
}

# bats test_tags=p:linux:maskedPaths
@test "a masked file reads empty, a masked directory is empty, and neither can be written" {
	mkdir -p "$ROOTFS/secret/below"
	echo text >"$ROOTFS/secret-file"
	config '.root.readonly = false'
	mask /secret-file /secret /proc/version
	run run_in 'cat /secret-file /proc/version; ls -A /secret; echo x >/secret-file; touch /secret/x; stat -c "%F %a" /secret /secret-file; :'
	[ "$status" -eq 0 ]
	[[ $output == *"can't create /secret-file: Read-only file system"* ]]
	[[ $output == *"/secret/x: Read-only file system"* ]]
	[[ $output == *$'directory 555\nregular empty file 444'* ]]
	[[ $output != *text* ]]
	[ "$(cat "$ROOTFS/secret-file")" = text ]
}

# bats test_tags=p:linux:maskedPaths,p:linux:readonlyPaths
@test "a path that is not there needs no mask" {
	mask /no/such /proc/no-such /proc/version/below
	run run_in 'echo here'
	[ "$status" -eq 1 ] # below a file is not nothing
	[[ $output == */linux/maskedPaths/2*"not a directory"* ]]
	mask /no/such /proc/no-such
	readonly_paths /nothing/here
	run run_in 'echo here'
	[ "$status" -eq 0 ]
	[ "$output" = here ]
	[ ! -e "$ROOTFS/no" ]
}

# bats test_tags=p:linux:maskedPaths
@test "a mask follows symbolic links inside the root only" {
	mkdir "$TEST_DIR/outside" "$ROOTFS/inside"
	echo seen >"$TEST_DIR/outside/file"
	echo seen >"$ROOTFS/inside/file"
	ln -s /inside "$ROOTFS/link"
	ln -s "$TEST_DIR/outside" "$ROOTFS/way-out"
	mask /link/file /way-out/file
	run run_in 'cat /inside/file'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ "$(cat "$TEST_DIR/outside/file")" = seen ]
}

# bats test_tags=p:linux:maskedPaths
@test "masks do not use what the image calls /dev/null" {
	config '.mounts |= map(select(.destination | startswith("/dev") | not)) | .root.readonly = false'
	mknod "$ROOTFS/dev/null" c 1 3
	mask /etc/passwd
	run run_in 'stat -c "%F" /etc/passwd; grep " /etc/passwd " /proc/self/mountinfo'
	[ "$status" -eq 0 ]
	[[ $output == "regular empty file"*" - tmpfs "* ]]
}

# bats test_tags=p:linux:maskedPaths
@test "masks share one file system, and nothing of it shows elsewhere" {
	mask /proc/version /proc/uptime /proc/fs /proc/bus
	run run_in 'grep -E "/(file|directory) /" /proc/self/mountinfo | cut -d" " -f3 | sort | uniq -c | awk "{ print \$1 }"; awk "\$5 == \"/\"" /proc/self/mountinfo | wc -l'
	[ "$status" -eq 0 ]
	[ "$output" = $'4\n1' ]
}

# bats test_tags=p:linux:readonlyPaths
@test "a read-only path cannot be written, nor what is mounted below it" {
	mkdir -p "$ROOTFS/data/below"
	touch "$ROOTFS/file"
	config '.root.readonly = false | .mounts += [{"destination": "/data/below", "type": "tmpfs", "source": "tmpfs"}]'
	readonly_paths /data /file /proc/sys
	run run_in 'touch /data/x /data/below/x /new; echo x >/file; echo 1 >/proc/sys/vm/overcommit_memory; ls /new'
	[[ $output == *"/data/x: Read-only file system"* ]]
	[[ $output == *"/data/below/x: Read-only file system"* ]]
	[[ $output == *"/file: Read-only file system"* ]]
	[[ $output == *"/proc/sys/vm/overcommit_memory: Read-only file system"* ]]
	[[ $output == */new ]]
}

# bats test_tags=p:linux:maskedPaths,p:linux:readonlyPaths
@test "a path that is masked and read-only is masked" {
	mask /proc/sys
	readonly_paths /proc/sys /proc/sys/kernel
	run run_in 'ls -A /proc/sys; touch /proc/sys/x 2>&1 || :'
	[ "$status" -eq 0 ]
	[[ $output == *"/proc/sys/x: Read-only file system" ]]
	[ "${#lines[@]}" -eq 1 ]
}

# bats test_tags=p:linux:maskedPaths,p:linux:readonlyPaths
@test "masks hold in a user namespace" {
	config '.linux.namespaces += [{"type": "user"}] | .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}]
		| .linux.gidMappings = .linux.uidMappings'
	chown -R 100000:100000 "$ROOTFS"
	mask /proc/version /proc/fs
	readonly_paths /proc/sys
	run run_in 'cat /proc/version; ls -A /proc/fs; grep -c " /proc/\(version\|fs\|sys\) ro," /proc/self/mountinfo'
	[ "$status" -eq 0 ]
	[ "$output" = 3 ]
}

# bats test_tags=p:linux:maskedPaths,p:linux:readonlyPaths
@test "paths that are not absolute are refused" {
	mask proc/version
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/maskedPaths/0*absolute* ]]
	mask
	readonly_paths /proc/sys proc/bus
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/readonlyPaths/1*absolute* ]]
}

# bats test_tags=p:linux:maskedPaths,p:linux:readonlyPaths
@test "the root is no path to mask or to make read-only, however it is written" {
	local list path

	for list in maskedPaths readonlyPaths; do
		for path in / // /bin/..; do
			config --arg list "$list" --arg path "$path" '.linux[$list] = [$path]'
			run husk run "$ID"
			[ "$status" -eq 1 ]
			[[ $output == *"/linux/$list/0: \"$path\" is the root"* ]]
			config --arg list "$list" 'del(.linux[$list])'
		done
	done
}
