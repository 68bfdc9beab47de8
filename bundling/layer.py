"""What does `ingest` need that Lambda lacks? DuckDB, as a layer made from the lock.

`python bundling/layer.py build/layers` downloads the locked wheel for Lambda (Python 3.12, x86_64),
checks its hash and packs it, with the same bytes every time.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from bundling import lock

PACKAGE = "duckdb"
ROOT = Path(__file__).parents[1]
LAYERS = ROOT / "build" / "layers"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can tell
UNUSED = {"tests", "__pycache__"}


def path(folder: Path = LAYERS) -> Path:
    """Return the layer of today's lock; raise FileNotFoundError, with the mend, without it."""
    file = folder / name(locked())
    if not file.is_file():
        raise FileNotFoundError(
            f"{file}: the layer of the lock is not built; run `make build/layers/ready`"
        )
    return file


def locked(requirements: Path = ROOT / "requirements.txt") -> str:
    """Return the lines of the lock that pin the package: its version and its hashes."""
    return lock.pin(requirements, PACKAGE)


def name(pin: str) -> str:
    """Return the file name of the layer that *pin* makes: it tells one lock from another."""
    return f"{PACKAGE}-{hashlib.sha256(pin.encode()).hexdigest()[:12]}.zip"


def make(folder: Path) -> Path:
    """Build the layer in *folder*, unless it is there, and return its path."""
    pin = locked()
    target = folder / name(pin)
    if not target.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            ready = Path(scratch, "layer.zip")
            pack(lock.download(pin, Path(scratch, "wheel")), ready)
            ready.replace(target)
    return target


def pack(wheel: Path, target: Path) -> None:
    """Write what *wheel* installs to *target* as a layer, with constant times and order."""
    with zipfile.ZipFile(wheel) as source, zipfile.ZipFile(target, "w") as layer:
        for entry in sorted(source.namelist()):
            if not entry.endswith("/") and not UNUSED.intersection(PurePosixPath(entry).parts):
                info = zipfile.ZipInfo(f"python/{entry}", EPOCH)
                info.external_attr = 0o644 << 16
                layer.writestr(info, source.read(entry), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))
