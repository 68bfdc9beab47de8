import json

import pytest

from localcloud.iam.policy import Effect, Principal, evaluate

OPERATOR = "CommandingOperatorRole"
PEOPLE = ("ApproverRole", "AuditorRole", "BuilderRole", OPERATOR)
USER = "arn:aws:iam::123456789012:user/ada"


def admits(world, role, action, context):
    trust = world.all("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]
    who = Principal(names=frozenset({USER}), account="123456789012")
    arn = f"arn:aws:iam::123456789012:role/{role}"
    return evaluate([trust], action, arn, context, who) is Effect.DELEGATED


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:SetSourceIdentity"])
def test_a_person_is_admitted_under_their_own_name_only(dev, role, action):
    ada = {"aws:username": "ada", "sts:rolesessionname": "ada"}
    assert admits(dev, role, action, {**ada, "sts:sourceidentity": "ada"})
    assert not admits(dev, role, action, {**ada, "sts:sourceidentity": "grace"})
    assert not admits(dev, role, action, ada)


@pytest.mark.parametrize("role", PEOPLE)
def test_a_session_hands_on_the_identity_that_it_has(dev, role):
    session = {"aws:sourceidentity": "grace", "sts:rolesessionname": "grace"}
    assert admits(dev, role, "sts:AssumeRole", {**session, "sts:sourceidentity": "grace"})
    assert not admits(dev, role, "sts:AssumeRole", {**session, "sts:sourceidentity": "ada"})
    assert not admits(dev, role, "sts:AssumeRole", {"sts:sourceidentity": "grace"})


@pytest.mark.parametrize("role", [OPERATOR, "BuilderRole"])
def test_the_session_of_who_commands_has_their_name(dev, role):
    grace = {"sts:sourceidentity": "grace", "sts:rolesessionname": "grace"}
    for known in ("aws:username", "aws:sourceidentity"):
        assert admits(dev, role, "sts:AssumeRole", {**grace, known: "grace"})
        alias = {**grace, known: "grace", "sts:rolesessionname": "alan"}
        assert not admits(dev, role, "sts:AssumeRole", alias)


CENTER_ROLES = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com"
CENTER = {
    "aws:principalarn": f"{CENTER_ROLES}/AWSReservedSSO_A_1",
    "aws:userid": "AROA1:grace@corp.example",
    "sts:sourceidentity": "grace@corp.example",
    "sts:rolesessionname": "grace@corp.example",
}
"""A session that IAM Identity Center opened, and what it asks for."""


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:SetSourceIdentity"])
def test_who_comes_from_identity_center_is_admitted_by_the_name_that_it_gave(dev, role, action):
    assert admits(dev, role, action, CENTER)
    for key, other in (
        ("sts:sourceidentity", "ada"),
        ("sts:sourceidentity", "corp.example"),
        ("aws:userid", "AROA1:ada"),
        ("aws:principalarn", "arn:aws:iam::123456789012:role/AWSReservedSSO_A_1"),
        ("aws:principalarn", CENTER["aws:principalarn"].replace("123456789012", "222222222222")),
    ):
        assert not admits(dev, role, action, {**CENTER, key: other})


@pytest.mark.parametrize("role", [OPERATOR, "BuilderRole"])
def test_the_session_of_who_comes_from_there_has_their_name_too(dev, role):
    assert not admits(dev, role, "sts:AssumeRole", {**CENTER, "sts:rolesessionname": "ada"})


@pytest.mark.parametrize("role", PEOPLE)
def test_a_trust_is_no_longer_than_iam_takes(dev, role):
    """2,048 characters, without blanks: IAM and AWS STS quotas."""
    trust = dev.all("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]
    assert len(json.dumps(trust, separators=(",", ":"))) <= 2048


def test_all_other_roles_are_for_one_service_each(dev):
    services = {
        name: role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"].get("Service")
        for name, role in dev.all("AWS::IAM::Role").items()
        if name not in PEOPLE
    }
    machines = {n for n, service in services.items() if service == "sagemaker.amazonaws.com"}
    assert machines == {
        "StepsPrepareRole",
        "StepsChampionRole",
        "StepsTrainRole",
        "StepsEvaluateRole",
        "StepsGatesRole",
        "StepsPipeline",
        "ServingRole",
    }
    assert {s for n, s in services.items() if n not in machines} == {"lambda.amazonaws.com"}


def test_alarms_can_use_the_key_and_the_topic_of_their_own_account_only(dev):
    documents = [
        *(k["KeyPolicy"] for k in dev.all("AWS::KMS::Key").values()),
        *(p["PolicyDocument"] for p in dev.all("AWS::SNS::TopicPolicy").values()),
    ]
    statements = [
        s
        for document in documents
        for s in document["Statement"]
        if s["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]
    assert len(statements) == 2
    same = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert all(s["Condition"] == same for s in statements)


def test_the_key_is_rotated(dev):
    assert [k["EnableKeyRotation"] for k in dev.all("AWS::KMS::Key").values()] == [True]
