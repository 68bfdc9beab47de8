"""Which rules of a bus does an event match?"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend, events_backends

from localcloud import moto_patches, places, reactor, service_roles
from localcloud.events import metrics, targets
from localcloud.events.envelope import envelope, timestamp
from localcloud.places import Place
from localcloud.state.kept import durable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.events.models import Rule

MOST_ENTRIES = 10
MOST_BYTES = 1_048_576
CALL = "AWS API Call via CloudTrail"
ALL_CALLS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
"""The state of a rule that also gets calls that only read."""
_REQUIRED = ("Source", "DetailType", "Detail")


def install() -> None:
    """Replace moto's PutEvents, which delivers at once, to few targets and to disabled rules."""
    moto_patches.replace(
        EventsBackend,
        "put_events",
        put_events,
        fixes="delivers inside the call, for disabled rules and schedules too",
        upstream="policy: delivery is ours, by the reactor and under the targets' policies",
    )
    targets.register("events", _pass_on)


def emit(
    source: str, detail_type: str, detail: dict[str, Any], resources: Iterable[str] = ()
) -> str:
    """Send an AWS service's own event to the default bus, here, and return its id."""
    event = envelope(source, detail_type, detail, resources)
    publish("default", event)
    return str(event["id"])


def publish(bus_name: str, event: dict[str, Any]) -> None:
    """Queue the event for every target of every rule of a bus here that it matches."""
    frozen = json.dumps(event)
    reactor.submit(f"event {event['detail-type']}", partial(_match, bus_name, frozen))


def _pass_on(rule: Rule, target: dict[str, Any], event: dict[str, Any], _body: str) -> None:
    """Send the whole event to another bus, its source and id unchanged."""
    arn, there = target["Arn"], places.of(target["Arn"])
    if rule.account_id not in (event["account"], there.account):
        raise targets.NotAdmitted(
            f"an event that has come from {event['account']} is not sent on to a third account, "
            f"{there.account}"
        )
    role = target.get("RoleArn")
    said = {"events:source": event["source"], "events:detail-type": event["detail-type"]}
    if role and not service_roles.may(role, targets.SERVICE, "events:PutEvents", arn, said):
        raise targets.NotAdmitted(
            f"the role {role} may not put events on {arn}: its own policies and, in another "
            "account, the policy of the bus have to allow events:PutEvents"
        )
    with places.at(there):
        publish(arn.split("/")[-1], event)


@durable
def _match(bus_name: str, frozen: str) -> None:
    here = places.here()
    backend = events_backends[here.account][here.region]
    event = json.loads(frozen)
    for rule in list(backend.event_buses[bus_name].rules.values()):
        if _matches(rule, event):
            metrics.of_rule(rule, "MatchedEvents", "TriggeredRules")
            for target in list(rule.targets):
                targets.queue(rule, target, json.loads(frozen))


def _matches(rule: Any, event: dict[str, Any]) -> bool:
    """Tell whether an enabled rule has a pattern and the event matches it; a schedule is none."""
    pattern = rule.event_pattern
    if rule.state == "DISABLED" or not pattern.get_pattern() or _is_kept_from(rule, event):
        return False
    return bool(pattern.matches_event(event))


def _is_kept_from(rule: Any, event: dict[str, Any]) -> bool:
    """Tell whether an event is a call that only reads, which most rules do not get."""
    told = event["detail-type"] == CALL and event["detail"].get("readOnly") is True
    return told and rule.state != ALL_CALLS


def put_events(self: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Answer PutEvents: refuse each bad entry, queue each good one."""
    size = sum(_size(entry) for entry in events)
    if size > MOST_BYTES:
        raise ValidationException(f"Total size of the entries in the request is over the limit: "
                                  f"{size} bytes are more than {MOST_BYTES}.")  # fmt: skip
    if len(events) > MOST_ENTRIES:
        raise ValidationException(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MOST_ENTRIES}"
        )
    return [_put(self, entry) for entry in events]


def _size(entry: dict[str, Any]) -> int:
    """Count an entry as EventBridge does."""
    texts = [entry.get(name) or "" for name in _REQUIRED] + list(entry.get("Resources") or [])
    return sum(len(text.encode()) for text in texts) + (14 if entry.get("Time") else 0)


def _put(backend: EventsBackend, entry: dict[str, Any]) -> dict[str, Any]:
    named, home = (
        str(entry.get("EventBusName") or ""),
        Place(backend.account_id, backend.region_name),
    )
    there = places.of(named) if named.startswith("arn:") else home
    refusal = _refusal(entry) or _refusal_of_region(named, there, home)
    if refusal:
        return dict(zip(("ErrorCode", "ErrorMessage"), refusal, strict=True))
    theirs = events_backends[there.account][there.region]
    bus = theirs.describe_event_bus(theirs._normalize_event_bus_arn(named or None))
    event = envelope(
        entry["Source"],
        entry["DetailType"],
        json.loads(entry["Detail"]),
        entry.get("Resources", []),
    )
    if "Time" in entry:
        event["time"] = timestamp(float(entry["Time"]))
    with places.at(there):
        publish(bus.name, event)
    return {"EventId": event["id"]}


def _refusal_of_region(named: str, there: Place, home: Place) -> tuple[str, str] | None:
    """Refuse a bus in another region: a rule can send events there, a call cannot."""
    if there.region == home.region:
        return None
    return "InvalidArgument", (
        f"Parameter EventBusName is not valid. Reason: {named} is not in the region {home.region}."
    )


def _refusal(entry: dict[str, Any]) -> tuple[str, str] | None:
    for name in _REQUIRED:
        if not entry.get(name):
            return "InvalidArgument", (
                f"Parameter {name} is not valid. Reason: {name} is a required argument."
            )
    if entry["Source"].startswith("aws."):
        return "NotAuthorizedForSourceException", "Not authorized for the source."
    try:
        detail = json.loads(entry["Detail"])
    except ValueError:
        detail = None
    if not isinstance(detail, dict):
        return "MalformedDetail", "Detail is malformed."
    return None
