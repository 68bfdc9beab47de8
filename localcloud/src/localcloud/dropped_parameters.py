"""Which parameters of a call would moto write down and then forget?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.iam import reading
from localcloud.sessions import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.core.responses import BaseResponse

_FUNCTION = "VpcConfig FileSystemConfigs SnapStart ImageConfig CodeSigningConfigArn"
PARAMETERS: dict[tuple[str, str], str] = {
    ("awslambda", "CreateFunction"): _FUNCTION,
    ("awslambda", "UpdateFunctionConfiguration"): _FUNCTION,
    ("awslambda", "CreateAlias"): "RoutingConfig",
    ("awslambda", "PublishVersion"): "CodeSha256 RevisionId",
    ("awslambda", "UpdateAlias"): "RoutingConfig",
    ("dynamodb", "UpdateTable"): "ReplicaUpdates",
    ("sns", "Publish"): "PhoneNumber",
    ("sqs", "CreateQueue"): "Attributes.RedriveAllowPolicy",
    ("sqs", "SetQueueAttributes"): "Attributes.RedriveAllowPolicy",
}
"""By moto's service and the operation: the paths of parameters that have no effect."""


def _protocol(params: dict[str, Any]) -> Iterator[str]:
    if params.get("Protocol") not in {"sqs", "lambda", "http", "https", "email", "email-json"}:
        yield f"Protocol {params.get('Protocol')}"


def _actions(params: dict[str, Any]) -> Iterator[str]:
    for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for arn in params.get(name) or []:
            if arn.split(":")[2:3] not in (["sns"], ["lambda"]):
                yield f"{name} {arn}"


def _location(params: dict[str, Any]) -> Iterator[str]:
    where = (params.get("CreateBucketConfiguration") or {}).get("LocationConstraint")
    if where not in {None, "", REGION}:
        yield f"LocationConstraint {where}"


_VALUES: dict[tuple[str, str], Callable[[dict[str, Any]], Iterator[str]]] = {
    ("s3", "CreateBucket"): _location,
    ("sns", "Subscribe"): _protocol,
    ("cloudwatch", "PutMetricAlarm"): _actions,
}
"""Operations of which only some values are honoured, to those that are not."""


def demand_honoured(response: BaseResponse, service: str, operation: str) -> None:
    """Raise NotImplementedError, by its name, for a parameter that would have no effect."""
    paths, values = PARAMETERS.get((service, operation)), _VALUES.get((service, operation))
    if not paths and not values:
        return
    params = reading.parameters(response, operation)
    lost = [path for path in (paths or "").split() if _given(_at(params, path))]
    lost += values(params) if values else []
    if lost:
        raise NotImplementedError(f"{', '.join(lost)}: it would have no effect")


def _at(params: dict[str, Any], path: str) -> Any:
    value: Any = params
    for name in path.split("."):
        value = (value or {}).get(name)
    return value


def _given(value: Any) -> bool:
    """Whether a value asks for anything: empty lists and texts, however deep, do not."""
    if isinstance(value, dict):
        return any(map(_given, value.values()))
    return bool(value)
