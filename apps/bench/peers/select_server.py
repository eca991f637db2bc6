"""A select server in the style of a lecture, written from the protocol's specification (packages/protocol/SPEC.md).

One thread: select() reports which sockets have bytes to read and which have room to write. Each of them gets one
recv(), or one send() of one integer, in a turn.

Usage: select_server.py PORT
"""
import select
import socket
import struct
import sys
from itertools import chain

from primes import count_primes, primes


class Client:
    """A conversation: bytes received that are no whole message yet, and the answer that is being sent."""

    def __init__(self, sock):
        self.sock = sock
        self.received = b""
        self.answer = iter(())
        self.integers_left = 0
        self.unsent = b""
        self.sum = None  # of the primes sent; None while a request is due

    def fileno(self):
        return self.sock.fileno()

    def receive(self):
        """Receives once; returns False at the end of the connection."""
        data = self.sock.recv(4096)
        self.received += data
        self.take_messages()
        return len(data) > 0

    def take_messages(self):
        while len(self.received) >= 8 and self.integers_left == 0:
            message, self.received = self.received[:8], self.received[8:]
            if self.sum is None:
                a, b = struct.unpack("!2i", message)
                count = count_primes(a, b)
                self.answer = chain([count], primes(a, b))
                self.integers_left = 1 + count
                self.sum = -count  # so that sending N makes it 0
            else:
                if struct.unpack("!q", message)[0] != self.sum:
                    print("a client has sent a wrong sum", file=sys.stderr)
                self.sum = None

    def send(self):
        """Sends one integer, or the rest of one."""
        if not self.unsent:
            integer = next(self.answer)
            self.sum += integer
            self.unsent = struct.pack("!i", integer)
        self.unsent = self.unsent[self.sock.send(self.unsent) :]
        if not self.unsent:
            self.integers_left -= 1
            self.take_messages()


class Server:
    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port), backlog=65535)
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.receiving = {self.listener}
        self.sending = set()
        print(f"listening on 127.0.0.1:{self.listener.getsockname()[1]}", flush=True)

    def turn(self):
        in_ready, out_ready, _ = select.select(self.receiving, self.sending, [])
        for ready in in_ready:
            if ready is self.listener:
                self.accept()
            else:
                self.serve(ready, ready.receive)
        for client in out_ready:
            self.serve(client, client.send)

    def accept(self):
        sock, _ = self.listener.accept()
        sock.setblocking(False)
        self.receiving.add(Client(sock))

    def serve(self, client, act):
        """Calls one client's action, and updates what it waits for."""
        try:
            alive = act() is not False
        except OSError:
            alive = False
        (self.receiving if client.integers_left == 0 else self.sending).add(client)
        (self.sending if client.integers_left == 0 else self.receiving).discard(client)
        if not alive:
            self.receiving.discard(client)
            self.sending.discard(client)
            client.sock.close()


if __name__ == "__main__":
    server = Server(int(sys.argv[1]))
    while True:
        server.turn()
