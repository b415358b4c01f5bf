# features.bats - husk features: the document of features.md, and that it is true.

bats_require_minimum_version 1.5.0
load helpers

features() {
	"$HUSK" features | jq "$@"
}

# takes EXPRESSION: whether config.json, so changed, is planned without a word.
takes() {
	local printed

	jq "$1" "$BUNDLE/config.json" >"$TEST_DIR/config.json"
	printed=$("$HUSK" --root "$ROOT" explain --bundle "$BUNDLE" --config "$TEST_DIR/config.json" 2>&1 >/dev/null) || true
	[ -z "$printed" ] || { echo "$1: $printed" && return 1; }
}

@test "features is one JSON object, and stderr is empty" {
	run --separate-stderr "$HUSK" features
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	[ "$(jq -s length <<<"$output")" = 1 ]
}

@test "features has the members that the specification names, of its types, and no others" {
	local shape='{
		ociVersionMin: "string", ociVersionMax: "string", hooks: "list", mountOptions: "list", potentiallyUnsafeConfigAnnotations: "list",
		annotations: "object", linux: {
			namespaces: "list", capabilities: "list",
			cgroup: {v1: "boolean", v2: "boolean", systemd: "boolean", systemdUser: "boolean", rdma: "boolean"},
			seccomp: {enabled: "boolean", actions: "list", operators: "list", archs: "list", knownFlags: "list", supportedFlags: "list"},
			apparmor: {enabled: "boolean"}, selinux: {enabled: "boolean"},
			intelRdt: {enabled: "boolean", schemata: "boolean", monitoring: "boolean"},
			memoryPolicy: {modes: "list", flags: "list"},
			mountExtensions: {idmap: {enabled: "boolean"}}, netDevices: {enabled: "boolean"}}}'

	run features -c --argjson shape "$(jq -n "$shape")" '
		def kind: if type == "array" then if length > 0 and all(.[]; type == "string") then "list" else "no list of words" end else type end;
		def differences($shape; $at): to_entries[] | ($at + "/" + .key) as $here |
			if ($shape[.key] | type) == "object" then .value | differences($shape[$here | split("/")[-1]]; $here)
			elif (.value | kind) != $shape[.key] then $here else empty end;
		differences($shape; "")'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run features -c --argjson shape "$(jq -n "$shape")" '[$shape | paths] - [paths]'
	[ "$output" = "[]" ]
}

@test "features: the versions are accepted as ociVersion" {
	[ "$(features -r '.ociVersionMin + " " + .ociVersionMax')" = "1.0.0 1.3.0" ]
	takes '.ociVersion = "1.0.0"'
	takes '.ociVersion = "1.3.0"'
}

@test "features: all hooks, namespaces and capabilities that it names are taken, and none is missing" {
	local name

	[ "$(features -c .hooks)" = '["prestart","createRuntime","createContainer","startContainer","poststart","poststop"]' ]
	for name in $(features -r '.hooks[]'); do
		takes ".hooks.$name = [{path: \"/bin/true\"}]"
	done
	[ "$(features -c '.linux.namespaces | sort')" = '["cgroup","ipc","mount","network","pid","time","user","uts"]' ]
	[ "$(features '.linux.capabilities | length')" = 41 ]
	for name in $(features -r '.linux.capabilities[]'); do
		[ "$(capsh --decode="$(printf %x $((1 << number)))" | cut -d= -f2)" = "${name,,}" ]
		((++number))
	done
}

# The table of config.md, and what it does not have but its example of features does.
@test "features: all mount options of the specification are there, each once, and known" {
	local option known options="async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime
		noexec noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow private ratime rbind rdev rdiratime relatime
		remount rexec rnoatime rnodev rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime rro rrw
		rshared rslave rstrictatime rsuid rsymfollow runbindable rw shared silent slave strictatime suid symfollow sync tmpcopyup unbindable"

	known=$(features -r '.mountOptions[]')
	for option in $options; do
		grep -qxF "$option" <<<"$known" || { echo "not there: $option" && return 1; }
	done
	[ -z "$(sort <<<"$known" | uniq -d)" ]
	for option in $known no-option; do
		config --arg option "$option" '.mounts = [{destination: "/mnt", type: "bind", source: "/", options: ["bind", $option]}]'
		run husk explain
		[[ $output == *"$option has no effect on a bind mount"* ]] || continue # what husk does not know is data for the file system
		[ "$option" = no-option ] || { echo "not known: $option" && return 1; }
	done
	[[ $output == *"no-option has no effect on a bind mount"* ]]
}

@test "features: systemd is there when its helper is" {
	printf '#!/bin/sh\n' >"$TEST_DIR/helper"
	[ "$("$HUSK" --systemd-helper "$TEST_DIR/helper" features | jq -c '.linux.cgroup | [.systemd, .systemdUser]')" = "[false,false]" ]
	chmod +x "$TEST_DIR/helper"
	[ "$("$HUSK" --systemd-helper "$TEST_DIR/helper" features | jq -c '.linux.cgroup | [.systemd, .systemdUser]')" = "[true,true]" ]
	[ "$(features -c '.linux.cgroup | [.v1, .v2, .rdma]')" = "[true,true,true]" ]
}

@test "features: annotations tell the version, and which of config.json act" {
	[ "$(features -r '.annotations["run.oci.husk.version"]')" = "$("$HUSK" --version | sed -n 's/^husk version //p')" ]
	[ "$(features -r '.annotations["run.oci.husk.commit"]')" = "$("$HUSK" --version | sed -n 's/^commit: //p')" ]
	[ "$(features -r '.annotations["org.opencontainers.runc.checkpoint.enabled"]')" = false ]
	if [ "$(features .linux.seccomp.enabled)" = true ]; then
		[[ $(features -r '.annotations["io.github.seccomp.libseccomp.version"]') =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
	fi
	features -e '.potentiallyUnsafeConfigAnnotations | index("org.systemd.property.") and index("run.oci.hooks.stdout")'
}
