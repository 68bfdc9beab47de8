"""How do clients ask an endpoint, and what is left in the queues of a last resort?"""

import csv
import io

import models
from tests.cli.teardown.inventory import every

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


def waiting(sqs):
    """Return how many messages lie in each queue that is a last resort, if any do."""
    found = {}
    for url in every(sqs, "list_queues", "QueueUrls"):
        name = url.rsplit("/", 1)[-1]
        if any(word in name for word in ("Lost", "Failed", "Dead", "Last")):
            got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            count = int(got["Attributes"]["ApproximateNumberOfMessages"])
            found |= {name: count} if count else {}
    return found
