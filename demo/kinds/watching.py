"""Is the traffic of every kind captured, and is a window of it judged?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from demo.kinds.asking import Question, ask, questions
from demo.kinds.models import SERVED, model
from demo.runner import Step, Unexpected
from demo.session import TIMEOUT, Session
from factory.events.incident import IncidentOpened
from factory.layout.names import metrics
from factory.stage import DEV

METRIC = "Drift"


def _watch(session: Session) -> str:
    lines = []
    session.cloud.stop_clock()  # or a minute that ends would end a file
    try:
        for name in SERVED:
            sent = sum(_send(session, name))
            lines.append(f"{name}: {sent} rows")
        session.cloud.settle(TIMEOUT)
    finally:
        session.cloud.resume_clock()
    session.cloud.advance(60)
    session.cloud.settle(TIMEOUT)
    judged = {name: _judged(session, name) for name in SERVED}
    if missing := [name for name, windows in judged.items() if not windows]:
        raise Unexpected(f"no window of {', '.join(missing)} was judged: {'; '.join(lines)}")
    if opened := session.events(IncidentOpened):
        raise Unexpected(f"incidents: {[e['reason'] for e in opened]}")
    return "\n".join([*lines, "a window of each was judged; no incident"])


def _send(session: Session, name: str) -> Iterator[int]:
    """Send questions until a window is full, and yield how many rows each request had."""
    sent, wanted = 0, model(name).watch.min_rows
    asked = questions(session, name)
    for request in _requests(name, asked):
        ask(session, name, request)
        yield len(request)
        sent += len(request)
        if sent >= wanted:
            return


def _requests(name: str, asked: list[Question]) -> Iterator[Question]:
    """Yield all rows in one request where series cannot share it, else each question alone."""
    if model(name).split.KIND == "origins":
        yield from asked
        return
    while True:
        yield [row for question in asked for row in question][: model(name).watch.min_rows]


def _judged(session: Session, name: str) -> int:
    """Return how many windows were judged, as the drift metric counts them."""
    now = datetime.now(UTC)
    found = session.aws("cloudwatch").get_metric_statistics(
        Namespace=metrics(DEV.name),
        MetricName=METRIC,
        Dimensions=[{"Name": "Model", "Value": name}],
        StartTime=now - timedelta(days=1),
        EndTime=now + timedelta(days=1),
        Period=3600,
        Statistics=["SampleCount"],
    )
    return int(sum(point["SampleCount"] for point in found["Datapoints"]))


WATCH = Step(
    title="Capture and watch traffic",
    expected="test rows, sent as traffic, fill a window of every model; none has drifted",
    act=_watch,
)
