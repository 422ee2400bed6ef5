"""A server that does what none should: hanging-server.py hang|drip|flood FILE.

It takes connections and never answers (hang), or one byte a second (drip), or for ever
(flood).  Its port is in FILE once it listens.
"""
import os
import socket
import sys
import time

mode, file = sys.argv[1:]
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(64)
with open(file + ".new", "w") as f:
    f.write(str(listener.getsockname()[1]))
os.rename(file + ".new", file)
kept = []
while True:
    client, _ = listener.accept()
    kept.append(client)
    try:
        if mode == "flood":
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                client.sendall(bytes(65536))
        for byte in b"HTTP/1.1 200 OK" if mode == "drip" else b"":
            client.sendall(bytes([byte]))
            time.sleep(1)
    except OSError:
        pass
