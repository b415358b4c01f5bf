# systemd.bats - --systemd-cgroup: the scope that systemd makes, what it knows of the limits, and its end.

# bats file_tags=systemd
load helpers

setup() {
	[ -d /run/systemd/system ] || skip "systemd does not run here: to be run in the virtual machine systemd"
	bundle
	HELPER=${HUSK%/*}/husk-systemd
	UNIT=husk-$ID.scope
	config '.process.args = ["sleep", "1000"]'
}

by_systemd() {
	husk --systemd-cgroup --systemd-helper "$HELPER" "$@"
}
property() {
	systemctl show --property="$1" --value "${2:-$UNIT}"
}
is_unknown() {
	[ "$(property LoadState "${1:-$UNIT}")" = not-found ]
}
# EBUSY while a process is in it.
hands_down() {
	echo +pids 2>/dev/null >"$1/cgroup.subtree_control"
}
# helper_that COMMANDS: a husk-systemd that does them; "$REAL" "$@" is the call.
helper_that() {
	printf '#!/bin/sh\nREAL=%s\n%s\n' "$HELPER" "$1" >"$TEST_DIR/helper"
	chmod +x "$TEST_DIR/helper"
	HELPER=$TEST_DIR/helper
}

# bats test_tags=p:linux:cgroupsPath
@test "a container is a scope in system.slice, where its cgroup namespace is rooted, and gone with it" {
	by_systemd create "$ID"
	husk start "$ID"
	[ "$(property ActiveState)" = active ]
	[ "$(property Slice)" = system.slice ]
	[ "$(property ControlGroup)" = "/system.slice/$UNIT" ]
	[ "$(property Delegate)" = yes ]
	[ "$(property CollectMode)" = inactive-or-failed ]
	[ "$(cat "/proc/$(pid_of)/cgroup")" = "0::/system.slice/$UNIT" ]
	husk delete --force "$ID"
	is_unknown
	nothing_left_of "$ID"

	config '.process.args = ["cat", "/proc/self/cgroup"]'
	run by_systemd run "$ID"
	[ "$output" = 0::/ ]
	is_unknown
}

# bats test_tags=p:linux:cgroupsPath
@test "cgroupsPath names the slice, which is made below those that its dashes name" {
	config --arg path "husktest-a.slice:pod:$ID" '.linux.cgroupsPath = $path'
	UNIT=pod-$ID.scope
	by_systemd run --detach "$ID"
	[ "$(property Slice)" = husktest-a.slice ]
	[ "$(cat "/proc/$(pid_of)/cgroup")" = "0::/husktest.slice/husktest-a.slice/$UNIT" ]
	husk delete --force "$ID"
	is_unknown
	[ -d /sys/fs/cgroup/husktest.slice/husktest-a.slice ] # as its pod expects
	systemctl stop husktest.slice
	[ ! -d /sys/fs/cgroup/husktest.slice ]
}

@test "exec: a process is born in the scope, with --cgroup below it, and where the init is when that hands controllers down" {
	local scope=/sys/fs/cgroup/system.slice/$UNIT

	by_systemd run --detach "$ID"
	husk exec --detach --pid-file "$TEST_DIR/pid" "$ID" sleep 1000 </dev/null >"$TEST_DIR/said" 2>&1
	[ "$(cat "/proc/$(cat "$TEST_DIR/pid")/cgroup")" = "0::/system.slice/$UNIT" ]
	[ "$(husk exec "$ID" cat /proc/self/cgroup)" = 0::/ ]
	mkdir "$scope/below"
	[ "$(husk exec --cgroup below "$ID" cat /proc/self/cgroup)" = 0::/below ]
	kill -KILL "$(cat "$TEST_DIR/pid")"
	pid_of >"$scope/below/cgroup.procs"
	until_true 10 hands_down "$scope"
	[ "$(husk exec "$ID" cat /proc/self/cgroup)" = 0::/below ]
	husk delete --force "$ID"
	is_unknown
	nothing_left_of "$ID"
}

@test "a stopped container's scope is forgotten by delete, and by systemd alone" {
	config '.process.args = ["false"]'
	by_systemd run --detach "$ID"
	until_true 20 is_stopped
	until_true 20 is_unknown
	husk delete "$ID"
}

# bats test_tags=p:linux:cgroupsPath
@test "a path for cgroupfs is refused by systemd, and a place for systemd by cgroupfs" {
	config '.linux.cgroupsPath = "/a/b"'
	run by_systemd run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'/linux/cgroupsPath: "/a/b" is no place for systemd, which takes slice:prefix:name'* ]]
	config '.linux.cgroupsPath = "a.slice:b:c"'
	run husk run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'/linux/cgroupsPath: "a.slice:b:c" is a place for systemd: --systemd-cgroup is needed'* ]]
}

@test "without its helper husk says what is missing" {
	HELPER=/nonexistent/husk-systemd
	run by_systemd run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *'needs husk-systemd, which is not at /nonexistent/husk-systemd: install it'* ]]
	nothing_left_of "$ID"
}

@test "a unit of this name that runs is left alone, wherever it is" {
	sleep 1000 3>&- &
	sleeper=$!
	"$HELPER" system start "$UNIT" 2 PIDs au 1 $sleeper Slice s husktest.slice
	run by_systemd run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/cgroupsPath: cannot have systemd make $UNIT in system.slice: "*"$UNIT"*"already loaded"* ]]
	[ "$(cat /proc/$sleeper/cgroup)" = "0::/husktest.slice/$UNIT" ]
	kill "$sleeper"
	systemctl stop husktest.slice
}

@test "a unit of this name that has failed does not matter" {
	run systemd-run --unit "$UNIT" --scope -p RuntimeMaxSec=1 -p CollectMode=inactive sleep 1000
	until_true 20 sh -c "[ \"\$(systemctl show -p ActiveState --value $UNIT)\" = failed ]"
	by_systemd run --detach "$ID"
	[ "$(property ActiveState)" = active ]
}

@test "when systemd refuses the unit, its words are the error, and nothing is left" {
	helper_that '[ $2 = stop ] && exec "$REAL" "$@"; echo "no scope today" >&2; exit 1'
	run by_systemd run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/cgroupsPath: cannot have systemd make $UNIT in system.slice: no scope today"* ]]
	nothing_left_of "$ID"
}

@test "a unit in another cgroup than was expected is an error that names both, and does not stay" {
	helper_that '"$REAL" "$@" >/dev/null || exit; [ "$2" = stop ] || echo /elsewhere'
	run by_systemd run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"systemd has put it into the cgroup /elsewhere, where /system.slice/$UNIT was expected"* ]]
	is_unknown
	nothing_left_of "$ID"
}

@test "a step that fails behind the start of the unit takes the unit with it" {
	config '.hooks.createRuntime = [{"path": "/bin/false"}]'
	run by_systemd run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/hooks/createRuntime/0"* ]]
	is_unknown
	nothing_left_of "$ID"
}

@test "killed before or behind the start of the unit, or in a hook, husk leaves what one delete removes" {
	helper=$HELPER
	for moment in 'kill -9 $PPID; "$REAL" "$@"' '"$REAL" "$@"; kill -9 $PPID'; do
		HELPER=$helper
		helper_that "[ \$2 = stop ] && exec \"\$REAL\" \"\$@\"; $moment"
		run by_systemd create "$ID"
		[ "$status" -eq 137 ]
		husk --systemd-helper "$helper" delete --force "$ID"
		is_unknown
		nothing_left_of "$ID"
	done
	HELPER=$helper
	config --arg kill "systemctl is-active $UNIT >$TEST_DIR/active; kill -9 \$PPID; sleep 1000" \
		'.hooks.createRuntime = [{"path": "/bin/sh", "args": ["sh", "-c", $kill], "env": ["PATH=/usr/bin"]}]'
	run by_systemd create "$ID"
	[ "$status" -eq 137 ]
	[ "$(cat "$TEST_DIR/active")" = active ]
	husk delete --force "$ID"
	is_unknown
	nothing_left_of "$ID"
}

@test "a signal ends the wait for systemd" {
	helper_that '[ $2 = stop ] && exec "$REAL" "$@"; touch '"$TEST_DIR"'/called; exec sleep 1000'
	husk_background --systemd-cgroup --systemd-helper "$HELPER" run "$ID"
	until_true 20 [ -e "$TEST_DIR/called" ]
	kill -TERM "$RUNTIME"
	wait "$RUNTIME" || true
	grep -F 'ended by a signal to the runtime' "$ERR"
	is_unknown
	nothing_left_of "$ID"
}

@test "kill, state and list need no option" {
	by_systemd run --detach "$ID"
	[ "$(status_of)" = running ]
	husk kill --all "$ID" KILL
	until_true 20 is_stopped
	husk delete "$ID"
	is_unknown
}

@test "what explain prints makes the same scope" {
	config '.process.args = ["cat", "/proc/self/cgroup"] | .linux.namespaces -= [{"type": "cgroup"}]'
	by_systemd explain "$ID" >"$TEST_DIR/script"
	run sh "$TEST_DIR/script"
	[[ $output == *"0::/system.slice/$UNIT"* ]]
	until_true 20 is_unknown
}

# bats test_tags=p:linux:resources:memory:limit,p:linux:resources:memory:swap,p:linux:resources:memory:reservation,p:linux:resources:pids:limit,p:linux:resources:cpu:shares,p:linux:resources:cpu:quota,p:linux:resources:cpu:period,p:linux:resources:cpu:cpus,p:linux:resources:cpu:mems,p:linux:resources:unified
@test "limits are in the cgroup's files and in the unit's properties, felt, and outlive a reload" {
	config '.linux.resources += {memory: {limit: 67108864, swap: 134217728, reservation: 33554432}, pids: {limit: 20},
		cpu: {shares: 512, quota: 50000, period: 200000, cpus: "0", mems: "0"},
		unified: {"memory.high": "60M", "memory.min": "1048576", "memory.oom.group": "1"}}'
	by_systemd run --detach "$ID"
	dir=/sys/fs/cgroup/system.slice/$UNIT
	for when in "before the reload" "after the reload"; do
		while read -r name value file content; do
			echo "$when: $name is $(property "$name"), $file says $(cat "$dir/$file")"
			[ "$(property "$name")" = "$value" ]
			[ "$(tr ' ' , <"$dir/$file")" = "$content" ]
		done <<-END
			MemoryMax 67108864 memory.max 67108864
			MemorySwapMax 67108864 memory.swap.max 67108864
			MemoryLow 33554432 memory.low 33554432
			MemoryHigh 62914560 memory.high 62914560
			MemoryMin 1048576 memory.min 1048576
			OOMPolicy kill memory.oom.group 1
			TasksMax 20 pids.max 20
			CPUWeight 59 cpu.weight 59
			CPUQuotaPerSecUSec 250ms cpu.max 50000,200000
			CPUQuotaPeriodUSec 200ms cpu.max 50000,200000
			AllowedCPUs 0 cpuset.cpus 0
			AllowedMemoryNodes 0 cpuset.mems 0
		END
		systemctl daemon-reload
	done
	husk delete --force "$ID"

	config '.process.args = ["sh", "-c", "for i in $(seq 30); do sleep 5 & done"]'
	run by_systemd run "$ID"
	[[ $output == *"fork"* ]]
}

# bats test_tags=p:linux:resources:memory:limit
@test "an update is told to systemd, outlives a reload, and is taken back when a part of it fails" {
	config '.linux.resources += {memory: {limit: 67108864}}'
	by_systemd run --detach "$ID"
	dir=/sys/fs/cgroup/system.slice/$UNIT
	husk update --memory 128m --pids-limit 50 --cpu-quota 33333 "$ID"
	for _ in before after; do
		[ "$(property MemoryMax) $(property TasksMax)" = "134217728 50" ]
		[ "$(cat "$dir/memory.max") $(cat "$dir/pids.max")" = "134217728 50" ]
		systemctl daemon-reload
	done
	run husk update -r - "$ID" <<<'{"memory": {"limit": 268435456}, "cpu": {"shares": 512},
		"blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 1}]}}'
	[ "$status" -eq 1 ]
	[ "$(property MemoryMax) $(property CPUWeight)" = "134217728 [not set]" ]
	[ "$(cat "$dir/memory.max") $(cat "$dir/cpu.weight")" = "134217728 100" ]
}

@test "what an update takes back is what a unit has that was never told" {
	by_systemd run --detach "$ID"
	dir=/sys/fs/cgroup/system.slice/$UNIT
	run husk update -r - "$ID" <<<'{"memory": {"reservation": 33554432}, "cpu": {"cpus": "0"},
		"unified": {"memory.min": "1048576", "memory.oom.group": "1"},
		"blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 1}]}}'
	[ "$status" -eq 1 ]
	[[ $output == *"/linux/resources/blockIO/throttleReadBpsDevice/0"* ]]
	systemctl daemon-reload
	[ "$(property MemoryLow) $(property MemoryMin) $(property AllowedCPUs)" = "0 0 " ]
	[ "$(cat "$dir"/memory.{low,min,oom.group} | tr '\n' ' ')" = "0 0 0 " ]
	[ "$(cat "$dir/cpuset.cpus.effective")" = "$(cat /sys/fs/cgroup/cpuset.cpus.effective)" ]
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "an update of device rules is what systemd allows: no more, and nothing it cannot say" {
	rule() {
		jq -nc '{devices: [{allow: $ARGS.positional[0], access: "rwm"},
			{allow: $ARGS.positional[1], type: "c", major: 1, minor: 11, access: "w"}]}' --jsonargs "$@"
	}
	modprobe -q fuse
	config '.linux.resources.devices = [{allow: false, access: "rwm"}, {allow: true, type: "c", major: 10, minor: 229, access: "rw"}]
		| .process.capabilities[] += ["CAP_MKNOD"] | .root.readonly = false
		| .process.args = ["sh", "-c", "mknod /dev/fuse c 10 229; mknod /dev/kmsg c 1 11
			look() { for f in fuse kmsg; do (: >>/dev/$f) 2>/dev/null && echo $f opens || echo $f is denied; done; echo $1; }
			for n in first second; do until [ -e /$n ]; do sleep 0.1; done; look $n; done; exec sleep 1000"]'
	by_systemd run --detach "$ID"
	rule false true | husk update -r - "$ID"
	[[ $(property DeviceAllow) == *"/dev/char/1:11 w"* ]]
	[[ $(property DeviceAllow) != *"/dev/char/10:229 "* ]]
	touch "$ROOTFS/first"
	until_true 20 printed first
	rule true false | husk update -r - "$ID"
	[ "$(property DevicePolicy)" = auto ]
	systemctl daemon-reload
	touch "$ROOTFS/second"
	until_true 20 printed second
	[ "$(tr '\n' ' ' <"$OUT")" = "fuse is denied kmsg opens first fuse opens kmsg is denied second " ]
}

# bats test_tags=p:linux:resources:cpu:quota,p:linux:resources:cpu:period,p:linux:resources:pids:limit
@test "an update is the last to write, there and back: what systemd would round is exact" {
	config '.linux.resources += {cpu: {quota: 33333, period: 100000}, pids: {limit: 20}}'
	by_systemd run --detach "$ID"
	dir=/sys/fs/cgroup/system.slice/$UNIT
	husk update --cpu-share 512 "$ID"
	[ "$(cat "$dir/cpu.max")" = "33333 100000" ]
	husk update --cpu-quota 44444 "$ID"
	[ "$(cat "$dir/cpu.max")" = "44444 100000" ]
	run husk update -r - "$ID" <<<'{"cpu": {"quota": 55555},
		"blockIO": {"throttleReadBpsDevice": [{"major": 4000, "minor": 1, "rate": 1}]}}'
	[ "$status" -eq 1 ]
	[ "$(cat "$dir/cpu.max")" = "44444 100000" ]
	[ "$(property CPUQuotaPerSecUSec)" = 450ms ]
}

# bats test_tags=p:linux:resources:devices:allow,p:linux:resources:devices:type,p:linux:resources:devices:major,p:linux:resources:devices:minor,p:linux:resources:devices:access
@test "device rules hold before and after systemd reloads" {
	config '.linux.resources.devices = [{allow: false, access: "rwm"}, {allow: true, type: "c", major: 1, minor: 11, access: "w"}]
		| .process.capabilities[] += ["CAP_MKNOD"] | .root.readonly = false
		| .process.args = ["sh", "-c", "mknod /dev/kmsg c 1 11; mknod /dev/mem c 1 1
			look() { for f in kmsg mem zero; do (: >>/dev/$f) 2>/dev/null && echo $f opens || echo $f is denied; done; echo $1; }
			look before; until [ -e /reloaded ]; do sleep 0.1; done; look after; exec sleep 1000"]'
	by_systemd run --detach "$ID"
	until_true 20 printed before
	[ "$(property DevicePolicy)" = strict ]
	[[ "$(property DeviceAllow)" == *"/dev/char/1:11 w"* ]]
	systemctl daemon-reload
	touch "$ROOTFS/reloaded"
	until_true 20 printed after
	cat "$OUT"
	[ "$(tr '\n' ' ' <"$OUT")" = "kmsg opens mem is denied zero opens before kmsg opens mem is denied zero opens after " ]
}

# bats test_tags=p:annotations
@test "annotations become properties of the scope, and no others than those that are harmless" {
	config '.annotations = {"org.systemd.property.TimeoutStopUSec": "uint64 7000000", "org.systemd.property.KillSignal": "37",
		"org.systemd.property.RuntimeMaxSec": "900", "org.systemd.property.After": "[\u0027multi-user.target\u0027]"}'
	by_systemd run --detach "$ID"
	[ "$(property TimeoutStopUSec)" = 7s ]
	[ "$(property KillSignal)" = 37 ]
	[ "$(property RuntimeMaxUSec)" = 15min ]
	[[ " $(property After) " == *" multi-user.target "* ]]
	husk delete --force "$ID"

	config '.annotations = {"org.systemd.property.Wants": "[\u0027x.service\u0027]"}'
	run by_systemd run "$ID"
	[ "$status" -eq 1 ]
	[[ $output == *"/annotations/org.systemd.property.Wants: is no property that a container may set"* ]]
}

@test "root of a user namespace gets its scope from the user's systemd" {
	loginctl enable-linger tester
	timeout 60 sh -c 'until [ -S /run/user/1000/bus ]; do sleep 0.1; done'
	chown -R tester: "$TEST_DIR"
	config '.process.args = ["cat", "/proc/self/cgroup"] | .linux.resources = {} | .linux.namespaces -= [{"type": "cgroup"}, {"type": "network"}]
		| .mounts |= map(select(.type != "cgroup" and .type != "sysfs")) | (.mounts[] | select(.type == "devpts")).options -= ["gid=5"]'
	run runuser -u tester -- env XDG_RUNTIME_DIR=/run/user/1000 systemd-run --quiet --user --scope unshare --map-root-user --map-auto --mount \
		"$HUSK" --root "$TEST_DIR/user" --systemd-cgroup --systemd-helper "$HELPER" run --bundle "$BUNDLE" "$ID"
	echo "$output"
	[[ $output == "0::/user.slice/user-1000.slice/user@1000.service/user.slice/$UNIT" ]]
}

# bats test_tags=p:annotations
@test "run.oci.systemd.subgroup and run.oci.delegate-cgroup put the process below the scope" {
	config '.annotations = {"run.oci.systemd.subgroup": "sub", "run.oci.delegate-cgroup": "own"} | .linux.resources.pids.limit = 77
		| .process.args = ["sh", "-c", "cat /proc/self/cgroup; echo ready; exec sleep 1000"]'
	by_systemd run --detach "$ID"
	until_true 20 printed ready
	[ "$(head -n 1 "$OUT")" = 0::/own ]
	[ "$(cat "/proc/$(pid_of)/cgroup")" = "0::/system.slice/$UNIT/sub/own" ]
	[ "$(cat "/sys/fs/cgroup/system.slice/$UNIT/pids.max")" = 77 ]
	[ "$(property TasksMax)" = 77 ]
	husk delete --force "$ID"
	is_unknown
	nothing_left_of "$ID"
}

# --- sd_notify --------------------------------------------------------------------------------------------------------

# service VERB...: husk as a service of Type=notify, which is there when it is ready; the machine's programs are in the container,
# systemd-notify among them.
service() {
	SERVICE=$ID.service
	ln -s usr/lib usr/lib64 "$ROOTFS"
	config '.mounts += [{"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}]
		| .process.env += ["PATH=/bin:/usr/bin"]'
	systemd-run --quiet --unit="$SERVICE" --service-type=notify --working-directory="$BUNDLE" --property=TimeoutStartSec=120 \
		--property=WatchdogSec=300 "$HUSK" --root "$ROOT" "$@" "$ID"
}
has_status() {
	[ "$(property StatusText "$SERVICE")" = "$1" ]
}

# bats test_tags=p:process:env
@test "a service of Type=notify hears its container until the end, and husk is its main process" {
	config '.process.args = ["sh", "-c", "
		trap \"systemd-notify --stopping --status=ending; exit 7\" TERM
		systemd-notify --ready --status=\"up, $WATCHDOG_USEC\"
		until [ -e /go ]; do sleep 0.1; done
		systemd-notify WATCHDOG=1; systemd-notify --status=later
		while true; do sleep 0.1; done"]'
	service run
	[ "$(property ActiveState "$SERVICE")" = active ]
	has_status "up, 300000000"
	[ "$(property MainPID "$SERVICE")" = "$(sed -n 's/^PPid:\t//p' "/proc/$(pid_of)/status")" ]
	touch "$ROOTFS/go"
	until_true 60 has_status later
	systemctl stop "$SERVICE"
	[ "$(property ExecMainStatus "$SERVICE")" = 7 ]
	has_status ending
	systemctl reset-failed "$SERVICE"
	nothing_left_of "$ID"
}

@test "a service that detaches has its container's first process as the main one" {
	config '.process.args = ["sh", "-c", "systemd-notify --ready --status=up; sleep 1000"]'
	service run --detach
	[ "$(property ActiveState "$SERVICE")" = active ]
	has_status up
	[ "$(property MainPID "$SERVICE")" = "$(pid_of)" ]
	systemctl stop "$SERVICE"
	until_true 20 is_stopped
	husk delete "$ID"
}
