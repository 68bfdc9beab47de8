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


def test_all_other_roles_are_for_one_service_each(dev):
    services = {
        name: role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"].get("Service")
        for name, role in dev.all("AWS::IAM::Role").items()
        if name not in PEOPLE
    }
    machines = {n for n, service in services.items() if service == "sagemaker.amazonaws.com"}
    assert machines == {
        "StepsPrepareRole",
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
