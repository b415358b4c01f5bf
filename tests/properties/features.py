"""features.py - is tests/features.md true? It lists what container runtimes have, and for each what shows that husk has it.

A row is | feature | yes | FILE: words | or | feature | no | reason |. FILE is the name of a file of tests/functional, or a path
below tests/. The words are the name of a test of it, or a part that no other has."""
import re

from documents import TESTS, difference, functional_tests, write_part

FEATURES = TESTS / "features.md"
ROW = re.compile(r"\| (.+) \| (yes|no) \| (.+) \|$")

# How many features a section lists: none gets lost, and none is counted twice.
SECTIONS = {
    "A": 22, "B": 12, "C": 11, "D": 20, "E": 24, "F": 16, "G": 18, "H": 35, "I": 19, "J": 99,
    "K": 33, "L": 17, "M": 21, "N": 25, "O": 52, "P": 20, "Q": 12, "R": 22, "S": 24,
}  # fmt: skip


def update():
    write_part(FEATURES, "summary", summary(sections()))


def cases():
    parts = sections()
    rows = [row for _, part in parts for row in part]
    words = known_tests()
    return [
        ("tests/features.md has a row in the right form for each feature", miscounted(parts)),
        ("no feature is listed twice", twice([row[0] for row in rows if row])),
        ("each feature that is there names a test", [fault for row in rows if row and row[1] == "yes" for fault in unproved(row, words)]),
        ("tests/features.md has the summary of today", difference(FEATURES, "summary", summary(parts))),
    ]


def sections():
    """[(title, rows)]; a row is (feature, yes or no, the rest), and None where it has another form."""
    parts = []
    for line in FEATURES.read_text().splitlines():
        if re.match(r"## [A-Z]\. ", line):
            parts.append((line[3:], []))
        elif parts and line.startswith("| ") and not line.startswith("| feature |"):
            match = ROW.match(line)
            parts[-1][1].append(match and match.groups())
    return parts


def miscounted(parts):
    counts = {title[0]: len(rows) for title, rows in parts}
    faults = [f"section {name} has {counts.get(name, 0)} rows, not {n}" for name, n in SECTIONS.items() if counts.get(name, 0) != n]
    return faults + [f"section {title[0]}: row {i} has another form" for title, rows in parts for i, row in enumerate(rows, 1) if not row]


def twice(names):
    return sorted({name for name in names if names.count(name) > 1})


def known_tests():
    """File -> the names of its tests, of the functional ones."""
    known = {}
    for file, words, _ in functional_tests():
        known.setdefault(file, []).append(words)
    return known


def unproved(row, known):
    file, _, words = row[2].partition(": ")
    names = known.get(file) or lines_of(file)
    found = 1 if words in names else sum(words in name for name in names)
    if not words or found != 1:
        return [f"{row[0]}: {found} tests of {file} have these words: {words}"]
    return []


def lines_of(file):
    """Of unit tests, whose names are functions, and of other files below tests/."""
    path = TESTS / file
    text = path.read_text() if path.is_file() else ""
    if path.suffix == ".c":
        return [name.replace("_", " ") for name in re.findall(r"^static void (\w+)\(void \*\*state\)", text, re.M)]
    return text.splitlines()


def summary(parts):
    lines = ["| section | yes | no |", "|---|---|---|"]
    counts = [(title, *(sum(1 for row in rows if row and row[1] == word) for word in ("yes", "no"))) for title, rows in parts]
    lines += [f"| {title} | {yes} | {no} |" for title, yes, no in counts]
    lines += [f"| all | {sum(c[1] for c in counts)} | {sum(c[2] for c in counts)} |", ""]
    return "\n".join(lines)
