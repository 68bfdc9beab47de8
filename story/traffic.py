"""What do clients ask? Rows of the test split, as they are or shifted."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator

import models
from story.data import TEST
from story.session import PATIENCE, Life
from story.training import MODEL

Row = dict[str, str]
ROWS = 500  # of a request
SHIFTED = ("age", "workclass", "occupation")


def rows(life: Life) -> list[Row]:
    """Return the test split, column by column as text."""
    with gzip.open(life.notes["files"][TEST], "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def replay(life: Life, some: list[Row], *, files: int = 3) -> int:
    """Ask the endpoint about *some* rows, so that they come to lie in so many capture files."""
    size = -(-len(some) // files)
    for part in _batches(some, size):
        for request in _batches(part, ROWS):
            ask(life, request)
        life.standing.cloud.settle(PATIENCE)
    return len(some)


def shifted(some: list[Row]) -> list[Row]:
    """Make all ten years older, three in ten of an unseen class, four in ten of no occupation."""
    return [
        row
        | {"age": str(int(row["age"]) + 10)}
        | ({"workclass": "Gig worker"} if number % 10 in range(3) else {})
        | ({"occupation": ""} if number % 10 in range(6, 10) else {})
        for number, row in enumerate(some)
    ]


def ask(life: Life, some: list[Row]) -> None:
    """Send *some* rows in one request."""
    text = io.StringIO(newline="")
    features = models.catalogue()[MODEL].features
    csv.writer(text, lineterminator="\n").writerows([row[f] for f in features] for row in some)
    life.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=MODEL, ContentType="text/csv", Body=text.getvalue().encode()
    )


def _batches(some: list[Row], size: int) -> Iterator[list[Row]]:
    return (some[start : start + size] for start in range(0, len(some), size))
