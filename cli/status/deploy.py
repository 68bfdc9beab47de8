"""How far is the last deploy in force? Read from notes about what is not, not from each model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import aws
from factory.catalogue.deployment import Deployment
from factory.layout import objects, tables

SHOWN = 10  # names on a line


def read(table: str) -> dict[str, Any] | None:
    """Return how many specs of the last deploy are in force; None before the first.

    As many reads for one model as for a thousand, once everything is in force.
    """
    sent = aws.index_get(table, tables.SENT_ITEM)
    if sent is None:
        return None
    drawn = aws.index_get(table, tables.SEQUENCE_ITEM) or {"value": sent["sequence"]}
    notes = list(aws.index_items(table, tables.OUTSTANDING))
    coming = [note["sk"] for note in notes if not note["leaves"]]
    held = [note["sk"] for note in aws.index_items(table, tables.HELD)]
    return {
        "sequence": sent["sequence"],
        "specs": sent["specs"],
        "in_force": sent["specs"] - len({*coming, *held}),
        "outstanding": coming,
        "leaving": [note["sk"] for note in notes if note["leaves"]],
        "held": held,
        "begun": drawn["value"],
    }


def models(bucket: str, deploy: Mapping[str, Any]) -> list[str]:
    """Return the names of all models of the last deploy, and of those that it takes away."""
    recorded = objects.deploy(bucket, deploy["sequence"], "deploy.json")
    return sorted({*Deployment.of(aws.s3_get(recorded)).lines, *deploy["leaving"]})


def lines(deploy: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a person reads of it."""
    in_force, specs = f"{deploy['in_force']:,}", f"{deploy['specs']:,}"
    yield f"deploy {deploy['sequence']}: {in_force} of {specs} specs in force"
    for title, key in (("not yet", "outstanding"), ("leaving", "leaving"), ("held", "held")):
        if deploy[key]:
            yield f"  {title + ':':10} {_names(deploy[key])}"
    if deploy["begun"] > deploy["sequence"]:
        yield f"  deploy {deploy['begun']} has begun and has not sent all that it changes"


def _names(names: list[str]) -> str:
    more = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {more:,} more" if more > 0 else "")
