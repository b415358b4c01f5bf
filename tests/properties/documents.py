"""documents.py - the tests by name, and the parts of documents that a script writes."""
import difflib
import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parent.parent
TOP = TESTS.parent


def functional_tests():
    """(file, words, tags) of each test of tests/functional and tests/vm, in the order of the files."""
    for path in sorted([*TESTS.glob("functional/*.bats"), *TESTS.glob("vm/*.bats")]):
        of_file, of_test = [], []
        for line in path.read_text().splitlines():
            if match := re.match(r"# bats (file|test)_tags=(.*)", line):
                tags = re.split(r",\s*", match[2])
                of_file, of_test = (tags, of_test) if match[1] == "file" else (of_file, tags)
            elif match := re.match(r'@test "(.*)" \{$', line):
                yield path.stem, match[1].replace("\\", ""), of_file + of_test
                of_test = []


def written_part(path, name):
    """What stands between <!-- NAME: ... --> and <!-- end of NAME -->, with what stands around it."""
    return re.match(rf"(.*<!-- {name}:[^\n]*-->\n)(.*)(<!-- end of {name} -->\n.*)", path.read_text(), re.S).groups()


def write_part(path, name, text):
    before, _, after = written_part(path, name)
    path.write_text(before + text + after)


def difference(path, name, text):
    have = written_part(path, name)[1]
    return list(difflib.unified_diff(have.splitlines(), text.splitlines(), path.name, "what it should be", lineterm="", n=0))
