"""What does one more capture file mean for the open window, and for the model?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from factory.catalogue.spec import Watch
from factory.drift import bin_counts, comparison, episode
from factory.drift.baseline import Baseline
from factory.drift.bin_counts import BinCounts
from factory.drift.episode import DriftState, WindowVerdict
from factory.drift.finding import ColumnFinding, Finding, FindingWindow
from factory.drift.notification import Notification
from factory.events.incident import DriftDetected, DriftEnded
from factory.layout import objects


@dataclass(frozen=True, kw_only=True)
class OpenWindow:
    """The files of one configuration that have not been judged yet."""

    number: int
    """Counted from 1 for each configuration; windows of late files are counted by themselves."""
    counts: BinCounts
    late: bool = False
    """Whether its files are older than windows that were judged before they came."""


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is stored before a file is counted."""

    window: OpenWindow
    late: OpenWindow
    """The window of files that come late."""
    state: DriftState


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be stored after it."""

    window: OpenWindow
    """The one of both windows that the file belongs to."""
    state: DriftState | None = None
    """None when no window was judged."""
    notification: Notification | None = None


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """A full window, and what it shows."""

    window: OpenWindow
    columns: Mapping[str, ColumnFinding]
    uri: str


def add(
    file: BinCounts, known: Known, baseline: Baseline, rule: Watch, findings_bucket: str
) -> Change:
    """Add a file to the open window; once that has `rule.min_rows` rows, judge and empty it.

    What is malformed fills it too, or traffic that is nothing else would never be judged. A file
    that is older than what was judged has a window of its own: it would make the present look as
    the past was.
    """
    before = known.window
    if episode.overtaken(known.state, baseline.config, file.last):
        before = known.late
    window = replace(before, counts=bin_counts.merged(before.counts, file))
    if window.counts.rows + window.counts.unusable < rule.min_rows:
        return Change(window=window)
    judged = _Judged(
        window=window,
        columns={
            **comparison.judge(baseline, window.counts.columns, rule.max_psi),
            comparison.MALFORMED: comparison.judge_form(window.counts, rule.max_malformed),
        },
        uri=objects.finding(
            findings_bucket, baseline.model, baseline.config, window.number, late=window.late
        ),
    )
    state = episode.advanced(known.state, _verdict(judged, baseline), rule)
    return Change(
        window=replace(window, number=window.number + 1, counts=bin_counts.empty(baseline)),
        state=state,
        notification=_notification(judged, baseline, known.state, state),
    )


def _verdict(judged: _Judged, baseline: Baseline) -> WindowVerdict:
    return WindowVerdict(
        config=baseline.config,
        first=judged.window.counts.first,
        last=judged.window.counts.last,
        drifted={name: c.words for name, c in judged.columns.items() if c.drifted},
        finding=judged.uri,
    )


def _notification(
    judged: _Judged, baseline: Baseline, before: DriftState, now: DriftState
) -> Notification:
    changes = {(False, True): DriftDetected.TYPE, (True, False): DriftEnded.TYPE}
    return Notification(
        finding=replace(
            _finding(judged, baseline, now), late=episode.late(before, _verdict(judged, baseline))
        ),
        uri=judged.uri,
        change=changes.get((before.breached, now.breached), ""),
        alarm=not before.verdicts or before.verdicts[-1].config != baseline.config,
    )


def _finding(judged: _Judged, baseline: Baseline, now: DriftState) -> Finding:
    return Finding(
        model=baseline.model,
        version=baseline.version,
        config=baseline.config,
        window=_window(judged.window),
        columns={name: _column(name, column, now) for name, column in judged.columns.items()},
        drifted=tuple(name for name, column in judged.columns.items() if column.drifted),
        breaching=now.breaching,
        breached=now.breached,
        episode=now.episode,
    )


def _window(window: OpenWindow) -> FindingWindow:
    counts = window.counts
    return FindingWindow(
        number=window.number,
        first=counts.first,
        last=counts.last,
        rows=counts.rows,
        probes=counts.probes,
        refused=counts.refused,
        malformed=counts.malformed,
        files=counts.files,
    )


def _column(name: str, column: ColumnFinding, now: DriftState) -> ColumnFinding:
    """Return a column with the words of the last window in which it drifted."""
    known = now.columns.get(name)
    words, since = (known.words, known.since) if known else ("", "")
    return replace(column, words=words, since=since)
