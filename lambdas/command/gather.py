"""What must be known before a command of each kind is accepted?"""

from __future__ import annotations

import hashlib

import aws
from aws import registry, specs
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Model
from factory.commands import definition, guards, rollback, training
from factory.commands.request import (
    Accepted,
    ApproveGuards,
    Caller,
    Command,
    RevokeDefinition,
    Rollback,
    StopRun,
    Train,
    unknown,
)
from factory.commands.rollback import Target, Version
from factory.commands.training import Brought
from factory.errors import NotFound
from factory.layout import objects
from factory.layout.names import resource
from factory.promotion import package
from factory.promotion.package import record_uri
from factory.settings import CommandSettings


def accept(command: Command, caller: Caller, settings: CommandSettings) -> Accepted:
    """Gather what is so about what is commanded, and decide; Declined says why not."""
    match command:
        case Rollback():
            return _rollback(command, caller, settings)
        case ApproveGuards():
            entry, model = _in_force(command.model, settings)
            return guards.accept(command, caller, entry, model)
        case RevokeDefinition(recipe=recipe, digest=digest):
            known = specs.definition(settings.index_table, recipe, digest)
            return definition.accept(command, caller, known)
        case Train():
            _, model = _in_force(command.model, settings)
            brought = _brought(command, caller, settings)
            return training.accept_train(command, caller, model, brought)
        case StopRun():
            _, model = _in_force(command.model, settings)
            return training.accept_stop(command, caller, model)


def _brought(command: Train, caller: Caller, settings: CommandSettings) -> Brought:
    """Return what the person has brought under the digest of the command."""
    uri = objects.training_code(settings.work_bucket, caller.person, command.code)
    try:
        size = int(aws.s3_head(uri)["ContentLength"]) if command.code else None
    except NotFound:
        size = None
    if size is None or size > training.LARGEST:
        return Brought(uri=uri, size=size)
    found = hashlib.sha256()
    for chunk in aws.s3_chunks(uri):
        found.update(chunk)
    return Brought(uri=uri, size=size, digest=found.hexdigest())


def _rollback(command: Rollback, caller: Caller, settings: CommandSettings) -> Accepted:
    _, model = _in_force(command.model, settings)
    name = resource(settings.stage, model.name)
    intent = aws.intent(settings.approved_bucket, name)
    endpoint = rollback.movable(aws.endpoint(name, intent), model)
    version = rollback.chosen(command, endpoint.version, _versions(settings.group(name)))
    recorded = _recorded(version, settings)
    target = Target(version=version, endpoint=endpoint, recorded=recorded)
    return rollback.accept(command, caller, target)


def _in_force(name: str, settings: CommandSettings) -> tuple[Entry, Model]:
    try:
        entry = specs.in_force(settings.index_table, name)
    except NotFound as missing:
        raise unknown(str(missing)) from missing
    return entry, specs.spec(settings.specs_bucket, entry)


def _versions(group: str) -> list[Version]:
    return [
        Version(number=each.version, package=each.arn, status=each.status)
        for each in registry.versions(group)
    ]


def _recorded(version: Version, settings: CommandSettings) -> bool:
    """Say whether promotion has recorded the approval that the registry names now."""
    found = package.of(registry.package(version.package))
    try:
        aws.s3_get(record_uri(settings.approved_bucket, found))
    except NotFound:
        return False
    return True
