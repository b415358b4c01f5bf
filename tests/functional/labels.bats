# labels.bats - process.apparmorProfile, process.selinuxLabel and linux.mountLabel: what confines the process and marks the files of
# its mounts, seen from inside and outside; and that no image gets around it.
#
# Here neither is on: what each does is tested in the virtual machines `systemd` (AppArmor) and `selinux`.

load helpers

PROFILES="husk-test husk-test-outer"

teardown() {
	local profile

	delete_all_and_see_nothing_left
	! apparmor_is_on || for profile in $PROFILES; do
		printf %s "$profile" 2>/dev/null >/sys/kernel/security/apparmor/.remove || true
	done
}

apparmor_is_on() {
	[ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]
}
needs_apparmor() {
	apparmor_is_on || skip "AppArmor is off here: to be run in the virtual machine"
}
selinux_is_on() {
	grep -q selinuxfs /proc/filesystems
}
needs_selinux() {
	selinux_is_on || skip "SELinux is off here: to be run in the virtual machine"
}
# profile NAME [RULES]: loads it.
profile() {
	echo "profile $1 flags=(attach_disconnected) { $2 }" | apparmor_parser --replace --skip-cache
}
# confined NAME: the process has this profile in config.json, which denies /etc/secret and is loaded.
confined() {
	profile "$1" 'file, capability, signal, deny /etc/secret r,'
	echo secret >"$ROOTFS/etc/secret"
	config --arg name "$1" '.process.apparmorProfile = $name'
}
# The profile of the container's init, from outside.
profile_of() {
	cat "/proc/$(pid_of)/attr/apparmor/current"
}

# A /proc in the image: files that take each write and confine nobody, and for each thing that a runtime may write a sentinel.
fake_proc() {
	local dir

	for dir in self thread-self 1 1/task/1 self/task/1; do
		mkdir -p "$ROOTFS/proc/$dir/attr/apparmor"
		echo untouched | tee "$ROOTFS/proc/$dir/attr/apparmor/exec" "$ROOTFS/proc/$dir/attr/exec" >"$ROOTFS/proc/$dir/attr/keycreate"
	done
}
fake_proc_is_untouched() {
	[ -z "$(find "$ROOTFS/${1:-proc}" -type f -exec grep -Lx untouched {} +)" ]
}

# The same elsewhere in the image, as /fake, for a container that puts it on its /proc later: hostile_proc KIND does so from inside.
fake_proc_aside() {
	fake_proc
	mv "$ROOTFS/proc" "$ROOTFS/fake"
	mkdir "$ROOTFS/proc" "$ROOTFS/moved"
}
hostile_proc() {
	case $1 in
	real) ;;
	bound) in_mounts mount --bind /fake /proc ;;
	masked) in_mounts mount -t tmpfs tmpfs /proc ;;
	moved) in_mounts mount --move /proc /moved ;;
	esac
}
in_mounts() {
	nsenter --target "$(pid_of)" --mount --root --wd /bin/busybox "$@"
}
# exec_aside FLAGS...: a process that stays; EXECUTED is its pid. Its streams are not those of bats, which a label may keep from it.
exec_aside() {
	husk exec --detach --pid-file "$TEST_DIR/pid" "$@" "$ID" sleep 1000 </dev/null >"$TEST_DIR/said" 2>&1 || {
		cat "$TEST_DIR/said"
		return 1
	}
	EXECUTED=$(cat "$TEST_DIR/pid")
}

# The container as the script of explain makes it, without a cgroup, which nobody would remove.
explained() {
	config 'del(.mounts[] | select(.type == "cgroup")) | del(.linux.namespaces[] | select(.type == "cgroup"))'
	husk --cgroup-manager disabled explain "$ID" >"$TEST_DIR/script" 2>/dev/null # it warns: no cgroup
	at_bundle timeout 60 sh "$TEST_DIR/script"
}

# --- neither is there -------------------------------------------------------------------------------------------------

# bats test_tags=p:process:apparmorProfile
@test "a profile where AppArmor is off is refused before anything is made" {
	! apparmor_is_on || skip "AppArmor is on here"
	config '.process.apparmorProfile = "husk-test"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/process/apparmorProfile*"AppArmor is off on this host"* ]]
	[ ! -e "$ROOT" ]
}

# bats test_tags=p:process:selinuxLabel
@test "a label where SELinux is off is refused before anything is made" {
	! selinux_is_on || skip "SELinux is on here"
	config '.process.selinuxLabel = "system_u:system_r:container_t:s0"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/process/selinuxLabel*"SELinux is off on this host"* ]]
	[ ! -e "$ROOT" ]
}

# bats test_tags=p:process:apparmorProfile,p:process:selinuxLabel
@test "an empty label asks for none" {
	config '.process.apparmorProfile = "" | .process.selinuxLabel = ""'
	run run_in 'echo started'
	[ "$output" = started ]
}

# --- AppArmor ---------------------------------------------------------------------------------------------------------

# bats test_tags=systemd,old-kernel,p:process:apparmorProfile,p:process:noNewPrivileges
@test "a profile confines the process, with noNewPrivileges and without" {
	local flag

	needs_apparmor
	confined husk-test
	for flag in true false; do
		config --argjson flag "$flag" '.process.noNewPrivileges = $flag'
		run run_in 'cat /proc/self/attr/apparmor/current /etc/secret'
		[ "${lines[0]}" = "husk-test (enforce)" ]
		[[ ${lines[1]} == *"/etc/secret"*"Permission denied" ]]
	done
	config '.process.apparmorProfile = "unconfined"'
	run run_in 'cat /proc/self/attr/apparmor/current /etc/secret'
	[ "$output" = $'unconfined\nsecret' ]
}

# bats test_tags=systemd,p:process:apparmorProfile
@test "a profile that is not loaded is an error that says so, and leaves nothing" {
	needs_apparmor
	config '.process.apparmorProfile = "husk-test-missing"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/process/apparmorProfile*husk-test-missing*"no profile of this name is loaded"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=systemd,p:process:apparmorProfile
@test "a profile of a namespace confines by the name that the kernel has for it" {
	local namespace=/sys/kernel/security/apparmor/policy/namespaces/husk-test

	needs_apparmor
	mkdir -p "$namespace"
	echo 'profile inside { file, }' | apparmor_parser --replace --skip-cache --namespace husk-test
	config '.process.apparmorProfile = ":husk-test:inside" | .process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	[ "$(profile_of)" = ":husk-test:inside (enforce)" ]
	husk delete --force "$ID"

	config '.process.apparmorProfile = ":husk-test://inside"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process/apparmorProfile*'":husk-test:inside (enforce)": write it so'* ]]
	rmdir "$namespace"
}

# bats test_tags=systemd,p:process:apparmorProfile,p:hooks:startContainer:path,p:hooks:createContainer:path
@test "hooks of startContainer have the profile of the process, those before it have not" {
	needs_apparmor
	confined husk-test
	mkdir -m 777 "$ROOTFS/out"
	config --arg out "$ROOTFS/out" '.root.readonly = false | .hooks = {
		createContainer: [{path: "/bin/sh", args: ["sh", "-c", "cat /proc/self/attr/apparmor/current >\($out)/before"]}],
		startContainer: [{path: "/bin/sh", args: ["sh", "-c", "cat /proc/self/attr/apparmor/current >/out/after"]}]}'
	run run_in 'cat /out/before /out/after'
	[ "$output" = $'unconfined\nhusk-test (enforce)' ]
}

# bats test_tags=systemd,p:process:apparmorProfile,p:linux:namespaces:type
@test "a profile confines in a user namespace, and where the pid namespace is the host's" {
	needs_apparmor
	confined husk-test
	chmod 755 "$ROOTFS" "$BUNDLE"
	config '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	run run_in 'cat /proc/self/attr/apparmor/current'
	[ "$output" = "husk-test (enforce)" ]

	config 'del(.linux.namespaces[] | select(.type == "pid")) | del(.mounts[] | select(.type == "proc"))
		| .process.args = ["sleep", "1000"] | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	husk run --detach "$ID"
	[ "$(profile_of)" = "husk-test (enforce)" ]
}

# bats test_tags=systemd,p:process:apparmorProfile,p:process:noNewPrivileges
@test "a caller that is confined itself stacks the profile where nothing else is allowed" {
	needs_apparmor
	confined husk-test
	profile husk-test-outer 'all, change_profile,'
	config '.process.args = ["cat", "/proc/self/attr/apparmor/current"]'
	run at_bundle aa-exec -p husk-test-outer "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "husk-test//&husk-test-outer (enforce)" ]

	config '.process.noNewPrivileges = false'
	run at_bundle aa-exec -p husk-test-outer "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "husk-test (enforce)" ]
}

# bats test_tags=systemd,p:process:apparmorProfile
@test "a caller whose profile allows no change is told so" {
	needs_apparmor
	confined husk-test
	profile husk-test-outer 'all,'
	run at_bundle aa-exec -p husk-test-outer "$HUSK" --root "$ROOT" run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */process/apparmorProfile*"the profile that confines the caller does not allow the change"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=systemd,p:process:apparmorProfile
@test "explain is true of a profile" {
	needs_apparmor
	confined husk-test
	config '.process.args = ["cat", "/proc/self/attr/apparmor/current"]'
	run explained
	[ "$output" = "husk-test (enforce)" ]
}

# bats test_tags=systemd,p:process:apparmorProfile
@test "exec: the profile of the container, or the one of --apparmor" {
	needs_apparmor
	confined husk-test
	profile husk-test-outer 'file, signal,'
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	[ "$(husk exec "$ID" cat /proc/self/attr/apparmor/current)" = "husk-test (enforce)" ]
	[ "$(husk exec --apparmor husk-test-outer "$ID" cat /proc/self/attr/apparmor/current)" = "husk-test-outer (enforce)" ]
	run husk exec --apparmor husk-test-missing "$ID" true
	[ "$status" -eq 255 ]
	[[ $output == *"--apparmor: "*husk-test-missing*"no profile of this name is loaded"* ]]
	husk delete --force "$ID"
	config 'del(.process.apparmorProfile)'
	husk run --detach "$ID"
	[ "$(husk exec "$ID" cat /proc/self/attr/apparmor/current)" = unconfined ]
	[ "$(husk exec --apparmor husk-test "$ID" cat /proc/self/attr/apparmor/current)" = "husk-test (enforce)" ]
}

# bats test_tags=systemd,p:process:apparmorProfile
@test "exec: no /proc that the container has made of its own takes the profile (CVE-2019-16884)" {
	local kind

	needs_apparmor
	confined husk-test
	fake_proc_aside
	config '.process.args = ["sleep", "1000"] | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	for kind in real bound masked moved; do
		husk run --detach "$ID"
		hostile_proc "$kind"
		exec_aside
		[ "$(cat "/proc/$EXECUTED/attr/apparmor/current")" = "husk-test (enforce)" ]
		husk delete --force "$ID"
		fake_proc_is_untouched fake
	done
}

# --- SELinux ----------------------------------------------------------------------------------------------------------

CONTAINER=system_u:system_r:container_t:s0:c1,c2
FILE=system_u:object_r:container_file_t:s0:c1,c2

# The process has the label in config.json, and may read and write its root.
labelled() {
	needs_selinux
	chcon -R "$FILE" "$ROOTFS"
	config --arg label "$CONTAINER" '.process.selinuxLabel = $label'
}
# run_labelled COMMANDS: what they print is in $output; a process of this label cannot write to the pipe of bats.
run_labelled() {
	: >"$BUNDLE/out"
	chcon "$FILE" "$BUNDLE/out"
	config --arg commands "$1" '.process.args = ["sh", "-c", $commands]'
	status=0
	husk run "$ID" >"$BUNDLE/out" 2>&1 </dev/null || status=$?
	output=$(cat "$BUNDLE/out")
	mapfile -t lines <"$BUNDLE/out"
}
# The label of the container's init, from outside.
label_of() {
	tr -d '\0' <"/proc/$(pid_of)/attr/current"
}

# bats test_tags=selinux,p:process:selinuxLabel,p:process:noNewPrivileges
@test "a label confines the process, with noNewPrivileges and without" {
	local flag

	labelled
	echo readable >"$ROOTFS/etc/readable"
	echo secret >"$ROOTFS/etc/secret"
	chcon "$FILE" "$ROOTFS/etc/readable"
	chcon system_u:object_r:shadow_t:s0 "$ROOTFS/etc/secret"
	for flag in true false; do
		config --argjson flag "$flag" '.process.noNewPrivileges = $flag'
		run_labelled 'tr -d "\0" </proc/self/attr/current; echo; cat /etc/readable /etc/secret'
		[ "${lines[0]}" = "$CONTAINER" ]
		[ "${lines[1]}" = readable ]
		[[ ${lines[2]} == *"/etc/secret"*"Permission denied" ]]
	done
}

# bats test_tags=selinux,p:process:selinuxLabel
@test "a label is what the policy makes of it: types have other names, categories an order" {
	labelled
	config '.process.args = ["sleep", "1000"] | .process.selinuxLabel = "system_u:system_r:svirt_lxc_net_t:s0:c2,c1"'
	husk run --detach "$ID"
	[ "$(label_of)" = "$CONTAINER" ]
}

# bats test_tags=selinux,p:process:selinuxLabel
@test "a label that the policy does not have is an error that says so, and leaves nothing" {
	local label

	labelled
	for label in wrong system_u:system_r:container_t system_u:system_r:no_such_t:s0 system_u:system_r:container_t:s7; do
		config --arg label "$label" '.process.selinuxLabel = $label'
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *config.json:*/process/selinuxLabel*"$label"*"the policy has no such label"* ]]
		nothing_left_of "$ID"
	done
}

# bats test_tags=selinux,p:process:selinuxLabel,p:process:args
@test "a program that the policy keeps from the label is told with the label" {
	labelled
	chcon system_u:object_r:etc_t:s0 "$ROOTFS/bin/busybox"
	config '.process.args = ["/bin/busybox", "true"]'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"permission denied: the SELinux policy may forbid it to $CONTAINER"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=selinux,p:process:selinuxLabel,p:hooks:startContainer:path,p:hooks:createContainer:path
@test "hooks of startContainer have the label of the process, those before it have not" {
	labelled
	config --arg out "$ROOTFS" '.root.readonly = false | .hooks = {
		createContainer: [{path: "/bin/sh", args: ["sh", "-c", "cat /proc/self/attr/current >\($out)/before"]}],
		startContainer: [{path: "/bin/sh", args: ["sh", "-c", "cat /proc/self/attr/current >/after"]}]}'
	run_labelled true
	[[ $(tr -d '\0' <"$ROOTFS/before") == *:unconfined_t:* ]]
	[ "$(tr -d '\0' <"$ROOTFS/after")" = "$CONTAINER" ]
}

# bats test_tags=selinux,p:process:selinuxLabel
@test "the session keyring has the label of the process" {
	local key

	labelled
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	key=$(awk -v name="_ses.$ID." 'index($9, name) == 1 { print $1 }' /proc/keys)
	run python3 -c 'import ctypes, sys
label = ctypes.create_string_buffer(200)
ctypes.CDLL(None).syscall(250, 17, int(sys.argv[1], 16), label, 200) # KEYCTL_GET_SECURITY
print(label.value.decode())' "$key"
	[ "$output" = "$CONTAINER" ]
}

# bats test_tags=selinux,p:process:selinuxLabel
@test "a faked /proc in the image takes no SELinux label (CVE-2019-16884)" {
	needs_selinux
	fake_proc
	labelled
	config 'del(.mounts[] | select(.destination == "/proc")) | .process.args = ["sleep", "1000"]
		| .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	husk run --detach "$ID"
	[ "$(label_of)" = "$CONTAINER" ]
	fake_proc_is_untouched
}

# bats test_tags=selinux,p:process:selinuxLabel
@test "exec: the label of the container, or the one of --process-label" {
	labelled
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	exec_aside
	[ "$(tr -d '\0' <"/proc/$EXECUTED/attr/current")" = "$CONTAINER" ]
	exec_aside --process-label "$CONTAINER,c4"
	[ "$(tr -d '\0' <"/proc/$EXECUTED/attr/current")" = "$CONTAINER,c4" ]
	run exec_aside --process-label wrong
	[ "$status" -ne 0 ]
	[[ $output == *"--process-label: "*wrong*"the policy has no such label"* ]]
}

# bats test_tags=selinux,p:process:selinuxLabel
@test "exec: no /proc that the container has made of its own takes the SELinux label (CVE-2019-16884)" {
	local kind

	needs_selinux
	fake_proc_aside
	labelled
	config '.process.args = ["sleep", "1000"] | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	for kind in real bound masked moved; do
		husk run --detach "$ID"
		hostile_proc "$kind"
		exec_aside
		[ "$(tr -d '\0' <"/proc/$EXECUTED/attr/current")" = "$CONTAINER" ]
		husk delete --force "$ID"
		fake_proc_is_untouched fake
	done
}

# bats test_tags=selinux,p:process:selinuxLabel,p:linux:mountLabel
@test "explain is true of labels" {
	labelled
	config --arg label "$FILE" '.linux.mountLabel = $label'
	run_labelled 'cat /proc/self/attr/current; grep -o " /[^ ]* .*context=.*" /proc/self/mountinfo'
	[[ $output == "$CONTAINER"*" /dev/shm "*context=* ]]
	explained >"$BUNDLE/out" </dev/null
	[ "$(cut -d' ' -f 2 "$BUNDLE/out" | sort)" = "$(cut -d' ' -f 2 <<<"$output" | sort)" ]
	diff <(tr -d '\0' <"$BUNDLE/out") <(echo "$output")
}

# --- labels of mounts -------------------------------------------------------------------------------------------------

# The label in the options of a mount's file system, as the container sees them on $1; the container runs.
context_of() {
	awk -v at="$1" '$5 == at { print }' "/proc/$(pid_of)/mountinfo" | sed -n 's/.*[ ,]\([a-z]*context="[^"]*"\).*/\1/p'
}
# The label of a file in the container.
label_of_file() {
	stat -c %C "/proc/$(pid_of)/root$1"
}
runs_with_mount_label() {
	labelled
	config --arg label "$FILE" '.linux.mountLabel = $label | .process.args = ["sleep", "1000"]'
	[ -z "${1:-}" ] || config "$1"
	husk run --detach "$ID"
}

# bats test_tags=p:linux:mountLabel
@test "a label of mounts where SELinux is off is refused before anything is made" {
	! selinux_is_on || skip "SELinux is on here"
	config '.linux.mountLabel = "system_u:object_r:container_file_t:s0"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/linux/mountLabel*"SELinux is off on this host"* ]]
	[ ! -e "$ROOT" ]

	config '.linux.mountLabel = ""'
	run run_in 'echo started'
	[ "$output" = started ]
}

# bats test_tags=selinux,p:linux:mountLabel
@test "file systems of the container have the label, those that others see too have not" {
	local at

	runs_with_mount_label
	for at in /dev /dev/pts /dev/shm; do
		[ "$(context_of "$at")" = "context=\"$FILE\"" ]
		[ "$(label_of_file "$at")" = "$FILE" ]
	done
	for at in /dev/null /dev/pts/ptmx /dev/mqueue /sys/firmware /proc/acpi /proc/kcore; do
		[ "$(label_of_file "$at")" = "$FILE" ] || { echo "$at: $(label_of_file "$at")" && return 1; }
	done
	for at in /proc /sys /sys/fs/cgroup /dev/mqueue; do
		[ -z "$(context_of "$at")" ]
	done
	[ "$(label_of_file /proc)" = system_u:object_r:proc_t:s0 ]
}

# bats test_tags=selinux,p:linux:mountLabel,p:process:selinuxLabel
@test "the process may use what has the label of its mounts, and nothing else" {
	labelled
	run_labelled 'echo text >/dev/shm/file; cat /dev/shm/file'
	[[ $output == *"Permission denied"* ]]

	config --arg label "$FILE" '.linux.mountLabel = $label'
	run_labelled 'echo text >/dev/shm/file; cat /dev/shm/file; echo x >/dev/null && ls -A /sys/firmware && echo masked'
	[ "$output" = $'text\nmasked' ]
}

# bats test_tags=selinux,p:linux:mountLabel,p:mounts:options
@test "a mount that only mount(2) can make has the label too, commas and all" {
	runs_with_mount_label '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["iversion", "size=64k"]}]'
	[ "$(context_of /mnt)" = "context=\"$FILE\"" ]
	[ "$(label_of_file /mnt)" = "$FILE" ]
}

# bats test_tags=selinux,p:linux:mountLabel,p:mounts:options
@test "a label in a mount's own options wins, with quotes or without" {
	runs_with_mount_label '.mounts += (["context=system_u:object_r:container_file_t:s0:c3,c4",
		"context=\"system_u:object_r:container_file_t:s0:c5,c6\"", "rootcontext=system_u:object_r:container_file_t:s0:c7,c8"]
		| to_entries | map({destination: "/mnt/\(.key)", type: "tmpfs", source: "tmpfs", options: [.value]}))'
	[ "$(context_of /mnt/0)" = 'context="system_u:object_r:container_file_t:s0:c3,c4"' ]
	[ "$(context_of /mnt/1)" = 'context="system_u:object_r:container_file_t:s0:c5,c6"' ]
	[ "$(label_of_file /mnt/2)" = system_u:object_r:container_file_t:s0:c7,c8 ]
}

# bats test_tags=selinux,p:linux:mountLabel,p:annotations
@test "an annotation says which option of a mount the label is, unless it is ignored" {
	runs_with_mount_label '.annotations["run.oci.mount_context_type"] = "rootcontext"'
	[ "$(context_of /dev/shm)" = "rootcontext=\"$FILE\"" ]
	[ "$(label_of_file /dev/shm)" = "$FILE" ]
	[ "$(label_of_file /dev/null)" != "$FILE" ]
	husk delete --force "$ID"

	config '.annotations["run.oci.mount_context_type"] = "labels"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/annotations/run.oci.mount_context_type"*'unknown type "labels"'* ]]

	husk --ignore-annotations run --detach "$ID"
	[ "$(context_of /dev/shm)" = "context=\"$FILE\"" ]
}

# bats test_tags=selinux,p:linux:mountLabel
@test "a label of mounts that the policy does not have is an error that says so" {
	labelled
	config '.linux.mountLabel = "system_u:object_r:no_such_t:s0"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/mounts/1"*"the option context=system_u:object_r:no_such_t:s0"*"the SELinux policy has no such label"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=selinux,p:linux:mountLabel,p:process:selinuxLabel,p:linux:namespaces:type
@test "both labels are given in a user namespace too" {
	labelled
	chown -R 100000:100000 "$ROOTFS"
	config --arg label "$FILE" '.linux.mountLabel = $label | .process.args = ["sleep", "1000"]
		| .linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
		| .linux.gidMappings = .linux.uidMappings'
	husk run --detach "$ID"
	[ "$(label_of)" = "$CONTAINER" ]
	[ "$(context_of /dev/shm)" = "context=\"$FILE\"" ]
	[ "$(label_of_file /dev/mqueue)" = "$FILE" ]
}

# --- attacks on a profile ----------------------------------------------------------------------------------------------

# bats test_tags=systemd,p:process:apparmorProfile
@test "a faked /proc in the image takes no label (CVE-2019-16884)" {
	needs_apparmor
	confined husk-test
	fake_proc
	config 'del(.mounts[] | select(.destination == "/proc")) | .process.args = ["sleep", "1000"]
		| .linux.maskedPaths = [] | .linux.readonlyPaths = []'
	husk run --detach "$ID"
	[ "$(profile_of)" = "husk-test (enforce)" ]
	fake_proc_is_untouched
}

# bats test_tags=systemd,p:process:apparmorProfile,p:mounts:destination,p:mounts:type
@test "no mount fakes the /proc that takes the label (CVE-2019-19921, CVE-2023-28642, CVE-2025-52881)" {
	local mount

	needs_apparmor
	confined husk-test
	mkdir "$BUNDLE/volume"
	mv "$BUNDLE/config.json" "$BUNDLE/config.json.before"
	while read -r mount; do
		jq --argjson mount "$mount" '.mounts += [$mount]' "$BUNDLE/config.json.before" >"$BUNDLE/config.json"
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */mounts/7* ]]
		nothing_left_of "$ID"
	done <<-END
		{"destination": "/proc", "type": "tmpfs", "source": "tmpfs"}
		{"destination": "/proc", "type": "bind", "source": "$BUNDLE/volume", "options": ["bind"]}
		{"destination": "/proc/self", "type": "bind", "source": "$BUNDLE/volume", "options": ["bind"]}
		{"destination": "/proc/self/attr/apparmor/exec", "type": "bind", "source": "/dev/null", "options": ["bind"]}
		{"destination": "/proc/1/task/1/attr", "type": "tmpfs", "source": "tmpfs"}
	END
	[ -z "$(ls -A "$BUNDLE/volume")" ]
}

# bats test_tags=systemd,p:process:apparmorProfile,p:mounts:destination
@test "a /proc that is a symbolic link in the image takes neither the mount nor the label" {
	needs_apparmor
	confined husk-test
	mkdir "$ROOTFS/elsewhere"
	rmdir "$ROOTFS/proc"
	ln -s elsewhere "$ROOTFS/proc"
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/mounts/0"*"without symbolic links"* ]]
	[ -z "$(ls -A "$ROOTFS/elsewhere")" ]
}

# bats test_tags=systemd,p:process:apparmorProfile,p:mounts:destination
@test "a /proc that is swapped for a symbolic link meanwhile: the right label, or no start" {
	local swapper started=0

	needs_apparmor
	confined husk-test
	fake_proc
	mv "$ROOTFS/proc" "$ROOTFS/fake"
	mkdir "$ROOTFS/proc"
	ln -s fake "$ROOTFS/swap"
	config '.process.args = ["cat", "/proc/self/attr/apparmor/current"]'
	python3 -c 'import ctypes, sys
while True: ctypes.CDLL(None).renameat2(-100, sys.argv[1].encode(), -100, sys.argv[2].encode(), 2)' "$ROOTFS/proc" "$ROOTFS/swap" 3>&- &
	swapper=$!
	for _ in $(seq 40); do
		[ "$started" -lt 5 ] || break
		run husk run "$ID"
		if [ "$status" -eq 0 ]; then
			[ "$output" = "husk-test (enforce)" ]
			started=$((started + 1))
		fi
		nothing_left_of "$ID"
	done
	kill "$swapper"
	[ "$started" -gt 0 ]
	[ -z "$(find "$ROOTFS/fake" -type f -exec grep -Lx untouched {} +)" ]
}
