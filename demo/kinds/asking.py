"""How is an endpoint asked, and about which rows? Questions of each kind from what was landed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import aws
from demo.kinds import models
from demo.kinds.data import Row, rows
from demo.session import Session

HISTORY = 24 * 28
"""Hours before those to forecast, in a question of `air-day`."""
Question = list[Row]
BAD_REQUEST = range(400, 500)


def ask(session: Session, name: str, question: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the answer to each row of one request to the model called *name*."""
    answer = session.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=models.endpoint(name),
        ContentType="text/csv",
        Accept="application/json",
        Body=_body(name, question),
    )
    predictions: list[dict[str, Any]] = json.load(answer["Body"])["predictions"]
    return predictions


def refused(session: Session, name: str, question: Sequence[Row]) -> str:
    """Return why a request is refused; the empty text when it is answered."""
    with aws.calling_as(session.cloud.session()):
        status, words = aws.invoke_endpoint(
            models.endpoint(name),
            _body(name, question).decode(),
            content_type="text/csv",
            inference_id="refused",
        )
    return f"status {status}: {words}" if status in BAD_REQUEST else ""


def questions(session: Session, name: str) -> list[Question]:
    """Return what clients ask of the model called *name*: rows that it has not learned from."""
    spec = models.model(name)
    judged: list[Question] = JUDGED[spec.split.KIND](rows(session, name), spec)
    return judged


def _hashed(found: list[Row], spec: Any) -> list[Question]:
    """Return each entity that judges with all its rows."""
    by_entity: dict[str, Question] = {}
    for row in found:
        if spec.split.judging(row[spec.entity]):
            by_entity.setdefault(row[spec.entity], []).append(row)
    return list(by_entity.values())


def _after(found: list[Row], spec: Any) -> list[Question]:
    """Return the rows of the last year, a few from every week."""
    last = max(row[spec.split.time] for row in found)[:4]
    return [[row] for row in found if row[spec.split.time].startswith(last)][::11]


def _origins(found: list[Row], spec: Any) -> list[Question]:
    """Return four weeks and the day after them, whose values nobody knows, from several moments."""
    task, asked = spec.task, []
    for begin in range(len(found) - 6000, len(found) - HISTORY - task.horizon, 600):
        window = [dict(row) for row in found[begin : begin + HISTORY + task.horizon]]
        if not window[HISTORY - 1][task.value]:
            continue  # the station was silent: a client asks from the last hour that it told
        for row in window[HISTORY:]:
            row[task.value] = ""
        asked.append(window)
    return asked


JUDGED: Mapping[str, Callable[[list[Row], Any], list[Question]]] = {
    "hashed": _hashed,
    "after": _after,
    "origins": _origins,
}
"""By the kind of split."""


def _body(name: str, question: Sequence[Row]) -> bytes:
    text, inputs = io.StringIO(newline=""), models.model(name).inputs
    csv.writer(text, lineterminator="\n").writerows([row[c] for c in inputs] for row in question)
    return text.getvalue().encode()
