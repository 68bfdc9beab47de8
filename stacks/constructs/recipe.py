"""How does a compiled recipe become a pipeline? Its placeholders get the deployment's values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Fn
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from constructs import Construct

from factory.errors import InvalidSpec
from factory.layout.names import pipeline
from stacks.access.service_role import await_policy

PLACEHOLDER = re.compile(r"\$\{([^}!]+)\}")


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """A recipe as its compiler left it."""

    name: str
    definition: str
    """The pipeline's JSON, with placeholders such as `${WorkBucket}`."""
    code: Path
    """The folder that its jobs run, zipped."""


class Recipe(Construct):
    """The one pipeline that trains all models of a recipe, run by *role*."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        compiled: Compiled,
        role: iam.Role,
        values: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id_)
        body = Fn.sub(compiled.definition, _used(compiled, values))
        self.pipeline = sagemaker.CfnPipeline(
            self,
            "Pipeline",
            pipeline_name=pipeline(compiled.name),
            role_arn=role.role_arn,
            pipeline_definition={"PipelineDefinitionBody": body},
        )
        await_policy(self.pipeline, role)


def _used(compiled: Compiled, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values that the definition asks for; it may ask for no others."""
    asked = set(PLACEHOLDER.findall(compiled.definition))
    unknown = sorted(asked - set(values))
    if unknown:
        raise InvalidSpec(
            f"pipelines/{compiled.name}/pipeline.json: {', '.join(unknown)} is no placeholder; "
            f"choose from {', '.join(sorted(values))}"
        )
    return {name: values[name] for name in sorted(asked)}
