"""How does the function behind a custom resource answer CloudFormation?

AWS puts a module of this name beside the inline code of a function, and so do we: this file goes
there as it is, and must need nothing but what functions have.
"""

from __future__ import annotations

import json
from typing import Any

import urllib3

SUCCESS = "SUCCESS"
FAILED = "FAILED"
_pool = urllib3.PoolManager()


def send(  # noqa: PLR0913, PLR0917 - the signature is AWS's, positions and all
    event: dict[str, Any],
    context: Any,
    responseStatus: str,  # noqa: N803 - as AWS calls it
    responseData: dict[str, Any],  # noqa: N803 - as AWS calls it
    physicalResourceId: str | None = None,  # noqa: N803 - as AWS calls it
    noEcho: bool = False,  # noqa: FBT001, FBT002, N803 - as AWS calls it
    reason: str | None = None,
) -> None:
    """Put the answer to the URL that the event names; print what came of it and raise nothing."""
    details = f"See the details in CloudWatch Log Stream: {context.log_stream_name}"
    answer = {
        "Status": responseStatus,
        "Reason": reason or details,
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }
    body = json.dumps(answer).encode()
    print("Response body:", body.decode())
    try:
        taken = _pool.request(
            "PUT", event["ResponseURL"], body=body, headers={"content-type": ""}, retries=False
        )
        print("Status code:", taken.status)
    except urllib3.exceptions.HTTPError as error:
        print("send(..) failed executing http.request(..):", error)
