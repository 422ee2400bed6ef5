"""A gRPC health server by hand: python3-grpcio without its generated code.

grpc-health.py PORT: the whole server serves, so does 'well'; 'ill' does not; 'slow' never
answers, 'odd' says what is none of the protocol; others are unknown.
"""
import sys
import threading
from concurrent import futures

import grpc

SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"


def check(request, context):
    service = request[2:].decode()
    if service in ("", "well"):
        return SERVING
    if service == "ill":
        return NOT_SERVING
    if service == "slow":
        threading.Event().wait(30)
    if service == "odd":
        return b"\xff" * 300
    context.abort(grpc.StatusCode.NOT_FOUND, "nobody of that name")


server = grpc.server(futures.ThreadPoolExecutor(4))
handler = grpc.unary_unary_rpc_method_handler(check)
server.add_generic_rpc_handlers(
    (grpc.method_handlers_generic_handler("grpc.health.v1.Health", {"Check": handler}),)
)
server.add_insecure_port(f"127.0.0.1:{sys.argv[1]}")
server.start()
server.wait_for_termination()
