"""How is what is in force written down? Documents first, then one transaction, then the news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import aws
from aws.index import Delete, Put
from factory.catalogue import change
from factory.catalogue.change import Change
from factory.catalogue.deployment import Message
from factory.catalogue.entry import Entry, Write
from factory.errors import Conflict
from factory.events.catalogue import ModelOnboarded, ModelRemoved, SpecChanged, SpecRefused
from factory.events.event import Event
from factory.layout import objects, tables
from factory.settings import OnboardSettings
from lambdas.onboard import group

LONGEST = 1024  # characters of what is told of a new model; the description of a group takes these


def write(found: Write, before: Entry | None, by: str, settings: OnboardSettings) -> Entry:
    """Store the documents of *found* and put its entry in force; Conflict if somebody was first.

    *by* is who is said to have deployed or approved it.
    """
    name, bucket = found.entry.name, settings.specs_bucket
    for digest, text in found.documents.items():
        _put_once(objects.spec(bucket, name, digest), text)
    _put_once(objects.judged(bucket, name, found.entry.judged), found.judged_text)
    entry = replace(found.entry, news=_news(found, before, by))
    _commit(entry, before, settings)
    return entry


def remove(entry: Entry, before: Entry, settings: OnboardSettings) -> Entry:
    """Take the pairs of a removed model out of the index."""
    entry = replace(entry, news={"removed": True})
    _commit(entry, before, settings)
    return entry


def refuse(message: Message, why: str, settings: OnboardSettings) -> None:
    """Tell that the spec of *message* may not be deployed; nothing of it is written down."""
    digest = message.line.digest if message.line else ""
    event = SpecRefused(
        reason=why if len(why) <= LONGEST else f"{why[:LONGEST]}...",
        key=f"{message.sequence}|{digest}",
        model=message.model,
        digest=digest,
        deployed_by=message.deployer,
    )
    aws.emit(settings.bus_name, "onboard", event)


def settle(model: str, sequence: int, settings: OnboardSettings) -> None:
    """Take away the note that *model* is not in force, unless a later deploy has made it."""
    note = tables.outstanding_item(model)
    found = aws.index_get(settings.index_table, note)
    if found and found["sequence"] <= sequence:
        gone = Delete(note, {"sequence": found["sequence"]})
        aws.index_write(settings.index_table, [gone])


def announce(entry: Entry, settings: OnboardSettings) -> None:
    """Make the model's group unless it is there, and tell what the entry has to announce."""
    if entry.removed:
        aws.emit(settings.bus_name, "onboard", _removed(entry))
        return
    news = entry.news or {}
    own = group.made(entry.name, news.get("purpose", ""), settings)
    aws.emit(settings.bus_name, "onboard", *_told(entry, own, news))


def _commit(entry: Entry, before: Entry | None, settings: OnboardSettings) -> None:
    item = Put(
        tables.model_item(entry.name),
        entry.item(),
        {"revision": before.revision} if before else None,
    )
    writes = [item, *_pairs(entry, before), *_held(entry, before)]
    aws.index_write(settings.index_table, writes)


def _pairs(entry: Entry, before: Entry | None) -> Iterator[Put | Delete]:
    old = before.products if before else ()
    for product in entry.products:
        yield Put(tables.product_item(product, entry.name), {"sequence": entry.sequence})
    for product in old:
        if product not in entry.products:
            yield Delete(tables.product_item(product, entry.name))


def _held(entry: Entry, before: Entry | None) -> Iterator[Put | Delete]:
    if entry.held:
        yield Put(tables.held_item(entry.name), {"sequence": entry.sequence})
    elif before and before.held:
        yield Delete(tables.held_item(entry.name))


def _news(found: Write, before: Entry | None, by: str) -> dict[str, Any] | None:
    """Return what is told: that a model joins or is back, and what its spec changes."""
    joins = before is None or before.removed
    owner, purpose = found.model.owner[:LONGEST], found.model.purpose[:LONGEST]
    news = {"owner": owner, "purpose": purpose} if joins else {}
    if before is None or not found.changes:
        return news or None
    return {
        **news,
        "before": before.deployed,
        "changes": [each.brief() for each in found.changes],
        "loosened": [each.field for each in found.changes if each.loosens],
        "words": change.words(found.changes),
        "by": by,
    }


def _told(entry: Entry, own: str, news: Mapping[str, Any]) -> Iterator[Event]:
    if "purpose" in news:
        yield _onboarded(entry, own, news)
    if "changes" in news:
        yield _changed(entry, news)


def _onboarded(entry: Entry, own: str, news: Mapping[str, Any]) -> ModelOnboarded:
    return ModelOnboarded(
        reason="the catalogue names it",
        key=f"{own}|{entry.sequence}",
        model=entry.name,
        group=own,
        owner=news["owner"],
        purpose=news["purpose"],
    )


def _changed(entry: Entry, news: Mapping[str, Any]) -> SpecChanged:
    return SpecChanged(
        reason=news["words"],
        key=_key(entry),
        model=entry.name,
        digest=entry.deployed,
        before=news["before"],
        changes=tuple(Change.of(each) for each in news["changes"]),
        loosened=tuple(news["loosened"]),
        held=tuple(each.field for each in entry.held),
        deployed_by=news["by"],
    )


def _removed(entry: Entry) -> ModelRemoved:
    return ModelRemoved(
        reason="the catalogue no longer names it", key=_key(entry), model=entry.name
    )


def _key(entry: Entry) -> str:
    return f"{entry.sequence}|{entry.deployed}|{entry.revision}"


def _put_once(uri: str, text: str) -> None:
    try:
        aws.s3_put(uri, text.encode(), if_none_match=True)
    except Conflict:
        aws.log(f"{uri} is there already: its name says what it holds")
