"""What landed, where, and who brought it?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from factory.errors import MalformedEvent
from factory.layout import objects
from factory.products.contract import Contract
from factory.products.contract_violation import ContractViolation

SUFFIX = ".csv.gz"
UNKNOWN = "unknown"


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

    @classmethod
    def of(cls, envelope: Mapping[str, Any]) -> Self:
        """Read S3's "Object Created" event, in which keys are not URL-encoded."""
        try:
            detail = envelope["detail"]
            return cls(
                bucket=detail["bucket"]["name"],
                key=detail["object"]["key"],
                version=detail["object"].get("version-id"),
                requester=detail.get("requester", UNKNOWN),
                time=envelope["time"],
            )
        except (KeyError, TypeError) as exc:
            raise MalformedEvent(f"not an event of S3: {exc!r} in {envelope}") from exc

    @property
    def uri(self) -> str:
        """Return where it is."""
        return objects.uri(self.bucket, "*", self.key)

    @property
    def product(self) -> str:
        """Return the data product it is meant for: the named folder that its key begins with."""
        folder, slash, _ = self.key.partition("/")
        return folder if slash and folder.strip() else UNKNOWN

    @property
    def name(self) -> str:
        """Return the file's name."""
        return self.key.rpartition("/")[2]

    @property
    def id(self) -> str:
        """Return the identity of this version of the object, the same at every delivery."""
        return hashlib.sha256(f"{self.uri}|{self.version}".encode()).hexdigest()

    @property
    def is_folder(self) -> bool:
        """Tell whether it only marks a folder, as the S3 console makes them."""
        return self.key.endswith("/")

    def violations(self, contracts: Mapping[str, Contract]) -> tuple[ContractViolation, ...]:
        """Return why it cannot be read at all: no such product, or no such kind of file."""
        if self.product not in contracts:
            return (_wrong("product", "a folder of " + ", ".join(sorted(contracts)), self.key),)
        if not self.key.endswith(SUFFIX):
            return (_wrong("file", f"a name that ends in {SUFFIX}", self.name),)
        return ()


def _wrong(rule: str, expected: str, found: str) -> ContractViolation:
    return ContractViolation(rule=rule, column=None, count=1, expected=expected, found=found)
