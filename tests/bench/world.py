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
         "sent caught zombies line piece lines first go begun done received").split()
US, MS, S = 1_000, 1_000_000, 1_000_000_000  # in nanoseconds


class Group:
    """A control group, v2 or v1, for what the kernel counts; nothing where none can be."""

    ROOT = Path("/sys/fs/cgroup")

    def __init__(self, name):
        self.folders = []
        unified = (self.ROOT / "cgroup.controllers").exists()
        for root in [self.ROOT] if unified else [self.ROOT / "memory", self.ROOT / "cpuacct"]:
            if root.is_dir():
                with contextlib.suppress(OSError):
                    (root / name).mkdir()
                    self.folders.append(root / name)

    def enter(self):
        for folder in self.folders:
            (folder / "cgroup.procs").write_text("0")

    def remove(self):
        for folder in self.folders:
            for _ in range(100):  # the last task may still be on its way out
                with contextlib.suppress(OSError):
                    folder.rmdir()
                    break
                time.sleep(0.01)

    def _read(self, name):
        for folder in self.folders:
            if (folder / name).exists():
                return (folder / name).read_text()
        return None

    def _stat(self, name, key):
        pairs = dict(line.split()[:2] for line in (self._read(name) or "").splitlines())
        return int(pairs[key]) if key in pairs else None

    def kernel_kib(self):
        """What the kernel itself holds for it, page tables included."""
        usage = self._read("memory.kmem.usage_in_bytes")
        size = int(usage) if usage else self._stat("memory.stat", "kernel")
        return None if size is None else size // 1024

    def cpu(self):
        """Nanoseconds of all that ever ran in it."""
        usage = self._read("cpuacct.usage")
        microseconds = self._stat("cpu.stat", "usage_usec")
        return int(usage) if usage else microseconds and microseconds * US


class Run:
    """A command as PID 1 of its own PID namespace, with its board."""

    def __init__(self, work, command, stdout=None, **board):
        self.log, path = work / "log", work / "board"
        path.write_bytes(struct.pack(f"{len(BOARD)}q", *[0] * len(BOARD)))
        with path.open("r+b") as file:
            self.page = mmap.mmap(file.fileno(), 0)
        for name, value in board.items():
            self.set(name, value)
        self.group = Group(work.name)
        self.environment = {**os.environ, "BOARD": str(path)}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [PID1, *command], env=self.environment, cwd=work,
                stdin=subprocess.DEVNULL, stdout=stdout or log, stderr=log,
                preexec_fn=self.group.enter)

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
            if self.process.poll() is not None:
                raise RuntimeError("PID 1 has ended too early")
            if time.monotonic() > deadline:
                raise TimeoutError("the services did not do what they should in time")
            time.sleep(0.005)

    def wait_until_up(self, timeout=60):
        self.wait_for(lambda: self.up, timeout)

    def init_pid(self):
        """PID 1, as it is called out here."""
        pid = self.process.pid
        return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def supervisors(self):
        """The folders in /proc of all that is no service of ours: what a peer adds."""
        found = []
        for pid in Path(f"/proc/{self.process.pid}/root/proc").glob("[0-9]*"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if Path(os.readlink(pid / "exe")).name not in HELPERS:
                    found.append(pid)
        return found

    def memory(self):
        """In KiB, of what runs in the namespace and is not a service."""
        sums = dict.fromkeys(("Pss", "Private_Clean", "Private_Dirty", "VmPTE"), 0)
        pids = self.supervisors()
        for pid in pids:
            text = (pid / "smaps_rollup").read_text() + (pid / "status").read_text()
            for line in text.splitlines():
                name, _, rest = line.partition(":")
                if name in sums:
                    sums[name] += int(rest.split()[0])
        return {"processes": len(pids), "pss": sums["Pss"], "tables": sums["VmPTE"],
                "private": sums["Private_Clean"] + sums["Private_Dirty"],
                "dirty": sums["Private_Dirty"], "kernel": self.group.kernel_kib()}

    def cpu(self):
        """Nanoseconds that its processes, the services excepted, have run so far."""
        total = 0
        for pid in self.supervisors():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                total += int((pid / "schedstat").read_text().split()[0])
        return total

    def init_cpu(self):
        """The same of PID 1 alone."""
        return int(Path(f"/proc/{self.init_pid()}/schedstat").read_text().split()[0])

    def end(self):
        """Kills PID 1; its parent waits until the whole namespace is gone."""
        pid = self.process.pid
        if self.process.poll() is None:
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
        self.process.wait()
        self.group.remove()


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


def rounds(contestants, runs, measure, warm=1):
    """All contestants in turn, so that a busy moment hits all; a first round warms up."""
    results = {name: [] for name in contestants}
    for turn in range(1 - warm, runs + 1):
        for name, contestant in contestants.items():
            result = measure(contestant)
            if turn > 0:
                results[name].append(result)
    return results
