"""Which snapshot of a data product is the newest? That of the file that landed last.

Snapshots are numbered in the order in which they were published, which may be another one: a file
that is handled late gets the next number, and does not become the newest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

from factory.layout.products import Snapshot
from factory.products.landed import Landed


@dataclass(frozen=True, kw_only=True)
class Pointer:
    """What is kept of all snapshots of a product, in one object."""

    newest: Snapshot
    landed: Landed
    """When the file of the newest one landed."""
    last: int
    """The highest number that was given, so that the next one is found without a search."""

    def overtakes(self, landed: Landed) -> bool:
        """Tell whether the newest file landed after another one."""
        return self.landed.later_than(landed)

    def moved(self, to: Snapshot, landed: Landed) -> Pointer:
        """Return what is kept once *to* is published, whose file *landed* then.

        Where not even S3 tells which of two files landed later, the higher number is the newer one.
        """
        last = max(self.last, to.number)
        later = landed.later_than(self.landed)
        tied = not later and not self.overtakes(landed) and to.number > self.newest.number
        if later or tied:
            return Pointer(newest=to, landed=landed, last=last)
        return Pointer(newest=self.newest, landed=self.landed, last=last)

    @property
    def document(self) -> bytes:
        """Return the pointer as it is stored."""
        newest: dict[str, Any] = {"snapshot": self.newest.number, "uri": self.newest.folder}
        return json.dumps(newest | {"landed": self.landed.plain(), "last": self.last}).encode()

    @classmethod
    def of(cls, document: bytes, bucket: str, product: str) -> Self:
        """Read what `document` returned."""
        raw = json.loads(document)
        number = int(raw["snapshot"])
        return cls(
            newest=Snapshot(bucket, product, number),
            landed=Landed.of(raw.get("landed", {})),
            last=int(raw.get("last", number)),
        )


def first(to: Snapshot, landed: Landed) -> Pointer:
    """Return what is kept of a product whose first snapshot is *to*."""
    return Pointer(newest=to, landed=landed, last=to.number)
