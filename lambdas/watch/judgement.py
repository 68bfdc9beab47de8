"""What does one more file say of a window, and of the model?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from factory import drift
from factory.catalogue.spec import Watch
from factory.drift import Baseline, Column, Tally, Verdict, Watched
from lambdas.watch.state import Change, Known, Word


@dataclass(frozen=True)
class _Judged:
    """A full window, and what it says."""

    baseline: Baseline
    number: int
    tally: Tally
    columns: Mapping[str, Column]
    uri: str


def after(
    known: Known, tally: Tally, baseline: Baseline, rule: Watch, findings_bucket: str
) -> Change:
    """Add *tally* to the open window; once that has `rule.min_rows` rows, judge and empty it."""
    whole = drift.merged(known.tally, tally)
    if whole.rows < rule.min_rows:
        return Change(number=known.number, tally=whole)
    columns = drift.judge(baseline, whole.counts, rule.max_psi)
    uri = _uri(findings_bucket, baseline, known.number)
    judged = _Judged(baseline, known.number, whole, columns, uri)
    watched = drift.after(known.watched, _verdict(judged), rule)
    return Change(
        number=known.number + 1,
        tally=drift.empty(baseline),
        watched=watched,
        word=_word(judged, known.watched, watched),
    )


def _uri(bucket: str, baseline: Baseline, number: int) -> str:
    return f"s3://{bucket}/findings/{baseline.model}/{baseline.config}/{number:06d}.json"


def _verdict(judged: _Judged) -> Verdict:
    return Verdict(
        config=judged.baseline.config,
        first=judged.tally.first,
        last=judged.tally.last,
        drifted={name: c.words for name, c in judged.columns.items() if c.drifted},
        finding=judged.uri,
    )


def _word(judged: _Judged, before: Watched, now: Watched) -> Word:
    """Return what is to be told: the finding, and what has changed by it."""
    changes = {(False, True): "drift.detected", (True, False): "drift.ended"}
    return Word(
        model=judged.baseline.model,
        uri=judged.uri,
        finding=json.dumps(_finding(judged, now), sort_keys=True),
        change=changes.get((before.breached, now.breached), ""),
        alarm=not before.verdicts or before.verdicts[-1].config != judged.baseline.config,
    )


def _finding(judged: _Judged, now: Watched) -> dict[str, Any]:
    return {
        "model": judged.baseline.model,
        "version": judged.baseline.version,
        "config": judged.baseline.config,
        "window": _window(judged),
        "columns": {name: _column(name, column, now) for name, column in judged.columns.items()},
        "drifted": [name for name, column in judged.columns.items() if column.drifted],
        "breaching": list(now.breaching),
        "breached": now.breached,
        "episode": now.episodes[-1].id if now.episodes else "",
    }


def _window(judged: _Judged) -> dict[str, Any]:
    tally = judged.tally
    return {
        "number": judged.number,
        "from": tally.first,
        "to": tally.last,
        "rows": tally.rows,
        "probes": tally.probes,
        "refused": tally.refused,
        "malformed": tally.malformed,
        "files": tally.files,
    }


def _column(name: str, column: Column, now: Watched) -> dict[str, Any]:
    found = {"psi": column.psi, "lower_bound": column.lower_bound, "drifted": column.drifted}
    known = now.columns.get(name)
    return found | ({"words": known.words, "since": known.since} if known else {})
