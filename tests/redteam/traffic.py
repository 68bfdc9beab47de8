"""What does SageMaker capture of requests? The lines of a file, as it writes them."""

import json


def captured(rows, minute):
    """Return a capture file of CSV requests; None is a request that the model refused."""
    at = f"2026-11-29T00:{minute:02}:00Z"
    return "\n".join(json.dumps(_request(row, at)) for row in rows).encode()


def _request(row, at):
    refusal = json.dumps({"code": 400, "type": "BadRequest", "message": "no"})
    answer = refusal if row is None else "0.5,1"
    asked = {"observedContentType": "text/csv", "encoding": "CSV", "data": row or "x"}
    answered = {"observedContentType": "text/csv", "encoding": "CSV", "data": answer}
    return {
        "captureData": {"endpointInput": asked, "endpointOutput": answered},
        "eventMetadata": {"inferenceTime": at},
    }
