"""Which values of a parameter would moto write down and then forget?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.iam import reading
from localcloud.sessions import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.core.responses import BaseResponse


def _protocol(params: dict[str, Any]) -> Iterator[str]:
    if params.get("Protocol") not in {"sqs", "lambda", "http", "https"}:
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
    """Raise NotImplementedError, by its name, for a value that would have no effect."""
    if values := _VALUES.get((service, operation)):
        lost = [*values(reading.parameters(response, operation))]
        if lost:
            raise NotImplementedError(f"{', '.join(lost)}: it would have no effect")
