"""How do clients ask an endpoint?"""

import csv
import io

import models

MODEL = models.catalogue()["income"]
ROWS = 500  # of a request


def ask(runtime, endpoint, rows):
    """Send *rows* to an *endpoint*."""
    for start in range(0, len(rows), ROWS):
        text = io.StringIO(newline="")
        part = ([row[f] for f in MODEL.features] for row in rows[start : start + ROWS])
        csv.writer(text, lineterminator="\n").writerows(part)
        body = text.getvalue().encode()
        runtime.invoke_endpoint(EndpointName=endpoint, ContentType="text/csv", Body=body)
