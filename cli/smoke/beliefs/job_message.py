"""Does a failed job tell what its code wrote?"""

from __future__ import annotations

from cli.smoke import runs
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from cli.smoke.definitions import BROKE
from cli.smoke.prices import Use


def check(bench: Bench) -> str:
    """Run one small job that writes why it fails, and read that from SageMaker."""
    runs.ran(bench, "break")
    found = runs.job(bench)
    said = str(found.get("ExitMessage", ""))
    if BROKE not in said:
        raise Refuted(f"ExitMessage is {said!r}, FailureReason {found.get('FailureReason')!r}")
    return f"ExitMessage is {said!r}"


BELIEF = Belief(
    id="S2c",
    sentence="a processing job tells what its code wrote to /opt/ml/output/message",
    check=check,
    use=Use(instances=1, minutes=10),
    quotas=("SageMaker: ml.m5.large for processing job usage",),
    actions=("sagemaker:DescribeProcessingJob", "sagemaker:ListProcessingJobs"),
    after=("S2",),
    failure="Why a step failed stands in its log only: /aws/sagemaker/ProcessingJobs.",
)
