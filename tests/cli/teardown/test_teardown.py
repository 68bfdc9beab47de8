"""Does a dev stage go wholly, and nothing else with it?"""

import json

import pytest
from botocore.exceptions import ClientError

from factory.events.data import DataProductPublished
from tests.cli.teardown.conftest import CONFIG, OTHERS, TEAMS, WATCHED
from tests.cli.teardown.inventory import inventory

STACKS = {"foundation", "ledger", "data", "training", "serving", "watch"}


def locked(session):
    """Return a version in the ledger that GOVERNANCE locks."""
    bucket = session.output("LedgerBucket")
    version = session.aws("s3").list_object_versions(Bucket=bucket)["Versions"][0]
    return {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}


@pytest.fixture(scope="module")
def before(lived, prod):
    return inventory(lived)


@pytest.fixture(scope="module")
def asked(lived, before):
    """What it answers who did not say --yes."""
    return lived.factory("admin", "teardown")


@pytest.fixture(scope="module")
def stuck(lived, asked):
    """What it answered while a role had a policy that no stack knows of."""
    iam = lived.aws("iam")
    made = lived.aws("cloudformation").describe_stack_resources(StackName="modelworks-dev-training")
    (name,) = [
        resource["PhysicalResourceId"]
        for resource in made["StackResources"]
        if resource["LogicalResourceId"].startswith("RetrainingRetrainRole")
        and resource["ResourceType"] == "AWS::IAM::Role"
    ]
    nothing = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [nothing]})
    iam.put_role_policy(RoleName=name, PolicyName="mine", PolicyDocument=document)
    answer = lived.factory("admin", "teardown", "--yes")
    iam.delete_role_policy(RoleName=name, PolicyName="mine")
    return answer


@pytest.fixture(scope="module")
def torn(lived, stuck):
    """What it answered, after the lock has been seen to hold."""
    with pytest.raises(ClientError, match="AccessDenied"):
        lived.aws("s3").delete_object(**locked(lived))
    return lived.factory("admin", "teardown", "--yes")


def test_the_factory_has_lived(lived, before):
    assert {name.removeprefix("modelworks-dev-") for name in before["stacks"]} >= STACKS
    assert before["endpoints"] == {"mw-dev-income", "mw-prod-income"} <= before["groups"]
    assert len(before["attached"]) == 1
    assert lived.events(DataProductPublished)


def test_without_a_yes_it_says_what_would_go_and_removes_nothing(lived, before, asked):
    code, answer = asked
    assert code == 1
    would = set(answer["would_remove"])
    assert would >= {f"stack modelworks-dev-{name}" for name in STACKS}
    assert would >= {f"bucket {lived.output(n)}" for n in ("LedgerBucket", "ApprovedBucket")}
    assert {"endpoint mw-dev-income", f"model {CONFIG}", "alarm mw-dev-income/drift"} <= would
    assert f"alarm {WATCHED}" in would
    assert f"alarm {TEAMS}" not in would
    assert inventory(lived) == before


def test_who_is_no_administrator_is_refused(lived, before):
    code, answer = lived.factory("ada", "teardown", "--yes")
    assert (code, answer["kind"]) == (3, "AccessDenied")
    assert inventory(lived) == before


def test_a_stage_that_is_kept_on_purpose_is_refused(lived, before):
    bucket = lived.output("ProductsBucket")
    tags = lived.aws("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
    others = [tag for tag in tags if tag["Key"] != "modelworks:stage"]
    prod = [*others, {"Key": "modelworks:stage", "Value": "prod"}]
    lived.aws("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": prod})
    code, answer = lived.factory("admin", "teardown", "--yes")
    lived.aws("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert (code, answer["kind"]) == (1, "Refused")
    assert f"bucket {bucket}: it is of the stage prod" in answer["error"]
    assert inventory(lived) == before


def test_what_cannot_go_is_named_with_the_reason_and_the_mend(lived, stuck):
    code, answer = stuck
    assert (code, answer["kind"]) == (3, "ServiceError")
    assert answer["error"].startswith("stack modelworks-dev-training was not deleted (Retraining")
    assert "run the teardown again" in answer["error"]


def test_nothing_of_the_stage_remains_and_all_else_does(lived, prod, torn):
    code, answer = torn
    assert code == 0, answer
    left = inventory(lived)
    for kind in ("functions", "queues", "tables", "topics", "rules", "logs", "keys", "databases"):
        assert left[kind] == prod.things[kind], kind
    for kind in ("pipelines", "groups", "endpoints", "policies", "attached"):
        assert left[kind] == prod.things[kind], kind
    for kind in ("stacks", "buckets"):
        assert not {name for name in left[kind] if name.startswith("modelworks-dev-")}, kind
        assert left[kind] >= prod.things[kind], kind
    assert left["buses"] == prod.things["buses"] | {"default"}
    for kind in ("configs", "models"):
        assert left[kind] == prod.things[kind] | {OTHERS}, kind
    assert left["alarms"] == prod.things["alarms"] | {OTHERS, TEAMS}
    assert not {name for name in left["roles"] if name.startswith("modelworks-dev-")}


def test_a_second_time_there_is_nothing(lived, torn):
    assert lived.factory("admin", "teardown", "--yes") == (0, {"removed": []})


def test_what_an_interrupted_teardown_left_goes_with_the_next(lived, torn):
    s3 = lived.aws("s3")
    for stage in ("dev", "prod"):
        name = f"modelworks-{stage}-ledger-left"
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        tag = {"TagSet": [{"Key": "modelworks:stage", "Value": stage}]}
        s3.put_bucket_tagging(Bucket=name, Tagging=tag)
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
        s3.put_object(Bucket=name, Key="seg/1", Body=json.dumps({}))
    code, answer = lived.factory("admin", "teardown", "--yes")
    assert (code, answer) == (0, {"removed": ["bucket modelworks-dev-ledger-left"]})
    left = {b["Name"] for b in s3.list_buckets()["Buckets"]}
    assert "modelworks-prod-ledger-left" in left
    assert "modelworks-dev-ledger-left" not in left
