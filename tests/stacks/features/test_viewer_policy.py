"""May everybody see where models stand, and nothing else?"""

import pytest

from localcloud.iam.policy import Effect, evaluate
from tests.stacks.territory import Territory
from tests.stacks.world import keys, listed

INDEX = "arn:aws:dynamodb:us-east-1:123456789012:table/IndexTable"
INCIDENTS = "arn:aws:dynamodb:us-east-1:123456789012:table/IncidentsTable"
KEY = "arn:aws:kms:us-east-1:123456789012:key/Key"
THROUGH_S3 = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
SPECS = "arn:aws:s3:::IndexSpecsBucket"


@pytest.fixture(scope="module")
def document(dev):
    (policy,) = dev.all("AWS::IAM::ManagedPolicy").values()
    return policy["PolicyDocument"]


@pytest.fixture(scope="module")
def may(document):
    def ask(action, resource, context=()):
        return evaluate([document], action, resource, keys(context)) is Effect.ALLOW

    return ask


def actions(document):
    return {action for s in document["Statement"] for action in listed(s["Action"])}


def test_a_viewer_does_what_status_and_approve_do_and_scans_and_writes_nothing(document):
    assert actions(document) == {
        "cloudformation:DescribeStacks",
        "cloudwatch:GetMetricStatistics",
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "kms:Decrypt",
        "s3:GetObject",
        "s3:ListBucket",
        "sagemaker:DescribeEndpoint",
        "sagemaker:DescribeEndpointConfig",
        "sagemaker:DescribeModelPackage",
        "sagemaker:ListModelPackages",
    }


@pytest.mark.parametrize("partition", ["model|income", "deploy", "outstanding", "held"])
@pytest.mark.parametrize("action", ["dynamodb:GetItem", "dynamodb:Query"])
def test_a_viewer_reads_what_is_in_force(may, action, partition):
    assert may(action, INDEX, {"dynamodb:LeadingKeys": [partition]})


@pytest.mark.parametrize("partition", ["product|census_train", "recipe|boosting"])
def test_a_viewer_reads_nothing_else_of_the_index(may, partition):
    assert not may("dynamodb:GetItem", INDEX, {"dynamodb:LeadingKeys": [partition]})
    both = ["model|income", partition]
    assert not may("dynamodb:Query", INDEX, {"dynamodb:LeadingKeys": both})


def test_a_viewer_finds_incidents_by_their_model_alone(may):
    assert may("dynamodb:Query", f"{INCIDENTS}/index/of-model")
    assert not may("dynamodb:Query", INCIDENTS)
    assert not may("dynamodb:BatchGetItem", INCIDENTS)


def test_a_viewer_reads_specs_and_no_step_code(may):
    for key in ("judged/income/x.json", "specs/income/x.json", "deploys/00000007/deploy.json"):
        assert may("s3:GetObject", f"{SPECS}/{key}")
    assert not may("s3:GetObject", f"{SPECS}/steps/boosting/x.zip")


def test_the_key_serves_a_viewer_through_s3_only(may):
    assert may("kms:Decrypt", KEY, THROUGH_S3)
    assert not may("kms:Decrypt", KEY)
    assert not may("kms:Decrypt", KEY, {"kms:ViaService": "sns.us-east-1.amazonaws.com"})


def test_in_accounts_of_their_own_a_policy_covers_what_is_in_each(five):
    """Specs, runs and evidence; what is meant; windows and incidents; and where the ledger is."""
    shown = {}
    for name, stack in Territory(five).stacks.items():
        for policy in stack.of("AWS::IAM::ManagedPolicy"):
            found = {a for s in policy["PolicyDocument"]["Statement"] for a in listed(s["Action"])}
            shown[name] = {a for a in found if a.startswith(("s3:", "dynamodb:"))}
    assert shown == {
        "Training": {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "s3:GetObject"},
        "Serving": {"s3:GetObject", "s3:ListBucket"},
        "Watch": {"dynamodb:BatchGetItem", "dynamodb:Query"},
        "Ledger": set(),
    }
