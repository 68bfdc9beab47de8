"""What has a run of the smoke test made? Written down before it is made, so that a kill loses none.

A journal holds names alone. Whatever it says, nothing is removed that is not called as this stage's
smoke runs call their things.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cli.state import folder
from factory.errors import Refused
from factory.layout.names import RUN_OF_SMOKE, smoke


class Thing(NamedTuple):
    """Something that a run has made, or was about to make."""

    kind: str
    name: str


@dataclass(frozen=True)
class Journal:
    """The journal of one run, in one account and region."""

    path: Path
    stage: str
    run: str
    things: list[Thing] = field(default_factory=list)

    @property
    def prefix(self) -> str:
        """Return what the names of all things of the run begin with."""
        return smoke(self.stage, self.run)

    def note(self, kind: str, name: str) -> None:
        """Write down that *name* is about to be made; it is on disk when this returns."""
        if not name.startswith(self.prefix):
            raise Refused(f"{kind} {name}: a smoke run makes only what begins with {self.prefix}")
        if Thing(kind, name) in self.things:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, "name": name}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.things.append(Thing(kind, name))

    def forget(self) -> None:
        """Forget the run, when nothing of it is left."""
        self.path.unlink(missing_ok=True)


def begun(stage: str, account: str, region: str, run: str) -> Journal:
    """Return the journal of a new *run*."""
    return Journal(_path(stage, account, region, run), stage, run)


def left(stage: str, account: str, region: str) -> list[Journal]:
    """Return the journals of runs whose things were not all removed, the oldest first."""
    pattern = _path(stage, account, region, "*").name
    found = []
    for path in sorted(folder().glob(pattern)):
        run = path.stem.removeprefix(pattern.partition("*")[0])
        if RUN_OF_SMOKE.fullmatch(run):
            found.append(Journal(path, stage, run, list(_things(path, smoke(stage, run)))))
    return found


def _path(stage: str, account: str, region: str, run: str) -> Path:
    return folder() / f"smoke-{account}-{region}-{stage}-{run}.jsonl"


def _things(path: Path, prefix: str) -> Iterator[Thing]:
    """Yield what a journal says; its last line may have been cut off by a kill."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            raw = json.loads(line)
            thing = Thing(str(raw["kind"]), str(raw["name"]))
        except (ValueError, KeyError, TypeError):
            continue  # it was being written: what it names was not made yet
        if not thing.name.startswith(prefix):
            raise Refused(
                f"{path}: it names {thing.kind} {thing.name}, and a smoke run makes only what "
                f"begins with {prefix}; somebody changed it, remove it by hand"
            )
        yield thing
