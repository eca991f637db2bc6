"""Prime servers whose threads, processes and descriptors are worth tracing.

Usage: python3 traced_server.py PORT STYLE

    poll, epoll   one loop
    loops         one thread accepts, and hands its clients in turns to two loops, each with an epoll of its own
    selects       two threads, each with a select of its own, watch the same listening socket
    acceptors     three threads accept from one listening socket, and serve whom they have accepted
    prefork       the same with three processes
    queue         one thread accepts; three threads that wait for a queue serve
    executor      the same with threads that the library starts when they are needed
    timeouts      one thread for each client, with time limits: so Python calls poll before each accept and recv
    fork          a process for each client, which ends without closing its socket
    killed        the same, and the process kills itself
    dup           one client after the other, by a copy of its descriptor
"""

import os
import queue
import select
import signal
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from student_server import answer, serve

WORKERS = 3


class Client:
    """One connection of a loop: what has come, and what is still to send."""

    def __init__(self, connection):
        self.connection = connection
        self.message = b""
        self.output = b""
        self.asks = True

    def read(self):
        """Returns whether the client is still there."""
        part = self.connection.recv(8 - len(self.message))
        self.message += part
        if len(self.message) == 8:
            if self.asks:
                self.output = answer(self.message)
            self.asks = not self.asks
            self.message = b""
        return part != b""

    def write(self):
        self.output = self.output[self.connection.send(self.output) :]


def poll_loop(poller, readable, writable, listener=None):
    """Serves the clients that a poll or epoll object watches."""
    clients = {}
    if listener is not None:
        poller.register(listener.fileno(), readable)
    while True:
        for fd, events in poller.poll():
            if listener is not None and fd == listener.fileno():
                connection, _ = listener.accept()
                clients[connection.fileno()] = Client(connection)
                poller.register(connection.fileno(), readable)
                continue
            # A thread that accepts for this loop has registered it.
            client = clients.get(fd) or clients.setdefault(fd, Client(socket.socket(fileno=fd)))
            if events & writable:
                client.write()
            elif not client.read():
                poller.unregister(fd)
                clients.pop(fd).connection.close()
                continue
            poller.modify(fd, writable if client.output else readable)


def loops(listener):
    pollers = [select.epoll(), select.epoll()]
    for poller in pollers:
        threading.Thread(target=poll_loop, args=(poller, select.EPOLLIN, select.EPOLLOUT), daemon=True).start()
    accepted = 0
    while True:
        connection, _ = listener.accept()
        pollers[accepted % 2].register(connection.detach(), select.EPOLLIN)
        accepted += 1


def select_loop(listener):
    clients = {}
    while True:
        writers = [one for one, client in clients.items() if client.output]
        readable, writable, _ = select.select([listener, *clients], writers, [])
        for one in readable:
            if one is listener:
                try:
                    connection, _ = listener.accept()
                except BlockingIOError:
                    continue  # the other thread was faster
                clients[connection] = Client(connection)
            elif not clients[one].read():
                del clients[one]
                one.close()
        for one in writable:
            if one in clients:
                clients[one].write()


def selects(listener):
    listener.setblocking(False)
    in_threads(lambda: select_loop(listener), 2)


def in_threads(work, count=WORKERS):
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def sequential(listener):
    while True:
        serve(listener.accept()[0])


def prefork(listener):
    for _ in range(WORKERS):
        if os.fork() == 0:
            sequential(listener)
    os.wait()


def with_queue(listener):
    accepted = queue.Queue()

    def work():
        while True:
            serve(accepted.get())

    for _ in range(WORKERS):
        threading.Thread(target=work, daemon=True).start()
    while True:
        accepted.put(listener.accept()[0])


def executor(listener):
    with ThreadPoolExecutor(WORKERS) as pool:
        while True:
            pool.submit(serve, listener.accept()[0])


def timeouts(listener):
    listener.settimeout(60)
    while True:
        connection, _ = listener.accept()
        connection.settimeout(60)
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


def fork(listener, end):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            serve(socket.socket(fileno=os.dup(connection.fileno())))
            end()
        connection.close()


def dup(listener):
    while True:
        connection, _ = listener.accept()
        copy = socket.socket(fileno=os.dup2(connection.fileno(), 50))
        connection.close()
        serve(copy)


STYLES = {
    "poll": lambda listener: poll_loop(select.poll(), select.POLLIN, select.POLLOUT, listener),
    "epoll": lambda listener: poll_loop(select.epoll(), select.EPOLLIN, select.EPOLLOUT, listener),
    "loops": loops,
    "selects": selects,
    "acceptors": lambda listener: in_threads(lambda: sequential(listener)),
    "prefork": prefork,
    "queue": with_queue,
    "executor": executor,
    "timeouts": timeouts,
    "fork": lambda listener: fork(listener, lambda: os._exit(0)),
    "killed": lambda listener: fork(listener, lambda: os.kill(os.getpid(), signal.SIGKILL)),
    "dup": dup,
}

if __name__ == "__main__":
    STYLES[sys.argv[2]](socket.create_server(("127.0.0.1", int(sys.argv[1]))))
