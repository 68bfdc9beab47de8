"""Was a package made by a run of the factory's own pipeline, and is it what that run registered?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from factory.catalogue.definition import Definition
from factory.catalogue.definition import digest as digest_of
from factory.errors import Refused
from factory.promotion.found import Found
from factory.promotion.package import Package


def check(package: Package, found: Found) -> None:
    """Raise Refused unless a run that was allowed to has registered the package as it is."""
    _check_run(package, found)
    _check_definition(found)
    _check_container(package, found)


def _check_run(package: Package, found: Found) -> None:
    if found.registered != package.arn:
        raise Refused(
            f"its run registered {found.registered or 'nothing'}, not {package.arn}; "
            "only the factory's pipeline registers packages"
        )


def _check_definition(found: Found) -> None:
    """Demand a definition that a deploy had brought when the run began, and nobody has revoked.

    That another one is deployed by now is no reason to refuse what this one has judged.
    """
    if found.definition is None or not found.definition.in_force_at(found.seen.began):
        raise Refused(
            f"its run began at {found.seen.began} with pipeline definition "
            f"{digest_of(found.run_definition)[:12]}, which no deploy had in force then; "
            "start a new run"
        )
    check_revoked(found.definition)


def check_revoked(definition: Definition | None) -> None:
    """Raise Refused when a person has revoked the definition that a run used."""
    if definition and definition.revoked:
        by, reason = definition.revoked["by"], definition.revoked["reason"]
        raise Refused(
            f"its run used pipeline definition {definition.digest[:12]}, which "
            f"{by.split('/', 1)[-1]} has revoked: {reason}; start a new run"
        )


def _check_container(package: Package, found: Found) -> None:
    """Compare image and environment with what the run's definition registers.

    Whoever may set an approval may change these in the same call, and they decide what code runs.
    """
    registered = [_served(c) for c in _registered_containers(json.loads(found.run_definition))]
    if [_served(c) for c in package.containers] != registered:
        raise Refused(
            "the package's image or environment is not what its run registered: "
            "it was changed after the gates"
        )


def _served(container: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what promotion takes from a container, besides the bytes that S3 measures."""
    return container.get("Image"), container.get("Environment", {})


def _registered_containers(definition: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the containers of the definition's register steps, also of those in a branch."""
    found: list[Mapping[str, Any]] = []
    steps = list(definition["Steps"])
    while steps:
        step = steps.pop()
        arguments = step["Arguments"]
        steps += [*arguments.get("IfSteps", []), *arguments.get("ElseSteps", [])]
        if step["Type"] == "RegisterModel":
            found += arguments["InferenceSpecification"]["Containers"]
    return found
