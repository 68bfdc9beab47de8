"""What is in a state's folder, and whose is it?

One manifest names, by digest, the files of all parts; the manifest before it is kept as well. A
file is written under another name, brought to the disk and renamed, so there is never half of one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud.state.references import Foreign

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = 1
MARK = "localcloud-state"
MANIFEST, BEFORE = "manifest.json", "manifest.before.json"
Manifest = dict[str, Any]


class Unusable(Exception):
    """A folder that cannot be this cloud's state; the text says why, and what to do."""


def versions() -> dict[str, Any]:
    """Return what a snapshot was written by: it is read by the same only."""
    names = ("localcloud", "moto")
    return {"format": FORMAT, **{name: importlib.metadata.version(name) for name in names}}


class Folder:
    """A state's folder, for this process alone until the process ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts, self.objects = path / "parts", path / "objects"
        self._lock = _owned(path)
        for folder in (self.parts, self.objects):
            folder.mkdir(mode=0o700, exist_ok=True)

    def manifests(self) -> list[tuple[str, Manifest]]:
        """Return the snapshots that are whole, latest first, by name; what is not is said aloud.

        Raises Unusable for one that another version wrote, or when there is none that is whole.
        """
        found, torn = [], False
        for name in (MANIFEST, BEFORE):
            if (self.path / name).exists():
                try:
                    found.append((name, self._manifest(name)))
                except Foreign as error:
                    torn = True
                    say(f"{self.path / name} is not a whole snapshot ({error}): it is not used")
        if torn and not found:
            raise Unusable(f"{self.path} has no whole snapshot: delete the folder to begin anew")
        return found

    def go_on_from(self, name: str) -> None:
        """Let the snapshot of this name be the latest: what is not used must not take its place."""
        if name != MANIFEST:
            (self.path / name).replace(self.path / MANIFEST)

    def _manifest(self, name: str) -> Manifest:
        try:
            record = json.loads((self.path / name).read_text())
            body, digest = record["snapshot"], record["sha256"]
            parts = dict(body["parts"])
        except (ValueError, KeyError, TypeError) as error:
            raise Foreign(f"it cannot be read: {error!r}") from error
        if digest != _digest(_json(body)):
            raise Foreign("its content is not what its digest says")
        if body["versions"] != versions():
            raise Unusable(
                f"{self.path} was written by {_spelled(body['versions'])}, this is "
                f"{_spelled(versions())}: use the same versions, or delete the folder to begin anew"
            )
        return {**body, "parts": parts}

    def read(self, digest: str) -> bytes:
        """Return what was written under this digest; raise Foreign when it is not that any more."""
        try:
            content = (self.parts / _plain(digest)).read_bytes()
        except OSError as error:
            raise Foreign(f"a part is missing: {error}") from error
        if _digest(content) != digest:
            raise Foreign(f"the part {digest} is not what its digest says")
        return content

    @staticmethod
    def digest(content: bytes) -> str:
        """Return the name under which these bytes are kept."""
        return _digest(content)

    def write(self, content: bytes) -> str:
        """Keep these bytes and return their digest; what is there already is not written again."""
        digest = _digest(content)
        if not (self.parts / digest).exists():
            _replace(self.parts / digest, content)
        return digest

    def commit(self, body: Manifest) -> None:
        """Make this the latest snapshot, and the latest until now the one before."""
        content = _json(body)
        record = json.dumps({"sha256": _digest(content), "snapshot": body}, indent=1)
        with contextlib.suppress(FileNotFoundError):
            spare = self.path / f"{BEFORE}.new"
            spare.unlink(missing_ok=True)
            os.link(self.path / MANIFEST, spare)
            spare.rename(self.path / BEFORE)
        _replace(self.path / MANIFEST, record.encode())

    def sweep(self, manifests: Iterable[Manifest]) -> None:
        """Delete the parts that none of these snapshots has."""
        named = {digest for body in manifests for part in body["parts"].values() for digest in part}
        for file in self.parts.iterdir():
            if file.name not in named:
                file.unlink()


def say(text: str) -> None:
    """Tell whoever started the cloud."""
    print(f"localcloud: {text}", file=sys.stderr, flush=True)


def _owned(path: Path) -> Any:
    """Take the folder, a new one if there is none, and return the lock that says so."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"{path} cannot be a folder: {error}") from error
    if not (path / MARK).exists() and any(path.iterdir()):
        raise Unusable(f"{path} is not empty and not a state of localcloud's: name another folder")
    path.chmod(0o700)
    lock = (path / MARK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        raise Unusable(
            f"{path} is in use by another cloud (process {lock.read().strip() or 'unknown'}): end "
            "it, or name another folder"
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _replace(path: Path, content: bytes) -> None:
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    new.rename(path)
    bring_to_disk(path.parent)


def bring_to_disk(path: Path) -> None:
    """Return when a file's content, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _plain(digest: str) -> str:
    if not (digest.isalnum() and digest.isascii()):
        raise Foreign(f"{digest!r} is not the name of a part")
    return digest


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(body: Manifest) -> bytes:
    return json.dumps(body, sort_keys=True).encode()


def _spelled(written: dict[str, Any]) -> str:
    return ", ".join(f"{name} {version}" for name, version in sorted(written.items()))
