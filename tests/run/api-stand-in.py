"""In place of proctor's API: answers as it is told, for what a real one does not do at will.

api-stand-in.py SOCKET RULES ASKED: a rule is a line METHOD TARGET|STATUS|BODY, read anew for
each request. BODY: "chunked:TEXT", "cut:TEXT" (half of it is missing), "never:", or all of it.
What was asked is written to ASKED.
"""
import os
import socket
import sys
import threading

path, rules, asked = sys.argv[1:]


def find(line):
    with open(rules, encoding="utf-8") as lines:
        for rule in lines:
            what, status, body = rule.rstrip("\n").split("|", 2)
            if what == line:
                return status, body
    return "404", '{"error":{"code":"no-such-resource","message":"no rule"}}'


def answer(connection, status, body):
    head = f"HTTP/1.1 {status} X\r\n"
    kind, _, rest = body.partition(":")
    if kind == "never":
        connection.recv(1)
        return
    if kind == "chunked":
        head += "Transfer-Encoding: chunked\r\n\r\n"
        for line in rest.split("\\n"):
            text = (line + "\n").encode()
            head += f"{len(text):x}\r\n{text.decode()}\r\n"
        connection.sendall((head + "0\r\n\r\n").encode())
        return
    text = rest if kind == "cut" else body
    length = len(text.encode()) * (2 if kind == "cut" else 1)
    connection.sendall(f"{head}Content-Length: {length}\r\n\r\n{text}".encode())


def serve(connection):
    with connection:
        line = connection.recv(65536).decode().split(" HTTP/", 1)[0]
        with open(asked, "a", encoding="utf-8") as out:
            out.write(line + "\n")
        answer(connection, *find(line))


listener = socket.socket(socket.AF_UNIX)
listener.bind(path + ".new")
os.chmod(path + ".new", 0o777)
listener.listen(128)
os.rename(path + ".new", path)
while True:
    threading.Thread(target=serve, args=listener.accept()[:1], daemon=True).start()
