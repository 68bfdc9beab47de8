"""What stands before gunicorn at port 8080? In the place of nginx, which is in no registry of ours.

It passes bytes on as they are. What the image's nginx adds to them is not shown by it.
"""

import contextlib
import socket
import threading

PORT, BEHIND = 8080, "/tmp/gunicorn.sock"  # as the toolkit's configuration of nginx has them


def carry(source, target):
    """Pass on what comes, and then that nothing comes any more."""
    with contextlib.suppress(OSError):
        while some := source.recv(1 << 16):
            target.sendall(some)
        target.shutdown(socket.SHUT_WR)


def connect(client):
    """Let *client* talk with gunicorn; it is hung up on while that is not there."""
    with client, socket.socket(socket.AF_UNIX) as behind, contextlib.suppress(OSError):
        behind.connect(BEHIND)
        back = threading.Thread(target=carry, args=(behind, client))
        back.start()
        carry(client, behind)
        back.join()


with socket.create_server(("0.0.0.0", PORT)) as listener:
    while True:
        threading.Thread(target=connect, args=(listener.accept()[0],), daemon=True).start()
