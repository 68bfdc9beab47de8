"""How is each kind of resource read? In the words in which a template speaks of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from factory.errors import AccessDenied, NotFound
from factory.stack_drift.check import Reading
from factory.stack_drift.deployed import Resource
from lambdas.stack_drift import alarms, functions, messaging, security

Reader = Callable[[Resource], Mapping[str, Any]]
READERS: Mapping[str, Reader] = {
    "AWS::Events::EventBus": messaging.bus,
    "AWS::Events::Rule": messaging.rule,
    "AWS::IAM::ManagedPolicy": security.managed_policy,
    "AWS::IAM::Role": security.role,
    "AWS::KMS::Key": security.key,
    "AWS::Lambda::EventSourceMapping": functions.mapping,
    "AWS::Lambda::Function": functions.function,
    "AWS::Lambda::Url": functions.url,
    "AWS::S3::Bucket": security.bucket,
    "AWS::SNS::Topic": messaging.topic,
    "AWS::SQS::Queue": messaging.queue,
}
"""By the type of the resource; alarms are read together."""


def of(resources: Iterable[Resource]) -> dict[str, Reading]:
    """Return what is there of *resources*, by thing."""
    wanted = list(resources)
    found = {r.thing: _read(READERS[r.type], r) for r in wanted if r.type != alarms.TYPE}
    together = [r for r in wanted if r.type == alarms.TYPE]
    try:
        return found | alarms.read(together)
    except AccessDenied:
        return found | {r.thing: Reading(None, refused=True) for r in together}


def _read(reader: Reader, resource: Resource) -> Reading:
    """Read one; that it is gone, or refused to us, is a finding about it and stops no other."""
    try:
        return Reading(reader(resource))
    except NotFound:
        return Reading(None)
    except AccessDenied:
        return Reading(None, refused=True)
