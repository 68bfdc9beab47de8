"""Does a run read its verdicts from a property file, and register what they say?"""

from __future__ import annotations

from aws import registry
from cli.smoke import runs
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from cli.smoke.prices import Use

WANTED = {"answers": "a" * 64, "artifact": "b" * 64, "evidence": "c" * 64}


def check(bench: Bench) -> str:
    """Run one small job whose verdict is PASS, and read the package that came of it."""
    ended = runs.ran(bench, "pass")
    if ended["PipelineExecutionStatus"] != "Succeeded":
        raise Refuted(f"the run {ended['PipelineExecutionStatus']}: {runs.reasons(bench)}")
    step = runs.steps(bench).get("Register", {})
    arn = step.get("Metadata", {}).get("RegisterModel", {}).get("Arn")
    if not arn:
        raise Refuted("the run succeeded and registered nothing: passed is not `Equals true`")
    package = registry.package(arn)
    told = package.get("CustomerMetadataProperties", {})
    if wrong := sorted(name for name, value in WANTED.items() if told.get(name) != value):
        raise Refuted(f"of the package's metadata {wrong[0]} is {told.get(wrong[0])!r}")
    return f"{package['ModelApprovalStatus']}, with what JsonGet read of the property file"


BELIEF = Belief(
    id="S2",
    sentence="JsonGet reads a boolean and texts of a property file, in a condition and in Register",
    check=check,
    use=Use(instances=1, minutes=10),
    quotas=("SageMaker: ml.m5.large for processing job usage",),
    actions=(
        "iam:PassRole",
        "sagemaker:DescribeModelPackage",
        "sagemaker:DescribePipelineExecution",
        "sagemaker:ListPipelineExecutionSteps",
        "sagemaker:StartPipelineExecution",
        "sagemaker:StopPipelineExecution",
    ),
    failure=(
        "A run never registers, or registers without its digests, and `promote` refuses it. The "
        "reason of the step says what SageMaker made of the value. A job that cannot start says "
        "why: the image cannot be pulled, or a quota is zero."
    ),
)
