"""How does a process get a world of its own? By the kernel's namespaces, and without privileges."""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from pathlib import Path

MOUNTS, UTS, IPC, USER, PIDS, NETWORK = (
    *(0x00020000, 0x04000000, 0x08000000),
    *(0x10000000, 0x20000000, 0x40000000),
)
BIND, RECURSIVE, PRIVATE, DETACH = 4096, 16384, 1 << 18, 2
NO_SUID, NO_DEVICES = 2, 4
_READ_ONLY, _NO_SUID = 1, 2  # of mount_setattr
_MOUNT_SETATTR, _PIVOT_ROOT = 442, {"x86_64": 155, "aarch64": 41}
_KEYCTL, _JOIN_SESSION_KEYRING = {"x86_64": 250, "aarch64": 219}, 1
_HERE, _ALL = -100, 0x8000  # AT_FDCWD, AT_RECURSIVE
_DIE_WITH_PARENT, _DUMPABLE, _NO_NEW_PRIVILEGES = 1, 4, 38  # of prctl
_CAPABILITIES_3 = 0x20080522
FIRST_STRANGER, STRANGERS = 100_000, 1
"""The users that functions are where root runs the cloud: nobody of the machine's."""
FUNCTION_USER, FUNCTION_GROUP = 993, 990

_library = ctypes.CDLL(None, use_errno=True)


def unshare(kinds: int) -> None:
    """Leave the namespaces of these *kinds* for new ones."""
    _demand(_library.unshare(kinds), "unshare")


def join(file: int, kind: int) -> None:
    """Join the namespace that *file* is."""
    _demand(_library.setns(file, kind), "setns")


def mount(
    source: str, target: str, kind: str | None = None, flags: int = 0, data: str = ""
) -> None:
    """Mount *source* on *target*."""
    words = [None if text is None else text.encode() for text in (source, target, kind)]
    _demand(_library.mount(*words, flags, data.encode()), f"mount {source} on {target}")


def show(source: str, target: str, *, writable: bool = False) -> None:
    """Let *source* be seen at *target*, which is there; without set-user-id, and read-only."""
    mount(source, target, flags=BIND | RECURSIVE)
    protect(target, recursive=True, writable=writable)


def protect(target: str, *, recursive: bool = False, writable: bool = False) -> None:
    """Let a mount be read-only."""
    wanted = struct.pack("4Q", _NO_SUID | (0 if writable else _READ_ONLY), 0, 0, 0)
    path, flags = target.encode(), _ALL if recursive else 0
    done = _library.syscall(_MOUNT_SETATTR, _HERE, path, flags, wanted, len(wanted))
    _demand(done, f"protect {target}")


def unmount(target: str) -> None:
    """Take a mount away, and all that is below it."""
    _demand(_library.umount2(target.encode(), DETACH), f"unmount {target}")


def change_root(root: str, before: str) -> None:
    """Let *root* be the root; what was it is seen at *before*, a folder in it."""
    number = _PIVOT_ROOT[os.uname().machine]
    _demand(_library.syscall(number, root.encode(), before.encode()), f"pivot_root {root}")


def die_with_parent(signal: int) -> None:
    """Get *signal* when the parent ends."""
    _library.prctl(_DIE_WITH_PARENT, signal)


def become(user: int, group: int, was_user: int, was_group: int) -> None:
    """Be *user* and *group* here, having just left the namespace where we were others."""
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {was_user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {was_group} 1", encoding="ascii")


def map_strangers(process: int) -> bool:
    """Map another process to root and some users besides; whether that was possible."""
    text = f"0 0 1\n1 {FIRST_STRANGER} {STRANGERS}"
    try:
        Path(f"/proc/{process}/uid_map").write_text(text, encoding="ascii")
        Path(f"/proc/{process}/gid_map").write_text(text, encoding="ascii")
    except OSError:
        return False
    return True


def raise_loopback() -> None:
    """Bring the loopback interface up where it is down, as in a fresh network namespace."""
    up, get_flags, set_flags = 0x1, 0x8913, 0x8914  # IFF_UP, SIOCGIFFLAGS, SIOCSIFFLAGS
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        answer = fcntl.ioctl(control, get_flags, struct.pack("16sh22x", b"lo", 0))
        flags = struct.unpack("16sh22x", answer)[1]
        if not flags & up:
            fcntl.ioctl(control, set_flags, struct.pack("16sh22x", b"lo", flags | up))


def drop_privileges() -> None:
    """Become a user without any rights, in a user namespace of its own: its processes count apart.

    What is mounted stays, and cannot be taken away from in there.
    """
    if _has_strangers():
        os.setgroups([])
        os.setresgid(1, 1, 1)
        os.setresuid(1, 1, 1)
        _library.prctl(_DUMPABLE, 1)  # or /proc/self would be root's
    user, group = os.getuid(), os.getgid()
    unshare(USER)
    become(FUNCTION_USER, FUNCTION_GROUP, user, group)
    renounce()


def renounce() -> None:
    """Give up all rights over mounts and the like, and let no program give any back.

    The keys of who runs the cloud, which every process inherits, are left too.
    """
    _library.syscall(_KEYCTL[os.uname().machine], _JOIN_SESSION_KEYRING, None)
    header, nothing = struct.pack("Ii", _CAPABILITIES_3, 0), bytes(24)
    _demand(_library.capset(header, nothing), "capset")
    _library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def _has_strangers() -> bool:
    return len(Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()) > 1


def _demand(result: int, what: str) -> None:
    if result:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def conceal() -> None:
    """Let the processes that come after read neither this one's words nor its variables."""
    words = Path("/proc/self/stat").read_text("utf-8").rpartition(")")[2].split()
    start, end = map(int, words[45:47])
    ctypes.memset(start, 0, end - start)
    _library.prctl(_DUMPABLE, 0, 0, 0, 0)
