"""What does one artifact answer, asked as an endpoint is? Only this process writes it down.

The artifact brings its own code. It gets nothing that an endpoint would not have: a job's inputs
are read and taken away before it begins, and its answers are written when all that it has started
is gone.
"""

from __future__ import annotations

import io
import json
import math
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from factory.errors import Refused
from factory.gates.exam import CONTENT_TYPES, TOLERANCE
from factory.layout.files import ANSWERS, ASKED
from factory.tasks import answers
from factory.tasks.answers import Answer, Fields
from factory.tasks.task import FLAG, NUMBER, SHARES, WORD, Task
from pipelines import contract
from pipelines.steps import archive, candidate, exam, files, questions, tables
from pipelines.steps.candidate import Candidate
from pipelines.steps.exam import Request
from pipelines.steps.questions import QUESTION, TASK, TOGETHER, TURN, Questions

STORED = {
    NUMBER: pa.float64(),
    FLAG: pa.bool_(),
    WORD: pa.string(),
    SHARES: pa.list_(pa.float64()),
}
"""As what Arrow keeps the parts of answers."""
INPUT, JOB = "input", "processing"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a step that examines finds and leaves its things."""

    artifact: Path
    features: Path
    out: Path
    served: Path
    """Where an endpoint has the extracted artifact: the folder `model` of a base."""


def write(place: Place, who: str) -> None:
    """Write what the artifact answers to every row, and how it was asked."""
    digest, features = files.sha256(place.artifact), tables.read(place.features)
    _extract(place.artifact, place.served)
    asking = _questions(features, place.served)
    task = Task.named(features.schema.metadata[TASK].decode())
    _file(features.slice(0, 0), [], task.ANSWER)  # so that nothing is left to load for it
    _strip(place)
    seed = secrets.randbits(63)
    requests = exam.together(*_units(features), seed, min(exam.MOST, asking.most), _turns(features))
    try:
        with candidate.serving(place.served.parent) as asked:
            found = [_answers(asked, asking, request, task.ANSWER) for request in requests]
    except Refused as exc:
        raise Refused(f"the {who} cannot answer: {exc}") from exc
    _strip(place)
    first, report = _compared(requests, found, features.num_rows, task.ANSWER)
    written = _file(features, first, task.ANSWER)
    _leave(place.out, written, {"artifact": digest, "seed": seed} | report)


def _units(features: pa.Table) -> tuple[list[list[int]], list[str]]:
    """Return the rows of each question, and what no two questions of a request may share.

    Each row is a question where none belong together.
    """
    columns = json.loads(features.schema.metadata[TOGETHER])
    if QUESTION not in features.column_names:
        return [[row] for row in range(features.num_rows)], []
    units: dict[int, list[int]] = {}
    for row, number in enumerate(features.column(QUESTION).to_pylist()):
        units.setdefault(number, []).append(row)
    first = features.take(pa.array([rows[0] for rows in units.values()]))
    one = [""] * len(units)
    return list(units.values()), tables.signatures(first, columns).to_pylist() if columns else one


def _turns(features: pa.Table) -> list[int]:
    """Return the turn of each question; none where all may be asked at any time."""
    if TURN not in features.column_names:
        return []
    names = (features.column(name).to_pylist() for name in (QUESTION, TURN))
    return list(dict(zip(*names, strict=True)).values())


def _extract(artifact: Path, served: Path) -> None:
    """Extract the archive as an endpoint's container has it; first of all, see what is in it."""
    served.mkdir(parents=True, exist_ok=True)
    archive.check(artifact)
    archive.extract(artifact, served)
    if not (served / contract.INFERENCE).is_file():
        raise Refused(f"the artifact has no {contract.INFERENCE}; it cannot be served")


def _questions(features: pa.Table, served: Path) -> Questions:
    """Return the rows as the artifact wants them; the key, which comes first, is no feature."""
    columns = files.read_json(served / contract.METADATA)["features"]
    known = [c for c in features.column_names[1:] if c not in {QUESTION, TURN}]
    missing = [c for c in columns if c not in known]
    if missing:
        raise Refused(
            f"the artifact asks for {len(missing)} columns that are no features of the model; "
            "it cannot be compared on this data"
        )
    return Questions.of(features, columns)


def _strip(place: Place) -> None:
    """Leave nothing but the model where SageMaker has put a job's folders; touch no others.

    Before an exam it takes away what tells a job from an endpoint; afterwards, what was left there.
    """
    job, base = place.out.parent.parent, place.served.parent
    if job != base / JOB or not place.features.is_relative_to(job / INPUT):
        return
    os.chdir(base)  # a job may have begun in a folder of its own
    for entry in base.iterdir():
        if entry.is_symlink() or not entry.is_dir():
            entry.unlink()
        elif entry != place.served:
            shutil.rmtree(entry, ignore_errors=True)


def _answers(asked: Candidate, asking: Questions, request: Request, fields: Fields) -> list[Answer]:
    body = asking.body(request.rows, request.sent, request.style)
    body, kind = asked.ask(body, questions.headers(request.sent, request.accept, request.style))
    return questions.answers(body, kind, len(request.rows), fields)


def _compared(
    requests: Sequence[Request], found: Sequence[list[Answer]], rows: int, fields: Fields
) -> tuple[list[Answer], dict[str, Any]]:
    """Return the answers that count, by row, and what the others say of them."""
    first: dict[int, Answer] = {}
    again: dict[int, list[Answer]] = {}
    for request, said in zip(requests, found, strict=True):
        for row, answer in zip(request.rows, said, strict=True):
            if request.again:
                again.setdefault(row, []).append(answer)
            else:
                first[row] = answer
    sizes = answers.sizes(list(first.values()), fields)
    apart = [
        max(answers.far(first[row], other, fields, sizes) for other in others)
        for row, others in again.items()
    ]
    types = Counter(dict.fromkeys(CONTENT_TYPES, 0))
    for request in requests:
        types[request.sent] += len(request.rows)
    return [first[row] for row in range(rows)], {
        "rows": rows,
        "requests": len(requests),
        "most": max((len(request.rows) for request in requests), default=0),
        "types": dict(types),
        "again": len(again),
        "different": sum(far > TOLERANCE for far in apart),
        "furthest": max((far for far in apart if math.isfinite(far)), default=0.0),
    }


def _file(features: pa.Table, said: Sequence[Answer], fields: Fields) -> bytes:
    """Return the answers as a Parquet file, which names the rows by their key."""
    table = pa.table(
        {"key": features.column(0)}
        | {
            name: pa.array([answer[place] for answer in said], STORED[field.kind])
            for place, (name, field) in enumerate(fields.items())
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def _leave(out: Path, written: bytes, report: dict[str, Any]) -> None:
    """Write to a new folder: what a candidate has put in its place is thrown away."""
    if out.is_symlink() or out.is_file():
        out.unlink()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()) or out.is_symlink():
        raise Refused("the folder for the answers holds what this step did not write")
    with (out / ANSWERS).open("xb") as file:
        file.write(written)
    files.write_json(out / ASKED, report)
