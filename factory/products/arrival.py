"""What landed, where, and who brought it?

Folders and files are named by whoever puts them there: a name may be a person's. Outside the
buckets of data a file is known by the digest of its name and version.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Self

from factory.errors import MalformedEvent
from factory.layout import objects
from factory.products.contract import Contract
from factory.products.contract_violation import ContractViolation, few
from factory.products.landed import Landed, moment

SUFFIX = ".csv.gz"
PART = re.compile(r"^part[-_.][0-9]{3,}", re.IGNORECASE)
"""How Spark and its like name the parts of an export: the last would be all that is learned."""
UNKNOWN = "unknown"
MOST_BYTES = 2**30  # of a landed file: it is copied to the function's disk


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """One version of one object in the landing bucket."""

    bucket: str
    key: str
    version: str | None
    requester: str
    """Who put it there, in S3's words: an account or a service."""
    time: str
    """When S3 says it was put there; a redelivery says the same."""
    product: str
    """The data product it is meant for; UNKNOWN where its folder is that of none."""
    size: int = 0
    """In bytes."""
    sequencer: str = ""
    """S3's count of what happens to this key; empty if it said none."""

    @classmethod
    def of(cls, envelope: Mapping[str, Any], products: Collection[str]) -> Self:
        """Read S3's "Object Created" event, in which keys are not URL-encoded."""
        try:
            detail = envelope["detail"]
            folder, slash, _ = detail["object"]["key"].partition("/")
            return cls(
                bucket=detail["bucket"]["name"],
                key=detail["object"]["key"],
                version=detail["object"].get("version-id"),
                requester=detail.get("requester", UNKNOWN),
                time=moment(envelope["time"]),
                product=folder if slash and folder in products else UNKNOWN,
                size=int(detail["object"].get("size", 0)),
                sequencer=str(detail["object"].get("sequencer", "")),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as exc:
            raise MalformedEvent(f"not an event of S3: {exc!r}") from exc

    @property
    def uri(self) -> str:
        """Return where it is."""
        return objects.uri(self.bucket, "*", self.key)

    @property
    def id(self) -> str:
        """Return the identity of this version of the object, the same at every delivery."""
        return hashlib.sha256(f"{self.uri}|{self.version}".encode()).hexdigest()

    @property
    def landed(self) -> Landed:
        """Return when it landed, which orders it among all others."""
        key = hashlib.sha256(self.uri.encode()).hexdigest()
        return Landed(time=self.time, key=key, sequencer=self.sequencer)

    @property
    def is_marker(self) -> bool:
        """Tell whether it only marks a folder, as the S3 console makes them, or an export's end."""
        name = self.key.rpartition("/")[2]
        return not name or (not self.size and name.startswith(("_", ".")))

    def violations(self, contracts: Mapping[str, Contract]) -> tuple[ContractViolation, ...]:
        """Return why it cannot be read at all: no such product, kind of file or size."""
        if self.product not in contracts:
            return (_wrong("product", "a folder of " + few(sorted(contracts)), "another place"),)
        if not self.key.endswith(SUFFIX):
            return (_wrong("file", f"a name that ends in {SUFFIX}", "another name"),)
        if PART.search(self.key.rpartition("/")[2]):
            whole = "a whole data product in one file"
            return (_wrong("file", whole, "the name of a part; join the parts under another"),)
        if self.size > MOST_BYTES:
            return (
                _wrong("file", f"at most {MOST_BYTES} bytes", f"{self.size}; land it in parts"),
            )
        return ()


def _wrong(rule: str, expected: str, found: str) -> ContractViolation:
    return ContractViolation(rule=rule, column=None, count=1, expected=expected, found=found)
