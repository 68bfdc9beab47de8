"""How does a compiled recipe become a pipeline? Its placeholders get the deployment's values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from aws_cdk import CfnResource, Fn
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from factory.errors import InvalidSpec
from factory.given import Network
from factory.layout.names import pipeline
from factory.training.placeholders import PATTERN, duty_of, image_of
from stacks.access.service_role import await_policy


@dataclass(frozen=True, kw_only=True)
class Job:
    """What one step of a definition asks for."""

    step: str
    duty: str
    """As whom it works."""
    image: str
    """The name of the image that it runs in."""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A recipe as its compiler left it."""

    name: str
    definition: str
    """The pipeline's JSON, with placeholders such as `${WorkBucket}`."""
    code: Path
    """The folder that its jobs run, zipped."""

    @property
    def file(self) -> str:
        """Return where the definition is, for errors."""
        return f"pipelines/{self.name}/pipeline.json"

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Return what each step asks for that runs as a role; InvalidSpec when one names its own.

        Roles and addresses of images are the deployment's to give: a definition that brings them
        would run as whom and in what nobody granted.
        """
        return tuple(self._job(step) for step in _steps(json.loads(self.definition)["Steps"]))

    def within(self, network: Network | None) -> Self:
        """Return the recipe with its jobs in *network*, of which none can use more than that.

        Without one it stays as it was compiled, byte for byte.
        """
        if network is None:
            return self
        definition = json.loads(self.definition)
        for step in _steps(definition["Steps"]):
            arguments = step["Arguments"]
            arguments.get("NetworkConfig", arguments)["VpcConfig"] = network.config
        text = json.dumps(definition, indent=2, sort_keys=True, ensure_ascii=False)
        return replace(self, definition=f"{text}\n")

    def _job(self, step: Mapping[str, Any]) -> Job:
        name, arguments = step["Name"], step["Arguments"]
        processing = arguments.get("AppSpecification", {}).get("ImageUri")
        address = processing or arguments.get("AlgorithmSpecification", {}).get("TrainingImage", "")
        duty, image = duty_of(arguments["RoleArn"]), image_of(address)
        if duty is None or image is None:
            asked = arguments["RoleArn"] if duty is None else address
            raise InvalidSpec(
                f"{self.file}: step {name!r} asks for {asked!r}; ask for a placeholder like "
                f"${{{'PrepareRoleArn' if duty is None else 'ScikitLearnImage'}}}"
            )
        return Job(step=name, duty=duty, image=image)


class Recipe(Construct):
    """The one pipeline that trains all models of a recipe in *stage*, run by *role*."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        compiled: Compiled,
        role: iam.Role,
        stage: str,
        values: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        self.name, self._role = compiled.name, role
        used = _used(compiled, values)
        body = Fn.sub(compiled.definition, used)
        self.made_of = {"definition": _digest(compiled.definition), **used}
        """What the definition is made of: when none of it changes, the definition does not."""
        self.pipeline = sagemaker.CfnPipeline(
            self,
            "Pipeline",
            pipeline_name=pipeline(stage, compiled.name),
            role_arn=role.role_arn,
            pipeline_definition={"PipelineDefinitionBody": body},
        )
        await_policy(self.pipeline, role)

    def await_code(self, code: CfnResource) -> None:
        """Let the pipeline be made, and changed, only when *code* is where its jobs fetch it."""
        await_policy(self.pipeline, self._role, code)


def _steps(steps: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the steps that run as a role, also those in a branch."""
    for step in steps:
        arguments = step["Arguments"]
        if "RoleArn" in arguments:
            yield step
        for branch in ("IfSteps", "ElseSteps"):
            yield from _steps(arguments.get(branch, []))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _used(compiled: Compiled, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that the definition asks for; it may ask for no others."""
    asked = set(PATTERN.findall(compiled.definition))
    unknown = sorted(asked - set(values))
    if unknown:
        raise InvalidSpec(
            f"{compiled.file}: {', '.join(unknown)} is not a placeholder; "
            f"choose from {', '.join(sorted(values))}"
        )
    return {name: values[name] for name in sorted(asked)}
