"""What is remembered of files, windows and models? It is read at once, and changed as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import aws
from factory.drift import Baseline, items
from factory.drift.items import ProcessedFile
from factory.drift.window import Change, Known
from factory.layout import tables


@dataclass(frozen=True, kw_only=True)
class Recalled:
    """What was remembered before a file, and at which revisions."""

    file: ProcessedFile | None
    known: Known
    window: int
    """The revision of the window's item; 0 without one."""
    late: int
    model: int


def processed(table: str, key: str) -> ProcessedFile | None:
    """Return the file called *key* if it was counted."""
    item = aws.table_get(table, tables.counted_file(key))
    return items.file_of(item) if item else None


def breached(table: str, model: str) -> bool:
    """Tell whether *model* is in an episode of drift now."""
    item = aws.table_get(table, tables.watched(model))
    return bool(item and item["breached"])


def recall(table: str, key: str, baseline: Baseline) -> Recalled:
    """Return what is remembered of a file, its windows and its model."""
    file, window = tables.counted_file(key), tables.window(baseline.config)
    late, model = tables.window(baseline.config, late=True), tables.watched(baseline.model)
    found = aws.table_get_many(table, [file, window, late, model])
    known = Known(
        window=items.window_of(found.get(window), baseline),
        late=items.window_of(found.get(late), baseline, late=True),
        state=items.state_of(found.get(model)),
    )
    return Recalled(
        file=items.file_of(found[file]) if file in found else None,
        known=known,
        window=_revision(found.get(window)),
        late=_revision(found.get(late)),
        model=_revision(found.get(model)),
    )


def commit(
    table: str, key: str, baseline: Baseline, recalled: Recalled, change: Change
) -> ProcessedFile:
    """Store *change* as a whole; Conflict when anything was stored since *recalled*."""
    expires = int(aws.now()) + items.REMEMBERED
    file = ProcessedFile(key=key, expires=expires, pending=change.notification)
    revision = recalled.late if change.window.late else recalled.window
    window = items.window_item(baseline.config, change.window, revision + 1)
    writes = [(file.item(), None), (window, _unchanged(revision))]
    if change.state:
        model = items.model_item(baseline.model, change.state, recalled.model + 1)
        writes.append((model, _unchanged(recalled.model)))
    aws.table_commit(table, *writes)
    return file


def acknowledge(table: str, file: ProcessedFile) -> None:
    """Store that nothing of *file* is pending any more; storing it twice changes nothing."""
    aws.table_put(table, replace(file, pending=None).item())


def _revision(item: Mapping[str, Any] | None) -> int:
    return int(item["revision"]) if item else 0


def _unchanged(revision: int) -> dict[str, Any] | None:
    return {"revision": revision} if revision else None
