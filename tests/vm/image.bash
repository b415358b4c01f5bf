# image.bash - what machines are booted from: a Debian as a disk image, two Debian kernels, and QEMU.
# shellcheck shell=bash

. "$TESTS/lib/cache.bash"

DEBIAN=trixie
KERNELS="bookworm trixie"
IMAGE_PACKAGES="
	systemd systemd-sysv dbus dbus-user-session libpam-systemd uidmap passwd
	apparmor selinux-policy-default selinux-utils policycoreutils
	bats jq busybox-static util-linux procps iproute2 kmod strace libcap2-bin python3
	runc crun podman fuse-overlayfs criu libcriu2"
IMAGE_MB=1500 # sparse: about 600 of them are used
FREE_MB=3000

# Sets IMAGE to the folder of disk.ext4, vmlinuz-* and qemu.
image_prepare() {
	cache_prepare IMAGE vm "${BASH_SOURCE[0]}" "$FREE_MB" image_fill
}

# No `set -e`: it does nothing in what is called from a condition.
image_fill() {
	debian --variant=minbase --include="$(echo $IMAGE_PACKAGES | tr ' ' ,)" "$DEBIAN" tree &&
		chroot tree useradd --create-home --uid 1000 tester && # unprivileged, with subordinate ids
		add_label &&
		add_kernels &&
		add_emulator &&
		mke2fs -q -t ext4 -O ^has_journal -d tree disk.ext4 "${IMAGE_MB}M" &&
		rm -rf tree kernel-*
}
# The name that other policies have for container_file_t too; linux_mount_label of tests/conformance asks for it.
add_label() {
	echo '(typealias svirt_sandbox_file_t) (typealiasactual svirt_sandbox_file_t container_file_t)' >tree/label.cil &&
		chroot tree semodule --noreload --install=/label.cil && rm tree/label.cil
}
add_kernels() {
	local suite

	mkdir -p tree/usr/lib/modules
	for suite in $KERNELS; do
		debian --variant=extract --include=linux-image-cloud-amd64 "$suite" "kernel-$suite" &&
			cp "kernel-$suite"/boot/vmlinuz-* "vmlinuz-$suite" &&
			find "kernel-$suite" -path '*/lib/modules/*' -prune -exec cp -a {} tree/usr/lib/modules/ \; || return
	done
	find tree/usr/lib/modules -mindepth 1 -maxdepth 1 -printf '%f\n' | xargs -n 1 depmod -b tree
}

# Not the host's QEMU: that of Debian 12 (7.2) may run an instruction which the kernel has patched meanwhile. Attaching the first
# device program patches a branch in devcgroup_check_permission, and beside an open of a device the kernel panics there. Its
# cmpxchg16b spoils the flags too. By Debian 13's 10.0 neither was seen.
add_emulator() {
	debian --variant=extract --include=qemu-system-x86 "$DEBIAN" qemu && rm -rf qemu/var qemu/usr/share/doc qemu/usr/share/man
}
