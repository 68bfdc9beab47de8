"""Can builders approve their own models? No: neither IAM nor the promote function allows it."""

from __future__ import annotations

from demo.runner import Step, Unexpected
from demo.session import Session
from demo.training import ENDPOINT, MODEL
from factory.events.model import ApprovalRefused, ModelDeployed
from factory.events.people import ModelApproved
from factory.exit_code import ExitCode


def _status(session: Session) -> str:
    listed = session.aws("sagemaker").list_model_packages(ModelPackageGroupName=ENDPOINT)
    return str(listed["ModelPackageSummaryList"][0]["ModelApprovalStatus"])


def _by_iam(session: Session) -> str:
    code, answer = session.factory("ada", "approve", MODEL, "1", "--reason", "it is mine")
    denied = code == ExitCode.ERROR and "sts:AssumeRole" in answer["error"]
    if not denied or _status(session) != "PendingManualApproval":
        raise Unexpected(f"exit code {code}: {answer}; the package is {_status(session)}")
    return str(answer["error"])


def _by_promote(session: Session) -> str:
    code, answer = session.factory("alan", "approve", MODEL, "1", "--reason", "it is mine")
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    session.cloud.settle()
    refused = session.events(ApprovalRefused)
    if not refused or _status(session) != "Rejected":
        raise Unexpected(f"the package is {_status(session)}")
    return f"{refused[0]['subject']}: {refused[0]['reason']}"


def _independent(session: Session) -> str:
    arguments = ("approve", MODEL, "1", "--reason", "gates passed; I have read the model card")
    code, answer = session.factory("grace", *arguments)
    if code != ExitCode.OK:
        raise Unexpected(f"exit code {code}: {answer}")
    session.cloud.settle()
    deployed = session.events(ModelDeployed)
    approved = session.events(ModelApproved)
    if not (approved and deployed):
        raise Unexpected(f"not deployed; refused: {session.events(ApprovalRefused)[1:]}")
    first = approved[0]
    approval = f"{first['actor']} approved {first['subject']}: {first['reason']}"
    return f"{approval}\n{deployed[0]['reason']}"


BY_IAM = Step(
    title="A builder tries to approve her own model",
    expected="ada builds income and may not assume the approver role: IAM denies it",
    act=_by_iam,
)
BY_PROMOTE = Step(
    title="An approver tries to approve a model that he builds",
    expected="alan may approve, but he builds income: promote refuses and rejects the version",
    act=_by_promote,
)
INDEPENDENT = Step(
    title="An independent approver approves",
    expected="grace approves; promote checks everything again; the approved artifact serves",
    act=_independent,
)
