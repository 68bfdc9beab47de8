"""Who crosses the border of an account, and who is stopped there?"""

import json

import pytest
from botocore.exceptions import ClientError

from factory.catalogue import sharing
from factory.events.catalogue import SpecChanged
from factory.layout.names import resource
from tests.accounts.five import FIVE, GROUP
from tests.life.people import denied

ARN = f"arn:aws:sagemaker:{FIVE.region}:{FIVE.ids['training']}:model-package"
PACKAGE, GROUP_ARN = f"{ARN}/{GROUP}/1", f"{ARN}-group/{GROUP}"


@pytest.fixture
def as_role(served):
    """Give a client of the one role of an account whose name holds a part, as deployed."""
    undo = []

    def client(duty, part, service):
        iam = served.of(duty, "iam")
        (role,) = [r for r in iam.list_roles(MaxItems=1000)["Roles"] if part in r["RoleName"]]
        trust = role["AssumeRolePolicyDocument"]
        mine = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{FIVE.ids[duty]}:root"},
            "Action": "sts:AssumeRole",
        }
        wider = json.dumps(trust | {"Statement": [*trust["Statement"], mine]})
        iam.update_assume_role_policy(RoleName=role["RoleName"], PolicyDocument=wider)
        undo.append((iam, role["RoleName"], json.dumps(trust)))
        keys = served.of(duty, "sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")
        found = keys["Credentials"]
        session = served.cloud.session(
            found["AccessKeyId"],
            found["SecretAccessKey"],
            found["SessionToken"],
            region=FIVE.region,
        )
        return session.client(service)

    yield client
    for iam, name, trust in undo:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust)


def policy(five):
    found = five.of("training", "sagemaker").get_model_package_group_policy(
        ModelPackageGroupName=GROUP
    )
    return json.loads(found["ResourcePolicy"])


def test_the_group_of_a_model_lets_in_the_roles_of_serving_that_need_it(served):
    said = policy(served)["Statement"]
    assert {each["Principal"]["AWS"] for each in said} == {
        f"arn:aws:iam::{FIVE.ids['serving']}:root"
    }
    assert all("aws:PrincipalArn" in each["Condition"]["ArnEquals"] for each in said)
    assert {tuple(each["Resource"]) for each in said} == {(GROUP_ARN, f"{ARN}/{GROUP}/*")}


def test_promotion_reads_and_rejects_a_package_of_the_registry_and_approves_none(as_role):
    sagemaker = as_role("serving", "otionpromoterole", "sagemaker")
    found = sagemaker.list_model_packages(ModelPackageGroupName=GROUP_ARN)
    assert [each["ModelPackageArn"] for each in found["ModelPackageSummaryList"]]
    assert sagemaker.describe_model_package(ModelPackageName=PACKAGE)
    denied(sagemaker.update_model_package, ModelPackageArn=PACKAGE, ModelApprovalStatus="Approved")


def test_whoever_outcome_is_reads_a_package_and_rejects_none(as_role):
    sagemaker = as_role("serving", "settlerole", "sagemaker")
    assert sagemaker.describe_model_package(ModelPackageName=PACKAGE)
    rejected = {"ModelPackageArn": PACKAGE, "ModelApprovalStatus": "Rejected"}
    denied(sagemaker.update_model_package, **rejected)


@pytest.mark.parametrize("duty", ["serving", "watch", "data"])
def test_an_administrator_of_another_account_neither_reads_nor_decides(served, duty):
    sagemaker = served.of(duty, "sagemaker")
    denied(sagemaker.describe_model_package, ModelPackageName=PACKAGE)
    for status in ("Approved", "Rejected"):
        decision = {"ModelPackageArn": PACKAGE, "ModelApprovalStatus": status}
        denied(sagemaker.update_model_package, **decision)


def test_promotion_asks_nothing_of_a_run_in_another_account(served, as_role):
    """Pipelines are not shared: what promotion needs of a run is written down."""
    sagemaker = as_role("serving", "otionpromoterole", "sagemaker")
    run = served.package(1)["CustomerMetadataProperties"]["execution"]
    denied(sagemaker.describe_pipeline_execution, PipelineExecutionArn=run)


def test_an_administrator_of_serving_reads_no_artifact_in_training(served):
    uri = served.package(1)["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    denied(served.of("serving", "s3").get_object, Bucket=bucket, Key=key)


def test_promotion_reads_an_artifact_because_its_job_names_the_key_of_the_stage(served, as_role):
    """The same bytes under aws/s3, where a job without `KmsKeyId` puts them, it cannot read."""
    uri = served.package(1)["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    own, promote = served.of("training", "s3"), as_role("serving", "otionpromoterole", "s3")
    found = promote.get_object(Bucket=bucket, Key=key)
    other = {"Bucket": bucket, "Key": f"{key.rsplit('/', 1)[0]}/unnamed.tar.gz"}
    put = own.put_object(**other, Body=found["Body"].read(), ServerSideEncryption="aws:kms")
    aws_s3 = served.of("training", "kms").describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]
    assert put["SSEKMSKeyId"] == aws_s3 != found["SSEKMSKeyId"]
    said = denied(promote.get_object, **other)
    assert "kms:Decrypt" in said


def test_events_that_somebody_of_another_account_puts_are_not_taken(served):
    bus = f"arn:aws:events:{FIVE.region}:{FIVE.ids['ledger']}:event-bus/modelworks-dev"
    event = {"Source": "modelworks.onboard", "DetailType": SpecChanged.TYPE, "Detail": "{}"}
    entry = {**event, "EventBusName": bus}
    with pytest.raises(ClientError, match="AccessDenied"):
        served.of("training", "events").put_events(Entries=[entry])


def test_what_others_say_in_a_groups_policy_stays_and_what_is_missing_comes_back(served):
    """A deploy that lets others in otherwise sends every model; here one is sent by hand."""
    sagemaker = served.of("training", "sagemaker")
    theirs = {
        "Sid": "Auditors",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{FIVE.ids['ledger']}:root"},
        "Action": "sagemaker:DescribeModelPackage",
        "Resource": f"{ARN}/{GROUP}/*",
    }
    before = policy(served)
    sagemaker.put_model_package_group_policy(
        ModelPackageGroupName=GROUP,
        ResourcePolicy=json.dumps({**before, "Statement": [theirs]}),
    )
    newest = _newest_message(served)
    served.of("training", "sqs").send_message(**newest)
    served.cloud.settle()
    after = policy(served)["Statement"]
    assert after[0] == theirs
    assert after[1:] == before["Statement"]
    assert all(each["Sid"].startswith(sharing.OWN) for each in after[1:])


def _newest_message(five):
    """Return the message with which the last deploy sent the model, for onboard's queue."""
    runs = [r for r in five.cloud.invocations() if "OnboardingOnboard" in r["function"]]
    (record,) = [
        each
        for run in runs
        for each in run["event"]["Records"]
        if json.loads(each["body"]).get("model") == "income"
    ][-1:]
    name = record["eventSourceARN"].rsplit(":", 1)[-1]
    url = five.of("training", "sqs").get_queue_url(QueueName=name)["QueueUrl"]
    return {"QueueUrl": url, "MessageBody": record["body"]}


def test_a_model_of_another_stage_is_not_ours_to_read(as_role):
    sagemaker = as_role("serving", "otionpromoterole", "sagemaker")
    other = resource("prod", "income")
    denied(sagemaker.describe_model_package, ModelPackageName=f"{ARN}/{other}/1")
