# completion.bats - what bash, zsh and fish offer for a husk on their command line, by the scripts of `husk completion`.
# shellcheck disable=SC2154 # $output is set by run

load helpers

setup() {
	bundle
	mkdir -p "$TEST_DIR/bin" "$TEST_DIR/functions"
	ln -s "$HUSK" "$TEST_DIR/bin/husk"
	PATH=$TEST_DIR/bin:$PATH
	husk completion bash >"$TEST_DIR/husk.bash"
	husk completion zsh >"$TEST_DIR/functions/_husk"
	husk completion fish >"$TEST_DIR/husk.fish"
}

# Each prints what its shell offers at the end of a line, one a line.
offered_by_bash() {
	bash --norc -c '
		. "$1"
		compopt() { :; } # bash has it only where a line is edited
		read -ra COMP_WORDS <<<"${2//=/ = }"
		[[ $2 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_husk husk
		printf "%s\n" "${COMPREPLY[@]}"' bash "$TEST_DIR/husk.bash" "$1"
}
offered_by_zsh() {
	mkdir -p "$TEST_DIR/zdotdir"
	cp -u "$TESTS/functional/zshrc" "$TEST_DIR/zdotdir/.zshrc"
	: >"$TEST_DIR/offered"
	ZDOTDIR=$TEST_DIR/zdotdir FUNCTIONS=$TEST_DIR/functions OFFERED=$TEST_DIR/offered LINE=$1 \
		timeout 20 script -qec 'zsh -d -i' /dev/null </dev/null >"$TEST_DIR/tty" 2>&1 3>&-
	cat "$TEST_DIR/offered"
}
offered_by_fish() {
	HOME=$TEST_DIR fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$TEST_DIR/husk.fish" "$1" 3>&- | cut -f1
}

# The last part of a path is enough, and of words behind = the words.
offered() {
	"offered_by_$1" "$2" | sed -E 's|^--[a-z-]+=(.)|\1|; s|/$||; s|.*/||' | grep . | sort -u
}

# offers LINE WORD...: each shell offers these words at the end of the line, and no others.
offers() {
	local shell line=$1

	shift
	for shell in bash zsh fish; do
		diff -u --label wanted <(printf '%s\n' "$@" | grep . | sort) --label "$shell: $line" <(offered "$shell" "$line")
	done
}

verbs() {
	"$HUSK" --help | sed -nE '/^Options/q; s/^  ([a-z]+) .*/\1/p'
}
# Also those of a verb: options VERB
options() {
	"$HUSK" "$@" --help | sed -nE 's/^  (-.,|   ) (--[a-z0-9-]+).*/\2/p'
}

@test "verbs are offered where one may stand, and none behind one" {
	offers 'husk ' help $(verbs)
	offers 'husk help ' help $(verbs)
	offers 'husk --debug --root /x --log-format=json ' help $(verbs)
	offers 'husk re' resume
	offers 'husk state x '
	offers 'husk frobnicate '
}

@test "all options of each verb are offered, and only before the arguments" {
	local verb

	offers 'husk --' $(options)
	for verb in $(verbs); do
		offers "husk $verb --" $(options "$verb")
	done
	offers 'husk kill --a' --all
	offers 'husk list --status running --st' --status
	offers 'husk kill x --'
}

@test "where an option or an argument is one of some words, these are offered" {
	offers 'husk --log-format ' text json
	offers 'husk --log-format=' text json
	offers 'husk --log-format=j' json
	offers 'husk list -f ' table json
	offers 'husk --rootless auto list --format ' table json
	offers 'husk completion ' bash zsh fish
	offers 'husk completion bash '
	offers 'husk kill x SEG' SEGV
	offers 'husk kill --all x TT' TTIN TTOU
	offers 'husk run --preserve-fds '
}

@test "files and directories are offered where one is wanted" {
	local files=$TEST_DIR/files

	mkdir -p "$files/bundle" && touch "$files/bu.json"
	offers "husk run --bundle $files/b" bundle
	offers "husk run -b $files/b" bundle
	offers "husk --root=$files/b" bundle
	offers "husk create --config $files/b" bundle bu.json
	offers "husk spec --file=$files/b" bundle bu.json
	offers "husk kill $files/b"
}

@test "containers of the --root on the line are offered where one is wanted" {
	husk create "$ID"
	mkdir -p "$TEST_DIR/empty"
	offers "husk --root $ROOT kill " "$ID"
	offers "husk --root=$ROOT --debug delete --force ${ID:0:4}" "$ID"
	offers "husk --root $ROOT events first " "$ID"
	offers "husk --root $ROOT run "
	offers "husk --root $ROOT state $ID "
	offers "husk --root $TEST_DIR/empty kill "
}

@test "each shell takes its script for husk without a word, also one that reads it as a file" {
	run bash --norc -c '. "$1"; complete -p husk' bash "$TEST_DIR/husk.bash"
	[ "$output" = 'complete -F _husk husk' ]
	run zsh -f -c 'autoload -Uz compinit && compinit -u -D; . "$1"; echo "$_comps[husk]"' zsh "$TEST_DIR/functions/_husk"
	[ "$output" = _husk ]
	HOME=$TEST_DIR run fish --no-config "$TEST_DIR/husk.fish"
	[ -z "$output" ]
}
