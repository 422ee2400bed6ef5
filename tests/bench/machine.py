"""The command line of a benchmark, and what it needs on this machine."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build/bench"
BUILDS = {"proctor, static": ROOT / "build/static/proctor",
          "proctor": ROOT / "build/proctor"}
HELPERS = ("pid1", "sleeper", "crasher", "producer", "consumer", "catcher", "failer",
           "orphans", "spawner")
(PID1, SLEEPER, CRASHER, PRODUCER, CONSUMER, CATCHER, FAILER, ORPHANS,
 SPAWNER) = (BUILD / n for n in HELPERS)


def named_path(text):
    name, _, path = text.rpartition("=")
    if not name or not Path(path).is_file():
        raise argparse.ArgumentTypeError(f"not NAME=FILE of a program: {text}")
    return name, Path(path).resolve()


def options(description, runs, more=lambda parser: None):
    """What every benchmark understands; more(parser) adds what only one does."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("-n", type=int, metavar="RUNS",
                        help=f"runs of each, default {runs}")
    parser.add_argument("--json", action="store_true",
                        help="print every run as JSON instead of a table")
    parser.add_argument("--quick", action="store_true",
                        help="one run of the least size: shows that it works, no more")
    parser.add_argument("--proctor", type=named_path, action="append",
                        metavar="NAME=FILE", help="a build of proctor to compare, in "
                        "place of build/static/proctor and build/proctor; again for more")
    more(parser)
    args = parser.parse_args()
    if args.n is None:
        args.n = 1 if args.quick else runs
    if os.geteuid() != 0:
        parser.error("needs root, for the PID namespaces and apt-get")
    if args.proctor:
        BUILDS.clear()
        BUILDS.update(args.proctor)
    compile_helpers()
    os.sync()  # what was built just now would count as dirty memory of who runs it
    return args


def compile_helpers():
    """Static, so that loading them costs as little as can be."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in HELPERS:
        source, program = HERE / f"{name}.c", BUILD / name
        newest = max(source.stat().st_mtime, (HERE / "board.h").stat().st_mtime)
        if not program.exists() or program.stat().st_mtime < newest:
            subprocess.run(["cc", "-std=c17", "-D_GNU_SOURCE", "-O3", "-Wall", "-Wextra",
                            "-static", "-o", program, source], check=True)


def proctors():
    """The builds of proctor that there are, the static one first."""
    return {name: path for name, path in BUILDS.items() if path.exists()}


def version(package):
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package]
    state = subprocess.run(query, capture_output=True, text=True).stdout.split()
    return state[1] if state[:1] == ["installed"] else None


def install(*packages):
    """Installs what is missing, and leaves no supervisord running that was not."""
    missing = [p for p in packages if not version(p)]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "-qq", "-o",
               "DPkg::Lock::Timeout=300", "--no-install-recommends", *missing]
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        subprocess.run(["apt-get", "update", "-qq"], stdout=sys.stderr, check=True)
        subprocess.run(command, stdout=sys.stderr, check=True)
    if "supervisor" in missing:
        systemd = Path("/run/systemd/system").is_dir()
        stop = ["systemctl", "disable", "--now"] if systemd else ["service"]
        stop += ["supervisor"] if systemd else ["supervisor", "stop"]
        subprocess.run(stop, capture_output=True)
