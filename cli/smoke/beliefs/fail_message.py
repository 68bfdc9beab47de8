"""Does a refused run say why, in the gates' words?"""

from __future__ import annotations

from cli.smoke import runs
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from cli.smoke.definitions import SAID
from cli.smoke.prices import Use


def check(bench: Bench) -> str:
    """Run one small job whose verdict is FAIL, and read the reason of the step Refuse."""
    ended = runs.ran(bench, "fail")
    said = str(runs.steps(bench).get("Refuse", {}).get("FailureReason", ""))
    if ended["PipelineExecutionStatus"] != "Failed" or SAID not in said:
        words = said or runs.reasons(bench)
        raise Refuted(f"the run {ended['PipelineExecutionStatus']}, and says: {words}")
    return said


BELIEF = Belief(
    id="S2b",
    sentence="a Fail step joins texts and JsonGet, and the code's zip is one file in its folder",
    check=check,
    use=Use(instances=1, minutes=10),
    quotas=("SageMaker: ml.m5.large for processing job usage",),
    actions=("sagemaker:ListPipelineExecutionSteps", "sagemaker:StartPipelineExecution"),
    after=("S2",),
    failure=(
        "A refused run does not say why. The verdicts are still in `EvidenceBucket`, and "
        "`factory review` shows them."
    ),
)
