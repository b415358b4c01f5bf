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
	[[ " ${missing[*]} " != *" golang-1.23-go "* ]] || backports_add || return
	[ -n "${apt_is_up_to_date:-}" ] || apt_get update || return
	apt_is_up_to_date=1
	apt_get install --no-install-recommends "${missing[@]}"
}

# Where a newer Go is, beside the Debian 12 that this machine takes the rest from.
backports_add() {
	local sources=/etc/apt/sources.list.d

	! grep -rqs bookworm-backports /etc/apt/sources.list "$sources" || return 0
	echo "adding Debian's backports to the package sources: $sources/husk-backports.*"
	unset apt_is_up_to_date
	if [ -e "$sources/debian.sources" ]; then
		awk 'BEGIN { RS = ""; ORS = "\n\n" } { sub(/Suites:[^\n]*/, "Suites: bookworm-backports"); print; exit }' \
			"$sources/debian.sources" >"$sources/husk-backports.sources"
	else
		sed -n 's/^\(deb .*\) bookworm \(.*\)/\1 bookworm-backports \2/p' /etc/apt/sources.list >"$sources/husk-backports.list"
	fi
}

# Quiet unless it fails.
apt_get() {
	local printed

	printed=$(DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet "$@" 2>&1 </dev/null) || {
		echo "$printed"
		return 1
	}
}
