# machine.bats - what the virtual machines are, so that a test that needs it is not skipped there in silence.

cgroup_is_v2_alone() {
	[ "$(findmnt -n -o FSTYPE /sys/fs/cgroup)" = cgroup2 ]
	[ "$(findmnt -n -t cgroup,cgroup2 | wc -l)" -eq 1 ]
	for controller in cpuset cpu io memory hugetlb pids; do
		grep -qw "$controller" "$1/cgroup.controllers"
	done
}

# bats test_tags=v2,old-kernel
@test "cgroup v2 has every controller for the children of the root" {
	cgroup_is_v2_alone /sys/fs/cgroup/init
	[ "$(cat /proc/self/cgroup)" = 0::/init ]
}

# bats test_tags=v1
@test "cgroup v1 has every controller, and there is no cgroup v2" {
	[ "$(findmnt -n -o FSTYPE /sys/fs/cgroup)" = tmpfs ]
	[ "$(findmnt -n -t cgroup2 | wc -l)" -eq 0 ]
	for controller in cpuset cpu cpuacct blkio memory devices freezer net_cls net_prio perf_event hugetlb pids rdma; do
		[ -e "/sys/fs/cgroup/$controller/tasks" ]
	done
}

# bats test_tags=old-kernel
@test "the kernel is 6.1" {
	[[ $(uname -r) == 6.1.* ]]
}

# bats test_tags=systemd
@test "process 1 is systemd, with cgroup v2 alone and logind" {
	[ "$(cat /proc/1/comm)" = systemd ]
	cgroup_is_v2_alone /sys/fs/cgroup
	[ "$(systemctl is-active systemd-logind.service)" = active ]
	[ -z "$(systemctl --failed --plain --no-legend)" ]
}

# bats test_tags=systemd
@test "root and an unprivileged user have scopes made by their systemd" {
	run systemd-run --quiet --scope cat /proc/self/cgroup
	[[ $output == 0::/system.slice/run-*.scope ]]

	loginctl enable-linger tester
	timeout 60 sh -c 'until [ -S /run/user/1000/bus ]; do sleep 0.1; done'
	run runuser -u tester -- env XDG_RUNTIME_DIR=/run/user/1000 systemd-run --quiet --user --scope cat /proc/self/cgroup
	[[ $output == 0::/user.slice/user-1000.slice/user@1000.service/app.slice/run-*.scope ]]
	grep -q ^tester: /etc/subuid /etc/subgid
}

# bats test_tags=systemd
@test "AppArmor confines by a profile loaded here" {
	[ "$(cat /sys/module/apparmor/parameters/enabled)" = Y ]
	echo 'profile husk-machine { file, deny /etc/shadow r, }' | apparmor_parser --replace --skip-cache
	run aa-exec -p husk-machine cat /proc/self/attr/current /etc/shadow
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = 'husk-machine (enforce)' ]
	[[ ${lines[1]} == *"Permission denied" ]]
}

# bats test_tags=selinux
@test "SELinux enforces a policy with a domain for containers" {
	[ "$(getenforce)" = Enforcing ]
	mkdir /dev/shm/selinux
	cp /usr/bin/busybox /dev/shm/selinux
	touch /dev/shm/selinux/out
	chcon -R -t container_file_t /dev/shm/selinux
	runcon system_u:system_r:container_t:s0:c1,c2 /dev/shm/selinux/busybox cat /etc/shadow 2>/dev/shm/selinux/out || true
	grep -qF "/etc/shadow': Permission denied" /dev/shm/selinux/out
}
