# names.bats - hostname, domainname, sysctl and the loopback device: in the container, and not on the host.

load helpers

# bats test_tags=p:hostname,p:domainname
@test "hostname and domainname are the container's, and the host keeps its own" {
	local host

	host=$(uname -n; cat /proc/sys/kernel/domainname)
	config '.hostname = "inner-name" | .domainname = "inner.example"'
	run run_in 'uname -n; cat /proc/sys/kernel/domainname'
	[ "$output" = $'inner-name\ninner.example' ]
	[ "$(uname -n; cat /proc/sys/kernel/domainname)" = "$host" ]
}

# bats test_tags=p:hostname,p:domainname,p:linux:namespaces:type
@test "a name needs a uts namespace and at most 64 characters" {
	config '.hostname = "x" * 65'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *config.json:*/hostname*"65 characters"* ]]
	config '.hostname = "x" * 64'
	run run_in 'uname -n'
	[ "${#output}" -eq 64 ]

	config '.linux.namespaces |= map(select(.type != "uts"))'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */hostname*"type uts"* ]]
	config 'del(.hostname) | .domainname = "x"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */domainname*"type uts"* ]]
}

# bats test_tags=p:hostname,p:linux:namespaces:path
@test "a joined uts namespace is renamed" {
	unshare --uts sleep 1000 >/dev/null 3>&- &
	config --arg path "/proc/$!/ns/uts" '.hostname = "shared" | .linux.namespaces |= map(if .type == "uts" then .path = $path else . end)'
	until_true 5 has_a_name_of_its_own "$!"
	run run_in 'uname -n'
	[ "$output" = shared ]
	[ "$(nsenter --uts="/proc/$!/ns/uts" uname -n)" = shared ]
	[ "$(uname -n)" != shared ]
	kill $!
}
has_a_name_of_its_own() {
	[ "$(readlink /proc/self/ns/uts)" != "$(readlink "/proc/$1/ns/uts")" ]
}

# bats test_tags=p:linux:namespaces:type
@test "a new network namespace has its loopback device up, with its addresses" {
	run run_in 'ip addr show lo'
	[[ $output == *LOOPBACK,UP* ]]
	[[ $output == *"inet 127.0.0.1/8"* ]]
	[ ! -e /proc/net/if_inet6 ] || [[ $output == *"inet6 ::1/128"* ]]
}

# bats test_tags=p:linux:sysctl
@test "parameters of the container's own namespaces are set there, and not on the host" {
	local forward msgmax

	forward=$(cat /proc/sys/net/ipv4/ip_forward)
	msgmax=$(cat /proc/sys/kernel/msgmax)
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "net/ipv4/conf/lo/rp_filter": "2", "kernel.msgmax": "12345",
		"fs.mqueue.msg_max": "11", "net.ipv4.ping_group_range": "0 5"}'
	run run_in 'cd /proc/sys; cat net/ipv4/ip_forward net/ipv4/conf/lo/rp_filter kernel/msgmax fs/mqueue/msg_max net/ipv4/ping_group_range'
	[ "$output" = $'1\n2\n12345\n11\n0\t5' ]
	[ "$(cat /proc/sys/net/ipv4/ip_forward)" = "$forward" ]
	[ "$(cat /proc/sys/kernel/msgmax)" = "$msgmax" ]
}

# bats test_tags=p:linux:sysctl
@test "a parameter of the user namespace is set in a user namespace" {
	config '.linux.sysctl = {"user.max_uts_namespaces": "17"}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/sysctl/user.max_uts_namespaces*"type user"* ]]
	config '.linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	run run_in 'cat /proc/sys/user/max_uts_namespaces'
	[ "$output" = 17 ]
}

# bats test_tags=p:linux:sysctl
@test "what would change the host is refused, and so are names that hide something" {
	local name

	for name in kernel.panic kernel.core_pattern vm.swappiness kernel.hostname kernel.msgmaxx net.ipv4.a+kernel.panic net.a=b \
		'net.a b' net..a net/../kernel/panic ../kernel/panic $'net.a\nkernel.panic'; do
		config --arg name "$name" '.linux.sysctl = {($name): "1"}'
		run husk run "$ID"
		[ "$status" -eq 1 ] || { echo "accepted: $name" && return 1; }
		[[ $output == *config.json:*/linux/sysctl/* ]]
	done
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1\n2"}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"one line"* ]]
	config '.linux.sysctl = {"kernel.msgmax": "1"} | .linux.namespaces |= map(select(.type != "ipc"))'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"type ipc"* ]]
}

# bats test_tags=p:linux:sysctl
@test "a value that the kernel refuses names the parameter" {
	config '.linux.sysctl = {"net.ipv4.ip_forward": "maybe"}'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == */linux/sysctl/net.ipv4.ip_forward*"cannot set net.ipv4.ip_forward to maybe: invalid argument"* ]]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:sysctl,p:hostname,p:domainname,p:linux:namespaces:path
@test "nothing is set in a joined namespace that is the runtime's own" {
	# Its own are those of unshare here: nobody's but the test's, should it fail.
	printf '#!/bin/sh\nexec unshare --uts --ipc --net "%s" "$@"\n' "$HUSK" >"$TEST_DIR/husk"
	chmod 755 "$TEST_DIR/husk"
	HUSK=$TEST_DIR/husk
	own() {
		config --arg type "$1" --arg path "/proc/self/ns/${1/network/net}" \
			'.linux.namespaces |= map(if .type == $type then .path = $path else del(.path) end)'
		run husk run "$ID"
		[ "$status" -eq 1 ]
		[[ $output == */linux/namespaces/*"runtime's own"*"$2"* ]]
	}
	config '.hostname = "renamed"'
	own uts /hostname
	config 'del(.hostname) | .domainname = "renamed"'
	own uts /domainname
	config 'del(.domainname) | .linux.sysctl = {"kernel.domainname": "renamed"}'
	own uts /linux/sysctl
	config '.linux.sysctl = {"kernel.msgmax": "4711"}'
	own ipc /linux/sysctl
	config '.linux.sysctl = {"net.ipv4.ip_forward": "1"}'
	own network /linux/sysctl
}
