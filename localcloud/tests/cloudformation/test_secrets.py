"""A stack's secrets: what is in them, who may read it in a template, and when it changes."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


def secret(**properties):
    return {"Type": "AWS::SecretsManager::Secret", "Properties": properties}


def parameter(value):
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


@pytest.fixture
def read(cloud):
    def value(stack, name="Secret"):
        held = cloud.aws("secretsmanager").get_secret_value(SecretId=stack[name])
        return held.get("SecretString")

    return value


TEMPLATE = {
    "SecretStringTemplate": json.dumps({"user": "admin"}),
    "GenerateStringKey": "password",
    "PasswordLength": "20",
    "ExcludePunctuation": True,
}


def test_a_password_is_made_into_a_template(cloud, build, read):
    stack = build({"Secret": secret(GenerateSecretString=TEMPLATE, Description="of the database")})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    held = json.loads(read(stack))
    assert held["user"] == "admin"
    assert len(held["password"]) == 20
    assert held["password"].isalnum()
    told = cloud.aws("secretsmanager").describe_secret(SecretId=stack["Secret"])
    assert told["Description"] == "of the database"
    assert stack["Secret"].startswith("arn:aws:secretsmanager:us-east-1:123456789012:secret:")


def test_a_value_changes_with_its_template_alone(build, read):
    stack = build({"Secret": secret(GenerateSecretString=TEMPLATE)})
    arn, before = stack["Secret"], read(stack)
    stack.update({"Secret": secret(GenerateSecretString=TEMPLATE, Description="new")})
    assert (stack["Secret"], read(stack)) == (arn, before)
    longer = {**TEMPLATE, "PasswordLength": 30}
    stack.update({"Secret": secret(GenerateSecretString=longer)})
    assert len(json.loads(read(stack))["password"]) == 30
    stack.update({"Secret": secret(SecretString="plain")})
    assert (stack["Secret"], read(stack)) == (arn, "plain")


def test_another_name_is_another_secret_and_a_deleted_one_frees_its_name(cloud, build):
    stack = build({"Secret": secret(Name="one", SecretString="a")})
    stack.update({"Secret": secret(Name="two", SecretString="a")})
    client = cloud.aws("secretsmanager")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        client.describe_secret(SecretId="one")
    stack.delete()
    assert build({"Secret": secret(Name="two", SecretString="b")}).status == "CREATE_COMPLETE"


def test_a_failing_stack_takes_its_secret_back(cloud, build):
    bad = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 100000}, "DependsOn": "Secret"}
    stack = build({"Secret": secret(Name="rolled", SecretString="a"), "Bad": bad})
    assert stack.status == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="ResourceNotFound"):
        cloud.aws("secretsmanager").describe_secret(SecretId="rolled")


def test_tags_change_in_place(cloud, build):
    def tagged(value):
        return secret(SecretString="a", Tags=[{"Key": "team", "Value": value}])

    stack = build({"Secret": tagged("a")})
    arn = stack["Secret"]
    stack.update({"Secret": tagged("b")})
    assert stack["Secret"] == arn
    told = cloud.aws("secretsmanager").describe_secret(SecretId=arn)["Tags"]
    assert {"Key": "team", "Value": "b"} in told


@pytest.mark.parametrize(
    "properties",
    [
        {"SecretString": "a", "GenerateSecretString": {}},
        {"GenerateSecretString": {"GenerateStringKey": "password"}},
    ],
)
def test_properties_that_exclude_each_other_fail_the_stack(build, properties):
    assert build({"Secret": secret(**properties)}).status == "ROLLBACK_COMPLETE"


def test_templates_read_secrets_by_name_by_arn_and_by_key(cloud, build):
    by_arn = ["{{resolve:secretsmanager:", {"Ref": "Secret"}, ":SecretString:user::}}"]
    stack = build(
        {
            "Secret": secret(Name="resolved", SecretString=json.dumps({"user": "admin"})),
            "Key": parameter({"Fn::Join": ["", by_arn]}),
            "Whole": {
                **parameter("{{resolve:secretsmanager:resolved}}"),
                "DependsOn": "Secret",
            },
        }
    )
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    ssm = cloud.aws("ssm")
    values = [
        ssm.get_parameter(Name=stack[name])["Parameter"]["Value"] for name in ("Key", "Whole")
    ]
    assert values == ["admin", '{"user": "admin"}']


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("secretsmanager:nowhere", "ResourceNotFound"),
        ("secretsmanager:keyed:SecretString:absent", "JSONKey"),
        ("vault:x", "only ssm"),
    ],
)
def test_what_cannot_be_resolved_fails_the_stack(cloud, build, reference, reason):
    client = cloud.aws("secretsmanager")
    if reference.startswith("secretsmanager:keyed"):
        client.create_secret(Name="keyed", SecretString="{}")
    stack = build({"Parameter": parameter(f"{{{{resolve:{reference}}}}}")})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any(reason in each for each in stack.reasons())


@pytest.mark.parametrize("name", ["ReplicaRegions", "Type"])
def test_what_would_have_no_effect_is_refused_by_name(build, name):
    with pytest.raises(ClientError, match=f"the property {name} of"):
        build({"Secret": secret(SecretString="a", **{name: []})})


def test_rotation_is_refused_by_name(build):
    rotation = {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {}}
    with pytest.raises(ClientError, match="RotationSchedule"):
        build({"Secret": secret(SecretString="a"), "Rotation": rotation})
