"""Where on this machine is the code of a function and its layers?"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import io
import re
import shutil
import sys
import threading
import zipfile
from pathlib import Path

from packaging.tags import parse_tag, sys_tags

from localcloud import scratch

_FOREIGN = re.compile(r"\.cpython-(\d+)[^/]*\.so$")
_DIST_INFO = re.compile(r"^([^/]*/)*?([^/]+)-([^/-]+)\.dist-info/METADATA$")
_OWN_TAG = f"{sys.version_info.major}{sys.version_info.minor}"
_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
LAYER_PATHS = ("python", f"python/lib/python{_VERSION}/site-packages")


class WrongVersion(Exception):
    """A layer built for another interpreter holds a package this interpreter has otherwise."""


@functools.cache
def _root() -> Path:
    """Make the folder all code is unpacked in; it goes with the process."""
    return scratch.folder("code")


_unpacked: dict[str, Path] = {}
_replacing: dict[str, dict[str, str]] = {}
_lock = threading.Lock()


def unpack(content: bytes) -> Path:
    """Return the folder with the files of a zip, unpacked once per content.

    Of a zip with binaries for another interpreter only what no distribution owns is unpacked, after
    the check that this interpreter has the same versions of those distributions.
    """
    digest = _digest(content)
    with _lock:
        if digest not in _unpacked:
            _unpacked[digest] = _unpack(content, digest)
        return _unpacked[digest]


def _unpack(content: bytes, digest: str) -> Path:
    folder = _root() / digest
    replaced: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if _is_foreign(archive):
            _demand_same_versions(names)
            for distribution, _ in _distributions(names):
                replaced |= places(distribution)
            names = sorted(set(names) - _owned(archive))
        archive.extractall(folder, names)
        folder.mkdir(exist_ok=True)
        _let_read(folder)
        _let_run(folder, [archive.getinfo(name) for name in names])
    _replacing[digest] = replaced
    return folder


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _let_read(folder: Path) -> None:
    """Let every user read it: functions may run as one of their own."""
    for place in (folder, *folder.rglob("*")):
        place.chmod(place.stat().st_mode | (0o555 if place.is_dir() else 0o444))


def _let_run(folder: Path, members: list[zipfile.ZipInfo]) -> None:
    """Let every user run the files that the zip says are programs, which unpacking forgets."""
    for member in members:
        if not member.is_dir() and member.external_attr >> 16 & 0o111:
            (folder / member.filename).chmod(0o755)


def together(layers: list[bytes]) -> str:
    """Return the folder that has all of these layers, later ones first; nothing for none."""
    folders = [unpack(layer) for layer in layers]
    if len(folders) < 2:  # noqa: PLR2004 - one folder is all there is
        return str(folders[0]) if folders else ""
    whole = _root() / "-".join(folder.name for folder in folders)
    with _lock:
        if not whole.is_dir():
            for folder in folders:
                shutil.copytree(folder, whole, copy_function=_link, dirs_exist_ok=True)
    return str(whole)


def _link(source: str, target: str) -> None:
    Path(target).unlink(missing_ok=True)
    Path(target).hardlink_to(source)


def replacing(content: bytes) -> dict[str, str]:
    """Return what is installed here of what a layer holds for another interpreter: name to path."""
    unpack(content)
    return _replacing[_digest(content)]


def places(distribution: str) -> dict[str, str]:
    """Return the top-level names of an installed distribution, and their paths."""
    found = importlib.metadata.distribution(distribution)
    names = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
    return {name: str(Path(str(found.locate_file(name))).resolve()) for name in sorted(names)}


def _is_foreign(archive: zipfile.ZipFile) -> bool:
    """Tell by file names and by wheel tags; the binaries of a stable ABI have no other sign."""
    names = archive.namelist()
    tags = {match.group(1) for name in names if (match := _FOREIGN.search(name))}
    wheels = [archive.read(n).decode() for n in names if n.endswith(".dist-info/WHEEL")]
    return bool(tags - {_OWN_TAG}) or not all(_runs_here(wheel) for wheel in wheels)


def _runs_here(wheel: str) -> bool:
    """Tell whether this interpreter takes one of the tags in the text of a WHEEL file."""
    lines = [
        line.split(":", 1)[1].strip() for line in wheel.splitlines() if line.startswith("Tag:")
    ]
    named = {tag for line in lines for tag in parse_tag(line)}
    return not named or not named.isdisjoint(sys_tags())


def _demand_same_versions(names: list[str]) -> None:
    for distribution, version in _distributions(names):
        _demand_same(distribution, version)


def _distributions(names: list[str]) -> list[tuple[str, str]]:
    """Return name and version of each distribution among these files."""
    found = [match for name in names if (match := _DIST_INFO.match(name))]
    return [(match.group(2), match.group(3)) for match in found]


def _demand_same(distribution: str, wanted: str) -> None:
    try:
        installed = importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        installed = "not installed"
    if installed != wanted:
        raise WrongVersion(
            f"The layer holds {distribution} {wanted} for another interpreter, and this one has "
            f"{distribution} {installed}: install {distribution}=={wanted} here."
        )


def _owned(archive: zipfile.ZipFile) -> set[str]:
    """Return the files that the distributions in the archive say are theirs."""
    owned: set[str] = set()
    for record in [name for name in archive.namelist() if name.endswith(".dist-info/RECORD")]:
        prefix = record.rsplit("/", 2)[0] + "/" if record.count("/") > 1 else ""
        lines = archive.read(record).decode().splitlines()
        owned |= {prefix + line.split(",")[0] for line in lines}
    return owned | {name for name in archive.namelist() if _FOREIGN.search(name)}
