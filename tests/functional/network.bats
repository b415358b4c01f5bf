# network.bats - linux.netDevices: devices that move into the container, and come back when it cannot be made.
#
# The runtime runs in a network namespace of the test's own, which is the host for it; the machine's own network is not touched.

load helpers

setup() {
	bundle
	unshare --net sleep 1000 >/dev/null 3>&- &
	HOST=$!
	SLEEPERS=("$HOST")
	until_true 5 has_a_network_of_its_own "$HOST"
	on_host ip link add eth0 type veth peer name peer0 || skip "this kernel has no veth devices"
	printf '#!/bin/sh\nexec nsenter --target %s --net "%s" "$@"\n' "$HOST" "$HUSK" >"$TEST_DIR/husk"
	chmod 755 "$TEST_DIR/husk"
	HUSK=$TEST_DIR/husk
}
teardown() {
	local status=0

	delete_all_and_see_nothing_left || status=1
	kill "${SLEEPERS[@]}"
	return "$status"
}

has_a_network_of_its_own() {
	[ "$(readlink /proc/self/ns/net)" != "$(readlink "/proc/$1/ns/net")" ]
}
on_host() {
	nsenter --target "$HOST" --net "$@"
}
in_container() {
	nsenter --target "$(pid_of)" --net "$@"
}

# addresses WHERE NAME: those of global scope, sorted, in one line: `addresses in_container eth0`
addresses() {
	"$1" ip -json address show dev "$2" |
		jq -r '[.[0].addr_info[] | select(.scope == "global") | "\(.local)/\(.prefixlen)"] | sort | join(" ")'
}
# names WHERE [WHICH]: of all devices, or of those that are up.
names() {
	"$1" ip -json link show ${2:+"$2"} | jq -r '[.[].ifname // empty] | sort | join(" ")'
}

# devices JSON: a container that sleeps, with these.
devices() {
	config ".linux.netDevices = $1 | .process.args = [\"sleep\", \"1000\"]"
}
# refused POINTER WORDS: nothing is made, the message names the field, and the host keeps its devices.
refused() {
	local before

	before=$(on_host ip -json address)
	run husk create "$ID"
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"config.json:"*" $1: "*"$2"* ]]
	[ "$(on_host ip -json address)" = "$before" ]
	nothing_left_of "$ID"
}

# bats test_tags=p:linux:netDevices
@test "a device moves with its name, its link address and its addresses, is up, and carries packets" {
	local mac

	mac=$(on_host ip -json link show eth0 | jq -r '.[0].address')
	on_host ip address add 10.1.2.3/24 broadcast + dev eth0
	on_host ip address add 10.1.2.4/24 dev eth0 label eth0:more
	on_host ip address add 10.9.9.1 peer 10.9.9.2/32 dev eth0
	on_host ip address add fd00::5/64 nodad dev eth0
	on_host ip link set eth0 mtu 1400
	on_host ip address add 10.1.2.1/24 dev peer0
	on_host ip link set peer0 up
	devices '{eth0: {}}'
	husk create "$ID"
	[ "$(names on_host)" = "lo peer0" ]
	[ "$(names in_container)" = "eth0 lo" ]
	[ "$(addresses in_container eth0)" = "10.1.2.3/24 10.1.2.4/24 10.9.9.1/32 fd00::5/64" ]
	[ "$(in_container ip -json address show dev eth0 | jq -r '.[0] | "\(.mtu) \(.address) \(.flags | index("UP") != null)"')" = "1400 $mac true" ]
	[ "$(in_container ip -json address show dev eth0 | jq -c '[.[0].addr_info[] | .broadcast // .address // empty]')" = '["10.1.2.255","10.9.9.2"]' ]
	in_container busybox ping -c 1 -W 5 10.1.2.1
}

# bats test_tags=p:linux:netDevices
@test "addresses that are not permanent or not for all stay behind" {
	on_host ip address add 10.1.2.3/24 dev eth0 valid_lft 1000 preferred_lft 1000
	on_host ip address add 169.254.7.7/16 scope link dev eth0
	on_host ip address add 10.1.3.3/24 dev eth0
	devices '{eth0: {}}'
	husk create "$ID"
	[ "$(in_container ip -json -4 address show dev eth0 | jq -r '.[0].addr_info[].local')" = 10.1.3.3 ]
}

# bats test_tags=p:linux:netDevices:name
@test "a device has another name inside, and two may change theirs" {
	on_host ip address add 10.1.2.3/24 dev eth0
	devices '{eth0: {name: "outer_world-1.x"}}'
	run run_in 'ip -o -4 addr show dev outer_world-1.x; ip -o link show up'
	[[ $output == *"10.1.2.3/24"*": lo:"*": outer_world-1.x@"* ]]

	on_host ip link add eth0 type veth peer name eth1
	on_host ip address add 10.1.2.3/24 dev eth0
	devices '{eth0: {name: "eth1"}, eth1: {name: "eth0"}}'
	husk create "$ID"
	[ "$(addresses in_container eth1)" = 10.1.2.3/24 ]
	[ "$(names in_container)" = "eth0 eth1 lo" ]
}

# bats test_tags=p:linux:netDevices:name,p:linux:sysctl
@test "the parameters of a device that has moved can be set, also with a dot in its name" {
	devices '{eth0: {name: "eth0.100"}}'
	config '.linux.sysctl = {"net/ipv4/conf/eth0.100/forwarding": "1", "net.ipv4.conf.eth0/100.rp_filter": "2"}'
	run run_in 'cd /proc/sys/net/ipv4/conf/eth0.100 && cat forwarding rp_filter'
	[ "$output" = $'1\n2' ]
}

# bats test_tags=p:linux:netDevices:name
@test "of a template the kernel makes names" {
	on_host ip address add 10.1.2.3/24 dev eth0
	devices '{eth0: {name: "net%d"}, peer0: {name: "net%d"}}'
	husk create "$ID"
	[ "$(names in_container)" = "lo net0 net1" ]
	[ "$(addresses in_container net0)" = 10.1.2.3/24 ]
}

# A network namespace that is there before the container and after it: NETWORK is its path.
a_network() {
	unshare --net sleep 1000 >/dev/null 3>&- &
	OTHER=$!
	SLEEPERS+=("$OTHER")
	until_true 5 has_a_network_of_its_own "$OTHER"
	config --arg path "/proc/$OTHER/ns/net" '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)'
}
in_other() {
	nsenter --target "$OTHER" --net "$@"
}

# bats test_tags=p:linux:netDevices,p:linux:netDevices:name,p:linux:namespaces:path
@test "a device moves into a network that is joined, where a name that is taken is an error and a template is not" {
	a_network
	in_other ip link add eth0 type bridge
	on_host ip address add 10.1.2.3/24 dev eth0
	devices '{eth0: {}}'
	refused /linux/netDevices/eth0 "cannot move the network device eth0 to the container as eth0: there is a device eth0 already"
	devices '{eth0: {name: "eth%d"}}'
	husk create "$ID"
	[ "$(names in_other)" = "eth0 eth1 lo" ]
	[ "$(addresses in_other eth1)" = 10.1.2.3/24 ]
	husk delete --force "$ID"
	[ "$(names in_other)" = "eth0 eth1 lo" ]
}

# bats test_tags=p:linux:netDevices
@test "a container that cannot be made gives its devices back: names, addresses, and up or down" {
	on_host ip address add 10.1.2.3/24 broadcast + dev eth0
	on_host ip address add fd00::5/64 nodad dev eth0
	on_host ip link set eth0 up
	devices '{eth0: {name: "net%d"}, peer0: {name: "other"}}'
	cp "$BUNDLE/config.json" "$TEST_DIR/config.json"
	fails_with() {
		cp "$TEST_DIR/config.json" "$BUNDLE/config.json"
		config "$1"
		run husk "${2:-create}" "$ID"
		[ "$status" -eq 1 ]
		[[ $output != *"given back"* ]]
		[ "$(names on_host)" = "eth0 lo peer0" ]
		[ "$(addresses on_host eth0)" = "10.1.2.3/24 fd00::5/64" ]
		[ "$(names on_host up)" = eth0 ]
		nothing_left_of "$ID"
	}
	fails_with '.process.args = ["no-such-program"]'
	fails_with '.process.args = ["no-such-program"]' run
	fails_with '.mounts += [{destination: "/mnt", type: "no-such-type", source: "x"}]'
	fails_with '.hooks.createRuntime = [{path: "/bin/false"}]'
	fails_with '.hooks.createContainer = [{path: "/bin/false"}]'
	fails_with '.hooks.poststart = [{path: "/bin/false"}]' run
	fails_with '.linux.netDevices["no-such-device"] = {}'
}

# bats test_tags=p:linux:netDevices
@test "a device is given back also when only the kernel's answer fails, wherever that is on its way" {
	local answer

	command -v strace >/dev/null || skip "no strace here"
	on_host ip address add 10.1.2.3/24 dev eth0
	devices '{eth0: {name: "net0"}}'
	for answer in {1..9}; do
		run at_bundle strace -qq -o "$TEST_DIR/strace" -e "inject=recvfrom:error=ENOMEM:when=$answer" "$HUSK" --root "$ROOT" create "$ID"
		[ "$status" -eq 1 ]
		[[ $output == *"/linux/netDevices/eth0: cannot move the network device eth0 to the container as net0: cannot allocate memory" ]]
		[ "$(addresses on_host eth0)" = 10.1.2.3/24 ]
		nothing_left_of "$ID"
	done
}

# bats test_tags=p:linux:netDevices
@test "a container that has run does not give its devices back: a virtual one ends with the network" {
	devices '{eth0: {}}'
	config '.process.args = ["true"]'
	husk run "$ID"
	until_true 10 eth0_is_gone
}
eth0_is_gone() {
	[ "$(names on_host)" = lo ]
}

# bats test_tags=p:linux:netDevices
@test "a device that is not there or cannot be moved is named" {
	devices '{eth7: {}}'
	refused /linux/netDevices/eth7 "cannot move the network device eth7 to the container as eth7: the host has no such network device"
	on_host ip link add br0 type bridge
	devices '{br0: {}}'
	refused /linux/netDevices/br0 "invalid argument: "
	on_host ip link property add dev eth0 altname other0
	devices '{other0: {name: "eth0"}}'
	refused /linux/netDevices/other0 "it is an alternative name, of the device eth0"
	for i in {1..250}; do echo "address add 10.3.4.$i/32 dev eth0"; done | on_host ip -batch -
	devices '{eth0: {}}'
	refused /linux/netDevices/eth0 "more addresses than can be taken along"
	devices '{lo: {name: "lo1"}}'
	refused /linux/netDevices/lo "a loopback device of its own"
}

# bats test_tags=p:linux:netDevices,p:linux:netDevices:name
@test "names that are none, or are given twice, are refused before anything is made" {
	devices '{eth0: {name: "a/b"}}'
	refused /linux/netDevices/eth0/name "no slash, colon or white space"
	devices '{eth0: {name: "sixteen-letters-"}}'
	refused /linux/netDevices/eth0/name "1 to 15 characters"
	devices '{eth0: {name: "a%d%d"}}'
	refused /linux/netDevices/eth0/name "template"
	devices '{eth0: {name: "a"}, peer0: {name: "a"}}'
	refused /linux/netDevices/peer0/name '"a" is to be the name of eth0 already'
}

# bats test_tags=p:linux:netDevices,p:linux:namespaces:type
@test "devices move only into a network that is not the runtime's own, and by who may take them" {
	devices '{eth0: {name: "net0"}}'
	run husk features
	[ "$(jq .linux.netDevices.enabled <<<"$output")" = true ]
	cp "$BUNDLE/config.json" "$TEST_DIR/config.json"
	config '.linux.namespaces |= map(select(.type != "network"))'
	refused /linux/netDevices "type network is needed"
	cp "$TEST_DIR/config.json" "$BUNDLE/config.json"
	config --arg path "/proc/$HOST/ns/net" '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)'
	refused "/linux/namespaces/$(jq '.linux.namespaces | map(.type == "network") | index(true)' "$BUNDLE/config.json")" "runtime's own, and /linux/netDevices would change the host"
	cp "$TEST_DIR/config.json" "$BUNDLE/config.json"
	sed -i "s|--net |--net setpriv --bounding-set -net_admin |" "$HUSK"
	refused /linux/netDevices CAP_NET_ADMIN
}

# bats test_tags=p:linux:netDevices
@test "a device moves into a network that belongs to a user namespace" {
	on_host ip address add 10.1.2.3/24 dev eth0
	devices '{eth0: {}}'
	config '.linux.namespaces += [{type: "user"}] |
		.linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
	chmod 711 "$TEST_DIR"
	husk create "$ID"
	[ "$(addresses in_container eth0)" = 10.1.2.3/24 ]
	husk delete --force "$ID"
	config '.process.args = ["no-such-program"]'
	on_host ip link add eth0 type veth peer name peer0
	refused /process/args/0 no-such-program
}

# bats test_tags=p:linux:netDevices
@test "what explain prints moves the device too" {
	on_host ip address add 10.1.2.3/24 dev eth0
	devices '{eth0: {name: "net0"}}'
	config '.process.args = ["ip", "-o", "-4", "address", "show", "dev", "net0"]'
	config 'del(.linux.resources) | .linux.namespaces -= [{type: "cgroup"}] | .mounts |= map(select(.type != "cgroup"))'
	husk --cgroup-manager disabled explain "$ID" >"$TEST_DIR/script"
	run on_host sh "$TEST_DIR/script"
	[ "$status" -eq 0 ]
	[[ $output == *"10.1.2.3/24"* ]]
}
