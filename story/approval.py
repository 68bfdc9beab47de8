"""Can anybody approve their own work? Not by IAM, and not inside an approver's role."""

from __future__ import annotations

from factory.events.model import ApprovalRefused, ModelDeployed
from factory.events.people import ModelApproved
from factory.exit_code import ExitCode
from story.runner import Chapter, Unexpected
from story.session import Life
from story.training import MODEL


def _status(life: Life) -> str:
    listed = life.aws("sagemaker").list_model_packages(ModelPackageGroupName=MODEL)
    return str(listed["ModelPackageSummaryList"][0]["ModelApprovalStatus"])


def _by_iam(life: Life) -> str:
    code, answer = life.factory("ada", "approve", MODEL, "1", "--reason", "it is mine")
    stopped = code == ExitCode.ERROR and "sts:AssumeRole" in answer["error"]
    if not stopped or _status(life) != "PendingManualApproval":
        raise Unexpected(f"exit code {code}: {answer}; the package is {_status(life)}")
    return str(answer["error"])


def _by_promote(life: Life) -> str:
    code, answer = life.factory("alan", "approve", MODEL, "1", "--reason", "it is mine")
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    life.standing.cloud.settle()
    refused = life.events(ApprovalRefused)
    if not refused or _status(life) != "Rejected":
        raise Unexpected(f"the package is {_status(life)}")
    return f"{refused[0]['subject']}: {refused[0]['reason']}"


def _independent(life: Life) -> str:
    words = ("approve", MODEL, "1", "--reason", "gates passed; the card says what it means")
    code, answer = life.factory("grace", *words)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    life.standing.cloud.settle()
    deployed = life.events(ModelDeployed)
    approved = life.events(ModelApproved)
    if not (approved and deployed):
        raise Unexpected(f"not deployed; refused: {life.events(ApprovalRefused)[1:]}")
    who = approved[0]
    return f"{who['actor']} approved {who['subject']}: {who['reason']}\n{deployed[0]['reason']}"


BY_IAM = Chapter(
    title="A builder approves her own model",
    expected="ada builds income and has no approver's role: IAM refuses",
    act=_by_iam,
)
BY_PROMOTE = Chapter(
    title="A builder approves his own model as an approver",
    expected="alan may approve, but builds income: promote refuses and withdraws the approval",
    act=_by_promote,
)
INDEPENDENT = Chapter(
    title="Somebody independent approves",
    expected="grace approves; promote checks it all again; the approved bytes serve",
    act=_independent,
)
