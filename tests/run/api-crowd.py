"""Clients that do to the API what none should: api-crowd.py SOCKET PID.

A thousand connect, ask for something long and never read; as many connect and say nothing, or
half a request.  All the while one that behaves has to be answered.  Prints the slowest of its
answers in milliseconds, how many there were, and the memory of the process PID before and after,
in KiB.
"""
import http.client
import socket
import sys
import time

path, pid = sys.argv[1:]


class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(20)
        self.sock.connect(path)


def memory():
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def ask():
    """Of one that behaves; one that is turned away because of the crowd tries again."""
    begin = time.monotonic()
    while time.monotonic() < begin + 10:
        try:
            connection = Connection("proctor")
            connection.request("GET", "/v1/services/web")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return (time.monotonic() - begin) * 1000
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.01)
    sys.exit("no answer")


BEGINNINGS = [
    b"GET /v1/services HTTP/1.1\r\nHost: x\r\n\r\n" * 50,
    b"GET /v1/events?follow HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /v1/logs?follow HTTP/1.1\r\nHost: x\r\n\r\n",
    b"",
    b"GET /v1/serv",
    b"POST /v1/services/none/start HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n",
    b"GET /v1/services/web?wait=stopped HTTP/1.1\r\nHost: x\r\n\r\n",
]
ask()
before = memory()
crowd = []
answers = []
for i in range(2000):
    one = socket.socket(socket.AF_UNIX)
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    try:
        one.connect(path)
        one.send(BEGINNINGS[i % len(BEGINNINGS)])
    except (BlockingIOError, BrokenPipeError, ConnectionResetError):
        pass
    crowd.append(one)
    if len(crowd) > 500:
        crowd.pop(0).close()
    if i % 20 == 0:
        answers.append(ask())
print(round(max(answers)), len(answers), before, memory())
