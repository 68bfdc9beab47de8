"""Which functions and mappings does Lambda refuse to make, where moto makes them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import InvalidParameterValueException, ValidationException
from moto.awslambda.models import EventSourceMapping, LambdaBackend
from moto.sqs.models import sqs_backends

from localcloud import iam, moto_patches, places, service_roles
from localcloud.functions import runs, versions

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction

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
        ("create_function", "update_function_configuration"),
        _configuring,
        fixes="takes roles that Lambda may not assume, reserved variables and sizes out of range",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaBackend,
        ("create_event_source_mapping", "update_event_source_mapping"),
        _mapping,
        fixes="maps queues that the function may not read, or whose visibility time is too short, "
        "and the version that an alias has just now",
        upstream=moto_patches.UNREPORTED,
    )


def _configuring(configure: Any) -> Any:
    """Check the settings, which moto gives as the last argument, by this or that name."""

    def configured(self: LambdaBackend, *args: Any, **kwargs: Any) -> Any:
        _demand_runnable([*args, *kwargs.values()][-1])
        runs.prepare()
        return configure(self, *args, **kwargs)

    return configured


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


def _mapping(write: Any) -> Any:
    def written(self: LambdaBackend, *args: Any) -> EventSourceMapping | None:
        spec: dict[str, Any] = args[-1]
        named = spec.get("FunctionName")
        source = str(spec.get("EventSourceArn") or "")
        if source.startswith("arn:aws:sqs:") and places.of(source).region != self.region_name:
            raise InvalidParameterValueException(
                f"The event source {source} must be in the same region as the function."
            )
        queue = _queue(source)
        if queue is not None and named:
            _demand_fed(queue, self.get_function(named))
        if queue is not None and places.of(queue.queue_arn).account != self.account_id:
            return _mapped(self, queue, spec)
        mapping: EventSourceMapping | None = write(self, *args)
        if mapping is not None and named:  # an alias may have another version later
            mapping.function_arn = versions.qualified(named, mapping.function_arn)
        return mapping

    return written


def _mapped(backend: LambdaBackend, queue: Any, spec: dict[str, Any]) -> EventSourceMapping:
    """Map the queue of another account, which moto does not look for there."""
    function = backend.get_function(spec["FunctionName"])
    about = {"RegionName": backend.region_name, "AccountId": backend.account_id}
    arn = versions.qualified(spec["FunctionName"], function.function_arn)
    made: Any = EventSourceMapping  # abstract by its CloudFormation alone
    mapping: EventSourceMapping = made({**spec, **about, "FunctionArn": arn})
    backend._event_source_mappings[mapping.uuid] = mapping
    queue.lambda_event_source_mappings[mapping.function_arn] = mapping
    return mapping


def _queue(arn: str) -> Any:
    place = places.of(arn)
    queue = sqs_backends[place.account][place.region].queues.get(arn.rsplit(":", maxsplit=1)[-1])
    return queue if queue is not None and queue.queue_arn == arn else None


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
