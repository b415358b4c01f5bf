# image.bash - what machines are booted from: a Debian as a disk image, two Debian kernels, and QEMU.
# shellcheck shell=bash

DEBIAN=trixie
KERNELS="bookworm trixie"
IMAGE_PACKAGES="
	systemd systemd-sysv dbus dbus-user-session libpam-systemd uidmap passwd
	apparmor selinux-policy-default selinux-utils policycoreutils
	bats jq busybox-static util-linux procps iproute2 kmod strace libcap2-bin python3
	runc crun podman fuse-overlayfs criu libcriu2"
IMAGE_MB=1500 # sparse: about 600 of them are used
FREE_MB=3000

# Sets IMAGE to the folder of disk.ext4, vmlinuz-* and qemu. It is made once, outside of the repository, and again when this file,
# the recipe, has changed.
image_prepare() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/husk-tests/vm

	mkdir -p "$cache" || return
	IMAGE=$cache/$(sha256sum "${BASH_SOURCE[0]}" | cut -c 1-12)
	(
		flock 9
		[ -e "$IMAGE" ] || image_make "$cache" || exit
		touch "$IMAGE"
	) 9>"$cache/lock"
}

# What it prints is a figure of the suite, or the reason of its failure.
image_make() {
	local new=$1/new started=$SECONDS free

	free=$(df --output=avail -m "$1" | tail -n 1)
	[ "$free" -ge "$FREE_MB" ] || {
		echo "the image of the virtual machines needs $FREE_MB MB while it is made in $1, where $free MB are free"
		return 1
	}
	find "$1" -mindepth 1 -maxdepth 1 -type d -mtime +0 -exec rm -rf {} + # of older recipes, and used by nobody for a day
	rm -rf "$new"
	mkdir "$new" || return
	if ! image_fill "$new" >"$1/log" 2>&1; then
		tail -n 20 "$1/log"
		rm -rf "$new"
		return 1
	fi
	mv "$new" "$IMAGE"
	echo "# figure: made the image of the virtual machines in $IMAGE: $((SECONDS - started)) s, $(du -sm "$IMAGE" | cut -f 1) MB"
}

# No `set -e`: it does nothing in what is called from a condition.
image_fill() (
	cd "$1" && debian --variant=minbase --include="$(echo $IMAGE_PACKAGES | tr ' ' ,)" "$DEBIAN" tree &&
		chroot tree useradd --create-home --uid 1000 tester && # unprivileged, with subordinate ids
		add_kernels &&
		add_emulator &&
		mke2fs -q -t ext4 -O ^has_journal -d tree disk.ext4 "${IMAGE_MB}M" &&
		rm -rf tree kernel-*
)
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

# Without a mirror among its arguments mmdebstrap takes Debian's own. It hands dash a descriptor by its number, which must be
# below 10: that of the lock is closed.
debian() {
	mmdebstrap --quiet --mode=root "$@" 9>&-
}
