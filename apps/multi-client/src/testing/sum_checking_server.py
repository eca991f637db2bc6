"""A server written from the protocol's specification alone: a thread for each client, primes by trial division.

Usage: sum_checking_server.py [greeting]
Prints its port, then a line for each exchange: served, wrong-sum, or no-sum.
"""
import socketserver
import struct
import sys

GREETING = b"x" if "greeting" in sys.argv else b""


def say(line):
    # One write: the lines of two threads must not run into each other, as those of print() can.
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def is_prime(n):
    return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(GREETING)
        while len(request := self.rfile.read(8)) == 8:
            a, b = struct.unpack("!2i", request)
            primes = [n for n in range(a, b + 1) if is_prime(n)]
            self.wfile.write(struct.pack(f"!{1 + len(primes)}i", len(primes), *primes))
            answer = self.rfile.read(8)
            if len(answer) < 8:
                say("no-sum")
                return
            right = struct.unpack("!q", answer)[0] == sum(primes)
            say("served" if right else "wrong-sum")


class Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128
    daemon_threads = True


with Server(("127.0.0.1", 0), Handler) as server:
    say(server.server_address[1])
    server.serve_forever()
