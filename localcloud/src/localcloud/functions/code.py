"""Where on this machine is the code of a function and its layers?"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import io
import re
import sys
import zipfile
from typing import TYPE_CHECKING

from packaging.tags import parse_tag, sys_tags

from localcloud import scratch

if TYPE_CHECKING:
    from pathlib import Path

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


def unpack(content: bytes) -> Path:
    """Return the folder with the files of a zip, unpacked once per content.

    Of a zip with binaries for another interpreter only what no distribution owns is unpacked, after
    the check that this interpreter has the same versions of those distributions.
    """
    digest = hashlib.sha256(content).hexdigest()[:16]
    if digest not in _unpacked:
        folder = _root() / digest
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if _is_foreign(archive):
                _demand_same_versions(names)
                names = sorted(set(names) - _owned(archive))
            archive.extractall(folder, names)
        folder.mkdir(exist_ok=True)
        _unpacked[digest] = folder
    return _unpacked[digest]


def layer_folders(content: bytes) -> list[Path]:
    """Return the folders of a layer that Python looks for modules in."""
    folder = unpack(content)
    return [folder / path for path in LAYER_PATHS if (folder / path).is_dir()]


def is_unpacked(file_name: str) -> bool:
    """Tell whether a file is a function's code."""
    return file_name.startswith(str(_root()))


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
    for name in names:
        match = _DIST_INFO.match(name)
        if match:
            _demand_same(match.group(2), match.group(3))


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
