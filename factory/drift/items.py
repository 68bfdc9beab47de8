"""How are files, windows and models remembered? Three kinds of items of one table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from factory.drift import bin_counts, notification, packing
from factory.drift.baseline import Baseline
from factory.drift.bin_counts import BinCounts
from factory.drift.episode import DriftingColumn, DriftState, Episode, WindowVerdict
from factory.drift.notification import Notification
from factory.drift.window import OpenWindow
from factory.layout import tables

REMEMBERED = 14 * 86_400  # seconds: the longest that a queue keeps a message

Item = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ProcessedFile:
    """A capture file that was counted."""

    key: str
    expires: int
    """When a queue can no longer deliver the file again, in seconds since 1970."""
    pending: Notification | None = None
    """What came of it and may not have been sent yet."""

    def item(self) -> dict[str, Any]:
        """Return the file as an item."""
        pending = self.pending.item() if self.pending else None
        return {"pk": tables.counted_file(self.key), "expires": self.expires, "pending": pending}


def file_of(item: Item) -> ProcessedFile:
    """Read what `ProcessedFile.item` wrote."""
    pending = item["pending"]
    return ProcessedFile(
        key=item["pk"].removeprefix(tables.counted_file("")),
        expires=item["expires"],
        pending=notification.of(pending) if pending else None,
    )


def window_item(config: str, window: OpenWindow, revision: int) -> dict[str, Any]:
    """Return a window as an item; its many numbers are one text, which costs a tenth."""
    counts = asdict(window.counts)
    columns = json.dumps(counts.pop("columns"), separators=(",", ":"))
    key = tables.window(config, late=window.late)
    stored = {"pk": key, "revision": revision, "number": window.number}
    return counts | stored | {"counts": columns}


def window_of(item: Item | None, baseline: Baseline, *, late: bool = False) -> OpenWindow:
    """Read what `window_item` wrote; without an item it is the first window, and empty."""
    if item is None:
        return OpenWindow(number=1, counts=bin_counts.empty(baseline), late=late)
    stored = {name: v for name, v in item.items() if name not in {"pk", "revision", "number"}}
    columns = json.loads(stored.pop("counts"))
    counts = BinCounts(columns=columns, **stored)
    return OpenWindow(number=item["number"], counts=counts, late=late)


def model_item(model: str, state: DriftState, revision: int) -> dict[str, Any]:
    """Return the drift of a model as an item; the attributes before the state are for readers."""
    whole = asdict(state)
    episodes = whole.pop("episodes")
    words = {name: state.columns[name].words for name in state.breaching}
    return {
        "pk": tables.watched(model),
        "revision": revision,
        "breached": state.breached,
        "episode": state.episode,
        "words": packing.first(words),
        "breaching": len(words),
        "judged": state.verdicts[-1].last,
        "finding": state.verdicts[-1].finding,
        "episodes": episodes,
        "state": packing.packed(json.dumps(whole, separators=(",", ":"))),
    }


def state_of(item: Item | None) -> DriftState:
    """Read what `model_item` wrote; without an item no window was judged yet."""
    if item is None:
        return DriftState()
    whole = json.loads(packing.unpacked(item["state"]))
    return DriftState(
        verdicts=tuple(WindowVerdict(**verdict) for verdict in whole["verdicts"]),
        columns={name: DriftingColumn(**column) for name, column in whole["columns"].items()},
        episodes=episodes_of(item),
    )


def episodes_of(item: Item | None) -> tuple[Episode, ...]:
    """Return the last episodes of a model's drift."""
    return tuple(Episode(**episode) for episode in item["episodes"]) if item else ()
