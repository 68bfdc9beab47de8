"""What SageMaker's data capture writes of a request that was answered."""

import base64
import json


def line(body, kind, *, answer=b"0.5,1", answer_kind="text/csv"):
    """Return a capture file of one request."""
    sides = {"endpointInput": (body, kind), "endpointOutput": (answer, answer_kind)}
    data = {
        name: {
            "observedContentType": said,
            "encoding": "BASE64",
            "data": base64.b64encode(bytes_).decode(),
        }
        for name, (bytes_, said) in sides.items()
    }
    metadata = {"eventId": "e", "inferenceTime": "2026-11-12T00:00:00Z"}
    return json.dumps({"captureData": data, "eventMetadata": metadata}).encode()
