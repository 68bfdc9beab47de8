"""What do clients send? Rows of the test split, unchanged or shifted."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator

import models
from demo.data import TEST
from demo.session import TIMEOUT, Session
from demo.training import ENDPOINT, MODEL

Row = dict[str, str]
ROWS = 500  # per request
SHIFTED_COLUMNS = ("age", "workclass", "occupation")


def rows(session: Session) -> list[Row]:
    """Return the test split, with every value as text."""
    with gzip.open(session.notes["files"][TEST], "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def replay(session: Session, sample: list[Row], *, files: int = 3) -> int:
    """Send *sample* to the endpoint, so that it is captured in *files* capture files."""
    size = -(-len(sample) // files)
    session.cloud.stop_clock()  # or a minute that ends would end a file
    try:
        for part in _batches(sample, size):
            for request in _batches(part, ROWS):
                invoke(session, request)
            session.cloud.settle(TIMEOUT)
    finally:
        session.cloud.resume_clock()
    return len(sample)


def shifted(sample: list[Row]) -> list[Row]:
    """Add ten years to every age, an unseen class to three rows in ten, and empty occupations."""
    return [
        row
        | {"age": str(int(row["age"]) + 10)}
        | ({"workclass": "Gig worker"} if number % 10 in range(3) else {})
        | ({"occupation": ""} if number % 10 in range(6, 10) else {})
        for number, row in enumerate(sample)
    ]


def invoke(session: Session, sample: list[Row]) -> None:
    """Send *sample* in one request."""
    text = io.StringIO(newline="")
    features = models.catalogue()[MODEL].features
    csv.writer(text, lineterminator="\n").writerows([row[f] for f in features] for row in sample)
    session.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=ENDPOINT, ContentType="text/csv", Body=text.getvalue().encode()
    )


def _batches(sample: list[Row], size: int) -> Iterator[list[Row]]:
    return (sample[start : start + size] for start in range(0, len(sample), size))
