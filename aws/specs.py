"""What is in force of one model, and of one definition? One item of the index, one document."""

from __future__ import annotations

from dataclasses import replace

from aws.index import Put, index_get
from aws.objects import s3_get
from factory.catalogue import document
from factory.catalogue.definition import Definition
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Judged, Model
from factory.errors import NotFound, Refused
from factory.layout import objects, tables


def entry(table: str, name: str) -> Entry | None:
    """Return the index's entry of a model, also of one that was removed; None if there is none."""
    item = index_get(table, tables.model_item(name))
    return Entry.of(item) if item else None


def in_force(table: str, name: str) -> Entry:
    """Return the entry of a model of the catalogue; NotFound names it when it is not one."""
    found = entry(table, name)
    if found is None or found.removed:
        gone = "no longer in the catalogue" if found else "not in the catalogue"
        raise NotFound(f"model {name!r} is {gone}, or its spec is not in force yet; see status")
    return found


def known(table: str, name: str) -> Entry:
    """Return the entry of a model that is, or once was, in the catalogue; NotFound names it."""
    found = entry(table, name)
    if found is None:
        raise NotFound(f"model {name!r} was never in the catalogue; its spec was never in force")
    return found


def spec(bucket: str, found: Entry) -> Model:
    """Return the spec that *found* says is in force."""
    if not found.text:
        return spec_of(bucket, found.name, found.spec)
    return document.parse_spec(_same(found.text.encode(), found.spec, f"the item of {found.name}"))


def spec_of(bucket: str, name: str, digest: str) -> Model:
    """Return the spec of a model by its digest; Refused when other bytes are stored there."""
    return document.parse_spec(_verified(objects.spec(bucket, name, digest), digest))


def judged(bucket: str, name: str, digest: str) -> Judged:
    """Return a judged document by its digest; Refused when other bytes are stored there."""
    return document.parse_judged(_verified(objects.judged(bucket, name, digest), digest))


def definition(table: str, recipe: str, digest: str) -> Definition | None:
    """Return what is recorded of a pipeline definition; None if no deploy has brought it."""
    item = index_get(table, tables.definition_item(recipe, digest))
    return Definition.of(item) if item else None


def definition_put(known: Definition) -> Put:
    """Return the write of a definition, in the place of the revision that it was made of.

    Whoever revokes it and whoever deploys it write the same item: neither may undo the other.
    """
    item = replace(known, revision=known.revision + 1).item()
    key = tables.definition_item(known.recipe, known.digest)
    return Put(key, item, {"revision": known.revision or None})


def _verified(uri: str, digest: str) -> bytes:
    return _same(s3_get(uri), digest, uri)


def _same(text: bytes, digest: str, where: str) -> bytes:
    if document.digest(text) != digest:
        raise Refused(f"{where} holds other bytes than its name says; somebody has changed it")
    return text
