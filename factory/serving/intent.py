"""What is an endpoint meant to serve? Promotion alone writes it down, in its own bucket.

Tags would not do: whoever may tag an endpoint could say that what he deployed was meant.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

NEVER = "never"
"""What an intent says of the last change of an endpoint that was not there."""


@dataclass(frozen=True, kw_only=True)
class Aim:
    """One configuration that is meant, and from where an endpoint was to move to it."""

    config: str = ""
    """Empty: nothing is meant to serve."""
    package: str = ""
    """The ARN of the package that it serves."""
    before: str = ""
    """When the endpoint had changed last before it was asked for."""
    serves: str = ""
    """What the endpoint served then, which is where an update that is rolled back ends."""


@dataclass(frozen=True, kw_only=True)
class Intent(Aim):
    """What promotion has written down last about one endpoint."""

    since: float = 0.0
    """When it was written, in seconds since 1970."""
    why: str = ""
    failed: tuple[str, ...] = ()
    """The configurations whose incidents are open: the first that failed since one was deployed,
    and each that people have taken out of service since."""
    last: Aim = field(default_factory=Aim)
    """What was meant before, for whoever finds that another update was first."""
    etag: str = ""
    """Of the document that was read; empty when promotion never wrote one."""

    @property
    def known(self) -> bool:
        """Whether promotion has ever meant the endpoint to serve anything."""
        return bool(self.etag)

    @classmethod
    def of(cls, body: bytes, etag: str) -> Self:
        """Read a document that was written."""
        raw: Mapping[str, Any] = json.loads(body)
        read = {"last": Aim(**raw["last"]), "failed": tuple(raw["failed"]), "etag": etag}
        return cls(**{**raw, **read})

    def body(self) -> bytes:
        """Return the document."""
        written = asdict(self)
        del written["etag"]
        return json.dumps(written, sort_keys=True).encode()

    def then(self, aim: Aim, *, now: float, why: str) -> Intent:
        """Return the intent that follows this one; an open incident stays open."""
        same = aim == self.aim
        return replace(
            self, **asdict(aim), since=now, why=why, last=self.last if same else self.aim
        )

    def undone(self, now: float) -> Intent:
        """Return the intent before this one, which another update was asked for first."""
        return replace(self, **asdict(self.last), since=now, why="another update was first")

    @property
    def aim(self) -> Aim:
        """Return what is meant, without why and since when."""
        return Aim(config=self.config, package=self.package, before=self.before, serves=self.serves)
