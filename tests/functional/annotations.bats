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
