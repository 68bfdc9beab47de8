"""Does SageMaker take the pipeline's definition?"""

from __future__ import annotations

import aws
from cli.smoke import runs
from cli.smoke.belief import Belief
from cli.smoke.bench import Bench


def check(bench: Bench) -> str:
    """Create a copy of every recipe's pipeline, of which none is started."""
    return "; ".join(_copied(bench, recipe) for recipe in bench.recipes)


def _copied(bench: Bench, recipe: str) -> str:
    found = aws.sagemaker("describe_pipeline", recipe, PipelineName=recipe)
    name = bench.name(recipe.rsplit("-", 1)[-1])
    runs.create(bench, name, definition=found["PipelineDefinition"], role=found["RoleArn"])
    again = aws.sagemaker("describe_pipeline", name, PipelineName=name)
    return f"a copy of {recipe} is {again['PipelineStatus']}"


BELIEF = Belief(
    id="S1",
    sentence="SageMaker accepts pipeline.json as it stands",
    check=check,
    actions=(
        "sagemaker:AddTags",
        "sagemaker:CreatePipeline",
        "sagemaker:DeletePipeline",
        "sagemaker:DescribePipeline",
        "sagemaker:ListPipelineExecutions",
        "iam:PassRole",
        "cloudformation:DescribeStacks",
        "cloudformation:ListStackResources",
    ),
    failure=(
        "SageMaker names the member of a step that it does not take. Where that is a member of "
        "Register, leave it out of `pipelines/standard.py` and let `promote` read the value from "
        "the evidence. No run can start before that."
    ),
)
