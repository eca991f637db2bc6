"""Prime servers as students write them, in four styles: sequential, threads, processes, select. One that forks or threads
starts one for each client; the select server sends one integer a turn.

Usage: python3 student_server.py PORT STYLE
"""

import os
import select
import socket
import struct
import sys
import threading


def primes(a, b):
    return [n for n in range(max(a, 2), b + 1) if all(n % d for d in range(2, int(n**0.5) + 1))]


def answer(request):
    found = primes(*struct.unpack(">ii", request))
    return struct.pack(f">{len(found) + 1}i", len(found), *found)


def exact(client, count):
    data = b""
    while len(data) < count:
        part = client.recv(count - len(data))
        if not part:
            return None
        data += part
    return data


def serve(client):
    with client:
        while (request := exact(client, 8)) is not None:
            client.sendall(answer(request))
            if exact(client, 8) is None:
                return


def blocking(server, style):
    while True:
        client, _ = server.accept()
        if style == "threads":
            threading.Thread(target=serve, args=(client,), daemon=True).start()
        elif style == "processes":
            if os.fork() == 0:
                server.close()
                serve(client)
                os._exit(0)
            client.close()
        else:
            serve(client)


def loop(server):
    server.setblocking(False)
    # Bytes of the message that is due, bytes to send, and whether the message is a request.
    clients = {}
    while True:
        writers = [client for client, state in clients.items() if state[1]]
        readable, writable, _ = select.select([server, *clients], writers, [])
        for client in readable:
            if client is server:
                accepted, _ = server.accept()
                accepted.setblocking(False)
                clients[accepted] = [b"", b"", True]
                continue
            state = clients[client]
            part = client.recv(8 - len(state[0]))
            if not part:
                del clients[client]
                client.close()
                continue
            state[0] += part
            if len(state[0]) == 8:
                message, state[0] = state[0], b""
                if state[2]:
                    state[1] = answer(message)
                state[2] = not state[2]
        for client in writable:
            if client in clients:
                state = clients[client]
                state[1] = state[1][client.send(state[1][:4]) :]


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
    if sys.argv[2] == "select":
        loop(listener)
    else:
        blocking(listener, sys.argv[2])
