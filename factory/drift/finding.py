"""What did one full window of traffic show?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from factory.events import incident


@dataclass(frozen=True, kw_only=True)
class ColumnFinding:
    """What a window shows of one column."""

    psi: float
    lower_bound: float
    """So large the index is at the least, see `factory.drift.index`."""
    drifted: bool
    words: str = ""
    """How it has changed; empty when it has not drifted lately."""
    since: str = ""
    """When the first request of the first window was answered in which it drifted."""

    def plain(self) -> incident.ColumnFinding:
        """Return the column as plain JSON, without the words that it does not have."""
        found: incident.ColumnFinding = {
            "psi": self.psi,
            "lower_bound": self.lower_bound,
            "drifted": self.drifted,
        }
        if self.words:
            found |= {"words": self.words}
        if self.since:
            found |= {"since": self.since}
        return found


@dataclass(frozen=True, kw_only=True)
class FindingWindow:
    """Which traffic was judged."""

    number: int
    """Counted from 1 for each configuration."""
    first: str
    """When its first request was answered, as SageMaker writes it: `2026-11-12T00:00:00Z`."""
    last: str
    rows: int
    probes: int = 0
    refused: int = 0
    malformed: int = 0
    files: int = 0

    def plain(self) -> incident.Window:
        """Return the window as plain JSON."""
        return {
            "number": self.number,
            "from": self.first,
            "to": self.last,
            "rows": self.rows,
            "probes": self.probes,
            "refused": self.refused,
            "malformed": self.malformed,
            "files": self.files,
        }


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a full window showed, and what the model's last windows say together."""

    model: str
    version: int
    config: str
    window: FindingWindow
    columns: Mapping[str, ColumnFinding]
    drifted: tuple[str, ...]
    """The columns that drifted in this window."""
    breaching: tuple[str, ...]
    """The columns that drifted in enough of the last windows."""
    breached: bool
    """Whether the model is in an episode of drift."""
    episode: str
    """The last episode of drift; empty before the first."""
    late: bool = False
    """Whether a later window was judged before this one, which says what was so then."""

    def plain(self) -> dict[str, Any]:
        """Return the finding as plain JSON."""
        return {
            "model": self.model,
            "version": self.version,
            "config": self.config,
            "window": self.window.plain(),
            "columns": {name: column.plain() for name, column in self.columns.items()},
            "drifted": list(self.drifted),
            "breaching": list(self.breaching),
            "breached": self.breached,
            "episode": self.episode,
            "late": self.late,
        }

    @cached_property
    def document(self) -> str:
        """Return the finding as it is stored: the same text for the same finding."""
        return json.dumps(self.plain(), sort_keys=True)


def parse(document: str | bytes) -> Finding:
    """Read what `Finding.document` wrote."""
    raw = json.loads(document)
    window = dict(raw["window"])
    window = {"first": window.pop("from"), "last": window.pop("to"), **window}
    return Finding(
        **raw
        | {
            "window": FindingWindow(**window),
            "columns": {name: ColumnFinding(**column) for name, column in raw["columns"].items()},
            "drifted": tuple(raw["drifted"]),
            "breaching": tuple(raw["breaching"]),
        }
    )
