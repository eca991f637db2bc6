"""A client written from the protocol's specification alone.

Usage: prime_client.py PORT A B [no-sum] [greeting]
Prints N, the sum of the primes, and the first and the last of them.
"""
import socket
import struct
import sys


def read(sock, size):
    data = b""
    while len(data) < size:
        part = sock.recv(size - len(data))
        if not part:
            sys.exit(f"the server ended after {len(data)} of {size} bytes")
        data += part
    return data


port, a, b = map(int, sys.argv[1:4])
options = sys.argv[4:]
with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
    if "greeting" in options and read(sock, 1) != b"x":
        sys.exit("the greeting must be x")
    sock.sendall(struct.pack("!2i", a, b))
    (count,) = struct.unpack("!i", read(sock, 4))
    if count < 0:
        sys.exit(f"refused: {count}")
    primes = struct.unpack(f"!{count}i", read(sock, 4 * count))
    if "no-sum" not in options:
        sock.sendall(struct.pack("!q", sum(primes)))
    print(count, sum(primes), *primes[:1], *primes[-1:])
