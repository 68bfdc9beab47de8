"""Does an approval hold? Who built, who approved, and what exactly was approved."""

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
from factory.promotion.package import Approved

WITHDRAWN = "refused by the factory: "
"""What the registry says, before the reason, of an approval that did not hold."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What promote found when it looked for itself."""

    artifact: str
    """The digest of the bytes that lie there now."""
    evidence: bytes
    """The evidence document that lies there now."""
    registered: str
    """The ARN of the package that the run's own register step made; empty when it made none."""
    run_definition: str
    """The definition that the run executed."""
    deployed_definition: str
    """The definition that is deployed for the model's recipe."""
    champion: str
    """The digest of the version approved before this one, or `none`."""


def check(approved: Approved, found: Found, model: Model) -> None:
    """Raise Refused, with the reason, unless the approval holds."""
    check_people(approved, model)
    _check_bytes(approved, found)
    _check_container(approved, found)
    _check_evidence(approved, found, model)


def check_people(approved: Approved, model: Model) -> None:
    """Raise Refused unless somebody independent of the builders approved, and said why."""
    if not approved.approver:
        raise Refused("nobody known approved it: the approving session has no source identity")
    if not model.builders:
        raise Refused("the builders are unknown, so nobody can be independent of them")
    if approved.approver in model.builders:
        raise Refused(
            f"{approved.approver} builds {model.name} and may not approve it; "
            "somebody who does not build it must"
        )
    if not approved.reason.strip() or approved.reason.startswith(WITHDRAWN):
        raise Refused("the approval gives no reason; approve again and say why")
    if model.retired:
        raise Refused(f"{model.name} is retired")


def _check_bytes(approved: Approved, found: Found) -> None:
    if found.registered != approved.package:
        raise Refused(
            f"its run registered {found.registered or 'nothing'}, not {approved.package}; "
            "only the factory's pipeline registers packages"
        )
    if found.artifact != approved.artifact:
        raise Refused(
            f"the artifact is {found.artifact[:12]} now, registered was {approved.artifact[:12]}: "
            "it was swapped after the gates"
        )
    digest = hashlib.sha256(found.evidence).hexdigest()
    if digest != approved.evidence:
        raise Refused(
            f"the evidence is {digest[:12]} now, registered was {approved.evidence[:12]}: "
            "it was changed after the gates"
        )
    if _same(found.run_definition) != _same(found.deployed_definition):
        raise Refused(
            "the run used another pipeline definition than the deployed one; start a new run"
        )


def _check_container(approved: Approved, found: Found) -> None:
    """Compare image and environment with what the run's definition registers.

    Whoever may set an approval may change these in the same call, and they decide what code runs.
    """
    registered = [_served(c) for c in _registered_containers(json.loads(found.run_definition))]
    if [_served(c) for c in approved.containers] != registered:
        raise Refused(
            "the package's image or environment is not what its run registered: "
            "it was changed after the gates"
        )


def _served(container: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return what promote takes from a container, besides the bytes that it hashes."""
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


def _check_evidence(approved: Approved, found: Found, model: Model) -> None:
    evidence = json.loads(found.evidence)
    if evidence.get("execution") != approved.run:
        raise Refused(f"the evidence is of another run: {evidence.get('execution')}")
    verdicts = judge(evidence, model)
    if not passed(verdicts):
        raise Refused(f"judged again, {summary(verdicts)}")
    if evidence["artifact"]["gated"] != found.artifact:
        raise Refused("the gates judged another artifact than the one registered")
    compared = evidence["champion"].get("digest", NO_CHAMPION)
    if compared != found.champion:
        raise Refused(
            f"it was compared with champion {compared[:12]}, "
            f"today's is {found.champion[:12]}; start a new run"
        )


def _same(definition: str) -> Any:
    """Return a definition as a value, so that white space does not count."""
    return json.loads(definition)
