"""What does an invocation answer, and what happens when it fails?"""

from __future__ import annotations

import base64
import io
import json
import os
import time
import traceback
import uuid
from collections import deque
from functools import partial
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaBackend, LambdaFunction, lambda_backends
from moto.core.exceptions import JsonRESTError

from localcloud import clock, moto_patches, reactor, service_roles, sessions
from localcloud.functions import code, errors, failed, logs, metrics
from localcloud.functions.deadline import TimedOut
from localcloud.functions.outcome import Outcome
from localcloud.functions.sandbox import Context, Sandbox
from localcloud.state import gate
from localcloud.state.kept import durable

RETRY_SECONDS = (60, 120)  # AWS waits one minute before the first retry, two before the second

invocations: deque[dict[str, Any]] = deque(maxlen=10_000)
"""Every run: function, event, answer, error (whether it failed), attempt."""


def install() -> None:
    """Replace moto's ways into Docker."""
    moto_patches.replace(
        LambdaBackend,
        "invoke",
        _invoke,
        fixes="runs functions in Docker",
        upstream="policy: functions run in this process; getmoto/moto#6104 asked for such a way",
    )
    moto_patches.replace(
        LambdaFunction,
        "invoke",
        _invoke_function,
        fixes="runs functions in Docker, without retries, limits and destinations",
        upstream="policy: functions run in this process; getmoto/moto#6104 asked for such a way",
    )


def function(name_or_arn: str, qualifier: str | None = None) -> LambdaFunction:
    """Return moto's function of this name or ARN."""
    return lambda_backends[sessions.ACCOUNT][sessions.REGION].get_function(name_or_arn, qualifier)


_sandboxes: dict[tuple[str, str], Sandbox] = {}


def run(target: LambdaFunction, event: Any, attempt: int = 1) -> Outcome:
    """Run the function's code once, here and now, under its role."""
    output, request_id, begun = io.StringIO(), str(uuid.uuid4()), time.perf_counter()
    try:
        sandbox = _sandbox(target)
        context = Context(sandbox.environment, target.function_arn, float(target.timeout))
        request_id = context.aws_request_id
        with gate.aside():
            answer = sandbox.run(event, context, output)
        text, error = errors.answered(answer), False
    except (Exception, SystemExit, TimedOut) as raised:  # noqa: BLE001 - whatever a handler raises is its answer
        failure = errors.shaped(raised, request_id, float(target.timeout))
        text, error = json.dumps(failure), True
        output.write(f"[ERROR] {failure['errorType']}: {failure['errorMessage']}\n")
        output.write(traceback.format_exc())
        if isinstance(raised, SystemExit | TimedOut):
            _forget(target)  # as AWS does: the next run starts cold
    logs.write(target, request_id, output.getvalue())
    metrics.ran(target, time.perf_counter() - begun, failed=error)
    invocations.append(
        {
            "function": target.function_name,
            "event": event,
            "answer": json.loads(text),
            "error": error,
            "attempt": attempt,
            "request_id": request_id,
        }
    )
    return Outcome(text, error, output.getvalue(), request_id)


def _sandbox(target: LambdaFunction) -> Sandbox:
    """Return the warm sandbox of this version and configuration, or a new one."""
    key = _key(target)
    known = _sandboxes.get(key)
    if known is None or known.cold:
        _sandboxes[key] = known = _start(target)
    return known


def _key(target: LambdaFunction) -> tuple[str, str]:
    settings = json.dumps([target.environment_vars, target.handler, target.role, target.layers])
    return f"{target.function_arn}:{target.version}@{target.code_sha_256}", settings


def _forget(target: LambdaFunction) -> None:
    _sandboxes.pop(_key(target), None)


def _start(target: LambdaFunction) -> Sandbox:
    if not str(target.run_time).startswith("python"):
        raise RuntimeError(
            f"The local cloud runs Python functions; {target.function_name} is {target.run_time}."
        )
    folders = [code.unpack(target.code_bytes)]
    backend: Any = lambda_backends[target.account_id][target.region]
    for layer in target.layers:
        folders += code.layer_folders(backend.layers_versions_by_arn(layer["Arn"]).code_bytes)
    until = clock.now() + service_roles.SESSION_SECONDS - service_roles.RENEWAL_SECONDS
    return Sandbox(str(target.handler), folders, _environment(target), until)


def _environment(target: LambdaFunction) -> dict[str, str]:
    key, secret, token = service_roles.credentials(
        target.role, target.function_name, "lambda.amazonaws.com"
    )
    return {
        "PATH": os.environ.get("PATH", ""),
        **sessions.NO_CONFIGURATION,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{target.run_time}",
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
        "AWS_LAMBDA_FUNCTION_NAME": target.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(target.version),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(target.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": target.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": logs.stream(),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "LAMBDA_TASK_ROOT": str(code.unpack(target.code_bytes)),
        "_HANDLER": target.handler,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        **{name: str(value) for name, value in target.environment_vars.items()},
    }


def later(target: LambdaFunction, event: Any) -> None:
    """Run the function soon, as an asynchronous invocation with its retries."""
    metrics.count(target, "AsyncEventsReceived")
    name = f"invoke {target.function_name}"
    reactor.submit(name, partial(_attempt, target.function_arn, event, 1))


@durable
def _attempt(arn: str, event: Any, attempt: int) -> None:
    try:
        target = function(arn)
    except UnknownFunctionException:  # deleted meanwhile: its events go with it
        return
    outcome = run(target, event, attempt)
    settings = failed.settings(target)
    retries = int(settings.get("MaximumRetryAttempts", len(RETRY_SECONDS)))
    if not outcome.error:
        failed.report_success(target, event, outcome, attempt)
    elif attempt <= retries:
        reactor.at(
            clock.now() + RETRY_SECONDS[attempt - 1],
            f"retry {attempt} of {target.function_name}",
            partial(_attempt, arn, event, attempt + 1),
        )
    else:
        failed.report_failure(target, event, outcome, attempt)


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
        raise JsonRESTError("TooManyRequestsException", "Rate Exceeded.")
    if kind == "DryRun":
        return b""
    event = errors.event_of(body, kind)
    if kind == "Event":
        later(self, event)
        return b""
    outcome = run(self, event)
    if outcome.error:
        response_headers["x-amz-function-error"] = "Unhandled"
    tail = outcome.output.encode()[-4096:]
    response_headers["x-amz-log-result"] = base64.b64encode(tail).decode()
    response_headers["x-amz-executed-version"] = str(self.version)
    return outcome.text.encode()
