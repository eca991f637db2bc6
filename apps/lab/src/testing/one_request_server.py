"""A prime server with a common mistake: it closes a connection after the first request.

Usage: python3 one_request_server.py PORT
"""

import socket
import sys
import threading

from student_server import answer, exact


def serve(client):
    with client:
        request = exact(client, 8)
        if request is not None:
            client.sendall(answer(request))
            exact(client, 8)


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
