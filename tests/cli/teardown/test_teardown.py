"""Does a dev stage go wholly, and nothing else with it?"""

import json

import pytest
from botocore.exceptions import ClientError

from factory.events.data import DataProductPublished
from tests.cli.teardown.conftest import CONFIG, OTHERS

STACKS = {"foundation", "ledger", "data", "training", "serving", "watch"}


def locked(session):
    """Return a version in the ledger that GOVERNANCE locks."""
    bucket = session.output("LedgerBucket")
    version = session.aws("s3").list_object_versions(Bucket=bucket)["Versions"][0]
    return {"Bucket": bucket, "Key": version["Key"], "VersionId": version["VersionId"]}


def there(session):
    """Return whatever is in the cloud, by kind, that a factory could have made."""
    s3, sagemaker, logs = session.aws("s3"), session.aws("sagemaker"), session.aws("logs")
    summaries = session.aws("cloudformation").list_stacks()["StackSummaries"]
    rules = session.aws("events")
    buses = [bus["Name"] for bus in rules.list_event_buses()["EventBuses"]]
    aliases = session.aws("kms").list_aliases()["Aliases"]
    aws = {a.get("TargetKeyId") for a in aliases if a["AliasName"].startswith("alias/aws/")}
    keys = [k for k in session.aws("kms").list_keys()["Keys"] if k["KeyId"] not in aws]
    states = [session.aws("kms").describe_key(KeyId=k["KeyId"])["KeyMetadata"] for k in keys]
    return {
        "stacks": {s["StackName"] for s in summaries if s["StackStatus"] != "DELETE_COMPLETE"},
        "buckets": {b["Name"] for b in s3.list_buckets()["Buckets"]},
        "functions": {
            f["FunctionName"] for f in session.aws("lambda").list_functions()["Functions"]
        },
        "queues": set(session.aws("sqs").list_queues().get("QueueUrls", ())),
        "tables": set(session.aws("dynamodb").list_tables()["TableNames"]),
        "topics": {t["TopicArn"] for t in session.aws("sns").list_topics()["Topics"]},
        "rules": {r["Name"] for b in buses for r in rules.list_rules(EventBusName=b)["Rules"]},
        "buses": set(buses),
        "roles": {r["RoleName"] for r in session.aws("iam").list_roles(MaxItems=1000)["Roles"]},
        "policies": {
            p["PolicyName"] for p in session.aws("iam").list_policies(Scope="Local")["Policies"]
        },
        "attached": {
            policy["PolicyName"]
            for user in ("ada", "alan", "grace")
            for policy in session.aws("iam").list_attached_user_policies(UserName=user)[
                "AttachedPolicies"
            ]
        },
        "logs": {g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]},
        "alarms": {
            a["AlarmName"] for a in session.aws("cloudwatch").describe_alarms()["MetricAlarms"]
        },
        "keys": {k["KeyId"] for k in states if k["KeyState"] == "Enabled"},
        "databases": {d["Name"] for d in session.aws("glue").get_databases()["DatabaseList"]},
        "pipelines": {p["PipelineName"] for p in sagemaker.list_pipelines()["PipelineSummaries"]},
        "groups": {
            g["ModelPackageGroupName"]
            for g in sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"]
        },
        "endpoints": {e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]},
        "configs": {
            c["EndpointConfigName"] for c in sagemaker.list_endpoint_configs()["EndpointConfigs"]
        },
        "models": {m["ModelName"] for m in sagemaker.list_models()["Models"]},
    }


@pytest.fixture(scope="module")
def before(lived):
    return there(lived)


@pytest.fixture(scope="module")
def asked(lived, before):
    """What it answers who did not say --yes."""
    return lived.factory("admin", "teardown")


@pytest.fixture(scope="module")
def stuck(lived, asked):
    """What it answered while a role had a policy that no stack knows of."""
    iam = lived.aws("iam")
    roles = iam.list_roles(MaxItems=1000)["Roles"]
    (name,) = [r["RoleName"] for r in roles if "training-RetrainingRetrainRole" in r["RoleName"]]
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
    assert {name.removeprefix("modelworks-") for name in before["stacks"]} >= STACKS
    assert (before["endpoints"], "income" in before["groups"]) == ({"income"}, True)
    assert len(before["attached"]) == 1
    assert lived.events(DataProductPublished)


def test_without_a_yes_it_says_what_would_go_and_removes_nothing(lived, before, asked):
    code, answer = asked
    assert code == 1
    would = set(answer["would_remove"])
    assert would >= {f"stack modelworks-{name}" for name in STACKS}
    assert would >= {f"bucket {lived.output(n)}" for n in ("LedgerBucket", "ApprovedBucket")}
    assert {"endpoint income", f"model {CONFIG}", "alarm modelworks/income/drift"} <= would
    assert there(lived) == before


def test_who_is_no_administrator_is_refused(lived, before):
    code, answer = lived.factory("ada", "teardown", "--yes")
    assert (code, answer["kind"]) == (3, "AccessDenied")
    assert there(lived) == before


def test_a_stage_that_is_kept_on_purpose_is_refused(lived, before):
    bucket = lived.output("ProductsBucket")
    tags = lived.aws("s3").get_bucket_tagging(Bucket=bucket)["TagSet"]
    prod = [{"Key": "modelworks:stage", "Value": "prod"}]
    lived.aws("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": prod})
    code, answer = lived.factory("admin", "teardown", "--yes")
    lived.aws("s3").put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert (code, answer["kind"]) == (1, "Refused")
    assert f"bucket {bucket}: it is of the stage prod" in answer["error"]
    assert there(lived) == before


def test_what_cannot_go_is_named_with_the_reason_and_the_mend(lived, stuck):
    code, answer = stuck
    assert (code, answer["kind"]) == (3, "ServiceError")
    assert answer["error"].startswith("stack modelworks-training was not deleted (Retraining")
    assert "run the teardown again" in answer["error"]


def test_nothing_of_the_stage_remains_and_all_else_does(lived, torn):
    code, answer = torn
    assert code == 0, answer
    left = there(lived)
    assert not {name for name in left["stacks"] if name.startswith("modelworks-")}
    assert not {name for name in left["buckets"] if name.startswith("modelworks-")}
    for kind in ("functions", "queues", "tables", "topics", "rules", "logs", "keys", "databases"):
        assert left[kind] == set(), kind
    for kind in ("pipelines", "groups", "endpoints", "policies", "attached"):
        assert left[kind] == set(), kind
    assert left["buses"] == {"default"}
    assert left["alarms"] == left["configs"] == left["models"] == {OTHERS}
    assert not {name for name in left["roles"] if name.startswith("modelworks-")}


def test_a_second_time_there_is_nothing(lived, torn):
    assert lived.factory("admin", "teardown", "--yes") == (0, {"removed": []})


def test_what_an_interrupted_teardown_left_goes_with_the_next(lived, torn):
    s3 = lived.aws("s3")
    for stage in ("dev", "prod"):
        name = f"modelworks-ledger-left-{stage}"
        s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        tag = {"TagSet": [{"Key": "modelworks:stage", "Value": stage}]}
        s3.put_bucket_tagging(Bucket=name, Tagging=tag)
        rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=lock)
        s3.put_object(Bucket=name, Key="seg/1", Body=json.dumps({}))
    code, answer = lived.factory("admin", "teardown", "--yes")
    assert (code, answer) == (0, {"removed": ["bucket modelworks-ledger-left-dev"]})
    left = {b["Name"] for b in s3.list_buckets()["Buckets"]}
    assert "modelworks-ledger-left-prod" in left
    assert "modelworks-ledger-left-dev" not in left
