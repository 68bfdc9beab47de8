"""Which functions and mappings does Lambda refuse to make, where moto makes them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException
from moto.awslambda.models import LambdaBackend
from moto.sqs.models import sqs_backends

from localcloud import iam, moto_patches, service_roles, sessions

if TYPE_CHECKING:
    from moto.awslambda.models import EventSourceMapping, LambdaFunction

SERVICE = "lambda.amazonaws.com"
RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}  # fmt: skip
"""Variables that Lambda itself sets, after its developer guide."""
MOST_SECONDS, MOST_MEGABYTES = 900, 10_240
_RECEIVING = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


def install() -> None:
    """Check a function's role and variables, and whether it may and can read from its queue."""
    moto_patches.wrap(
        LambdaBackend,
        "create_function",
        _creating,
        fixes="takes roles that Lambda may not assume, reserved variables and sizes out of range",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaBackend,
        "update_function_configuration",
        _updating,
        fixes="as create_function",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaBackend,
        "create_event_source_mapping",
        _mapping,
        fixes="maps queues that the function may not read, or whose visibility time is too short",
        upstream=moto_patches.UNREPORTED,
    )


def _creating(create: Any) -> Any:
    def created(self: LambdaBackend, spec: dict[str, Any]) -> LambdaFunction:
        _demand_runnable(spec)
        return create(self, spec)

    return created


def _updating(update: Any) -> Any:
    def updated(self: LambdaBackend, name: str, qualifier: str | None, body: dict[str, Any]) -> Any:
        _demand_runnable(body)
        return update(self, name, qualifier, body)

    return updated


def _demand_runnable(spec: dict[str, Any]) -> None:
    """Raise unless Lambda may assume the role and none of its own variables is set."""
    _demand_sizes(spec)
    role = spec.get("Role")
    if role and not iam.allowed(SERVICE, "sts:AssumeRole", role, {}):
        raise InvalidParameterValueException(
            "The role defined for the function cannot be assumed by Lambda."
        )
    taken = sorted(RESERVED & set((spec.get("Environment") or {}).get("Variables") or {}))
    if taken:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(taken)}"
        )


def _demand_sizes(spec: dict[str, Any]) -> None:
    """Raise for what Lambda does not give, and for runtimes that this cloud cannot run."""
    for name, most in (("Timeout", MOST_SECONDS), ("MemorySize", MOST_MEGABYTES)):
        if int(spec.get(name) or 1) > most:
            raise ValidationException(
                str(spec[name]), f"{name[0].lower()}{name[1:]}",
                f"Member must have value less than or equal to {most}",
            )  # fmt: skip
    runtime = spec.get("Runtime") or "python"
    if spec.get("PackageType", "Zip") != "Zip" or not runtime.startswith("python"):
        what = spec.get("Runtime") or f"the PackageType {spec.get('PackageType')}"
        raise NotImplementedError(f"functions of {what}: Python functions run here")


def _mapping(create: Any) -> Any:
    def created(self: LambdaBackend, spec: dict[str, Any]) -> EventSourceMapping:
        queue = _queue(spec.get("EventSourceArn") or "")
        if queue is not None and spec.get("FunctionName"):
            _demand_fed(queue, self.get_function(spec["FunctionName"]))
        return create(self, spec)

    return created


def _queue(arn: str) -> Any:
    queues = sqs_backends[sessions.ACCOUNT][sessions.REGION].queues.values()
    return next((queue for queue in queues if queue.queue_arn == arn), None)


def _demand_fed(queue: Any, function: LambdaFunction) -> None:
    """Raise unless the function's role may read from the queue, and a run ends before a retry."""
    for operation in _RECEIVING:
        if not service_roles.may(function.role, SERVICE, f"sqs:{operation}", queue.queue_arn):
            raise InvalidParameterValueException(
                f"The provided execution role does not have permissions to call {operation} on SQS"
            )
    if int(queue.visibility_timeout) < int(function.timeout):
        raise InvalidParameterValueException(
            f"Queue visibility timeout: {queue.visibility_timeout} seconds is less than "
            f"Function timeout: {function.timeout} seconds"
        )
