# flags.bash - how a file is compiled when only looked at: what meson.build defines, without what only one compiler knows.
# shellcheck shell=bash disable=SC2034
FLAGS=(-std=gnu17 -D_GNU_SOURCE -DHUSK_VERSION='""' -DHUSK_COMMIT='""' '-DHUSK_SYSTEMD_HELPER="x"')
