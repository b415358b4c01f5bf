# bundles.bats - whole bundles as people make them run, and run again.

bats_require_minimum_version 1.5.0
load helpers

teardown() {
	[ ! -e "/run/netns/$HUSK_TEST_NAME" ] || ip netns del "$HUSK_TEST_NAME"
	delete_all_and_see_nothing_left
}

# bats test_tags=v2,old-kernel,systemd,selinux
@test "a busybox bundle runs" {
	run run_in 'echo hello; id -u; read -r name </proc/1/comm; echo $name'
	[ "$status" -eq 0 ]
	[ "$output" = $'hello\n0\nsh' ]
}

# bats test_tags=p:process:terminal
@test "what husk spec writes runs, with a terminal" {
	rm "$BUNDLE/config.json"
	(cd "$BUNDLE" && "$HUSK" spec)
	run husk run "$ID" <<<'tty; exit 3'
	[ "$status" -eq 3 ]
	[[ $output == *$'\n/dev/pts/0'* ]]
	config '.process.args = ["sh", "-c", "mount; echo; grep Cap /proc/self/status; ulimit -n"]'

	run husk run "$ID"
	[ "$status" -eq 0 ]
	grep -E '^[^ ]+ on / type .*\(ro,' <<<"$output"
	grep -E '^proc on /proc type proc ' <<<"$output"
	grep -E '^tmpfs on /dev type tmpfs \(.*size=65536k,mode=755' <<<"$output"
	grep -E '^devpts on /dev/pts type devpts ' <<<"$output"
	grep -E '^mqueue on /dev/mqueue type mqueue ' <<<"$output"
	grep -E '^sysfs on /sys type sysfs \(ro,' <<<"$output"
	# AUDIT_WRITE, KILL, NET_BIND_SERVICE
	grep -E '^CapBnd:\s*0*20000420$' <<<"$output"
	[ "${lines[-1]}" = 1024 ]
}

@test "husk spec refuses to write over a config.json" {
	run at_bundle "$HUSK" spec
	[ "$status" -eq 1 ]
	[[ $output == *config.json* ]]
}

# --- a Debian -------------------------------------------------------------------------------------------------------

# debian_rootfs: prints the path of a Debian made by mmdebstrap from the packages of this machine's apt sources. It is made
# once, kept outside of the repository, and only read.
debian_rootfs() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/husk-tests suite

	suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
	mkdir -p "$cache"
	(
		flock 9
		[ -e "$cache/$suite" ] || make_debian "$suite" "$cache/$suite"
	) 9>"$cache/lock" >&2 || return
	echo "$cache/$suite"
}

# mmdebstrap hands a descriptor to dash by its number, which must be below 10: it gets as few as possible.
make_debian() {
	rm -rf "$2.new"
	[ "$(df --output=avail -m "${2%/*}" | tail -n 1)" -gt 1024 ] || {
		echo "a Debian is made in ${2%/*}, where less than 1 GB is free"
		return 1
	}
	mmdebstrap --quiet --variant=apt --mode=root "$1" "$2.new" $(apt_sources) 3>&- 4>&- 9>&- && mv "$2.new" "$2"
}
apt_sources() {
	find /etc/apt/sources.list /etc/apt/sources.list.d -name '*.list' -size +0 -o -name '*.sources' -size +0 2>/dev/null
}

# bats test_tags=p:root:path
@test "a Debian made by mmdebstrap runs: apt-get --version inside" {
	local debian

	debian=$(debian_rootfs)
	config --arg debian "$debian" '.root = {"path": $debian, "readonly": true} | .process.args = ["apt-get", "--version"]'

	run husk run "$ID"
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "apt "* ]]

	run run_in 'cat /etc/os-release; touch /x'
	[ "$status" -eq 1 ]
	grep -qx 'ID=debian' <<<"$output"
	[[ $output == *"Read-only file system"* ]]
}

# --- namespaces of others -------------------------------------------------------------------------------------------

# bats test_tags=p:linux:namespaces:path
@test "a network namespace made by ip netns is joined by its path" {
	local name=${HUSK_TEST_NAME}

	ip netns add "$name"
	ip -n "$name" address add 192.0.2.1/24 dev lo # no driver is needed for this one
	ip -n "$name" link set lo up
	config --arg path "/run/netns/$name" '.linux.namespaces |= map(if .type == "network" then .path = $path else . end)'

	run run_in 'ip address show lo'
	[ "$status" -eq 0 ]
	[[ $output == *"inet 192.0.2.1/24"* ]]
}

# bats test_tags=v2,p:linux:namespaces:path
@test "two containers share a pid namespace: the second sees the first" {
	local first=$ID

	config '.process.args = ["sleep", "1234"]'
	husk run --detach "$ID"

	bundle second
	config --arg path "/proc/$(pid_of "$first")/ns/pid" \
		'.linux.namespaces |= map(if .type == "pid" then .path = $path else . end)'
	run run_in 'cat /proc/1/cmdline | tr "\0" " "; echo; echo $$'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "sleep 1234 " ]
	[ "${lines[1]}" -gt 1 ]
	[ "$(status_of "$first")" = running ]
}

# bats test_tags=p:linux:namespaces:path
@test "a container joins the user namespace of another and has all other namespaces to itself" {
	local first=$ID

	config '.linux.namespaces += [{"type": "user"}] | .process.args = ["sleep", "1234"]
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 1000}] | .linux.gidMappings = .linux.uidMappings'
	chown -R 100000:100000 "$ROOTFS"
	husk run --detach "$ID"

	bundle second
	chown -R 100000:100000 "$ROOTFS"
	config --arg path "/proc/$(pid_of "$first")/ns/user" '.linux.namespaces += [{"type": "user", "path": $path}]
		| .hostname = "second" | .process.user = {"uid": 5, "gid": 6} | .linux.sysctl = {"net.ipv4.ip_forward": "1"}'
	run --separate-stderr run_in 'id -u; id -g; cat /proc/self/uid_map; hostname; cat /proc/sys/net/ipv4/ip_forward; echo $$
		ls -d /sys/class/net/*; echo >/dev/null && echo again >/dev/stdout; stat -L -c %u /proc/self/fd/1; readlink /proc/self/ns/user'
	[ "$status" -eq 0 ]
	[ "$(xargs <<<"$output")" = "5 6 0 100000 1000 second 1 1 /sys/class/net/lo again 5 $(readlink "/proc/$(pid_of "$first")/ns/user")" ]

	husk run "$ID" >"$TEST_DIR/output" 2>&1
	[ "$(stat -c %u "$TEST_DIR/output")" = 100005 ]
	[ "$(status_of "$first")" = running ]
}

# --- again ----------------------------------------------------------------------------------------------------------

# bats test_tags=p:root:path
@test "the same root file system runs twice, one after the other, with the same result" {
	local first

	config '.root.readonly = false'
	run run_in 'ls -l /dev | tr -s " "; mount | wc -l; ls /'
	[ "$status" -eq 0 ]
	first=$output
	run run_in 'ls -l /dev | tr -s " "; mount | wc -l; ls /'
	[ "$status" -eq 0 ]
	diff <(sed 's/ [A-Z][a-z][a-z] .*[0-9]:[0-9]* / /' <<<"$first") <(sed 's/ [A-Z][a-z][a-z] .*[0-9]:[0-9]* / /' <<<"$output")
}

@test "the same root file system runs twice with its own /dev: what the first run left does not matter" {
	config '.root.readonly = false | del(.mounts[] | select(.destination | startswith("/dev")))'
	run run_in 'ls /dev/null /dev/fd /dev/stdin'
	[ "$status" -eq 0 ]
	run run_in 'ls /dev/null /dev/fd /dev/stdin && echo again >/dev/null'
	[ "$status" -eq 0 ]
}

# bats test_tags=v2
@test "the same bundle runs twice at the same time" {
	config '.process.args = ["sleep", "1000"]'
	husk run --detach "$ID"
	ID=$ID-beside
	IDS+=("$ID")
	run run_in 'echo beside'
	[ "$status" -eq 0 ]
	[ "$output" = beside ]
	[ "$(status_of "${IDS[0]}")" = running ]
}

# bats test_tags=v2
@test "ten containers start and end beside each other" {
	local i pids=() pid

	config '.process.args = ["true"]'
	for i in {1..10}; do
		IDS+=("$ID-$i")
		at_bundle "$HUSK" --root "$ROOT" run "$ID-$i" </dev/null >>"$OUT" 2>&1 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ ! -s "$OUT" ]
	[ -z "$(husk list -q)" ]
}
