"""What was the endpoint asked, and what did it serve meanwhile?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from aws.traffic import traffic
from factory.events.model import DeploymentFailed, ModelDeployed, ModelPromoted
from factory.layout.names import model_subject
from report.measured import Point, Span, Traffic
from report.record import Ledger

PERIODS = 48  # columns at most: more are thinner than a telephone shows
MINUTE = 60  # seconds; a period is a whole number of them, as CloudWatch demands


def of(model: str, ledger: Ledger, now: datetime) -> Traffic | None:
    """Return requests per period since the endpoint was first made; None if it never was."""
    spans = list(_spans(model, ledger, now))
    if not spans:
        return None
    start, seconds = _period(moment(spans[0]["start"]), now)
    points = _points(model, start, now, seconds)
    return Traffic(
        start=start.isoformat(),
        end=max(now, start + timedelta(seconds=seconds * len(points))).isoformat(),
        seconds=seconds,
        points=points,
        spans=spans,
        failures=list(_failures(model, ledger)),
    )


def moment(text: str) -> datetime:
    """Read a time as the factory writes it; without a zone it is UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def version_of(subject: str) -> int:
    """Return the version that a subject such as `model/income/3` names."""
    return int(subject.rsplit("/", 1)[-1])


def _spans(model: str, ledger: Ledger, now: datetime) -> Iterator[Span]:
    """Yield what served from when to when: each deployment ends the one before."""
    prefix = f"{model_subject(model)}/"
    deployed = [e for e in ledger.of(ModelDeployed) if e["subject"].startswith(prefix)]
    times = [*(e["time"] for e in deployed), now.isoformat()]
    for event, (start, end) in zip(deployed, pairwise(times), strict=True):
        yield Span(version=version_of(event["subject"]), start=start, end=end)


def _failures(model: str, ledger: Ledger) -> Iterator[Span]:
    """Yield the updates that came back: from the promotion until the failure was seen."""
    promoted: dict[str, str] = {}
    for event in ledger.of(ModelPromoted, DeploymentFailed):
        subject = event["subject"]
        if not subject.startswith(f"{model_subject(model)}/"):
            continue
        if event["type"] == ModelPromoted.TYPE:
            promoted[subject] = event["time"]
        else:
            start = str(promoted.get(subject, event["time"]))
            yield Span(version=version_of(subject), start=start, end=event["time"])


def _period(start: datetime, now: datetime) -> tuple[datetime, int]:
    """Return the first period's beginning and how many seconds each is long."""
    minutes = max(1, -(-int((now - start).total_seconds()) // (MINUTE * PERIODS)))
    seconds = minutes * MINUTE
    first = int(start.timestamp()) // seconds * seconds
    return datetime.fromtimestamp(first, UTC), seconds


def _points(model: str, start: datetime, now: datetime, seconds: int) -> list[Point]:
    sums = traffic(model, start, now, seconds)
    number = int((now - start).total_seconds()) // seconds + 1
    times = [start + timedelta(seconds=seconds * n) for n in range(number)]
    return [_point(at, {w: found[n] for w, found in sums.items()}) for n, at in enumerate(times)]


def _point(at: datetime, counted: dict[str, int]) -> Point:
    refused, failed = counted["refused"], counted["failed"]
    answered = max(counted["requests"] - refused - failed, 0)
    return Point(at=at.isoformat(), answered=answered, refused=refused, failed=failed)
