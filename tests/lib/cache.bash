# cache.bash - what tests make once, outside of the repository, and again when the recipe has changed.
# shellcheck shell=bash

# cache_prepare VARIABLE NAME RECIPE MB FILL: VARIABLE becomes a folder that FILL has filled, a function that is called in it; MB
# may have to be free meanwhile. RECIPE is the file that says what comes into it. Prints a figure of the suite, or why it failed;
# the status is that of FILL then.
cache_prepare() {
	local cache=${XDG_CACHE_HOME:-/var/cache}/husk-tests/$2 folder

	mkdir -p "$cache" || return
	folder=$cache/$(cat "$3" "${BASH_SOURCE[0]}" | sha256sum | cut -c 1-12)
	(
		flock 9
		[ -e "$folder" ] || cache_make "$cache" "$folder" "$4" "$5" || exit
		touch "$folder"
	) 9>"$cache/lock" && printf -v "$1" %s "$folder"
}

# cache_make CACHE FOLDER MB FILL
cache_make() {
	local new=$1/new started=$SECONDS status=0 free

	free=$(df --output=avail -m "$1" | tail -n 1)
	[ "$free" -ge "$3" ] || {
		echo "# $3 MB are needed while $2 is made, and $free MB are free"
		return 1
	}
	find "$1" -mindepth 1 -maxdepth 1 -type d -mtime +0 -exec rm -rf {} + # of older recipes, and used by nobody for a day
	rm -rf "$new"
	mkdir "$new" || return
	(cd "$new" && "$4") >"$1/log" 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		tail -n 20 "$1/log" | sed 's/^/# /'
		rm -rf "$new"
		return "$status"
	fi
	mv "$new" "$2"
	echo "# figure: made $2: $((SECONDS - started)) s, $(du -sm "$2" | cut -f 1) MB"
}

# debian OPTIONS SUITE FOLDER: what is made of packages of another Debian than this machine's. Without a mirror among its arguments
# mmdebstrap takes Debian's own. It hands dash a descriptor by its number, which must be below 10: that of the lock is closed.
# Where the clock of this machine is wrong its apt has been told not to mind; mmdebstrap's has to be told too.
debian() {
	mmdebstrap --quiet --mode=root --aptopt="Acquire::Check-Valid-Until \"$(valid_until)\"" "$@" 9>&-
}
valid_until() {
	apt-config dump --format='%v' Acquire::Check-Valid-Until | grep . || echo true
}
