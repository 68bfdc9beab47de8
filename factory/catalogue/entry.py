"""What is in force of a model? One item of the index, and what a deployed spec makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from factory.catalogue import document
from factory.catalogue.change import Change, changes, held_back, loosened_guards
from factory.catalogue.spec import Model

LONGEST = 100_000  # characters of a spec in an item, which takes 400 KB in all


@dataclass(frozen=True, kw_only=True)
class Entry:
    """The item of the index about one model."""

    name: str
    sequence: int
    """The deploy that wrote it last; only a later one may write it again."""
    deployed: str
    """The digest of the spec as it was deployed."""
    spec: str
    """The digest of the spec that is in force: as deployed, less the loosened guards on hold."""
    judged: str
    """The digest of the judged document that is in force."""
    text: str
    """The spec in force, so that one read is enough; empty when it is too long for an item."""
    products: tuple[str, ...]
    """The data products whose publication makes it learn; none when it is retired or removed."""
    held: tuple[Change, ...] = ()
    """Loosened guards that wait for somebody who does not build the model; long values are cut
    when they are stored, as the specs have them whole."""
    news: Mapping[str, Any] | None = None
    """What the last write has to announce; a redelivery announces the same again."""
    removed: bool = False
    """Whether the catalogue no longer names it; its guards are remembered all the same."""
    revision: int = 0
    """Counts the writes, so that two writers notice each other."""

    def item(self) -> dict[str, Any]:
        """Return the entry as plain JSON, without the keys of its table."""
        return {
            "name": self.name,
            "sequence": self.sequence,
            "deployed": self.deployed,
            "spec": self.spec,
            "judged": self.judged,
            "text": self.text,
            "products": list(self.products),
            "held": document.canonical([change.brief() for change in self.held]),
            "news": document.canonical(self.news),
            "removed": self.removed,
            "revision": self.revision,
        }

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        """Read what `item` wrote; other attributes are not looked at."""
        return cls(
            name=item["name"],
            sequence=item["sequence"],
            deployed=item["deployed"],
            spec=item["spec"],
            judged=item["judged"],
            text=item["text"],
            products=tuple(item["products"]),
            held=tuple(map(Change.of, document.json_of(item["held"]))),
            news=document.json_of(item["news"]),
            removed=item["removed"],
            revision=item["revision"],
        )


@dataclass(frozen=True, kw_only=True)
class Write:
    """What one deployed spec, or one approval of guards, changes."""

    entry: Entry
    model: Model
    """What is in force from now on."""
    documents: Mapping[str, str]
    """Specs to store, by their digest."""
    judged_text: str
    changes: tuple[Change, ...]
    """Against what was in force before."""


def deployed(before: Entry | None, known: Model | None, model: Model, sequence: int) -> Write:
    """Return what deploying *model* makes of the entry *before*, whose spec in force is *known*.

    A guard that *model* loosens stays as it is in *known* until it is approved; everything else is
    in force at once.
    """
    if before and known and before.deployed == document.digest(document.spec_text(model)):
        return _again(before, known, model, sequence)
    force = model if known is None else held_back(known, model)
    held = () if known is None else loosened_guards(known, model)
    return _write(
        before,
        model,
        force,
        sequence=sequence,
        held=held,
        found=() if known is None else changes(known, model),
    )


def approved(before: Entry, known: Model, model: Model) -> Write:
    """Return what approving the held guards of *before* changes: *model*, as deployed, rules."""
    return _write(
        before, model, model, sequence=before.sequence, held=(), found=changes(known, model)
    )


def removed(before: Entry, sequence: int) -> Entry:
    """Return the entry of a model that the catalogue no longer names."""
    return replace(
        before, sequence=sequence, removed=True, products=(), held=(), revision=before.revision + 1
    )


def _again(before: Entry, known: Model, model: Model, sequence: int) -> Write:
    """Return what a spec changes that is deployed already: it is back if it had been removed."""
    write = _write(before, model, known, sequence=sequence, held=(), found=())
    return replace(write, entry=replace(write.entry, held=loosened_guards(known, model)))


def _write(
    before: Entry | None,
    model: Model,
    force: Model,
    *,
    sequence: int,
    held: tuple[Change, ...],
    found: tuple[Change, ...],
) -> Write:
    texts = {document.digest(text): text for text in map(document.spec_text, (model, force))}
    judged_text, text = document.judged_text(force), document.spec_text(force)
    entry = Entry(
        name=model.name,
        sequence=sequence,
        deployed=document.digest(document.spec_text(model)),
        spec=document.digest(text),
        text=text if len(text) <= LONGEST else "",
        judged=document.digest(judged_text),
        products=() if force.retired else force.products,
        held=held,
        revision=before.revision + 1 if before else 1,
    )
    return Write(entry=entry, model=force, documents=texts, judged_text=judged_text, changes=found)
