"""Which targets and operations of EventBridge would be taken here and then never served?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend

from localcloud import moto_patches, places
from localcloud.places import Place

if TYPE_CHECKING:
    pass

MOST_TARGETS = 5
_OVER_ACCOUNTS = {"lambda", "sqs", "sns", "events"}
_SERVED = {"lambda", "sqs", "sns", "sagemaker", "logs", "events"}
_KEYS = {
    "Arn", "Id", "RoleArn", "Input", "InputPath", "InputTransformer", "DeadLetterConfig",
    "RetryPolicy", "SqsParameters", "SageMakerPipelineParameters",
}  # fmt: skip


def install() -> None:
    """Refuse them when they are asked for, by name."""
    moto_patches.wrap(
        EventsBackend,
        "put_targets",
        _checking,
        fixes="takes targets that it never serves, and more than five for a rule",
        upstream="policy: targets that nothing here would serve are refused by name",
    )


def _checking(put_targets: Any) -> Any:
    def put(
        self: EventsBackend, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]
    ) -> None:
        for target in targets:
            _demand_served(target)
            _demand_near(target, Place(self.account_id, self.region_name))
        bus = self.event_buses.get(self._normalize_event_bus_arn(event_bus_arn))
        rule = bus.rules.get(name) if bus else None
        ids = {target["Id"] for target in [*(rule.targets if rule else []), *targets]}
        if len(ids) > MOST_TARGETS:
            raise JsonRESTError(
                "LimitExceededException",
                "The requested resource exceeds the maximum number allowed.",
            )
        put_targets(self, name, event_bus_arn, targets)

    return put


def _demand_served(target: dict[str, Any]) -> None:
    unknown = sorted(set(target) - _KEYS)
    if unknown:
        raise ValidationException(
            f"The local cloud does not honour {', '.join(unknown)} of the target {target['Id']}."
        )
    parts = target["Arn"].split(":", 5)
    service, resource = (parts[2], parts[5]) if len(parts) == 6 else ("", "")  # noqa: PLR2004 - an ARN has six parts
    bus = service != "events" or resource.startswith("event-bus/")
    if parts[0] == "arn" and (service not in _SERVED or not bus):
        raise ValidationException(
            f"The local cloud has no targets like {target['Arn']} (target {target['Id']})."
        )


def _demand_near(target: dict[str, Any], rule: Place) -> None:
    """Refuse what a rule does not reach: over regions buses alone, over accounts no pipelines."""
    arn, there = str(target["Arn"]), places.of(str(target["Arn"]))
    service = (arn.split(":") + [""] * 3)[2]
    if there == rule:
        return
    if there.region != rule.region and service != "events":
        raise ValidationException(
            f"Parameter Arn is not valid. Reason: {arn} is in another region than the rule."
        )
    if there.account != rule.account and service not in _OVER_ACCOUNTS:
        raise ValidationException(
            f"Parameter Arn is not valid. Reason: {arn} is in another account than the rule."
        )
    if "RoleArn" not in target:
        raise ValidationException(f"RoleArn is required for target {arn}.")
