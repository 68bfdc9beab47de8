"""Does SageMaker tell of a run the definition that was deployed?"""

from __future__ import annotations

import json

import aws
from aws import runs
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench


def check(bench: Bench) -> str:
    """Compare the definition of this run's execution with that of its pipeline, as JSON."""
    if "execution" not in bench.made:
        raise Refuted("there is no run to ask about: S2 started none")
    name = bench.made["pipeline"]
    deployed = aws.sagemaker("describe_pipeline", name, PipelineName=name)["PipelineDefinition"]
    ran = runs.definition(bench.made["execution"])
    if json.loads(ran) != json.loads(deployed):
        raise Refuted(f"the run's definition has {len(ran)} characters, and is not the pipeline's")
    same = "byte for byte" if ran == deployed else "as JSON"
    return f"the run's definition is the pipeline's, {same}"


BELIEF = Belief(
    id="S9",
    sentence="the definition of an execution is that of its pipeline, as JSON",
    check=check,
    actions=("sagemaker:DescribePipelineDefinitionForExecution",),
    after=("S2",),
    failure=(
        "`promote` refuses every version, since the definition of its run is not the deployed one. "
        "See what SageMaker adds, and let `factory/training/seen.py` leave it out."
    ),
)
