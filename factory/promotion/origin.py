"""Was a package made by a run of the factory's own pipeline, and is it what that run registered?"""

from __future__ import annotations

from factory.catalogue.definition import Definition
from factory.errors import Refused
from factory.promotion.found import Found
from factory.promotion.package import Package
from factory.training.registration import Registration, served


def check(package: Package, found: Found) -> None:
    """Raise Refused unless a run that was allowed to has registered the package as it is."""
    registration = registered(package, found)
    _check_definition(registration, found.definition)
    _check_container(package, registration)


def registered(package: Package, found: Found) -> Registration:
    """Return what was written down of the package's run; Refused if it registered another one."""
    record = found.registration
    if record is None:
        raise Refused(
            f"its run registered nothing that is written down, not {package.arn} either; only the "
            "factory's pipeline registers packages; approve one when model.registered is told of it"
        )
    if record.execution != package.run:
        raise Refused(f"what is written down of its run is of another run: {record.execution}")
    if record.package != package.arn:
        raise Refused(
            f"its run registered {record.package}, not {package.arn}; "
            "only the factory's pipeline registers packages"
        )
    return record


def _check_definition(registration: Registration, definition: Definition | None) -> None:
    """Demand a definition that a deploy had brought when the run began, and nobody has revoked.

    That another one is deployed by now is no reason to refuse what this one has judged.
    """
    seen = registration.seen
    if definition is None or not definition.in_force_at(seen.began):
        raise Refused(
            f"its run began at {seen.began} with pipeline definition {seen.definition[:12]}, which "
            "no deploy had in force then; start a new run"
        )
    check_revoked(definition)


def check_revoked(definition: Definition | None) -> None:
    """Raise Refused when a person has revoked the definition that a run used."""
    if definition and definition.revoked:
        by, reason = definition.revoked["by"], definition.revoked["reason"]
        raise Refused(
            f"its run used pipeline definition {definition.digest[:12]}, which "
            f"{by.split('/', 1)[-1]} has revoked: {reason}; start a new run"
        )


def _check_container(package: Package, registration: Registration) -> None:
    """Compare image and environment with what the run's definition registers.

    Whoever may set an approval may change these in the same call, and they decide what code runs.
    """
    if tuple(map(served, package.containers)) != registration.containers:
        raise Refused(
            "the package's image or environment is not what its run registered: "
            "it was changed after the gates"
        )
