"""What does a call of Invoke answer?"""

from __future__ import annotations

import base64
from typing import Any

from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends

from localcloud import moto_patches, places, resets
from localcloud.functions import errors, metrics, plans, recursion
from localcloud.functions.asynchronous import later
from localcloud.functions.pool import Throttled, pool
from localcloud.functions.runs import run


def install() -> None:
    """Replace moto's ways into Docker."""
    moto_patches.replace(
        LambdaBackend,
        "invoke",
        _invoke,
        fixes="runs functions in Docker",
        upstream="policy: functions are processes here; getmoto/moto#6104 asked for such a way",
    )
    moto_patches.replace(
        LambdaFunction,
        "invoke",
        _invoke_function,
        fixes="runs functions in Docker, without retries, limits and destinations",
        upstream="policy: functions are processes here; getmoto/moto#6104 asked for such a way",
    )
    moto_patches.wrap(
        LambdaBackend,
        ("delete_function", "update_function_code", "update_function_configuration"),
        _retiring,
        fixes="has no environments that end with what they were made of",
        upstream="policy: functions are processes here",
    )
    resets.on_reset(pool.retire)


def function(name_or_arn: str, qualifier: str | None = None) -> LambdaFunction:
    """Return moto's function of this name or ARN."""
    place = places.of(name_or_arn)
    return lambda_backends[place.account][place.region].get_function(name_or_arn, qualifier)


def _retiring(change: Any) -> Any:
    def changed(self: LambdaBackend, name: str, *args: Any, **kwargs: Any) -> Any:
        known = self.get_function(name)
        answer = change(self, name, *args, **kwargs)
        pool.retire(plans.arn(known))
        return answer

    return changed


def _invoke(
    self: LambdaBackend,
    function_name: str,
    qualifier: str | None,
    body: Any,
    headers: Any,
    response_headers: Any,
) -> bytes:
    target = self.get_function(function_name, qualifier)
    return _invoke_function(target, body, headers, response_headers)


def _invoke_function(
    self: LambdaFunction, body: Any, request_headers: Any, response_headers: Any
) -> bytes:
    """Answer one call of Invoke, whatever its invocation type."""
    kind = {name.lower(): value for name, value in dict(request_headers or {}).items()}.get(
        "x-amz-invocation-type", "RequestResponse"
    )
    if self.reserved_concurrency == 0:
        metrics.count(self, "Throttles")
        raise errors.TooManyRequests
    if kind == "DryRun":
        return b""
    event = errors.event_of(body, kind)
    chain = recursion.demand_new(self)
    if kind == "Event":
        later(self, event, chain)
        return b""
    try:
        outcome = run(self, event, chain=chain)
    except Throttled:
        raise errors.TooManyRequests from None
    if outcome.error:
        response_headers["x-amz-function-error"] = "Unhandled"
    tail = outcome.output.encode()[-4096:]
    response_headers["x-amz-log-result"] = base64.b64encode(tail).decode()
    response_headers["x-amz-executed-version"] = str(self.version)
    return outcome.text.encode()
