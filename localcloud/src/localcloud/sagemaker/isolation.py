"""How does one command get /opt/ml, and no network, for itself alone?

Run as a script by a bare interpreter: it enters its own namespaces and becomes the command.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

NEW_MOUNTS, NEW_USER, NEW_NETWORK = 0x20000, 0x10000000, 0x40000000
BIND, RECURSIVE, PRIVATE, DETACH = 4096, 16384, 1 << 18, 2
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
ML = Path("/opt/ml")


def main(arguments: list[str]) -> None:
    """Become the command: ``SANDBOX MODE NETWORK DIRECTORY COMMAND...``."""
    sandbox, mode, network, directory, *command = arguments
    library = ctypes.CDLL(None, use_errno=True)
    if mode == "namespace":
        enter(library, sandbox, network=network == "network")
    if sys.platform == "linux":  # after the namespaces: entering them clears it
        library.prctl(DIE_WITH_PARENT, signal.SIGKILL)
    os.chdir(directory)
    os.execvp(command[0], command)  # noqa: S606 - no shell is wanted


def enter(library: ctypes.CDLL, sandbox: str, *, network: bool) -> None:
    """Mount *sandbox* on /opt/ml in namespaces of this process alone; needs no privilege."""
    user, group = os.getuid(), os.getgid()
    wanted = NEW_USER | NEW_MOUNTS | (0 if network else NEW_NETWORK)
    if library.unshare(wanted):
        raise OSError(ctypes.get_errno(), "unshare is not allowed here")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    _mount(library, None, "/", None, RECURSIVE | PRIVATE)
    if not ML.is_dir():
        _make_ml(library)
    _mount(library, sandbox, str(ML), None, BIND | RECURSIVE)


def _make_ml(library: ctypes.CDLL) -> None:
    """Put a private /opt in front of the machine's, with all it has and ml besides."""
    kept = list(os.scandir("/opt")) if Path("/opt").is_dir() else []
    scratch = Path("/dev/shm")  # noqa: S108 - hidden by a file system of our own at once
    _mount(library, "tmpfs", str(scratch), "tmpfs", 0)
    for entry in kept:
        _keep(library, entry, scratch / entry.name)
    (scratch / "ml").mkdir()
    _mount(library, str(scratch), "/opt", None, BIND | RECURSIVE)
    if library.umount2(str(scratch).encode(), DETACH):  # shared memory is wanted back
        raise OSError(ctypes.get_errno(), f"unmount {scratch}")


def _keep(library: ctypes.CDLL, entry: os.DirEntry[str], place: Path) -> None:
    if entry.is_symlink():
        place.symlink_to(Path(entry.path).readlink())
        return
    if entry.is_dir():
        place.mkdir()
    else:
        place.touch()
    _mount(library, entry.path, str(place), None, BIND | RECURSIVE)


def _mount(
    library: ctypes.CDLL, source: str | None, target: str, kind: str | None, flags: int
) -> None:
    words = [None if text is None else text.encode() for text in (source, target, kind)]
    if library.mount(*words, flags, None):
        code = ctypes.get_errno()
        raise OSError(code, f"mount {source} on {target}: {os.strerror(code)}")


if __name__ == "__main__":
    main(sys.argv[1:])
