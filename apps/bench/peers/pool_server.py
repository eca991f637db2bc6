"""A pool server in the style of a lecture, written from the protocol's specification (packages/protocol/SPEC.md).

The main thread accepts clients and puts their sockets into a queue. Each thread of the pool takes one and serves it
with blocking calls from the first byte to the last, one send() for each integer.

Usage: pool_server.py PORT [THREADS]
"""
import queue
import socket
import struct
import sys
import threading

from primes import count_primes, primes

THREADS = 64


def receive(sock, size):
    """Receives size bytes, or fewer at the end of the connection."""
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            break
        data += part
    return data


def serve(sock):
    while len(request := receive(sock, 8)) == 8:
        a, b = struct.unpack("!2i", request)
        sock.sendall(struct.pack("!i", count_primes(a, b)))
        total = 0
        for prime in primes(a, b):
            sock.sendall(struct.pack("!i", prime))
            total += prime
        confirmed = receive(sock, 8)
        if len(confirmed) < 8:
            return
        if struct.unpack("!q", confirmed)[0] != total:
            print("a client has sent a wrong sum", file=sys.stderr)


def work(accepted):
    while True:
        with accepted.get() as sock:
            try:
                serve(sock)
            except OSError:
                pass  # the client has reset its connection


def main():
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else THREADS
    accepted = queue.Queue(maxsize=threads)
    for _ in range(threads):
        threading.Thread(target=work, args=(accepted,), daemon=True).start()
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=65535)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"listening on 127.0.0.1:{listener.getsockname()[1]}", flush=True)
    while True:
        sock, _ = listener.accept()
        accepted.put(sock)


if __name__ == "__main__":
    main()
