# packages.bash - engines of Debian, unpacked beside each other and never installed: their packages start services.
# shellcheck shell=bash

. "$TESTS/lib/cache.bash"

ENGINE_PACKAGES="containerd docker.io podman conmon buildah netavark containernetworking-plugins
	libdevmapper1.02.1 libgpgme11 libassuan0 libsubid4 libglib2.0-0
	python3-grpcio libc-ares2 libre2-9 libabsl20220623"
FREE_MB=800

# Sets ENGINES to the folder of usr/, what the packages hold, and image.tar.
engines_prepare() {
	cache_prepare ENGINES engines "${BASH_SOURCE[0]}" "$FREE_MB" engines_fill
}

# No `set -e`: it does nothing in what is called from a condition.
engines_fill() {
	mkdir packages tree usr &&
		apt-get update && (cd packages && apt-get download $ENGINE_PACKAGES) &&
		for package in packages/*.deb; do dpkg -x "$package" tree || exit; done &&
		{ [ ! -d tree/lib ] || cp -a tree/lib usr/; } && cp -a tree/usr/. usr/ &&
		rm -rf packages tree &&
		image_make
}

# sid_prepare ENGINE: sets SID to the folder of usr/ with what sid has of it and all that this needs, libc too. Sid changes every day:
# SID_IS_OUT is the status when its packages cannot be had.
SID_IS_OUT=75
sid_prepare() {
	local packages

	case $1 in
	containerd | cri) packages=containerd ;;
	docker | swarm) packages=docker.io,docker-buildx,containerd ;;
	podman) packages=podman,conmon,netavark,nftables ;;
	buildah) packages=buildah,netavark ;;
	esac
	cache_prepare SID "sid-${packages%%,*}" "${BASH_SOURCE[0]}" "$FREE_MB" sid_fill
}
sid_fill() {
	debian --variant=extract --include="$packages" sid tree || return "$SID_IS_OUT"
	mv tree/usr . && rm -rf tree usr/share/{doc,man,locale}
}

# Two images of one layer, in the form that all engines load: busybox, and the same with a command for the first container of a
# pod, which waits to be ended.
image_make() {
	local sum

	mkdir -p root/{bin,dev,etc,proc,root,run,sys,tmp,var} && cp /usr/bin/busybox root/bin/ || return
	chroot root /bin/busybox --install -s /bin || return
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' >root/etc/passwd
	printf '%s\n' 'root:x:0:' >root/etc/group
	echo 'no program' >root/etc/closed
	printf '%s\n' '#!/bin/sh' 'trap "exit 0" TERM' 'while :; do sleep 1 & wait $!; done' >root/bin/pause
	chmod 755 root/bin/pause
	tar -C root --owner 0 --group 0 -cf layer.tar . || return
	sum=$(sha256sum layer.tar | cut -c 1-64)
	image_config sh "$sum" >box.json
	image_config pause "$sum" >pause.json
	echo '[{"Config": "box.json", "RepoTags": ["docker.io/library/box:1"], "Layers": ["layer.tar"]},
		{"Config": "pause.json", "RepoTags": ["docker.io/library/pause:1"], "Layers": ["layer.tar"]}]' >manifest.json
	tar -cf image.tar manifest.json box.json pause.json layer.tar &&
		rm -rf root layer.tar box.json pause.json manifest.json
}
# image_config COMMAND LAYER
image_config() {
	printf '{"architecture": "amd64", "os": "linux", "config": {"Env": ["PATH=/bin"], "Cmd": ["%s"]},
		"history": [{"created_by": "busybox"}], "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}\n' "$1" "$2"
}
