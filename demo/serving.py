"""Does the endpoint predict, refuse malformed requests, stay up, and capture its traffic?"""

from __future__ import annotations

import json
from typing import Any

import aws
import models
from demo import traffic
from demo.runner import Step, Unexpected
from demo.session import Session
from demo.training import ENDPOINT, MODEL

ROWS = 5
BAD_REQUEST = range(400, 500)


def _requests(session: Session) -> list[str]:
    """Return rows of the test split as the endpoint expects them: CSV in feature order."""
    features = models.catalogue()[MODEL].features
    return [",".join(row[f] for f in features) for row in traffic.rows(session)[:ROWS]]


def _invoke(session: Session, body: str) -> list[dict[str, Any]]:
    answer = session.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=ENDPOINT, ContentType="text/csv", Accept="application/json", Body=body.encode()
    )
    predictions: list[dict[str, Any]] = json.load(answer["Body"])["predictions"]
    return predictions


def _predict(session: Session) -> str:
    predictions = [_invoke(session, row)[0] for row in _requests(session)]
    if not all(0 <= p["score"] <= 1 for p in predictions):
        raise Unexpected(f"{predictions}")
    return "\n".join(
        f"score {p['score']:.3f}, selected {p['selected']}: {row}"
        for p, row in zip(predictions, _requests(session), strict=True)
    )


def _malformed(session: Session) -> str:
    with aws.calling_as(session.cloud.session()):
        status, message = aws.invoke_endpoint(
            ENDPOINT, "not,a,person", content_type="text/csv", inference_id="malformed"
        )
    if status not in BAD_REQUEST:
        raise Unexpected(f"status {status}: {message}")
    prediction = _invoke(session, _requests(session)[0])
    return f"status {status}: {message}\nthen a valid request: score {prediction[0]['score']:.3f}"


def _capture(session: Session) -> str:
    session.cloud.settle()
    s3, bucket = session.aws("s3"), session.output("CapturesBucket")
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
    lines = [
        json.loads(line)
        for key in keys
        if key.endswith(".jsonl")
        for line in s3.get_object(Bucket=bucket, Key=key)["Body"].read().splitlines()
    ]
    answered = [e for e in lines if e["captureData"].get("endpointOutput")]
    if len(answered) < ROWS + 1:
        raise Unexpected(f"{len(answered)} captured responses in {keys}")
    return f"{len(lines)} requests captured, for example in {keys[0]}"


PREDICT = Step(
    title="Serve",
    expected="boto3's invoke_endpoint returns real predictions from the approved artifact",
    act=_predict,
)
MALFORMED = Step(
    title="Refuse a malformed request",
    expected="a malformed request gets a 4xx response that says why, and the endpoint stays up",
    act=_malformed,
)
CAPTURE = Step(
    title="Capture traffic",
    expected="every request and response is stored in S3 in SageMaker's data-capture format",
    act=_capture,
)
