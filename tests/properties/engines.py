"""engines.py - is what README.md says of engines what their tests do?"""
import re

from documents import TESTS, TOP

# Files that no test can use: Debian has not the engine, or no part of it that reads them.
WITHOUT_TEST = {"crio.conf", "runtimeclass.yaml"}


def plain(text):
    """A script in one line, without quotes, and with husk where it is installed."""
    return " ".join(text.replace("$RUNTIME", "/usr/local/bin/husk").replace("\\\n", " ").replace('"', "").split())


def cases():
    scripts = {path.name: plain(path.read_text()) for path in (TESTS / "engines").iterdir() if path.is_file()}
    section = re.search(r"^## Use it under an engine\n(.*?)^## ", (TOP / "README.md").read_text(), re.S | re.M)[1]
    commands = re.findall(r"^(\S.*?) +# ", re.search(r"^```\n(.*?)^```", section, re.S | re.M)[1], re.M)
    files = sorted(path.name for path in (TOP / "contrib/engines").iterdir())

    unnamed = [f"README.md does not name {name}" for name in files if f"| {name}" not in section and f", {name}" not in section]
    unused = [f"no script of tests/engines has: ready {name}" for name in files
              if (name in WITHOUT_TEST) == any(f"ready {name}" in script for script in scripts.values())]
    yield "README.md names each file of contrib/engines, and the tests of engines start with it", unnamed + unused
    yield "the commands that README.md has for engines are in their tests", [
        f"in no script of tests/engines: {command}" for command in commands or ["README.md has none"]
        if not any(command in script for script in scripts.values())]
