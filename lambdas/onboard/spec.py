"""What does one deployed spec change? Read here, decided by the domain, written at once."""

from __future__ import annotations

from dataclasses import dataclass

import aws
from factory.catalogue import document
from factory.catalogue import entry as entries
from factory.catalogue.deployment import Line, Message
from factory.catalogue.entry import Entry
from factory.catalogue.rules import violations
from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.settings import OnboardSettings
from lambdas.onboard import group, record


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What was read about one model."""

    before: Entry | None
    known: Model | None
    """The spec in force; None for a new model."""


def take(message: Message, settings: OnboardSettings) -> None:
    """Put what *message* deployed in force, unless a later deploy has been before.

    A spec that the rules refuse is told and stays outstanding: it has not come through a synth.
    """
    before = aws.specs.entry(settings.index_table, message.model)
    if before and before.sequence > message.sequence:
        aws.log(f"{message.model}: deploy {before.sequence} came before deploy {message.sequence}")
        record.settle(message.model, before.sequence, settings)
        return
    if before is None or before.sequence < message.sequence:
        model = _deployed(message.model, message.specs, message.line) if message.line else None
        if model and (why := "; ".join(violations(model))):
            record.refuse(message, why, settings)
            return
        before = _apply(message, model, before, settings)
    if before:
        record.announce(before, settings)
    record.settle(message.model, message.sequence, settings)


def _apply(
    message: Message, model: Model | None, before: Entry | None, settings: OnboardSettings
) -> Entry | None:
    if model is None:
        return _remove(message, before, settings)
    if before is None:
        group.check_free(message.model, settings)
    facts = Facts(
        before=before,
        known=aws.specs.spec(settings.specs_bucket, before) if before else None,
    )
    write = entries.deployed(facts.before, facts.known, model, message.sequence)
    return record.write(write, before, message.deployer, settings)


def _deployed(name: str, specs: str, line: Line) -> Model:
    """Return the spec of one line of the deployed file; Refused when it is not what was sent."""
    text = aws.s3_range(specs, line.start, line.end)
    if document.digest(text) != line.digest:
        raise Refused(f"{specs}, bytes {line.start} to {line.end}: not the spec that was deployed")
    model = document.parse_spec(text)
    if model.name != name:
        raise Refused(f"{specs}, bytes {line.start} to {line.end}: {model.name}, not {name}")
    return model


def _remove(message: Message, before: Entry | None, settings: OnboardSettings) -> Entry | None:
    if before is None:
        return None
    return record.remove(entries.removed(before, message.sequence), before, settings)
