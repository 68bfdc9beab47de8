"""What becomes of a key and a network that the organisation gives?"""

import json

import pytest

import app
from factory.stage import DEV
from stacks.accounts import STACKS
from tests.stacks.conftest import FIVE
from tests.stacks.world import World

KEY = "arn:aws:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SUBNETS, GROUPS = ["subnet-0123456789abcdef0", "subnet-01234567"], ["sg-0123456789abcdef0"]
CONTEXT = {
    "kms_key": KEY,
    "vpc": "vpc-0123456789abcdef0",
    "subnets": ",".join(SUBNETS),
    "security_groups": ",".join(GROUPS),
}
VPC = {"SecurityGroupIds": GROUPS, "Subnets": SUBNETS}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    folder = tmp_path_factory.mktemp("given")
    app.build(None, DEV, folder, context=CONTEXT).synth()
    return World(folder)


@pytest.fixture(scope="module")
def given_five(tmp_path_factory):
    """Five accounts, of which two have been given something."""
    keys = {"training": KEY.replace("us-east-1", "eu-west-1")}
    network = {name: {"serving": CONTEXT[name]} for name in ("vpc", "subnets", "security_groups")}
    folder = tmp_path_factory.mktemp("given-five")
    app.build(None, DEV, folder, FIVE, context={"kms_key": keys, **network}).synth()
    return World(folder)


def definitions(world):
    return {recipe: json.loads(text) for recipe, text in world.pipelines().items()}


def networks(world):
    """Return the network of each step that runs as a job, by recipe."""
    return {recipe: _networks(found) for recipe, found in definitions(world).items()}


def _networks(found):
    jobs = {s["Name"]: s["Arguments"] for s in found["Steps"] if "RoleArn" in s["Arguments"]}
    return {name: each.get("NetworkConfig", each).get("VpcConfig") for name, each in jobs.items()}


def promoting(world):
    functions = world.all("AWS::Lambda::Function").values()
    return next(
        f["Environment"]["Variables"] for f in functions if f["Handler"].startswith("lambdas/promo")
    )


def statements(world, role, service):
    """Return what *role* may do of *service*, action by action."""
    return {
        (action, tuple(sorted(_listed(each["Resource"]))), str(each.get("Condition")))
        for policy in world.all("AWS::IAM::Policy").values()
        if role in policy["Roles"]
        for each in policy["PolicyDocument"]["Statement"]
        for action in _listed(each["Action"])
        if action.startswith(f"{service}:")
    }


def _listed(found):
    return found if isinstance(found, list) else [found]


def test_no_key_is_made_where_one_is_given(given, dev):
    assert not given.all("AWS::KMS::Key")
    assert dev.all("AWS::KMS::Key")


def test_every_bucket_table_topic_and_log_is_under_the_key_that_was_given(given, dev):
    def keys(world):
        return [
            *(
                rule["ServerSideEncryptionByDefault"].get("KMSMasterKeyID")
                for bucket in world.all("AWS::S3::Bucket").values()
                for rule in bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            ),
            *(t["KmsMasterKeyId"] for t in world.all("AWS::SNS::Topic").values()),
            *(g.get("KmsKeyId") for g in world.all("AWS::Logs::LogGroup").values()),
        ]

    own = "arn:aws:kms:us-east-1:123456789012:key/Key"
    assert own in keys(dev)
    assert keys(given) == [KEY if key == own else key for key in keys(dev)]


def test_jobs_and_endpoints_are_told_the_key_and_the_network(given):
    told = promoting(given)
    jobs = ("Prepare", "Train", "Champion", "Evaluate", "Gates")
    assert networks(given) == dict.fromkeys(("boosting", "linear"), dict.fromkeys(jobs, VPC))
    for text in given.pipelines().values():
        assert text.count(KEY) == 10, "the output and the disk of five jobs"
    assert told["KEY_ARN"] == KEY
    assert json.loads(told["NETWORK"]) == VPC


def test_a_network_changes_nothing_else_of_a_definition(given, dev):
    def without(world):
        own = "arn:aws:kms:us-east-1:123456789012:key/Key"
        text = json.dumps(definitions(world)).replace(KEY, "the key").replace(own, "the key")
        found = json.loads(text)
        for step in (step for each in found.values() for step in each["Steps"]):
            step["Arguments"].get("NetworkConfig", step["Arguments"]).pop("VpcConfig", None)
        return found

    assert networks(dev) == {r: dict.fromkeys(jobs) for r, jobs in networks(given).items()}
    assert without(given) == without(dev)


ROLES = ("StepsPrepareRole", "StepsTrainRole", "StepsGatesRole", "ServingRole")


@pytest.mark.parametrize("role", ROLES)
def test_a_container_s_role_may_have_interfaces_in_what_was_given_and_nowhere_else(
    given, dev, role
):
    assert not statements(dev, role, "ec2")
    found = {action: on for action, on, _ in statements(given, role, "ec2")}
    arn = "arn:aws:ec2:us-east-1:*"
    assert found["ec2:CreateNetworkInterface"] == tuple(
        sorted(
            [
                f"{arn}:network-interface/*",
                *(f"{arn}:subnet/{each}" for each in SUBNETS),
                *(f"{arn}:security-group/{each}" for each in GROUPS),
            ]
        )
    )
    changed = {a for a in found if not a.startswith("ec2:Describe")}
    assert changed == {
        "ec2:CreateNetworkInterface",
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
    }
    bound = {c for a, _, c in statements(given, role, "ec2") if a in changed - {
        "ec2:CreateNetworkInterface"
    }}  # fmt: skip
    assert bound == {str({"ArnLike": {"ec2:Vpc": f"{arn}:vpc/{CONTEXT['vpc']}"}})}


@pytest.mark.parametrize("role", [*ROLES, "PromotionPromoteRole"])
def test_who_has_disks_under_the_key_may_make_grants_to_aws_alone(given, dev, role):
    condition = str({"Bool": {"kms:GrantIsForAWSResource": "true"}})
    for world, key in ((given, KEY), (dev, "arn:aws:kms:us-east-1:123456789012:key/Key")):
        assert ("kms:CreateGrant", (key,), condition) in statements(world, role, "kms")


def test_each_of_five_accounts_has_what_was_given_to_it(given_five):
    made = {
        name.removesuffix("Foundation").lower()
        for name, template in given_five.templates.items()
        if "AWS::KMS::Key" in {r["Type"] for r in template["Resources"].values()}
    }
    assert made == {*STACKS} - {"training"}
    assert {n for jobs in networks(given_five).values() for n in jobs.values()} == {None}
    assert json.loads(promoting(given_five)["NETWORK"]) == VPC


def test_serving_may_read_under_a_given_key_of_training_by_its_name(given_five):
    """Whose alias is the organisation's: ours would say nothing."""
    key = KEY.replace("us-east-1", "eu-west-1")
    used = statements(given_five, "PromotionPromoteRole", "kms")
    assert [on for action, on, when in used if key in on and when == "None"]
    assert not [u for u in used if "ResourceAliases" in u[2] and ":222222222222:" in str(u[1])]
