"""How many requests did the endpoint get, and which version served them?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from aws.traffic import traffic
from factory.events.model import DeploymentFailed, ModelDeployed, ModelPromoted
from factory.layout.names import model_of, model_subject
from report.ledger_reader import VerifiedLedger
from report.measurements import Point, Span, Traffic

PERIODS = 48  # at most: more columns are too thin for a phone
MINUTE = 60  # seconds; a period is a multiple of it, as CloudWatch requires


def of(endpoint: str, ledger: VerifiedLedger, now: datetime) -> Traffic | None:
    """Return the requests per period since *endpoint* was first deployed; None before it."""
    model = model_of(endpoint)
    spans = list(_spans(model, ledger, now))
    if not spans:
        return None
    start, seconds = _period(parse_time(spans[0]["start"]), now)
    points = _points(endpoint, start, now, seconds)
    return Traffic(
        start=start.isoformat(),
        end=max(now, start + timedelta(seconds=seconds * len(points))).isoformat(),
        seconds=seconds,
        points=points,
        spans=spans,
        failures=list(_failures(model, ledger)),
    )


def parse_time(text: str) -> datetime:
    """Parse a time as the factory writes it; without a zone it is UTC."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def version_of(subject: str) -> int:
    """Return the version in a subject such as `model/income/3`."""
    return int(subject.rsplit("/", 1)[-1])


def _spans(model: str, ledger: VerifiedLedger, now: datetime) -> Iterator[Span]:
    """Yield which version served when: each deployment ends the previous one."""
    prefix = f"{model_subject(model)}/"
    deployed = [e for e in ledger.of(ModelDeployed) if e["subject"].startswith(prefix)]
    times = [*(e["time"] for e in deployed), now.isoformat()]
    for event, (start, end) in zip(deployed, pairwise(times), strict=True):
        yield Span(version=version_of(event["subject"]), start=start, end=end)


def _failures(model: str, ledger: VerifiedLedger) -> Iterator[Span]:
    """Yield the updates that were rolled back, from promotion to failure."""
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
    """Return the start of the first period and the length of each in seconds."""
    minutes = max(1, -(-int((now - start).total_seconds()) // (MINUTE * PERIODS)))
    seconds = minutes * MINUTE
    first = int(start.timestamp()) // seconds * seconds
    return datetime.fromtimestamp(first, UTC), seconds


def _points(endpoint: str, start: datetime, now: datetime, seconds: int) -> list[Point]:
    sums = traffic(endpoint, start, now, seconds)
    number = int((now - start).total_seconds()) // seconds + 1
    times = [start + timedelta(seconds=seconds * n) for n in range(number)]
    return [
        _point(at, {name: values[n] for name, values in sums.items()}) for n, at in enumerate(times)
    ]


def _point(at: datetime, counts: dict[str, int]) -> Point:
    refused, failed = counts["refused"], counts["failed"]
    answered = max(counts["requests"] - refused - failed, 0)
    return Point(at=at.isoformat(), answered=answered, refused=refused, failed=failed)
