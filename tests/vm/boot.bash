# boot.bash - one boot of one machine for one command.
# shellcheck shell=bash

# name | kernel | what process 1 does | kernel arguments
MACHINES="
v2         | trixie   | plain     |
old-kernel | bookworm | plain     |
v1         | bookworm | cgroup-v1 |
systemd    | trixie   | systemd   |
selinux    | trixie   | selinux   | security=selinux
"

# The programs of tests/conformance that run there too, as patterns.
PROGRAMS="
v1      | linux_cgroups_* delete_*resources process_capabilities
systemd | linux_process_apparmor_profile
selinux | linux_mount_label
"
BOOT_SECONDS=${BOOT_SECONDS:-2700}

machines() {
	awk -F' *[|] *' 'NF > 1 { print $1 }' <<<"$MACHINES"
}
machine_exists() {
	machines | grep -qxF -- "$1"
}
machine_columns() {
	awk -F' *[|] *' -v name="$1" '$1 == name { print $2, $3, $4 }' <<<"$MACHINES"
}

# The patterns of a machine, a line each; and those that nothing is built for.
programs_of() {
	awk -F' *[|] *' -v name="$1" '$1 == name { gsub(" ", "\n", $2); print $2 }' <<<"$PROGRAMS"
}
programs_missing() {
	local pattern

	while read -r pattern; do
		compgen -G "$TOP/build-conformance/bin/$pattern" >/dev/null || echo "$pattern"
	done < <(programs_of "$1")
}

# boot MACHINE COMMAND: runs the command in a copy of the tree, /husk, and leaves $BOOT/output, console and status; the last
# is empty when the machine did not get that far. IMAGE is set (image.bash).
boot() {
	local kernel init arguments qemu=$IMAGE/qemu/usr
	# By its own Debian's loader, with that one's libraries: not those of this machine.
	local emulator=("$qemu/lib64/ld-linux-x86-64.so.2" --library-path "$qemu/lib/x86_64-linux-gnu" "$qemu/bin/qemu-system-x86_64"
		-L "$qemu/share/qemu" -L "$qemu/share/seabios")

	read -r kernel init arguments < <(machine_columns "$1")
	BOOT=$(mktemp -d "${TMPDIR:-/tmp}/husk-test.${HUSK_TEST_RUN:-}XXXXXX") || return
	trap boot_clean_up EXIT
	trap 'exit 1' INT TERM
	pack_tree "$2"
	(pack_programs "$1")
	pack_root

	# QEMU translates a library anew wherever it lies: with norandmaps, always at the same place, a program starts in a third of
	# the time.
	timeout "$BOOT_SECONDS" "${emulator[@]}" -M q35 -m 2G -smp 2 -accel tcg,thread=multi -cpu max \
		-nodefaults -display none -no-reboot \
		-kernel "$IMAGE/vmlinuz-$kernel" -initrd "$BOOT/initramfs" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off norandmaps INIT=$init $arguments" \
		-drive "file=$IMAGE/disk.ext4,format=raw,if=none,id=disk,snapshot=on" -device nvme,drive=disk,serial=disk \
		-serial "file:$BOOT/console" -serial "file:$BOOT/output" -serial "file:$BOOT/status" &
	QEMU=$!
	wait "$QEMU"
	QEMU=
}
boot_clean_up() {
	[ -z "${QEMU:-}" ] || kill "$QEMU"
	rm -rf "$BOOT"
}

# The initramfs: the first program and what it takes to the disk's /husk: tests, programs, the command, and those of
# tests/conformance, where they are built.
pack_tree() {
	local root=$BOOT/root

	mkdir -p "$root"/{bin,dev,disk,husk,proc}
	cp /bin/busybox "$root/bin"
	cp "$TESTS/vm/guest/first" "$root/init"
	(cd "$TOP" && cp -a --parents tests $(find build/cmd build-test/cmd -maxdepth 1 -type f -executable 2>/dev/null) "$root/husk")
	echo "$1" >"$root/husk/command"
}
pack_programs() {
	local to=$BOOT/root/husk pattern

	cd "$TOP" && [ -e build-conformance/stamp ] && [ -n "$(programs_of "$1")" ] || return 0
	cp -a --parents build-conformance/{rootfs-*.tar.gz,bin/runtimetest} "$to"
	while read -r pattern; do
		find build-conformance/{bin,changed} -name "$pattern" -exec cp -a --parents {} "$to" \;
	done < <(programs_of "$1")
}
pack_root() {
	(cd "$BOOT/root" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) >"$BOOT/initramfs"
}
