# annotations.bats - annotations that ask husk itself for something, and --ignore-annotations.

load helpers

# annotate NAME VALUE: adds an annotation.
annotate() {
	config --arg name "$1" --arg value "$2" '.annotations[$name] = $value'
}
refused() {
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"$1"*"$2"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:annotations
@test "an annotation that is only crun's is warned of, another is none of husk's business" {
	annotate run.oci.handler krun
	annotate org.example.text 'something'
	run run_in 'echo runs'
	[ "$status" -eq 0 ]
	[[ $output == *"/annotations: run.oci.handler has no effect"* ]]
	[[ $output != *org.example* ]]
	[[ $output == runs* ]]
	run husk --ignore-annotations run "$ID"
	[ "$output" = runs ]
}

# bats test_tags=p:annotations
@test "with --ignore-annotations the state has them all the same" {
	annotate run.oci.handler krun
	config '.process.args = ["sleep", "1000"]'
	husk --ignore-annotations create "$ID"
	[ "$(husk state "$ID" | jq -r '.annotations["run.oci.handler"]')" = krun ]
	husk start "$ID"
	[ "$(husk state "$ID" | jq -r '.annotations["run.oci.handler"]')" = krun ]
}

# bats test_tags=p:annotations,p:process:user:additionalGids
@test "run.oci.keep_original_groups leaves the process the groups of the caller, and the config's out" {
	annotate run.oci.keep_original_groups 1
	config '.process.args = ["id", "-G"] | .process.user.additionalGids = [7]'
	run at_bundle setpriv --groups 5000,6000 "$HUSK" --root "$ROOT" run "$ID"
	[ "$status" -eq 0 ]
	[[ $output == "0 5000 6000"* ]]
	[[ $output == *"/process/user/additionalGids: left out"* ]]
	run at_bundle setpriv --groups 5000,6000 "$HUSK" --root "$ROOT" --ignore-annotations run "$ID"
	[ "$output" = "0 7" ]
	annotate run.oci.keep_original_groups 0
	run at_bundle setpriv --groups 5000,6000 "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = "0 7" ]
	annotate run.oci.keep_original_groups yes
	refused /annotations/run.oci.keep_original_groups '"yes" is neither'
}

# bats test_tags=p:annotations,p:process:user:additionalGids
@test "in a user namespace a kept group opens what only that group may read" {
	config '.linux.namespaces += [{type: "user"}] | .process.user = {uid: 5, gid: 5} | .process.capabilities = {} |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	echo secret >"$ROOTFS/file"
	chgrp 5000 "$ROOTFS/file"
	chmod 640 "$ROOTFS/file"
	config '.process.args = ["cat", "/file"]'
	run at_bundle setpriv --groups 5000 "$HUSK" --root "$ROOT" run "$ID"
	[[ $output == *"Permission denied"* ]]
	annotate run.oci.keep_original_groups 1
	run at_bundle setpriv --groups 5000 "$HUSK" --root "$ROOT" run "$ID"
	[ "$output" = secret ]
}
