"""bench.py - what the measurements share: the runtimes, the bundle, one command's time and system calls, the table.

crun refuses hosts that have controllers in both versions of cgroup, so all run in a mount namespace that hides the cgroup2
beside v1 hierarchies.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
HUSK = HERE.parent.parent / "build/cmd/husk"
HIDDEN = "HUSK_BENCH_HIDDEN"  # set in the namespace that hides the cgroup2
KEYS = ("min", "p25", "median")


def add_common_arguments(parser):
    parser.add_argument("--rounds", type=int, default=60, help="for each runtime (default 60); 0: system calls only")
    parser.add_argument("--idle-ms", type=int, default=30, help="idle before each command (default 30)")
    parser.add_argument("--bundle", default="spec", help="a script of tests/bundles (default spec)")
    parser.add_argument("--runtimes", default="husk,crun,runc", help="names in PATH, or husk for the one just built")
    parser.add_argument("--json", metavar="FILE", help="also write the figures there; -: on stdout, instead of the table")
    parser.add_argument("--here", action="store_true", help="stay in this mount namespace")


def hide_cgroup2():
    """Starts again in a mount namespace of its own, and unmounts the cgroup2 there when v1 hierarchies stand beside it."""
    if HIDDEN not in os.environ:
        os.environ[HIDDEN] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable] + sys.argv)
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    if any(fields[2] == "cgroup" for fields in mounts):
        for fields in mounts:
            if fields[2] == "cgroup2":
                subprocess.run(["umount", fields[1]], check=True)


def tmpfs():
    """Where state costs no disk; None: the usual temporary folder."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None


def find_runtimes(names):
    found = {}
    for name in names.split(","):
        path = str(HUSK) if name == "husk" else shutil.which(name)
        if path and os.access(path, os.X_OK):
            found[name] = path
        else:
            print(f"{name} is left out: it is not installed", file=sys.stderr)
    return found


def make_bundle(kind, folder, args):
    """A bundle of tests/bundles, with a program that ends at once as /payload, and these args."""
    bundle = folder / "bundle"
    subprocess.run([HERE.parent / "bundles" / kind, bundle], check=True, env=dict(os.environ, HUSK=str(HUSK)))
    payload = bundle / "rootfs/payload"
    subprocess.run(["gcc", "-Os", "-static", "-nostdlib", "-o", payload, HERE / "payload.c"], check=True)
    change_config(bundle, lambda config: config.update(ociVersion="1.0.2"))  # Debian's crun refuses versions that it does not know
    change_config(bundle, lambda config: config["process"].update(args=args))
    return bundle


def change_config(bundle, change):
    path = bundle / "config.json"
    config = json.loads(path.read_text())
    change(config)
    path.write_text(json.dumps(config))


def make_states(folder):
    """State roots, as on a machine that has had a container."""
    for name in ("husk", "crun", "runc"):
        (folder / "state" / name).mkdir(parents=True)
    return folder / "state"


def timed(command):
    """Milliseconds of wall clock and of CPU; the CPU time includes that of what the command has waited for."""
    null = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    before = time.monotonic_ns()
    pid = os.posix_spawn(command[0], command, os.environ, file_actions=null)
    _, status, usage = os.wait4(pid, 0)
    wall = (time.monotonic_ns() - before) / 1e6
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}: status {os.waitstatus_to_exitcode(status)}")
    return wall, (usage.ru_utime + usage.ru_stime) * 1e3


def count_payload_calls(bundle):
    """The payload's own, which a start of it does not count, but for its execve."""
    return count_system_calls([str(bundle / "rootfs/payload")]) - 1


def count_system_calls(command, follow=True):
    with tempfile.NamedTemporaryFile("r") as table:
        strace = ["strace"] + ["-f"] * follow + ["-c", "-U", "calls", "-o", table.name]
        if subprocess.run(strace + command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode != 0:
            sys.exit(f"failed: {' '.join(command)}")
        return int(table.read().split()[-2])  # the line of the total: its count and the word "total"


def figures_of(pairs, system_calls):
    """Of pairs of wall and CPU time: minimum, first quartile and median, never means. system_calls may be None."""
    figures = {} if system_calls is None else {"system_calls": system_calls}
    if pairs:
        figures["wall_ms"] = quartiles([wall for wall, _ in pairs])
        figures["cpu_ms"] = quartiles([cpu for _, cpu in pairs])
    return figures


def quartiles(values):
    ordered = sorted(values)
    return {"min": ordered[0], "p25": ordered[len(ordered) // 4], "median": statistics.median(ordered)}


def add_ratios(figures):
    crun = figures.get("crun")
    for figure in figures.values() if crun else []:
        figure["to_crun"] = {}
        if "system_calls" in figure:
            figure["to_crun"]["system_calls"] = figure["system_calls"] / crun["system_calls"]
        for what in ("wall_ms", "cpu_ms"):
            if what in figure:
                figure["to_crun"][what] = {key: figure[what][key] / crun[what][key] for key in KEYS}


def print_table(title, figures):
    """One line for each runtime; in brackets the ratio to crun."""
    columns = [(what, key) for what in ("wall_ms", "cpu_ms") for key in KEYS]
    print(f"{title:10}{'system calls':>16}" + "".join(f"{what[:-3] + ' ' + key + ' ms':>18}" for what, key in columns))
    for name, figure in figures.items():
        ratios = figure.get("to_crun", {})
        cells = [with_ratio(f"{figure.get('system_calls', '-')}", ratios.get("system_calls"), 16)]
        for what, key in columns if "wall_ms" in figure else []:
            cells.append(with_ratio(f"{figure[what][key]:.2f}", ratios.get(what, {}).get(key), 18))
        print(f"{name:10}" + "".join(cells))


def with_ratio(text, ratio, width):
    return f"{text + (f' ({ratio:.2f})' if ratio is not None else ''):>{width}}"


def write_json(result, name):
    text = json.dumps(result, indent=2) + "\n"
    sys.stdout.write(text) if name == "-" else Path(name).write_text(text)
