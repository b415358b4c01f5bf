# packages.bash - what a suite needs from Debian: found, or named and installed.
# shellcheck shell=bash

# Prints those of the packages that are not installed.
packages_missing() {
	local package

	for package in "$@"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
	done
}

# Says what it installs and installs it. Silent when everything is there.
packages_install() {
	local missing

	mapfile -t missing < <(packages_missing "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "installing Debian packages: ${missing[*]}"
	if [ "$(id -u)" -ne 0 ]; then
		echo "only root can install packages: run 'apt-get install ${missing[*]}' as root first"
		return 1
	fi
	[ -n "${apt_is_up_to_date:-}" ] || apt_get update || return
	apt_is_up_to_date=1
	apt_get install --no-install-recommends "${missing[@]}"
}

# Quiet unless it fails.
apt_get() {
	local printed

	printed=$(DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet "$@" 2>&1 </dev/null) || {
		echo "$printed"
		return 1
	}
}
