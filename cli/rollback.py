"""How does a person let an earlier version serve again? By a command that carries their name."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from cli import cloud
from cli.result import Result
from factory.errors import AccessDenied, NotFound, Refused, ServiceError
from factory.layout.names import package_subject

SECONDS = 60  # as long as the function may take, and more


def run(arguments: Any) -> Result:
    """Ask the factory, under the operator role and in the caller's name, for a rollback."""
    if not arguments.reason.strip():
        raise Refused("a rollback without a reason is none; say why with --reason")
    aws = cloud.session()
    outputs = cloud.outputs(aws)
    person = cloud.name_of(aws)
    wanted = {"command": "rollback", "model": arguments.model, "reason": arguments.reason}
    if arguments.version is not None:
        wanted["version"] = arguments.version
    with cloud.told(f"{person} may not roll back {arguments.model}"):
        operator = cloud.assume(aws, outputs["OperatorRoleArn"])
    said = _post(operator, aws.region_name, outputs["CommandUrl"], wanted)
    subject = package_subject(said["model"], said["version"])
    line = f"{subject}: {person} rolls back to it from version {said['from']}; promotion checks it"
    return Result((line,), said)


def _post(session: Any, region: str, url: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send a signed request to the function's URL and return its answer."""
    data = json.dumps(body).encode()
    signed = AWSRequest("POST", url, headers={"Content-Type": "application/json"}, data=data)
    SigV4Auth(session.get_credentials(), "lambda", region).add_auth(signed)
    request = urllib.request.Request(  # noqa: S310 - the URL is our own stack's output
        url, data, dict(signed.headers.items()), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - same
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as no:
        raise _refusal(no.code, no.read().decode()) from no
    except OSError as gone:
        raise ServiceError(f"{url}: {gone}; is the cloud running?") from gone
    return found


def _refusal(status: int, body: str) -> Exception:
    """Return what the function, or AWS before it, said no with."""
    document = json.loads(body) if body.startswith("{") else {}
    words = str(document.get("message") or document.get("Message") or body)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return ServiceError(f"the command function failed ({status}): {words}; see its log")
    if status == HTTPStatus.FORBIDDEN:
        return AccessDenied(words)
    return NotFound(words) if status == HTTPStatus.NOT_FOUND else Refused(words)
