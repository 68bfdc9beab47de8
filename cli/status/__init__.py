"""Where does each model stand? Its life at a glance, and what waits for a person."""

from __future__ import annotations

from typing import Any

from cli import cloud
from cli.result import Result
from cli.status import records, registry, traffic, words
from factory.errors import NotFound


def run(arguments: Any) -> Result:
    """Describe one model, or all: versions, what serves, traffic, drift, incidents and budget."""
    aws = cloud.session()
    sagemaker = aws.client("sagemaker")
    groups = registry.groups(sagemaker)
    if arguments.model and arguments.model not in groups:
        known = ", ".join(groups) or "none"
        raise NotFound(f"the registry here has no model {arguments.model!r}; it has {known}")
    chosen = [arguments.model] if arguments.model else list(groups)
    if not chosen:
        return Result(("the registry holds no model yet",), {"models": []})
    kept = records.Records(aws)
    found = [_model(aws, kept, name, groups[name]) for name in chosen]
    return Result(tuple(line for entry in found for line in words.lines(entry)), {"models": found})


def _model(aws: Any, kept: records.Records, name: str, purpose: str) -> dict[str, Any]:
    sagemaker = aws.client("sagemaker")
    endpoint = registry.endpoint(sagemaker, name)
    return {
        "name": name,
        "purpose": purpose,
        "versions": registry.versions(sagemaker, name),
        "endpoint": endpoint,
        "traffic": traffic.of(aws, name) if endpoint else None,
        "drift": kept.drift(name),
        "incidents": kept.incidents(name),
        "budget": kept.budget(name),
    }
