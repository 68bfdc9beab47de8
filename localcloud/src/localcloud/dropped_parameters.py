"""Which values of a parameter would moto write down and then forget?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud import places
from localcloud.iam import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.core.responses import BaseResponse


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
    """Raise NotImplementedError, by its name, for a value that would have no effect."""
    if values := _VALUES.get((service, operation)):
        lost = [*values(reading.parameters(response, operation), response)]
        if lost:
            raise NotImplementedError(f"{', '.join(lost)}: it would have no effect")
