"""What are a container's own folders on this machine, and what has it left there?"""

from __future__ import annotations

import functools
import subprocess
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from localcloud import scratch

ML = "/opt/ml"
HOST = "algo-1"
"""What a job's one machine is called."""
MOST_LINKS = 40  # as Linux follows one after another


class OutsideError(ValueError):
    """What a container left is no file of its own."""


@dataclass(frozen=True)
class Sandbox:
    """The folders of one container: what it sees as /opt/ml, as /tmp, and as its root."""

    folder: Path = field(default_factory=functools.partial(scratch.folder, "ml"))

    def __post_init__(self) -> None:
        """Make the folders."""
        for name in ("ml", "tmp", "root"):
            (self.folder / name).mkdir()

    @property
    def path(self) -> Path:
        """Return the directory that it sees as /opt/ml."""
        return self.folder / "ml"

    def host(self, path: str) -> Path:
        """Find the place of a container's path; it must be under /opt/ml."""
        place = PurePosixPath(path)
        if not place.is_relative_to(ML) or ".." in place.parts:
            raise ValueError(f"{path} is not under {ML}.")
        return self.path / place.relative_to(ML)

    def demand_own(self, path: Path, named: Path | None = None) -> None:
        """Raise `OutsideError` unless a path leads to something within the folder."""
        if not path.resolve().is_relative_to(self.path.resolve()):
            name = (named or path).relative_to(self.path)
            raise OutsideError(f"{name} is a link that leads out of {ML}")

    def file(self, path: Path) -> Path | None:
        """Return the file that the container has left at *path*; None if there is none.

        A link is followed as the container would follow it. Raises `OutsideError` when it leads out
        of the folder.
        """
        found = path
        for _ in range(MOST_LINKS):
            if not found.is_symlink():
                break
            target = PurePosixPath(found.readlink())
            found = self.host(str(target)) if target.is_relative_to(ML) else found.parent / target
        self.demand_own(found, path)
        return found.resolve() if found.is_file() else None

    def remove(self) -> None:
        """Throw the folders away with all that is in them, be it as deep as no recursion goes."""
        subprocess.run(["rm", "-rf", "--", str(self.folder)], check=False, capture_output=True)
