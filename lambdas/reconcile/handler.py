"""Is what serves as promotion meant it, and was every decision acted on? Nothing is moved here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from typing import Any

import aws
import aws.differences
from aws import specs
from aws.batch import each
from factory.errors import Conflict, MalformedEvent
from factory.events.aws import API_CALL, ENDPOINT_CHANGED, PACKAGE_CHANGED
from factory.incidents.differences import Difference, effects
from factory.layout.names import model_of, of_smoke
from factory.layout.tables import endpoint_difference
from factory.promotion.recall import LOOK_AGAIN
from factory.reconciliation import checks, trail, words
from factory.reconciliation.lost import Lost, lost
from factory.reconciliation.trail import Call
from factory.settings import ReconcileSettings
from lambdas.reconcile import gather, listing
from lambdas.reconcile.gather import Gathered

FUNCTION = "reconcile"
TRIES = 3  # of one check, while others check the same
PATIENCE = 300  # seconds for CloudTrail to say who made a change that SageMaker tells of at once
WAIT, TURNS = 60, 60  # seconds, and times, until an endpoint that somebody moves is at rest


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Check what each message names; one that names nothing begins with everything known."""
    settings = ReconcileSettings.from_env(os.environ)
    return each(event, lambda message: act_on(message, settings))


def act_on(message: dict[str, Any], settings: ReconcileSettings) -> None:
    """Check one endpoint or group, hand on a page of them, or begin."""
    match message:
        case {"detail-type": str(kind), "detail": detail}:
            on_event(kind, detail, settings)
        case {"endpoint": str(name)}:
            check(name, message, settings)
        case {"stranger": str(name)}:
            if not aws.intent(settings.approved_bucket, name).known:
                check(name, {}, settings)
        case {"group": str(name)}:
            check_group(name, message, settings)
        case {"listing": str(kind), "after": str(after)}:
            listing.hand_on(kind, after, settings)
        case {"after": ""}:
            listing.begin(settings)
        case _:
            raise MalformedEvent(f"reconcile knows no message with {sorted(message)}; see its rule")


def on_event(kind: str, detail: Mapping[str, Any], settings: ReconcileSettings) -> None:
    """Check what SageMaker or CloudTrail tells of."""
    if kind == ENDPOINT_CHANGED:
        check(detail["EndpointName"], {"patient": True}, settings)
    elif kind == API_CALL:
        made = trail.call(detail, settings.own_roles.split(","))
        which = "group" if detail["eventName"] in trail.GROUP_CALLS else "endpoint"
        if made:
            names = trail.concerned(detail, settings.stage)
            again = [{which: name, "call": made.message()} for name in names]
            aws.send_many(settings.reconcile_queue_url, again)
    else:
        raise MalformedEvent(f"reconcile does not know {kind!r}; fix the rule that sent it")


def check(name: str, message: Mapping[str, Any], settings: ReconcileSettings) -> None:
    """Compare one endpoint, tell what differs, and hand on what was lost.

    What a smoke run has made is nobody's model, and is left to it.
    What a *patient* check finds is told a little later, when CloudTrail has said who did it.
    """
    if of_smoke(name):
        return
    call = _call(message)
    for left in reversed(range(TRIES)):
        found = gather.endpoint(name, call, settings)
        differing = checks.differences(found.facts, call)
        patient = message.get("patient", False)
        try:
            tell(_ended(differing) if patient else differing, found, settings)
            break
        except Conflict:
            if not left:
                raise
    if patient and any(differing.values()):
        aws.send(settings.reconcile_queue_url, {"endpoint": name}, delay=PATIENCE)
    elif not patient and not call:
        hand_on(name, lost(found.facts), found, settings)
    _look_again(name, message, found, settings)


def _call(message: Mapping[str, Any]) -> Call | None:
    return Call.of(message["call"]) if "call" in message else None


def _ended(differing: Mapping[str, Difference | None]) -> Mapping[str, Difference | None]:
    return {thing: None for thing, difference in differing.items() if difference is None}


def _look_again(
    name: str, message: Mapping[str, Any], found: Gathered, settings: ReconcileSettings
) -> None:
    """Check again after a call until the endpoint is at rest: SageMaker shows late what it does."""
    endpoint, turn = found.facts.endpoint, message.get("turn", 0)
    if "call" in message and endpoint and endpoint.busy and turn < TURNS:
        again = {"endpoint": name, "call": message["call"], "turn": turn + 1}
        aws.send(settings.reconcile_queue_url, again, delay=WAIT)


def check_group(name: str, message: Mapping[str, Any], settings: ReconcileSettings) -> None:
    """Tell of a group that is of no model; of a model that nothing was meant of, check the rest."""
    entry = specs.entry(settings.index_table, model_of(name))
    found, difference = gather.group(name, settings), None
    there = partial(gather.described, "describe_model_package_group")
    if entry is None and not of_smoke(name) and there(ModelPackageGroupName=name):
        difference = checks.group(name, found.facts, _call(message))
    tell({endpoint_difference(name, checks.GROUP): difference}, found, settings)
    if entry and not found.facts.intent.known:
        check(name, {}, settings)


def tell(
    differing: Mapping[str, Difference | None], found: Gathered, settings: ReconcileSettings
) -> None:
    """Open and close the incidents of the things that were checked."""
    for thing, difference in differing.items():
        aws.differences.perform(
            effects(found.before.get(thing), difference, over=words.OVER),
            table=settings.differences_table,
            bus_name=settings.bus_name,
            function=FUNCTION,
        )


def hand_on(name: str, found: Lost, known: Gathered, settings: ReconcileSettings) -> None:
    """Send first and note it afterwards: who dies in between sends it again, which does no harm."""
    for arn in found.packages:
        envelope = {"detail-type": PACKAGE_CHANGED, "detail": {"ModelPackageArn": arn}}
        aws.send(settings.promote_queue_url, envelope)
    if found.serving:
        envelope = {"detail-type": LOOK_AGAIN, "detail": {"EndpointName": name}}
        aws.send(settings.promote_queue_url, envelope)
    if found.outcome:
        aws.send(settings.outcome_queue_url, {"detail": {"EndpointName": name}})
    if found.seen != known.facts.seen:
        aws.table_put(settings.differences_table, found.seen.item())
