"""What did a run register, and what was so of it then? Written down once, when it has succeeded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from factory.catalogue import document
from factory.training.seen import Seen

SUCCEEDED = "Succeeded"
"""How SageMaker says that all steps of a run have ended well: it can no longer be retried."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """The version that a run has registered, as the one function that hears of all runs saw it.

    Promotion decides from it, in whatever account: it asks SageMaker about no run.
    """

    package: str
    """The ARN that the run's own register step made; a package cannot claim a run itself."""
    containers: tuple[Mapping[str, Any], ...]
    """The image and the environment of each container, as the run's definition registers them."""
    seen: Seen
    """What SageMaker said of the run when it had ended."""

    @property
    def execution(self) -> str:
        """Return the ARN of the run."""
        return self.seen.execution

    def body(self) -> bytes:
        """Return the record: canonical JSON."""
        return document.canonical(asdict(self)).encode()

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Read the record."""
        raw = json.loads(body)
        containers, seen = tuple(raw["containers"]), Seen.parsed(raw["seen"])
        return cls(package=raw["package"], containers=containers, seen=seen)


def registered(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return the package that the *steps* of a run have made; empty when they made none."""
    made = (step.get("Metadata", {}).get("RegisterModel", {}).get("Arn") for step in steps)
    return next(filter(None, made), "")


def containers(definition: str) -> tuple[Mapping[str, Any], ...]:
    """Return the containers of a definition's register steps, also of those in a branch.

    Of each what promotion takes from it, besides the bytes that S3 measures.
    """
    return tuple(map(served, _registered(json.loads(definition))))


def served(container: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what of a container decides which code runs."""
    return {
        "Image": container.get("Image"),
        "Environment": dict(container.get("Environment") or {}),
    }


def _registered(definition: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    steps = list(definition["Steps"])
    while steps:
        step = steps.pop()
        arguments = step["Arguments"]
        steps += [*arguments.get("IfSteps", []), *arguments.get("ElseSteps", [])]
        if step["Type"] == "RegisterModel":
            yield from arguments["InferenceSpecification"]["Containers"]
