"""What is so about an endpoint, what it is made of and its model's versions? All is read here.

What was told of it before is read first: whatever is written since then shows that another check
was faster, and this one is done again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import aws
from aws import registry, specs
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Model
from factory.errors import NotFound
from factory.incidents import differences
from factory.incidents.differences import Record
from factory.layout import objects, tables
from factory.layout.names import model_of
from factory.promotion import package
from factory.promotion.package import Package
from factory.reconciliation import checks
from factory.reconciliation.facts import Facts, Seen, Served
from factory.reconciliation.trail import Call
from factory.serving import rollout
from factory.serving.intent import Intent
from factory.serving.proof import Proof
from factory.serving.rollout import Endpoint
from factory.settings import ReconcileSettings
from lambdas.reconcile import captures


class Gathered(NamedTuple):
    """What is so, and what was told before."""

    facts: Facts
    before: Mapping[str, Record]
    """By thing."""


def endpoint(name: str, call: Call | None, settings: ReconcileSettings) -> Gathered:
    """Read what is so about an endpoint; *call* may say what it is being moved to."""
    seen = tables.seen_versions(name)
    things = [tables.endpoint_difference(name, thing) for thing in checks.THINGS]
    items = aws.table_get_many(settings.differences_table, [*things, seen])
    facts = _standing(name, call, Seen.of(name, items.pop(seen, None)), settings)
    facts = _known(facts, settings)
    before = {thing: differences.of(item) for thing, item in items.items()}
    return Gathered(_served(facts, settings) if facts.serves else facts, before)


def group(name: str, settings: ReconcileSettings) -> Gathered:
    """Read what was told of a group of packages, and what is meant of its model."""
    thing = tables.endpoint_difference(name, checks.GROUP)
    items = aws.table_get_many(settings.differences_table, [thing])
    intent = aws.intent(settings.approved_bucket, name)
    facts = Facts(name=name, now=aws.now(), intent=intent, seen=Seen(name=name))
    before = {thing: differences.of(item) for thing, item in items.items()}
    return Gathered(facts, before)


def described(operation: str, **which: str) -> dict[str, Any] | None:
    """Return what SageMaker says of something; None when it is not there."""
    try:
        return aws.sagemaker(operation, *which.values(), **which)
    except NotFound:
        return None


def _standing(name: str, call: Call | None, seen: Seen, settings: ReconcileSettings) -> Facts:
    """Read the intent before the endpoint: what is meant is written before anything moves."""
    intent = aws.intent(settings.approved_bucket, name)
    found = aws.endpoint_described(name)
    proof = Proof()
    if intent.config:
        key = tables.probing_item(intent.config)
        proof = Proof.of(aws.index_get(settings.probings_table, key))
    return Facts(
        name=name,
        now=aws.now(),
        intent=intent,
        endpoint=_moving(rollout.of(found, intent), call) if found else None,
        described=found,
        rested=proof.rested,
        told=bool(proof.told),
        seen=seen,
    )


def _moving(endpoint: Endpoint, call: Call | None) -> Endpoint:
    """Return the endpoint with what a call moves it to, which SageMaker says a little later."""
    if call and call.config and endpoint.status == "Updating" and not endpoint.pending:
        return replace(endpoint, pending=call.config)
    return endpoint


def _known(facts: Facts, settings: ReconcileSettings) -> Facts:
    """Add what the catalogue and the registry say of the model."""
    entry = specs.entry(settings.index_table, model_of(facts.name))
    return replace(
        facts,
        entry=entry,
        model=_in_force(entry, settings),
        versions={
            str(each.version): (each.arn, each.status)
            for each in registry.newest(settings.group(facts.name))
        },
    )


def _in_force(entry: Entry | None, settings: ReconcileSettings) -> Model | None:
    if entry is None or entry.removed:
        return None
    return specs.spec(settings.specs_bucket, entry)


def _served(facts: Facts, settings: ReconcileSettings) -> Facts:
    """Add what serves, what it was asked to be, and the version that it is of."""
    config = facts.endpoint.serves if facts.endpoint else ""
    arn = _package_arn(config, facts.intent)
    registered, served = _package(arn) if arn else None, _made(config, settings)
    return replace(
        facts,
        package_arn=arn,
        package=registered,
        served=served,
        captured=captures.look(facts, served, settings) if served else None,
    )


def _package_arn(config: str, intent: Intent) -> str:
    known = {intent.config: intent.package, intent.last.config: intent.last.package}
    return known.get(config, "") if config else ""


def _package(arn: str) -> Package | None:
    try:
        return package.of(registry.package(arn))
    except NotFound:
        return None


def _made(config: str, settings: ReconcileSettings) -> Served | None:
    """Read what a configuration was asked to be, and what is there of it."""
    asked = _asked(config, settings)
    if asked is None:
        return None
    return Served(
        config=config,
        asked=asked,
        found_config=described("describe_endpoint_config", EndpointConfigName=config),
        found_model=described("describe_model", ModelName=config),
        found_alarms=aws.alarms_named(sorted(asked["alarms"])),
    )


def _asked(config: str, settings: ReconcileSettings) -> dict[str, Any] | None:
    """Read what promotion asked for; None for what it made before it kept that."""
    try:
        body = aws.s3_get(objects.deployment(settings.approved_bucket, config))
    except NotFound:
        return None
    return dict(json.loads(body))
