"""Which parameters of a call would moto write down and then forget?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud import places
from localcloud.iam import reading

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


def _subscriber(params: dict[str, Any], response: BaseResponse) -> Iterator[str]:
    """Yield ways that nothing here goes, and subscribers who would have to confirm."""
    if params.get("Protocol") not in {"sqs", "lambda", "http", "https", "email", "email-json"}:
        yield f"Protocol {params.get('Protocol')}"
    endpoint = str(params.get("Endpoint") or "")
    owner = reading.caller(response, reading.access_key(response) or "").account
    if endpoint.startswith("arn:") and places.of(endpoint).account != owner:
        yield (
            f"Endpoint {endpoint}, whose owner would have to confirm: subscribe it as that account,"
            " which the topic's policy has to allow"
        )


def _actions(params: dict[str, Any], _response: BaseResponse) -> Iterator[str]:
    for name in ("AlarmActions", "OKActions", "InsufficientDataActions"):
        for arn in params.get(name) or []:
            if arn.split(":")[2:3] not in (["sns"], ["lambda"]):
                yield f"{name} {arn}"
            elif places.of(arn).region != places.here().region:
                yield f"{name} {arn}, which is in another region than the alarm"


_VALUES: dict[tuple[str, str], Callable[[dict[str, Any], BaseResponse], Iterator[str]]] = {
    ("sns", "Subscribe"): _subscriber,
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
    lost += values(params, response) if values else []
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
