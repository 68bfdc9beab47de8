"""Does every policy say only what AWS knows? Each action, resource type and condition key."""

import ast
from pathlib import Path

import pytest

import app
from factory.stage import PROD
from tests.stacks.conftest import FIVE
from tests.stacks.reference import faults, statements
from tests.stacks.world import World

ROOT = Path(__file__).parents[2]
BUCKET, QUEUE = "arn:aws:s3:::b", "arn:aws:sqs:us-east-1:123456789012:q"
KEY = "arn:aws:kms:us-east-1:123456789012:key/k"


@pytest.fixture(scope="module")
def five_prod(tmp_path_factory):
    folder = tmp_path_factory.mktemp("five-prod")
    app.build(None, PROD, folder, FIVE).synth()
    return World(folder)


def found(world):
    """Yield each statement of a template, and the kind of resource that it is in."""
    for kind in {r["Type"] for t in world.templates.values() for r in t["Resources"].values()}:
        for name, properties in world.all(kind).items():
            policies = properties if kind != "AWS::Lambda::Permission" else _granted(properties)
            for statement in statements(policies):
                yield f"{kind} {name}", statement


def _granted(permission):
    return {"Effect": "Allow", "Action": permission["Action"]}


def told(world):
    return [f"{where}: {fault}" for where, each in found(world) for fault in faults(each)]


@pytest.mark.parametrize("assembly", ["dev", "prod", "five", "five_prod"])
def test_aws_knows_all_that_the_policies_say(request, assembly):
    made = request.getfixturevalue(assembly)
    world = made if isinstance(made, World) else World(made)
    assert told(world) == []


def test_policies_of_every_kind_are_looked_at(dev):
    assert {where.split()[0] for where, _ in found(dev)} >= {
        "AWS::Events::EventBusPolicy",
        "AWS::IAM::ManagedPolicy",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
    }


WRONG = {
    "a misspelt action": (
        {"Action": "s3:GetObjects", "Resource": f"{BUCKET}/*"},
        "no action is called s3:GetObjects",
    ),
    "a service that is none": (
        {"Action": ["sqs:SendMessage", "sagmaker:CreateModel"], "Resource": QUEUE},
        "no action is called sagmaker:CreateModel",
    ),
    "a bucket for an action on objects": (
        {"Action": "s3:GetObject", "Resource": BUCKET},
        "s3:GetObject takes accesspointobject, object, and is given arn:aws:s3:::b",
    ),
    "objects for an action on the bucket": (
        {"Action": "s3:ListBucket", "Resource": f"{BUCKET}/*"},
        "s3:ListBucket takes accesspoint, bucket, and is given arn:aws:s3:::b/*",
    ),
    "a resource of another service, beside one of its own": (
        {"Action": "sqs:SendMessage", "Resource": [QUEUE, KEY]},
        f"no action takes {KEY}",
    ),
    "a resource for an action that has none": (
        {"Action": "cloudwatch:PutMetricData", "Resource": QUEUE},
        f"cloudwatch:PutMetricData takes no resource, only *, and is given {QUEUE}",
    ),
    "a key of another action": (
        {
            "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
            "Condition": {"StringEquals": {"sts:RoleSessionName": "x"}},
        },
        "sts:SetSourceIdentity does not list the condition key sts:RoleSessionName",
    ),
    "a misspelt key": (
        {
            "Action": "kms:CreateGrant",
            "Resource": KEY,
            "Condition": {"Bool": {"kms:GrantIsForAWSResources": "true"}},
        },
        "kms:CreateGrant does not list the condition key kms:GrantIsForAWSResources",
    ),
    "a key of AWS's own that a request need not have": (
        {"Action": "s3:GetObject", "Resource": f"{BUCKET}/*", "Condition": {"Null": {"aws:No": 1}}},
        "s3:GetObject does not list the condition key aws:No",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_aws_does_not_know_is_found(kind):
    statement, words = WRONG[kind]
    assert list(faults(statement)) == [words]


KINDS = {
    "a bucket's": ("AWS::S3::BucketPolicy", "PolicyDocument"),
    "a key's": ("AWS::KMS::Key", "KeyPolicy"),
    "a queue's": ("AWS::SQS::QueuePolicy", "PolicyDocument"),
    "a topic's": ("AWS::SNS::TopicPolicy", "PolicyDocument"),
    "a role's trust": ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
    "a role's": ("AWS::IAM::Policy", "PolicyDocument"),
    "a managed policy": ("AWS::IAM::ManagedPolicy", "PolicyDocument"),
}


@pytest.mark.parametrize("whose", KINDS)
def test_it_is_found_in_a_policy_of_each_kind(dev, whose):
    kind, member = KINDS[whose]
    properties = next(iter(dev.all(kind).values()))
    (first, *_) = properties[member]["Statement"]
    first["Action"] = "s3:GetObjekt"
    assert "no action is called s3:GetObjekt" in [
        fault for each in statements(properties) for fault in faults(each)
    ]


def test_it_is_found_in_the_policy_of_a_bus(dev):
    properties = next(iter(dev.all("AWS::Events::EventBusPolicy").values()))
    (statement,) = statements(properties)
    changed = {**statement, "Condition": {"StringEquals": {"events:sources": "x"}}}
    assert any("does not list the condition key events:sources" in f for f in faults(changed))


def written(text):
    """Yield the statements that code writes while it runs, as far as they are literal."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Dict):
            members = {k.value: v for k, v in zip(node.keys, node.values, strict=True)
                       if isinstance(k, ast.Constant)}  # fmt: skip
            if {"Effect", "Action"} <= members.keys():
                condition = members.get("Condition")
                yield {
                    "Action": _texts(members["Action"]),
                    "Condition": _keys(condition) if condition else {},
                }


def _texts(node):
    return [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]


def _keys(node):
    """Return the operators of a condition, each with its literal keys."""
    operators = node.values if isinstance(node, ast.Dict) else []
    return {
        number: {k.value: "" for k in each.keys if isinstance(k, ast.Constant)}
        for number, each in enumerate(operators)
        if isinstance(each, ast.Dict)
    }


def test_aws_knows_the_policies_that_functions_and_commands_write():
    rooms = ("aws", "cli", "factory", "lambdas", "local", "stacks")
    files = [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]
    pairs = [(path.name, each) for path in files for each in written(path.read_text())]
    assert pairs, "local/users.py writes one at least"
    assert [f"{name}: {fault}" for name, each in pairs for fault in faults(each)] == []


def test_a_policy_that_code_writes_wrongly_is_found():
    text = """x = {"Effect": "Allow", "Action": ["sagemaker:DescribeModelPackages"],
    "Condition": {"StringEquals": {"sagemaker:Nothing": account}}}"""
    (statement,) = written(text)
    assert list(faults(statement)) == ["no action is called sagemaker:DescribeModelPackages"]
    statement["Action"] = ["sagemaker:DescribeModelPackage"]
    assert list(faults(statement)) == [
        "sagemaker:DescribeModelPackage does not list the condition key sagemaker:Nothing"
    ]
