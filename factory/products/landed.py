"""When did a file land, and which of two landed later? S3 says it, whenever the file is handled.

Neither the name of a file nor anything else that its sender writes has a part in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Landed:
    """The place of one version of one object among all that land."""

    time: str = ""
    """The time of S3's event, in whole seconds, such as `2026-11-12T00:00:00Z`."""
    key: str = ""
    """What the object is known by, the same for all its versions."""
    sequencer: str = ""
    """S3's own count of what happens to one key, in hexadecimal digits; empty if it said none."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Self:
        """Read what `plain` returned; where nothing is known it is before all others."""
        return cls(**{name: str(raw.get(name, "")) for name in ("time", "key", "sequencer")})

    def plain(self) -> dict[str, str]:
        """Return it as plain JSON."""
        return asdict(self)

    def later_than(self, other: Landed) -> bool:
        """Tell whether it landed after *other*.

        Of the versions of one key S3's count decides. Of two keys the time decides, and within one
        second the count and the key do: so the answer is the same in whatever order both come.
        """
        mine, its = _count(self.sequencer), _count(other.sequencer)
        if self.key == other.key and mine and its and mine != its:
            return mine > its
        return (_seconds(self.time), mine, self.key) > (_seconds(other.time), its, other.key)


UNKNOWN = Landed()
"""Of what was published before it was written down; all else is later."""


def moment(text: str) -> str:
    """Return *text* if it is a time that can be compared; ValueError if not."""
    if not datetime.fromisoformat(text).tzinfo:
        raise ValueError(f"{text!r} names no time zone")
    return text


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).astimezone(UTC).timestamp() if time else float("-inf")


def _count(sequencer: str) -> str:
    """Return a count such that texts compare as S3 says: the shorter one has zeros at its end.

    "Event message structure", in the user guide of S3.
    """
    return sequencer.upper().rstrip("0")
