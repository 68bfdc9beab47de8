"""What is there to say of one model?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws
from aws import specs
from aws.outputs import STAGE
from cli import loosened
from cli.status import versions
from cli.status.records import Records
from factory.catalogue.entry import Entry
from factory.catalogue.spec import Model
from factory.errors import NotFound
from factory.layout import names


def read(records: Records, name: str, *, coming: bool) -> dict[str, Any]:
    """Return all that is known of a model, as plain JSON; *coming*: its spec is on its way."""
    entry = specs.entry(records.places["IndexTable"], name)
    if entry is None and not coming:
        raise NotFound(
            f"model {name!r} was never in the catalogue; `factory status` lists all models"
        )
    spec = entry and specs.spec(records.places["SpecsBucket"], entry)
    resource = names.resource(records.places[STAGE], name)
    intent = aws.intent(records.places["ApprovedBucket"], resource)
    endpoint = aws.endpoint(resource, intent)
    return {
        "name": name,
        "purpose": spec.purpose if spec else "",
        "spec": entry and spec and _spec(records.places, entry, spec),
        "versions": versions.newest(resource) if entry else [],
        "endpoint": endpoint
        and {"status": endpoint.status, "config": endpoint.serves, "meant": endpoint.meant},
        "traffic": records.traffic(resource) if endpoint else None,
        "drift": records.drift(name),
        "incidents": records.incidents(name),
        "budget": records.budget(name, spec.runs_per_day if spec else None),
    }


def _spec(places: Mapping[str, str], entry: Entry, spec: Model) -> dict[str, Any]:
    return {
        "deploy": entry.sequence,
        "digest": entry.spec,
        "deployed": entry.deployed,
        "judged": entry.judged,
        "retired": spec.retired,
        "removed": entry.removed,
        "held": loosened.held(entry),
        "loosened": loosened.since_champion(places, entry),
    }
