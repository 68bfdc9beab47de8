"""What does a function see of this machine? The interpreter, its libraries and its own files."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localcloud.functions.runtime import namespaces
else:  # it runs as a script does: its neighbours are beside it
    import namespaces

HOST = "/.host"
"""Where the machine's own root is, until an environment has taken what is its own."""
RUNTIME, TASK, LAYERS, PACKAGES = "/var/runtime", "/var/task", "/opt", "/var/packages"
SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
SETTINGS = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "ssl", "pki", "mime.types",
            "alternatives", "ca-certificates")  # fmt: skip
DEVICES = ("null", "zero", "full", "random", "urandom")
KERNEL = ("sys", "bus", "fs", "irq", "sysrq-trigger", "acpi", "scsi", "latency_stats")
"""What root, as which root's cloud runs its containers, could set for all of the machine."""
FILES = {
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "hosts: files\npasswd: files\n",
    "resolv.conf": "",
    "passwd": f"root:x:0:0::/:\nsbx_user:x:{namespaces.FUNCTION_USER}:{namespaces.FUNCTION_GROUP}"
    "::/tmp:/bin/false\n",
    "group": f"root:x:0:\nsbx_user:x:{namespaces.FUNCTION_GROUP}:\n",
}


def enter_runtime(place: str, packages: dict[str, str]) -> None:
    """Make the root of all environments in *place* and enter it; *packages* are the runtime's."""
    build(place)
    for name in (TASK, LAYERS, PACKAGES, RUNTIME):
        Path(f"{place}{name}").mkdir(parents=True)
    for name, path in packages.items():
        show(path, f"{place}{RUNTIME}/{name}")
    _hide_installed(place)
    enter(place)
    namespaces.protect("/")


def build(place: str) -> None:
    """Make, in mounts of our own, a root in *place* with what every program needs."""
    namespaces.mount("none", "/", flags=namespaces.RECURSIVE | namespaces.PRIVATE)
    namespaces.mount("root", place, "tmpfs", data="mode=755,size=1m")
    for name in (HOST, "/proc", "/tmp", "/dev", "/etc"):  # noqa: S108 - of the root that is made
        Path(f"{place}{name}").mkdir(parents=True)
    for name in SYSTEM:
        _copy(Path("/", name), Path(place, name))
    for name in SETTINGS:
        _copy(Path("/etc", name), Path(place, "etc", name))
    for name, text in FILES.items():
        Path(place, "etc", name).write_text(text, encoding="ascii")
    for name in DEVICES:
        show(f"/dev/{name}", f"{place}/dev/{name}", writable=True)
    if not Path(sys.base_prefix).is_relative_to("/usr"):
        show(sys.base_prefix, place + sys.base_prefix)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        Path(place, "dev", name).symlink_to(f"/proc/self/fd/{number}")
    Path(place, "dev", "fd").symlink_to("/proc/self/fd")


def enter(place: str) -> None:
    """Let *place* be the root; the machine's is seen at HOST until it is taken away."""
    os.chdir(place)
    namespaces.change_root(".", HOST.lstrip("/"))
    os.chdir("/")


def show_processes() -> None:
    """Let /proc tell of the processes of this namespace; nothing of the machine is set there.

    Nobody in there can have another /proc: the kernel gives none to who sees but a part of one.
    """
    namespaces.mount("proc", "/proc", "proc", namespaces.NO_SUID | namespaces.NO_DEVICES)
    for name in KERNEL:
        if Path("/proc", name).exists():
            namespaces.show(f"/proc/{name}", f"/proc/{name}")


def _copy(source: Path, target: Path) -> None:
    """Let a place of the machine's be there too, if there is one; a link as a link."""
    if source.is_symlink() and not source.name.startswith("localtime"):
        target.symlink_to(source.readlink())
    elif source.exists():
        show(str(source.resolve()), str(target))


def show(source: str, target: str, *, writable: bool = False) -> None:
    """Let a folder or a file be seen at *target*, which is made."""
    make_place(source, target)
    namespaces.show(source, target, writable=writable)


def make_place(source: str, target: str) -> None:
    """Make the folder or file that *source* can be mounted on."""
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    if Path(source).is_dir():
        Path(target).mkdir(exist_ok=True)
    else:
        Path(target).touch()


def _hide_installed(place: str) -> None:
    """Let nothing be seen of what is installed beside the standard library."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    variables = {"base": sys.base_prefix, "platbase": sys.base_prefix}
    places = {sysconfig.get_path(name, vars=variables) for name in ("purelib", "platlib")}
    places |= {f"/usr/local/lib/{version}/site-packages", f"/usr/lib/{version}/site-packages"}
    places |= {f"/usr/local/lib/{version}/dist-packages", "/usr/lib/python3/dist-packages"}
    for path in places:
        with contextlib.suppress(FileNotFoundError):
            namespaces.mount("nothing", place + path, "tmpfs", namespaces.NO_SUID, "size=4k")
            namespaces.protect(place + path)


def furnish(spec: dict[str, object]) -> None:
    """Show, in an environment's own mounts, its code and nothing else of the machine."""
    data = f"mode=1777,size={spec['storage']}m"
    flags = namespaces.NO_SUID | namespaces.NO_DEVICES
    namespaces.mount("tmp", "/tmp", "tmpfs", flags, data)  # noqa: S108 - of this environment alone
    namespaces.show(f"{HOST}{spec['task']}", TASK)
    if spec["layers"]:
        namespaces.show(f"{HOST}{spec['layers']}", LAYERS)
    packages = spec["packages"]
    if isinstance(packages, dict) and packages:
        namespaces.mount("packages", PACKAGES, "tmpfs", flags, "mode=755,size=1m")
        for name, path in packages.items():
            show(f"{HOST}{path}", f"{PACKAGES}/{name}")
        namespaces.protect(PACKAGES)
    namespaces.unmount(HOST)


def link(place: str, packages: dict[str, str]) -> None:
    """Make *place* a folder in which the packages are found, where nothing can be mounted."""
    shutil.rmtree(place, ignore_errors=True)
    Path(place).mkdir(parents=True)
    for name, path in packages.items():
        Path(place, name).symlink_to(path)
