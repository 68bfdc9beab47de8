"""Who runs this script? Stands for python3: a fork server's child does, or the plain interpreter.

Run by a bare interpreter as ``PYTHON3 WORD...``, where PYTHON3 is the path it is called by.
"""

import ctypes
import json
import os
import socket
import sys
from pathlib import Path

BROKEN = 70  # sysexits' EX_SOFTWARE
DUMPABLE = 4  # of prctl
PYTHON3, *WORDS = sys.argv[1:]


def plain() -> None:
    """Become the interpreter that this one is."""
    os.execv(sys.executable, [sys.executable, *WORDS])  # noqa: S606 - no shell is wanted


def ask(door: socket.socket) -> int:
    """Let the script run with our streams; return its exit code, negative for a signal."""
    here = {"words": WORDS, "directory": str(Path.cwd()), "python": PYTHON3}
    asked = json.dumps({**here, "environment": dict(os.environ)}).encode()
    with os.fdopen(os.memfd_create("asked"), "w+b") as file:
        file.write(asked)
        file.flush()
        socket.send_fds(door, [b"run"], [0, 1, 2, file.fileno()])
    conceal()
    answer = door.recv(64)
    return int(answer) if answer else BROKEN


def conceal() -> None:
    """Have nothing that the script's own children could read or change: a container has no shim."""
    words = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
    start, end = map(int, words[45:47])
    ctypes.memset(start, 0, end - start)
    ctypes.CDLL(None).prctl(DUMPABLE, 0, 0, 0, 0)


def main() -> None:
    """Ask for a script; die as it died."""
    if not WORDS or WORDS[0].startswith("-"):
        plain()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        try:
            door.connect(str(Path(PYTHON3).with_name("door")))
            code = ask(door)
        except OSError:  # nobody has read what was asked
            plain()
    if code < 0:
        os.kill(os.getpid(), -code)
    os._exit(code)


main()
