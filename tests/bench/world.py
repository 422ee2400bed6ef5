"""A contestant at work: as PID 1 of a namespace, with its board, seen from outside."""

import contextlib
import mmap
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import HELPERS, PID1

# The fields of board.h.
BOARD = ("target delay count exec up crash term exit status "
         "line piece lines first go begun done received").split()
US, MS, S = 1_000, 1_000_000, 1_000_000_000  # in nanoseconds


class Run:
    """A command as PID 1 of its own PID namespace, with its board."""

    def __init__(self, work, command, stdout=None, **board):
        self.log, path = work / "log", work / "board"
        path.write_bytes(struct.pack(f"{len(BOARD)}q", *[0] * len(BOARD)))
        with path.open("r+b") as file:
            self.page = mmap.mmap(file.fileno(), 0)
        for name, value in board.items():
            self.set(name, value)
        self.environment = {**os.environ, "BOARD": str(path)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [PID1, *command], env=self.environment, cwd=work,
                stdin=subprocess.DEVNULL, stdout=stdout or log, stderr=log)

    def __getattr__(self, name):
        return struct.unpack_from("q", self.page, 8 * BOARD.index(name))[0]

    def set(self, name, value):
        struct.pack_into("q", self.page, 8 * BOARD.index(name), value)

    def wait(self, timeout=60):
        self.process.wait(timeout)
        return self

    def wait_for(self, happened, timeout=60):
        deadline = time.monotonic() + timeout
        while not happened():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("the services did not do what they should")
            time.sleep(0.005)

    def wait_until_up(self, timeout=60):
        self.wait_for(lambda: self.up, timeout)

    def supervisors(self):
        """The folders in /proc of all that is no service of ours: what a peer adds."""
        found = []
        for pid in Path(f"/proc/{self.process.pid}/root/proc").glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if Path(os.readlink(pid / "exe")).name not in HELPERS:
                    found.append(pid)
        return found

    def private_kib(self):
        """Private memory of what runs in the namespace and is not a service."""
        sizes = []
        for pid in self.supervisors():
            rollup = (pid / "smaps_rollup").read_text().splitlines()
            sizes.append(sum(int(line.split()[1]) for line in rollup
                             if line.startswith(("Private_Clean:", "Private_Dirty:"))))
        return sum(sizes), len(sizes)

    def cpu(self):
        """Nanoseconds that its processes, the services excepted, have run so far."""
        return sum(int((pid / "schedstat").read_text().split()[0])
                   for pid in self.supervisors())

    def end(self):
        """Kills PID 1; its parent waits until the whole namespace is gone."""
        pid = self.process.pid
        if self.process.poll() is None:
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def running(make_command, **how):
    """Runs the command that make_command(folder) returns; all is gone at the end."""
    work = Path(tempfile.mkdtemp(prefix="proctor-bench-"))
    run = Run(work, make_command(work), **how)
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
