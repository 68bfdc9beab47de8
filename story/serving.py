"""Does the endpoint answer, refuse nonsense, stay alive, and remember what it said?"""

from __future__ import annotations

import json
from typing import Any

import aws
import models
from story import traffic
from story.runner import Chapter, Unexpected
from story.session import Life
from story.training import MODEL

ROWS = 5
BAD_REQUEST = range(400, 500)


def _requests(life: Life) -> list[str]:
    """Return rows of the test split as the endpoint expects them: CSV in feature order."""
    features = models.catalogue()[MODEL].features
    return [",".join(row[f] for f in features) for row in traffic.rows(life)[:ROWS]]


def _ask(life: Life, body: str) -> list[dict[str, Any]]:
    answer = life.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=MODEL, ContentType="text/csv", Accept="application/json", Body=body.encode()
    )
    found: list[dict[str, Any]] = json.load(answer["Body"])["predictions"]
    return found


def _predict(life: Life) -> str:
    predictions = [_ask(life, row)[0] for row in _requests(life)]
    if not all(0 <= p["score"] <= 1 for p in predictions):
        raise Unexpected(f"{predictions}")
    return "\n".join(
        f"score {p['score']:.3f}, selected {p['selected']}: {row}"
        for p, row in zip(predictions, _requests(life), strict=True)
    )


def _malformed(life: Life) -> str:
    with aws.calling_as(life.standing.cloud.session()):
        status, message = aws.invoke_endpoint(
            MODEL, "not,a,person", content_type="text/csv", inference_id="nonsense"
        )
    if status not in BAD_REQUEST:
        raise Unexpected(f"status {status}: {message}")
    alive = _ask(life, _requests(life)[0])
    return f"status {status}: {message}\nand then a good request: score {alive[0]['score']:.3f}"


def _capture(life: Life) -> str:
    life.standing.cloud.settle()
    s3, bucket = life.aws("s3"), life.output("CapturesBucket")
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    lines = [
        json.loads(line)
        for key in keys
        if key.endswith(".jsonl")
        for line in s3.get_object(Bucket=bucket, Key=key)["Body"].read().splitlines()
    ]
    good = [e for e in lines if e["captureData"].get("endpointOutput")]
    if len(good) < ROWS + 1:
        raise Unexpected(f"{len(good)} captured answers in {keys}")
    return f"{len(lines)} requests captured, for example in {keys[0]}"


PREDICT = Chapter(
    title="Serve",
    expected="boto3's invoke_endpoint gets real predictions from the approved bytes",
    act=_predict,
)
MALFORMED = Chapter(
    title="Nonsense gets a clear refusal",
    expected="a malformed request gets a 4xx that says why, and the endpoint lives on",
    act=_malformed,
)
CAPTURE = Chapter(
    title="Capture",
    expected="every request and answer lies in S3 in SageMaker's data-capture format",
    act=_capture,
)
