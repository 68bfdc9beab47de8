"""How does a person approve or reject a version? In the registry, as an approver, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aws
from aws import identity, registry
from aws.outputs import outputs
from cli import cohort
from cli.result import Result, show
from cli.review import facts, text
from factory import reasons
from factory.errors import AccessDenied, Refused
from factory.layout.names import package_subject
from factory.promotion import loosened
from factory.promotion.loosened import Loosened

STATUS = {"approve": "Approved", "reject": "Rejected"}


def run(arguments: Any) -> Result:
    """Print what there is to know, then set the approval status with the caller's identity."""
    if arguments.cohort:
        return cohort.run(arguments)
    cohort.check_alone(arguments)
    if why := reasons.misfit(arguments.reason):
        raise Refused(f"{arguments.decision} needs a reason; {why}, with --reason")
    places, person = outputs(arguments.stage), identity.caller_name()
    known = _known(places, arguments)
    session = identity.assumed(places["ApproverRoleArn"])
    if not arguments.json:
        show(text.lines(known))
    status, reason = STATUS[arguments.decision], arguments.reason
    if arguments.decision == "approve":
        reason = _accepting(arguments, known)
    with aws.calling_as(session):
        registry.decide(known["package"], status, reason)
    subject = package_subject(known["model"], known["version"])
    told = f"{subject}: {status} by {person}; the factory checks it now"
    return Result((told,), {**known, "decision": arguments.decision, "by": person})


def _known(places: Mapping[str, str], arguments: Any) -> dict[str, Any]:
    """Return what is known of the version; without that nothing is decided here."""
    try:
        return facts.read(places, arguments.model, arguments.version)
    except AccessDenied as no:
        raise AccessDenied(
            f"{no}; nothing was decided: whoever decides must be allowed to read what was judged "
            "and what the spec loosens, as the policy LookPolicyArn allows"
        ) from no


def _accepting(arguments: Any, known: Mapping[str, Any]) -> str:
    """Return the reason with the digest of what was printed, which promotion compares."""
    found, given = Loosened.of(known["loosened"] or {}), arguments.accept_loosened
    if given and given != found.short:
        raise Refused(
            f"--accept-loosened {given} is not what is loosened now, {found.short or 'nothing'}; "
            "nothing was decided, read what `factory review` prints"
        )
    if found and known["tier"] == 1 and not given:
        raise Refused(
            f"{known['model']} is of tier 1 and this version loosens what the champion was judged "
            f"by; nothing was decided: whoever accepts that says --accept-loosened {found.short}"
        )
    reason = loosened.accepting(arguments.reason, found)
    if why := reasons.misfit(reason):
        raise Refused(f"with the digest of what is loosened, {why}; nothing was decided")
    return reason
