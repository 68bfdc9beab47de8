"""What do recipes bring that their image lacks? Pinned wheels, laid out as folders below build/.

`python bundling/wheels.py build/wheels` makes of each distribution of requirements-recipes.in a
folder from which Python imports it: native libraries cannot be imported from a zip. `--record`
writes down in wheels.json what came out; without it, anything else is refused.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bundling import lock, openmp, unpack

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "build" / "wheels"
ASKED, LOCK = ROOT / "requirements-recipes.in", ROOT / "requirements-recipes.txt"
IMAGE = ROOT / "requirements-toolkit.txt"
"""What SageMaker's image has: a wheel of the recipes may need that, and no more."""
RECORD = Path(__file__).with_suffix(".json")
"""For each distribution the digests of the pins that it is made of, and of the folder."""
REMEDY = "run `make wheels`"


def path(name: str, folder: Path = FOLDER) -> Path:
    """Return the folder of the distribution *name*, as recorded.

    Raises LookupError for one that is not pinned, and FileNotFoundError for one that is not built,
    each with the remedy.
    """
    pinned = lock.pin(LOCK, name)
    recorded = _recorded().get(name)
    if recorded is None or recorded["pins"] != _pins(pinned):
        raise LookupError(
            f"{name}: {RECORD.name} was not written for this {LOCK.name}; run `make lock`"
        )
    found = folder / _folder(name, recorded["files"])
    if not found.is_dir():
        raise FileNotFoundError(f"{found}: the wheel of the lock is not laid out; {REMEDY}")
    return found


def asked() -> list[str]:
    """Return the distributions that recipes may bring: those asked for, without the tools."""
    lines = (line.partition("#")[0].strip() for line in ASKED.read_text("utf-8").splitlines())
    return sorted({line.partition("==")[0] for line in lines if line} - set(openmp.TOOLS))


def lacking() -> list[str]:
    """Return what distributions of the lock need and neither the image has nor a recipe names."""
    return sorted(lock.names(LOCK) - lock.names(IMAGE) - {*asked(), *openmp.TOOLS})


def make(folder: Path, *, record: bool = False) -> list[Path]:
    """Lay out every distribution in *folder*, unless it is there, and return the folders.

    Raises ValueError when one differs from its record, or needs what the image lacks.
    """
    if missing := lacking():
        raise ValueError(
            f"{', '.join(missing)}: the image lacks what a wheel of {LOCK.name} needs; add it to "
            f"{ASKED.name}, and to the WHEELS of the recipes that bring that wheel"
        )
    if record:
        made = {name: _made(name, folder) for name in asked()}
        RECORD.write_text(json.dumps(made, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return [_laid(name, folder) for name in asked()]


def digest(folder: Path) -> str:
    """Return the SHA-256 of names and contents of the files below *folder*."""
    total = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{content} {file.relative_to(folder).as_posix()}\n".encode())
    return total.hexdigest()


def _laid(name: str, folder: Path) -> Path:
    try:
        return path(name, folder)
    except FileNotFoundError:
        made, wanted = _made(name, folder), _recorded()[name]
        if made != wanted:
            raise ValueError(
                f"{name}: its wheel is laid out as {made['files'][:12]}, recorded is "
                f"{wanted['files'][:12]}; run `make lock` if that is what changed"
            ) from None
        return path(name, folder)


def _made(name: str, folder: Path) -> dict[str, str]:
    """Lay out one distribution under a name that tells its content, and return its record."""
    folder.mkdir(parents=True, exist_ok=True)
    pinned = lock.pin(LOCK, name)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        fresh = unpack.unpack(lock.download(pinned, Path(scratch, "wheel")), Path(scratch, name))
        openmp.complete(fresh, LOCK, Path(scratch))
        found = digest(fresh)
        target = folder / _folder(name, found)
        if not target.is_dir():
            fresh.rename(target)
    return {"pins": _pins(pinned), "files": found}


def _folder(name: str, files: str) -> str:
    return f"{name}-{files[:12]}"


def _pins(pinned: str) -> str:
    """Return one digest of all that a folder is made of."""
    tools = [lock.pin(LOCK, tool) for tool in openmp.TOOLS]
    return hashlib.sha256("".join([pinned, *tools]).encode()).hexdigest()


def _recorded() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Print the folders that were made or are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--record", action="store_true", help="write down what comes out")
    given = parser.parse_args()
    print(*make(given.folder, record=given.record), sep="\n")


if __name__ == "__main__":
    main()
