"""A server as a good student writes it in an afternoon: a thread for each client, primes by trial division.

Usage: prime_server.py PORT
"""
import socket
import struct
import sys
import threading


def receive(connection, size):
    """Returns size bytes, or fewer if the client has ended before."""
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            break
        data += part
    return data


def is_prime(n):
    if n < 4:
        return n > 1
    if n % 2 == 0:
        return False
    divisor = 3
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 2
    return True


def serve(connection):
    with connection:
        try:
            while len(request := receive(connection, 8)) == 8:
                a, b = struct.unpack("!ii", request)
                primes = [n for n in range(max(a, 2), b + 1) if is_prime(n)]
                connection.sendall(struct.pack(f"!{1 + len(primes)}i", len(primes), *primes))
                if len(receive(connection, 8)) < 8:
                    return
        except OSError:
            pass  # this client has gone; the others stay


with socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=256) as listener:
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client,), daemon=True).start()
