"""Who is somebody that IAM Identity Center lets in? Who it says, and nobody else."""

import pytest
from botocore.exceptions import ClientError

from tests.life import identity_center, people
from tests.life.approvals import decide, refusal
from tests.life.identity_center import signed_in, take

DUTIES = ("Approver", "Auditor", "Builder", "Operator")
GRACE = "Grace.H@corp.example"


@pytest.fixture(scope="module")
def center(session):
    return identity_center.permission_set(session)


@pytest.fixture(scope="module")
def grace(session, center):
    return signed_in(session, center, GRACE)


def who(taken):
    return taken.client("sts").get_caller_identity()["Arn"].rsplit("/", 1)[-1]


@pytest.mark.parametrize("duty", DUTIES)
def test_who_signed_in_acts_as_themselves(session, grace, duty):
    assert who(take(session, grace, duty, claims=GRACE)) == GRACE


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize("other", ["ada", "H@corp.example", "xGrace.H@corp.example", GRACE.lower()])
def test_and_as_nobody_else(session, grace, duty, other):
    """Not by a part of their name either, nor by another spelling."""
    people.denied(lambda: take(session, grace, duty, claims=other))


@pytest.mark.parametrize("duty", ["Builder", "Operator"])
def test_nor_by_another_name_of_the_session(session, grace, duty):
    people.denied(lambda: take(session, grace, duty, claims=GRACE, named="ada"))


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize(
    "path", ["/", "/sso.amazonaws.com/", "/mine/aws-reserved/sso.amazonaws.com/"]
)
def test_a_role_that_is_only_called_like_one_of_the_center_is_none(session, duty, path):
    """Who assumes an ordinary role names the session as they like."""
    name = f"AWSReservedSSO_{duty}{len(path)}"
    false = identity_center.permission_set(session, path, name)
    liar = signed_in(session, false, "grace")
    people.denied(lambda: take(session, liar, duty, claims="grace"))


def test_nobody_makes_a_role_on_the_path_of_the_center(grace):
    with pytest.raises(ClientError, match="only modifiable by AWS"):
        grace.client("iam").create_role(
            Path=identity_center.PATH,
            RoleName="AWSReservedSSO_Mine",
            AssumeRolePolicyDocument=identity_center.document(identity_center.ANYBODY),
        )


@pytest.mark.parametrize("role", ["own", "another"])
def test_nobody_opens_a_session_of_such_a_role_by_themselves(session, center, grace, role):
    """An administrator of the account changes its trust no more than anybody else."""
    opener = grace if role == "own" else people.as_themselves(session, "grace")
    people.denied(lambda: signed_in(session, center, "ada", opener))
    with pytest.raises(ClientError, match="only modifiable by AWS"):
        grace.client("iam").update_assume_role_policy(
            RoleName=identity_center.ROLE,
            PolicyDocument=identity_center.document(identity_center.ANYBODY),
        )


def approving(session, person, package, reason):
    taken = take(session, person, "Approver", claims=who(person))
    taken.client("sagemaker").update_model_package(
        ModelPackageArn=package, ModelApprovalStatus="Approved", ApprovalDescription=reason
    )


@pytest.mark.parametrize("name", ["Alan@corp.example", "a.l.a.n"])
def test_a_builder_approves_under_no_spelling_of_the_center_either(session, runs, center, name):
    package, alan = runs["twin"].package, signed_in(session, center, name)
    words = refusal(session, package, lambda: approving(session, alan, package, "mine"))
    assert words.startswith(f"{name} is taken for alan, who builds income, and may not approve")


def test_the_registry_knows_who_of_the_center_decided(session, runs, grace):
    """It is what promote goes by."""
    package = runs["twin"].package
    approving(session, grace, package, "I read the card")
    found = session.aws("sagemaker").describe_model_package(ModelPackageName=package)
    assert found["LastModifiedBy"]["IamIdentity"]["SourceIdentity"] == GRACE
    decide(session, "grace", package, "for the tests only", status="Rejected")
    session.cloud.settle()
