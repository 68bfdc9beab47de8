"""Which pipeline definitions has a deploy brought? Each is recorded from when it was in force."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import aws
from aws.index import Put
from factory.catalogue import definition as definitions
from factory.catalogue.definition import Definition
from factory.events.catalogue import DefinitionDeployed
from factory.layout import tables
from factory.layout.names import pipeline
from factory.settings import CatalogueSettings


def record(recipes: Sequence[str], sequence: int, settings: CatalogueSettings) -> None:
    """Record the deployed definition of every recipe, and tell of each that is new."""
    for recipe in recipes:
        name = pipeline(settings.stage, recipe)
        found = aws.sagemaker("describe_pipeline", name, PipelineName=name)
        digest = definitions.digest(found["PipelineDefinition"])
        since = definitions.moment(found["LastModifiedTime"])
        aws.index_retry(partial(_record, recipe, digest, since, settings.index_table))
        aws.emit(settings.bus_name, "catalogue", _deployed(recipe, digest, since, sequence))


def _record(recipe: str, digest: str, since: str, table: str) -> None:
    """Begin the period of a definition and end that of the one before it, in one transaction.

    A slow deploy may have read the definition before a later one came, and recorded it first.
    """
    current = tables.current_item(recipe)
    before = aws.index_get(table, current)
    if before and before["digest"] == digest:
        return
    deployed = _known(recipe, before["digest"], table) if before else None
    if deployed and deployed.since > since:
        aws.log(
            f"{recipe}: {digest[:12]} of {since} was replaced by {deployed.digest[:12]} already"
        )
        return
    writes = [
        Put(current, {"digest": digest}, {"digest": before["digest"]} if before else None),
        aws.specs.definition_put(_known(recipe, digest, table).began(since)),
    ]
    if deployed:
        writes.append(aws.specs.definition_put(deployed.ended(since)))
    aws.index_write(table, writes)


def _known(recipe: str, digest: str, table: str) -> Definition:
    found = aws.specs.definition(table, recipe, digest)
    return found or Definition(recipe=recipe, digest=digest, periods=())


def _deployed(recipe: str, digest: str, since: str, sequence: int) -> DefinitionDeployed:
    return DefinitionDeployed(
        reason=f"deploy {sequence} has it in force since {since}",
        key=f"{digest}|{since}",
        recipe=recipe,
        digest=digest,
        since=since,
    )
