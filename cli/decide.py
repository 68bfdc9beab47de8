"""How does a person approve or reject a version? In the registry, as an approver, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import aws
from aws import identity, registry, specs
from aws.outputs import STAGE, outputs
from cli import loosened
from cli.result import Result
from factory import reasons
from factory.errors import AccessDenied, NotFound, Refused
from factory.layout.names import package_subject, resource

STATUS = {"approve": "Approved", "reject": "Rejected"}


def run(arguments: Any) -> Result:
    """Set the version's approval status under the approver role, with the caller's identity."""
    if why := reasons.misfit(arguments.reason):
        raise Refused(f"{arguments.decision} needs a reason; {why}, with --reason")
    places, person = outputs(arguments.stage), identity.caller_name()
    arn, version = _package(arguments.model, arguments.version, places[STAGE])
    status, session = STATUS[arguments.decision], identity.assumed(places["ApproverRoleArn"])
    known = _known(places, arguments.model, version, arn)
    with aws.calling_as(session):
        registry.decide(arn, status, arguments.reason)
    data = {"package": arn, "decision": arguments.decision, "by": person, **known}
    subject = package_subject(arguments.model, version)
    told = f"{subject}: {status} by {person}; the factory checks it now"
    return Result((*_lines(known), told), data)


def _known(places: Mapping[str, str], model: str, version: int, arn: str) -> dict[str, Any]:
    """Return what the spec loosens and what of it waits; without that nothing is decided here."""
    try:
        entry = specs.known(places["IndexTable"], model)
        judged = loosened.spec_of(registry.package(arn))
        bucket, group = places["SpecsBucket"], resource(places[STAGE], model)
        found = loosened.since_approved(bucket, group, judged, below=version)
    except AccessDenied as no:
        raise AccessDenied(
            f"{no}; nothing was decided: whoever decides must be allowed to read what the spec "
            "loosens, as the policy LookPolicyArn allows"
        ) from no
    return {"loosened": found, "held": loosened.held(entry)}


def _lines(known: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"  loosened:  {line}" for line in loosened.words(known["loosened"]))
    yield from (f"  held:      {line}" for line in loosened.held_words(known["held"]))


def _package(model: str, version: int | None, stage: str) -> tuple[str, int]:
    listed = registry.versions(resource(stage, model))
    found = {each.version: each.arn for each in listed}
    wanted = version or max(found, default=0)
    if wanted not in found:
        known = ", ".join(map(str, sorted(found))) or "none"
        raise NotFound(f"{model} has no version {wanted or 'yet'}; registered: {known}")
    return found[wanted], wanted
