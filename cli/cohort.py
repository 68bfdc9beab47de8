"""How does a person approve the members of a family at once? Over a digest of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import aws
from aws import identity, registry
from aws.outputs import outputs
from cli import family
from cli.result import Result, show
from cli.review import facts
from factory import reasons
from factory.errors import NotFound, Refused
from factory.promotion.cohort import Cohort

APPROVED = "Approved"


def run(arguments: Any) -> Result:
    """Print the cohort; with the digest that was printed, approve each of its versions.

    Each is approved by itself, with the caller's identity: promotion decides about each as ever.
    """
    _check(arguments)
    places = outputs(arguments.stage)
    known = _known(places, family.of(places, arguments.model))
    found = Cohort.of(known, arguments.without)
    told = (f"{arguments.model}: {len(found.members)} versions", *found.lines())
    data = {"family": arguments.model, "digest": found.digest, "apart": dict(found.apart)}
    data["cohort"] = [each["package"] for each in found.members]
    if not found.members:
        raise NotFound(f"{arguments.model}: no member has a version that can be approved so")
    if not arguments.digest:
        return Result((*told, f"nothing was decided; repeat with --digest {found.digest}"), data)
    _same(arguments, found)
    why = reason(arguments, found.digest)
    if not arguments.json:
        show(told)
    person, session = identity.caller_name(), identity.assumed(places["ApproverRoleArn"])
    with aws.calling_as(session):
        for each in found.members:
            registry.decide(each["package"], APPROVED, why)
    line = f"{arguments.model}: {len(found.members)} approved by {person}; each is checked now"
    return Result((line,), {**data, "by": person})


def check_alone(arguments: Any) -> None:
    """Refuse what is about a family, where a decision is about one model."""
    if arguments.digest or arguments.without:
        raise Refused("--digest and --except are about a family; say --cohort too")


def reason(arguments: Any, digest: str) -> str:
    """Return the reason with the digest, which the ledger then has of each."""
    whole = f"{arguments.reason} [cohort {arguments.model} {digest}]"
    for words in (arguments.reason, whole):
        if why := reasons.misfit(words):
            raise Refused(f"that needs a reason; {why}, with --reason")
    return whole


def _check(arguments: Any) -> None:
    """Refuse what is about one version."""
    if arguments.version:
        raise Refused(f"a family has no version {arguments.version}; leave it out with --cohort")
    if arguments.accept_loosened:
        raise Refused(
            "a version that loosens something is decided by itself; leave out --accept-loosened "
            "with --cohort"
        )


def _known(places: Mapping[str, str], names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield what is known of each member's newest version; of those that have one."""
    for name in names:
        try:
            yield facts.read(places, name, None)
        except NotFound:
            continue


def _same(arguments: Any, found: Cohort) -> None:
    """Refuse another digest than that of what waits now."""
    if arguments.digest != found.digest:
        raise Refused(
            f"--digest {arguments.digest} is not that of the versions that wait now, "
            f"{found.digest}; nothing was decided, read what is printed without it"
        )
