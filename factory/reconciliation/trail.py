"""Who made a call that may have changed what serves, and which names does it concern?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from factory import reasons
from factory.events.aws import caller
from factory.layout.names import CONFIG, resource

ENDPOINT_CALLS = (
    "CreateEndpoint",
    "DeleteEndpoint",
    "UpdateEndpoint",
    "UpdateEndpointWeightsAndCapacities",
)
CONFIG_CALLS = ("CreateEndpointConfig", "DeleteEndpointConfig")
MODEL_CALLS = ("CreateModel", "DeleteModel")
GROUP_CALLS = ("CreateModelPackageGroup", "DeleteModelPackageGroup")
ALARM_CALLS = ("DeleteAlarms", "DisableAlarmActions", "EnableAlarmActions", "PutMetricAlarm")
CALLS = (*ENDPOINT_CALLS, *CONFIG_CALLS, *MODEL_CALLS, *GROUP_CALLS, *ALARM_CALLS)
NAMED = (
    "endpointName",
    "endpointConfigName",
    "modelName",
    "modelPackageGroupName",
    "alarmName",
    "alarmNames",
)
"""The parameters that say what a call is about."""
LONGEST = 150  # characters of whoever made a call


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that CloudTrail tells of, which promotion has not made."""

    name: str
    who: str
    at: str
    config: str = ""
    """The configuration that an endpoint is moved to; empty for other calls."""

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> Self:
        """Read what `message` returned."""
        return cls(**message)

    def message(self) -> dict[str, str]:
        """Return it as part of a message."""
        return asdict(self)


def call(detail: Mapping[str, Any], own: Collection[str]) -> Call | None:
    """Return the call; None when it failed, or when a role of *own* made it."""
    identity = detail.get("userIdentity") or {}
    session = identity.get("sessionContext") or {}
    role = (session.get("sessionIssuer") or {}).get("userName", "")
    if detail.get("errorCode") or role in own:
        return None
    wanted = (detail.get("requestParameters") or {}).get("endpointConfigName", "")
    moves = detail["eventName"] in {"CreateEndpoint", "UpdateEndpoint"}
    return Call(
        name=detail["eventName"],
        who=reasons.shown(caller(identity), LONGEST),
        at=reasons.shown(str(detail.get("eventTime", "")), 30),
        config=wanted if moves else "",
    )


def concerned(detail: Mapping[str, Any], stage: str) -> list[str]:
    """Return what SageMaker calls the models of *stage* that a call is about, sorted."""
    asked = detail.get("requestParameters") or {}
    begin = resource(stage, "")
    return sorted({name for name in _resources(asked) if name.startswith(begin)})


def _resources(asked: Mapping[str, Any]) -> Iterator[str]:
    alarms = [asked.get("alarmName") or "", *(asked.get("alarmNames") or [])]
    yield from (name.split("/")[0] for name in alarms)
    if asked.get("endpointName"):
        yield asked["endpointName"]
        return  # the configuration is the one to move to, maybe that of another model
    yield str(asked.get("modelPackageGroupName") or "")
    for part in ("endpointConfigName", "modelName"):
        if found := CONFIG.fullmatch(str(asked.get(part) or "")):
            yield found[1]
