#!/usr/bin/env python3
"""Runs a command on a terminal, and types.

terminal.py COMMAND [ARGUMENT...], and on standard input a step a line:

    expect REGEX         waits for this in what is new on the screen
    type TEXT            with the escapes of Python, so that \\x03 is Ctrl-C
    size ROWS COLUMNS    of the window

The screen is copied to standard output.  Its own end is that of the command, with its
status as a shell has it; or 99 when what is expected, or the end, is not there in thirty
seconds.  To make the terminal its own is up to the command: see setsid(1), --ctty.
"""
import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 30


class Screen:
    """What has been written, and how much of it has been looked at."""

    def __init__(self, fd):
        self.fd = fd
        self.text = ""
        self.seen = 0

    def read(self, timeout):
        """Returns False at the end."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # EIO: nobody has the other side any more
            return False
        self.text += data.decode(errors="replace")
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return bool(data)

    def expect(self, regex):
        deadline = time.monotonic() + PATIENCE
        while True:
            found = re.compile(regex).search(self.text, self.seen)
            if found:
                self.seen = found.end()
                return
            if time.monotonic() > deadline or not self.read(0.1):
                give_up(f"no '{regex}' on the screen: {self.text[self.seen:]!r}")


def give_up(why):
    print(why, file=sys.stderr)
    sys.exit(99)


def take_step(screen, line):
    verb, _, rest = line.partition(" ")
    if verb == "expect":
        screen.expect(rest)
    elif verb == "type":
        os.write(screen.fd, rest.encode().decode("unicode_escape").encode("latin-1"))
    elif verb == "size":
        rows, columns = map(int, rest.split())
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(screen.fd, termios.TIOCSWINSZ, size)
    else:
        give_up(f"what is '{verb}'?")


def wait_for_end(screen, process):
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None:
        if time.monotonic() > deadline:
            give_up("it does not end")
        screen.read(0.05)
    while select.select([screen.fd], [], [], 0)[0] and screen.read(0):
        pass
    return process.returncode


def main():
    outside, inside = os.openpty()
    steps = list(filter(None, map(str.strip, sys.stdin)))
    process = subprocess.Popen(sys.argv[1:], stdin=inside, stdout=inside, stderr=inside)
    os.close(inside)
    screen = Screen(outside)
    try:
        for line in steps:
            take_step(screen, line)
        status = wait_for_end(screen, process)
    finally:
        if process.poll() is None:
            process.kill()
    sys.exit(status if status >= 0 else 128 - status)


main()
