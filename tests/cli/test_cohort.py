"""Are the waiting versions of a family approved at once only as they were shown?"""

import pytest

from cli import decide, status
from cli.main import parser
from factory.errors import NotFound, Refused
from tests.cli import fleet
from tests.cli.fleet import FAMILY, MEMBERS

REASON = ("--reason", "the gates passed, and I read the cards")


@pytest.fixture
def stage(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # of the role that is assumed
    with fleet.stage() as session:
        yield session


def approve(*words):
    return decide.run(parser().parse_args(["approve", FAMILY, *words, *REASON]))


def statuses(session, packages):
    client = session.client("sagemaker")
    found = (client.describe_model_package(ModelPackageName=each) for each in packages)
    return [each["ModelApprovalStatus"] for each in found]


def test_without_the_digest_nothing_is_decided_and_it_is_shown(stage):
    packages = [fleet.waits(stage, name) for name in MEMBERS]
    shown = approve("--cohort")
    assert shown.lines[-1] == f"nothing was decided; repeat with --digest {shown.data['digest']}"
    assert shown.data["cohort"] == packages
    assert set(statuses(stage, packages)) == {"PendingManualApproval"}


def test_with_the_digest_each_version_is_approved_with_the_reason_and_the_digest(stage):
    packages = [fleet.waits(stage, name) for name in MEMBERS]
    digest = approve("--cohort").data["digest"]
    approve("--cohort", "--digest", digest)
    assert set(statuses(stage, packages)) == {"Approved"}
    told = stage.client("sagemaker").describe_model_package(ModelPackageName=packages[0])
    assert told["ApprovalDescription"] == f"{REASON[1]} [cohort {FAMILY} {digest}]"
    with pytest.raises(NotFound, match="no member has a version that can be approved so"):
        approve("--cohort")


def test_exceptions_and_what_did_not_pass_are_left_to_wait(stage):
    first, second, third = MEMBERS
    packages = [
        fleet.waits(stage, first),
        fleet.waits(stage, second),
        fleet.waits(stage, third, gate="fairness"),
    ]
    shown = approve("--cohort", "--except", second)
    assert shown.data["apart"] == {second: "excepted", third: "fairness is FAIL"}
    approve("--cohort", "--except", second, "--digest", shown.data["digest"])
    assert statuses(stage, packages) == ["Approved", *["PendingManualApproval"] * 2]


def test_code_of_a_builders_own_is_decided_by_itself(stage):
    fleet.waits(stage, MEMBERS[0])
    fleet.waits(stage, MEMBERS[1], own=False)
    assert "code that is not the recipe's" in approve("--cohort").data["apart"][MEMBERS[1]]


def test_a_version_that_came_after_it_was_shown_is_not_approved(stage):
    first = fleet.waits(stage, MEMBERS[0])
    digest = approve("--cohort").data["digest"]
    second = fleet.waits(stage, MEMBERS[1])
    with pytest.raises(Refused, match="is not that of the versions that wait now"):
        approve("--cohort", "--digest", digest)
    assert statuses(stage, [first, second]) == ["PendingManualApproval"] * 2


@pytest.mark.parametrize(
    ("words", "kind", "refusal"),
    [
        (("--cohort", "--except", "income"), NotFound, "income: no version of it waits"),
        (("1", "--cohort"), Refused, "a family has no version"),
        (("--cohort", "--accept-loosened", "abc"), Refused, "is decided by itself"),
        (("--digest", "abc"), Refused, "say --cohort too"),
    ],
)
def test_what_does_not_fit_a_family_is_refused(stage, words, kind, refusal):
    fleet.waits(stage, MEMBERS[0])
    with pytest.raises(kind, match=refusal):
        approve(*words)


def test_a_model_is_no_family(stage):
    with pytest.raises(NotFound, match="income is no family"):
        decide.run(parser().parse_args(["approve", "income", "--cohort", *REASON]))


def test_the_status_of_a_family_says_how_many_are_how_far(stage):
    first, second, third = MEMBERS
    fleet.waits(stage, first)
    fleet.refused(stage, second, "fairness")
    found = status.run(parser().parse_args(["status", FAMILY]))
    assert found.lines[1:] == (
        f"family {FAMILY}: 3 members",
        "  serve:     0",
        f"  wait:      1 ({first})",
        f"  refused:   1 ({second}); by fairness 1",
        f"  no data:   1 ({third})",
        f'  next: factory approve {FAMILY} --cohort --reason "..."',
    )
