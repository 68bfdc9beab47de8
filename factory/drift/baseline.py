"""What did the model that a configuration serves learn from?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from factory.drift import bins
from factory.drift.bins import Bins


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What promotion wrote down beside a configuration."""

    model: str
    version: int
    config: str
    features: tuple[str, ...]
    """In the order of a row without a header."""
    columns: Mapping[str, Bins]
    secret: str = ""
    """With which the ids of the factory's own requests are signed; empty: there are none."""


def parse(document: bytes) -> Baseline:
    """Read the document that promotion keeps at `layout.objects.baseline`."""
    raw = json.loads(document)
    columns = raw["baseline"]["columns"]
    return Baseline(
        model=raw["model"],
        version=raw["version"],
        config=raw["config"],
        features=tuple(raw["features"]),
        columns={name: bins.of_column(columns[name]) for name in raw["features"]},
        secret=raw.get("secret", ""),
    )
