"""Is what is there now what was judged, registered and approved?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.gates import judge, passed, summary
from factory.layout.files import NO_CHAMPION
from factory.promotion.package import Package

LARGEST = 5 * 2**30
"""Bytes that S3 copies in one call (CopyObject in its API reference); its checksum is of all."""


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """The object that a package points at now, as S3 has measured it."""

    size: int
    """In bytes."""
    digest: str = ""
    """SHA-256 of the staged copy; empty when it is too large to be copied."""
    staged: str = ""
    """The URI of the copy, where promotion alone writes."""
    version: str = ""
    """Of the staged object."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What promotion found when it looked for itself; None is what is not there."""

    artifact: Artifact | None
    evidence: bytes | None
    baseline: bytes | None
    """What the gates measured of the training data."""
    registered: str
    """The ARN of the package that the run's own register step made; empty when it made none."""
    run_definition: str
    """The definition that the run executed."""
    deployed_definition: str
    """The definition that is deployed for the model's recipe."""
    champion: str
    """The digest of the version approved before this one, or `none`."""


def check(package: Package, model: Model, found: Found) -> None:
    """Raise Refused unless what is there now is what was judged, registered and approved."""
    _check_run(package, found)
    _check_artifact(package, found.artifact)
    evidence = _checked_evidence(package, found)
    _check_container(package, found)
    _check_judgement(package, model, found, evidence)
    _check_baseline(evidence, found.baseline)


def _check_run(package: Package, found: Found) -> None:
    if found.registered != package.arn:
        raise Refused(
            f"its run registered {found.registered or 'nothing'}, not {package.arn}; "
            "only the factory's pipeline registers packages"
        )
    # as values: white space does not count
    if json.loads(found.run_definition) != json.loads(found.deployed_definition):
        raise Refused(
            "the run used another pipeline definition than the deployed one; start a new run"
        )


def _check_artifact(package: Package, artifact: Artifact | None) -> None:
    if artifact is None:
        raise Refused(f"the artifact is gone: {package.containers[0]['ModelDataUrl']}")
    if artifact.size > LARGEST:
        raise Refused(
            f"the artifact has {artifact.size} bytes, S3 copies at most {LARGEST} in one call: "
            "let the recipe write a smaller one"
        )
    if artifact.digest != package.artifact:
        raise Refused(
            f"the artifact is {artifact.digest[:12]} now, registered was {package.artifact[:12]}: "
            "it was swapped after the gates"
        )


def _checked_evidence(package: Package, found: Found) -> Mapping[str, Any]:
    if found.evidence is None:
        raise Refused(f"there is no evidence of run {package.run}")
    digest = hashlib.sha256(found.evidence).hexdigest()
    if digest != package.evidence:
        raise Refused(
            f"the evidence is {digest[:12]} now, registered was {package.evidence[:12]}: "
            "it was changed after the gates"
        )
    evidence: Mapping[str, Any] = json.loads(found.evidence)
    if evidence.get("execution") != package.run:
        raise Refused(f"the evidence is of another run: {evidence.get('execution')}")
    return evidence


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


def _check_judgement(
    package: Package, model: Model, found: Found, evidence: Mapping[str, Any]
) -> None:
    """Judge the evidence again, and demand that it is about these bytes and today's champion."""
    verdicts = judge(evidence, model)
    if not passed(verdicts):
        raise Refused(f"judged again, {summary(verdicts)}")
    if evidence["artifact"]["gated"] != package.artifact:
        raise Refused("the gates judged another artifact than the one registered")
    compared = evidence["champion"].get("digest", NO_CHAMPION)
    if compared != found.champion:
        raise Refused(
            f"it was compared with champion {compared[:12]}, "
            f"today's is {found.champion[:12]}; start a new run"
        )


def _check_baseline(evidence: Mapping[str, Any], baseline: bytes | None) -> None:
    """Demand the baseline that the gates took from the artifact: promotion never opens one."""
    measured = str(evidence["baseline"].get("digest"))
    digest = "gone" if baseline is None else hashlib.sha256(baseline).hexdigest()
    if digest != measured:
        raise Refused(
            f"the baseline is {digest[:12]} now, the gates measured {measured[:12]}: "
            "it was changed after the gates"
        )
