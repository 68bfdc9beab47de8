"""What does the account of a stage lack? Quotas that reach, and people who are told."""

from __future__ import annotations

from collections.abc import Iterator

import models
from aws import topics
from aws.outputs import outputs
from cli import quotas
from cli.doctor.check import GOOD, MISSING, WRONG, Check
from factory.errors import ServiceError
from factory.quotas.needs import Standing, needs
from factory.training.parameters import INSTANCE_TYPE

STATES = {"ok": GOOD, "tight": GOOD, "short": WRONG, "unknown": MISSING}


def checks(stage: str) -> Iterator[Check]:
    """Yield what the account where *stage* is deployed must have for it."""
    yield _receivers(outputs(stage)["AlertsTopicArn"])
    wanted = needs(list(models.catalogue()), INSTANCE_TYPE)
    try:
        found = quotas.standing(wanted)
    except ServiceError as no:
        yield Check("quotas", MISSING, str(no), "factory quotas", "seeing what the account grants")
        return
    yield from map(_quota, found)


def _receivers(topic: str) -> Check:
    """Return whether anybody hears of alarms: whom nobody has confirmed gets nothing."""
    found = topics.receivers(topic)
    confirmed = [each for each in found if each.confirmed]
    if confirmed:
        return Check("receivers of alerts", GOOD, f"{len(confirmed)} of {len(found)} confirmed", "")
    if found:
        waiting = ", ".join(each.address for each in found)
        words = f"none of {len(found)} has confirmed ({waiting}): nobody is told of anything"
        return Check("receivers of alerts", WRONG, words, "follow the link in the mail from AWS")
    fix = "npx cdk deploy --all -c alerts=oncall@example.com"
    words = f"nobody is subscribed to {topic}: nobody is told of anything"
    return Check("receivers of alerts", MISSING, words, fix)


def _quota(each: Standing) -> Check:
    need, has = each.need, "unknown" if each.has is None else f"{each.has:g}"
    found = f"{has}; {need.least} to {need.enough} are needed: {need.why}"
    fix = f"ask Service Quotas for {need.enough} of it"
    purpose = "seeing what the account grants" if each.has is None else ""
    return Check(f"quota {need.quota}", STATES[each.state], found, fix, purpose)
