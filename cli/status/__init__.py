"""Where does each model stand? Its life at a glance, and what waits for a person."""

from __future__ import annotations

from typing import Any

import aws
from aws import registry
from cli.result import Result
from cli.status import text, versions
from cli.status.records import Records
from factory.errors import NotFound


def run(arguments: Any) -> Result:
    """Describe one model, or all: versions, what serves, traffic, drift, incidents and budget."""
    groups = registry.groups()
    if arguments.model and arguments.model not in groups:
        known = ", ".join(groups) or "none"
        raise NotFound(f"the registry here has no model {arguments.model!r}; it has {known}")
    chosen = [arguments.model] if arguments.model else list(groups)
    if not chosen:
        return Result(("the registry holds no model yet",), {"models": []})
    records = Records()
    found = [_model(records, name, groups[name]) for name in chosen]
    return Result(tuple(line for entry in found for line in text.lines(entry)), {"models": found})


def _model(records: Records, name: str, purpose: str) -> dict[str, Any]:
    endpoint = aws.endpoint(name)
    return {
        "name": name,
        "purpose": purpose,
        "versions": versions.newest(name),
        "endpoint": endpoint
        and {"status": endpoint.status, "config": endpoint.serves, "meant": endpoint.meant},
        "traffic": records.traffic(name) if endpoint else None,
        "drift": records.drift(name),
        "incidents": records.incidents(name),
        "budget": records.budget(name),
    }
