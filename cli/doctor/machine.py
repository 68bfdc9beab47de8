"""Has this machine the disk, the memory and the port that a served factory needs?"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from cli.doctor.check import GOOD, MISSING, ROOT, WRONG, Check
from cli.main import parser

GIB = 2**30
DISK = 3 * GIB  # both environments, the layer, and what a demo writes
MEMORY = 2 * GIB  # the served cloud, a synth and two jobs at a time
MEMINFO = Path("/proc/meminfo")


def checks() -> Iterator[Check]:
    """Yield what was found of the machine itself."""
    yield _disk()
    yield _memory()
    yield _loopback()
    yield _port(parser().parse_args(["up"]).port)


def _disk() -> Check:
    free = shutil.disk_usage(ROOT).free
    fix = "free some space, or move the repository to another disk"
    return Check("disk", GOOD if free >= DISK else WRONG, _space(free, DISK), fix)


def _memory() -> Check:
    free = _available()
    state = GOOD if free >= MEMORY else WRONG
    return Check("memory", state, _space(free, MEMORY), "end other programs", "spares it swapping")


def _available() -> int:
    """Return the memory that new programs can have; where that is unknown, all."""
    if MEMINFO.is_file():
        lines = (line.split() for line in MEMINFO.read_text().splitlines())
        return next(int(words[1]) * 1024 for words in lines if words[0] == "MemAvailable:")
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _loopback() -> Check:
    taken = _refused(0)
    state, found = (MISSING, taken) if taken else (GOOD, "a free port can be had")
    return Check("loopback", state, found, "sudo ip link set lo up")


def _port(port: int) -> Check:
    taken = _refused(port)
    state, found = (WRONG, taken) if taken else (GOOD, "free")
    return Check(f"port {port}", state, found, "factory up --port 0", "where `up` serves")


def _refused(port: int) -> str:
    """Return why *port* of localhost cannot be had, or nothing."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            one.bind(("localhost", port))
        except OSError as exc:
            return str(exc)
    return ""


def _space(free: int, wanted: int) -> str:
    return f"{free / GIB:.1f} GiB free, {wanted / GIB:.0f} wanted"
