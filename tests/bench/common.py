"""What the benchmarks share: the peers, one measured run, and the tables."""

import argparse
import contextlib
import json
import mmap
import os
import shlex
import shutil
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build/bench"
PID1, SLEEPER, CRASHER = (BUILD / n for n in ("pid1", "sleeper", "crasher"))
PROCTOR_STATIC = ROOT / "build/static/proctor"
PROCTOR = ROOT / "build/proctor"
BOARD = "target delay count exec up crash term exit status".split()  # board.h
MS = 1_000_000  # in nanoseconds


# --- set-up ------------------------------------------------------------------

def options(description, runs):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("-n", type=int, default=runs, metavar="RUNS",
                        help=f"runs of each, default {runs}")
    parser.add_argument("--json", action="store_true",
                        help="print every run as JSON instead of a table")
    args = parser.parse_args()
    if os.geteuid() != 0:
        parser.error("needs root, for the PID namespaces and apt-get")
    return args


def build():
    """The helpers are static, so that loading them costs as little as can be."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for program in (PID1, SLEEPER, CRASHER):
        source = HERE / f"{program.name}.c"
        subprocess.run(["cc", "-std=c17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra",
                        "-static", "-o", program, source], check=True)


def version(package):
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package]
    state = subprocess.run(query, capture_output=True, text=True).stdout.split()
    return state[1] if state[:1] == ["installed"] else None


def install(*packages):
    """Installs what is missing, and leaves no supervisord running that was not."""
    missing = [p for p in packages if not version(p)]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    if subprocess.run(command, stdout=sys.stderr).returncode != 0:
        subprocess.run(["apt-get", "update", "-qq"], stdout=sys.stderr, check=True)
        subprocess.run(command, stdout=sys.stderr, check=True)
    if "supervisor" in missing:
        systemd = Path("/run/systemd/system").is_dir()
        stop = ["systemctl", "disable", "--now"] if systemd else ["service"]
        stop += ["supervisor"] if systemd else ["supervisor", "stop"]
        subprocess.run(stop, capture_output=True)


# --- the peers: each writes its configuration and returns its command ----------

def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return str(path)


# What people add to make the container exit when a service dies. It answers as the
# protocol asks, which makes supervisord end sooner than the shell loops one often sees.
LISTENER = """#!/usr/bin/python3
import os, signal, sys
while True:
    print("READY", flush=True)
    header = dict(word.split(":") for word in sys.stdin.readline().split())
    sys.stdin.read(int(header["len"]))
    os.kill(os.getppid(), signal.SIGTERM)
    print("RESULT 2\\nOK", end="", flush=True)
"""


def supervisord(work, services, escalate):
    config = ("[supervisord]\nnodaemon=true\nuser=root\nlogfile=/dev/null\n"
              f"logfile_maxbytes=0\npidfile={work}/pid\n")
    for name, program in services.items():
        config += (f"[program:{name}]\ncommand={shlex.quote(str(program))}\n"
                   "autorestart=false\nredirect_stderr=true\n"
                   "stdout_logfile=/dev/stdout\nstdout_logfile_maxbytes=0\n")
    if escalate:
        listener = write(work / "listener", LISTENER, 0o755)
        config += (f"[eventlistener:exit]\ncommand={listener}\n"
                   "events=PROCESS_STATE_EXITED,PROCESS_STATE_FATAL\n")
    return ["supervisord", "-c", write(work / "supervisord.conf", config)]


def service_folders(work, services, finish):
    for name, program in services.items():
        folder = work / "services" / name
        folder.mkdir(parents=True)
        (folder / "run").symlink_to(program)  # no shell in between: kind to the peer
        if finish:
            write(folder / "finish", f"#!/bin/sh\nexec {finish}\n", 0o755)
    return str(work / "services")


def s6(work, services, escalate):
    halt = f"s6-svscanctl -t {shlex.quote(f'{work}/services')}"
    return ["s6-svscan", service_folders(work, services, escalate and halt)]


def runit(work, services, escalate):
    halt = "kill -HUP 1"
    return ["runsvdir", service_folders(work, services, escalate and halt)]


def bash(work, services, escalate):
    lines = [f"{shlex.quote(str(program))} &\n" for program in services.values()]
    script = "#!/bin/bash\n" + "".join(lines) + "wait -n\nexit $?\n"
    return [write(work / "start", script, 0o755)]


def proctor(binary):
    def command(work, services, escalate):
        config = "[proctor]\ngrace = 9s\n"
        for name, program in services.items():
            config += f'[service {name}]\ncommand = "{program}"\n'
        return [str(binary), "run", "-c", write(work / "proctor.ini", config)]
    return command


def proctors():
    """The builds of proctor that there are, the static one first."""
    found = {"proctor, static": PROCTOR_STATIC, "proctor": PROCTOR}
    return {name: path for name, path in found.items() if path.exists()}


def supervisors():
    install("supervisor", "s6", "runit")
    return {
        f"supervisord {version('supervisor')}": supervisord,
        f"s6-svscan {version('s6')}": s6,
        f"runsvdir {version('runit')}": runit,
        f"bash `wait -n` {version('bash')}": bash,
        **{name: proctor(path) for name, path in proctors().items()},
    }


# --- one run -----------------------------------------------------------------

class Run:
    """A command as PID 1 of its own PID namespace, with its board."""

    def __init__(self, work, command, target=0, delay=0):
        self.log = work / "log"
        path = work / "board"
        path.write_bytes(struct.pack(f"{len(BOARD)}q", target, delay,
                                     *[0] * (len(BOARD) - 2)))
        with path.open("r+b") as file:
            self.page = mmap.mmap(file.fileno(), 0)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [PID1, *command], env={**os.environ, "BOARD": str(path)},
                cwd=work, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def __getattr__(self, name):
        return struct.unpack_from("q", self.page, 8 * BOARD.index(name))[0]

    def wait(self, timeout=60):
        self.process.wait(timeout)
        return self

    def wait_until_up(self, timeout=60):
        deadline = time.monotonic() + timeout
        while not self.up:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the services did not start")
            time.sleep(0.02)

    def private_kib(self):
        """Private memory of what runs in the namespace and is not a service."""
        sizes = []
        for pid in Path(f"/proc/{self.process.pid}/root/proc").glob("[0-9]*"):
            if Path(os.readlink(pid / "exe")).name == SLEEPER.name:
                continue
            rollup = (pid / "smaps_rollup").read_text().splitlines()
            sizes.append(sum(int(line.split()[1]) for line in rollup
                             if line.startswith(("Private_Clean:", "Private_Dirty:"))))
        return sum(sizes), len(sizes)

    def end(self):
        """Kills PID 1; its parent waits until the whole namespace is gone."""
        pid = self.process.pid
        if self.process.poll() is None:
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def running(make_command, **board):
    """Runs the command that make_command(folder) returns; all is gone at the end."""
    work = Path(tempfile.mkdtemp(prefix="proctor-bench-"))
    run = Run(work, make_command(work), **board)
    try:
        yield run
    except Exception:
        sys.stderr.write(run.log.read_text(errors="replace"))
        raise
    finally:
        run.end()
        shutil.rmtree(work)


def rounds(contestants, runs, measure):
    """All contestants in turn, so that a busy moment hits all; a first round warms up."""
    results = {name: [] for name in contestants}
    for turn in range(runs + 1):
        for name, contestant in contestants.items():
            result = measure(contestant)
            if turn > 0:
                results[name].append(result)
    return results


# --- the report --------------------------------------------------------------

def values(results, key):
    return [result[key] for result in results]


def spread(results, key):
    numbers = values(results, key)
    return [f"{f(numbers):.3g}" if f(numbers) < 100 else f"{f(numbers):.0f}"
            for f in (min, statistics.median, max)]


def against_proctor(results, key):
    """Median of each, divided by that of proctor: 5 is five times as much."""
    medians = {n: statistics.median(values(r, key)) for n, r in results.items()}
    ours = next((medians[name] for name in proctors()), None)
    return {n: f"{m / ours:.2f}" if ours else "" for n, m in medians.items()}


def report(args, title, columns, results, row):
    """The table, or with --json the single runs; row(name, runs) gives the cells."""
    if args.json:
        print(json.dumps({"bench": title, "runs": results}))
        return
    lines = [columns, ["---"] * len(columns)]
    lines += [[name, *row(name, runs)] for name, runs in results.items()]
    print(f"### {title}\n\n{args.n} runs each.\n")
    print("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines), "\n")
