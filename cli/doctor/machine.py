"""Has this machine the room, the memory and the port that a served factory wants?"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from cli.doctor.finding import GOOD, MISSING, ROOT, WRONG, Finding
from cli.main import parser

GIB = 2**30
DISK = 3 * GIB  # both environments, the layer, and what a told life writes
MEMORY = 2 * GIB  # the served cloud, a synth and two jobs at a time
MEMINFO = Path("/proc/meminfo")


def findings() -> Iterator[Finding]:
    """Yield what was found of the machine itself."""
    yield _disk()
    yield _memory()
    yield _loopback()
    yield _port(parser().parse_args(["up"]).port)


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free
    mend = "make room, or move the repository to another disk"
    return Finding("disk", GOOD if free >= DISK else WRONG, _room(free, DISK), mend)


def _memory() -> Finding:
    free = _available()
    state = GOOD if free >= MEMORY else WRONG
    return Finding("memory", state, _room(free, MEMORY), "end other programs", "spares it swapping")


def _available() -> int:
    """Return the memory that new programs can have; all of it where the system does not tell."""
    if MEMINFO.is_file():
        lines = (line.split() for line in MEMINFO.read_text().splitlines())
        return next(int(words[1]) * 1024 for words in lines if words[0] == "MemAvailable:")
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _loopback() -> Finding:
    taken = _refused(0)
    state, found = (MISSING, taken) if taken else (GOOD, "a free port can be had")
    return Finding("loopback", state, found, "sudo ip link set lo up")


def _port(port: int) -> Finding:
    taken = _refused(port)
    state, found = (WRONG, taken) if taken else (GOOD, "free")
    return Finding(f"port {port}", state, found, "factory up --port 0", "where `up` serves")


def _refused(port: int) -> str:
    """Return why *port* of localhost cannot be had, or nothing."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            one.bind(("localhost", port))
        except OSError as exc:
            return str(exc)
    return ""


def _room(free: int, wanted: int) -> str:
    return f"{free / GIB:.1f} GiB free, {wanted / GIB:.0f} wanted"
