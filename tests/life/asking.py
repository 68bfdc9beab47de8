"""What is an endpoint asked? Rows of the test split, as they are or shifted, many a request."""

import csv
import io

import models

FEATURES = models.catalogue()["income"].features
ROWS = 500  # of a request
SHIFTED = ("age", "workclass", "occupation")


def shifted(table):
    """Make all ten years older, three in ten of an unseen class, four in ten of no occupation."""
    return [
        row
        | {"age": row["age"] + 10}
        | ({"workclass": "Gig worker"} if number % 10 < 3 else {})
        | ({"occupation": None} if number % 10 >= 6 else {})
        for number, row in enumerate(table)
    ]


def replay(life, rows):
    """Ask about all *rows*, and let a minute pass until they are captured and judged."""
    for start in range(0, len(rows), ROWS):
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([row[f] for f in FEATURES] for row in rows[start : start + ROWS])
        life.aws("sagemaker-runtime").invoke_endpoint(
            EndpointName="income", ContentType="text/csv", Body=text.getvalue().encode()
        )
    life.standing.cloud.settle()
    life.standing.cloud.advance(60)
    life.standing.cloud.settle()
