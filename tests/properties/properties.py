"""properties.py - which test shows which property of config.json: a table in tests/README.md.

The properties are those of specs/fields.c. A functional test says what it shows by tags: `p:` and the JSON pointer with ':' for
'/', without indices and free names: # bats test_tags=v2,p:process:rlimits,p:process:user:uid

An object whose members are all required, as an rlimit, is shown as a whole: a tag may name it or any member."""
import collections
import os
import subprocess
import tempfile

from documents import TESTS, TOP, difference, functional_tests, write_part

README = TESTS / "README.md"
WITHOUT_TEST = {}


def update():
    write_part(README, "properties", table(*shown()))


def cases():
    names, wholes, tests = shown()
    holes = [name for name in rows_of(names, wholes, tests) if not tests[name] and name not in WITHOUT_TEST]
    return [
        ("each property of config.json has a test", holes),
        ("a property that is said to have no test has none", [name for name in WITHOUT_TEST if tests[name]]),
        ("each tag names a property", [f"{name}: {tests[name][0]}" for name in tests if tests[name] and name not in names]),
        ("tests/README.md has the table of today", difference(README, "properties", table(names, wholes, tests))),
    ]


def shown():
    """The properties in the order of specs/fields.c, those that are shown as a whole, and property -> its tests."""
    required = listed()
    wholes = {name for name in required if is_whole(name, required)}
    tests = collections.defaultdict(list)
    for file, words, tags in functional_tests():
        names = [tag[2:] for tag in tags if tag.startswith("p:")]
        for name in dict.fromkeys(owner if name in required and (owner := name.rpartition(":")[0]) in wholes else name for name in names):
            tests[name].append((file, words))
    return list(required), wholes, tests


def listed():
    """Property, as tags name it -> whether it is required."""
    with tempfile.TemporaryDirectory() as made:
        lister = os.path.join(made, "list_fields")
        sources = ["tests/specs-go/list_fields.c", "specs/fields.c", "specs/features.c"]
        subprocess.run([os.environ.get("CC", "cc"), "-std=gnu17", "-o", lister, *sources], cwd=TOP, check=True)
        lines = subprocess.run([lister], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    words = [line.split() for line in lines if line.startswith("config ")]
    return {pointer.replace("/~", "")[1:].replace("/", ":"): needed == "required" for _, pointer, _, needed in words}


def members(name, names):
    return [other for other in names if other.startswith(name + ":")]


def is_whole(name, required):
    below = members(name, required)
    return bool(below) and all(required[other] and other.count(":") == name.count(":") + 1 for other in below)


def rows_of(names, wholes, tests):
    """Each property once; one with members only where a test names it, since they have their own rows."""
    for name in names:
        if name in wholes or (name.rpartition(":")[0] not in wholes and (tests[name] or not members(name, names))):
            yield name


def table(names, wholes, tests):
    rows = [f"| {title(name, names, wholes)} | {shown_by(name, tests[name])} |" for name in rows_of(names, wholes, tests)]
    return "\n".join(["| property | shown by |", "|---|---|", *rows, ""])


def title(name, names, wholes):
    below = [member.rpartition(":")[2] for member in members(name, names)] if name in wholes else []
    return name.replace(":", ".") + (f": {', '.join(below)}" if below else "")


def shown_by(name, tests):
    """A test of the file that has most to say of it, and which other files have some."""
    if not tests:
        return WITHOUT_TEST.get(name, "-")
    most = collections.Counter(file for file, _ in tests).most_common(1)[0][0]
    words = next(words for file, words in tests if file == most)
    others = ", ".join(sorted({file for file, _ in tests} - {most}))
    return f"{most}: {words}{others and f'; also {others}'}".replace("|", "\\|")
