from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from localcloud import process
from localcloud.deploy import deploy
from tests.cli.conftest import Cli

QUEUE = {"Type": "AWS::SQS::Queue"}
IMPOSSIBLE = {
    "Type": "AWS::S3::Bucket",
    "DependsOn": "Queue",
    "Properties": {"BucketName": "NOT A BUCKET NAME"},
}


def stack_of(account, name):
    return account.aws("cloudformation").describe_stacks(StackName=name)["Stacks"][0]


def outputs(account, name):
    return {item["OutputKey"]: item["OutputValue"] for item in stack_of(account, name)["Outputs"]}


def names(account):
    summaries = account.aws("cloudformation").list_stacks()["StackSummaries"]
    return {each["StackName"] for each in summaries if each["StackStatus"] != "DELETE_COMPLETE"}


def test_bootstrap_makes_what_aws_would_have(account, cdk):
    made = outputs(account, "CDKToolkit")
    version = account.aws("ssm").get_parameter(Name="/cdk-bootstrap/hnb659fds/version")
    assert version["Parameter"]["Value"] == made["BootstrapVersion"]
    ecr = account.aws("ecr")
    repository = made["ImageRepositoryName"]
    (found,) = ecr.describe_repositories(repositoryNames=[repository])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    policy = json.loads(ecr.get_repository_policy(repositoryName=repository)["policyText"])
    assert policy["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}
    trust = account.aws("iam").get_role(
        RoleName="cdk-hnb659fds-deploy-role-123456789012-us-east-1"
    )["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert len(trust) == 2  # those for trusted accounts are AWS::NoValue


def test_a_strangers_app_comes_works_stays_and_goes(account, cdk, stranger):
    account.aws("ssm").put_parameter(Name="/greeting", Value="hello", Type="String")

    deployed = cdk.deploy(stranger)
    assert deployed.returncode == 0, deployed.stdout
    inbox = outputs(account, "Store")["InboxName"]
    assert_that_it_works(account, inbox)
    assert_that_its_roles_did_it(account)

    again = cdk.deploy(stranger)
    assert again.returncode == 0, again.stdout
    assert "Store (no changes)" in again.stdout
    assert "Work (no changes)" in again.stdout

    compared = cdk("diff", "--fail", "--app", str(stranger))
    assert compared.returncode == 0, compared.stdout
    assert "Number of stacks with differences: 0" in compared.stdout
    assert "Could not create a change set" not in compared.stdout

    destroyed = cdk("destroy", "--all", "--force", "--app", str(stranger))
    assert destroyed.returncode == 1, destroyed.stdout  # AWS, too, keeps a bucket with objects
    assert "BucketNotEmpty" in destroyed.stdout
    account.session().resource("s3").Bucket(inbox).object_versions.delete()
    destroyed = cdk("destroy", "--all", "--force", "--app", str(stranger))
    assert destroyed.returncode == 0, destroyed.stdout
    assert not [name for name in names(account) if name.startswith(("Store", "Work"))]


def assert_that_it_works(account, inbox):
    account.aws("s3").put_object(Bucket=inbox, Key="letter", Body=b"dear all")
    assert account.settle()["failures"] == []
    name = outputs(account, "Store")["TableName"]
    table = account.session().resource("dynamodb").Table(name)
    assert table.scan()["Items"] == [{"id": "letter", "greeting": "hello"}]


def assert_that_its_roles_did_it(account):
    """The CLI falls back to the caller's own keys where it may not assume a role."""
    done = {(call["who"].split("/")[1], call["action"]) for call in account.calls()
            if "/cdk-hnb659fds-" in call["who"] and call["allowed"]}  # fmt: skip
    place = "123456789012-us-east-1"
    assert (f"cdk-hnb659fds-file-publishing-role-{place}", "s3:PutObject") in done
    assert (f"cdk-hnb659fds-deploy-role-{place}", "cloudformation:ExecuteChangeSet") in done


def test_a_failed_deployment_rolls_back_and_can_be_deployed_over(account, cdk, one_stack):
    failed = cdk.deploy(one_stack("Fragile", {"Queue": QUEUE, "Bucket": IMPOSSIBLE}))
    assert failed.returncode == 1
    assert "CREATE_FAILED           | AWS::S3::Bucket" in failed.stdout
    assert "Invalid bucket name" in failed.stdout
    assert stack_of(account, "Fragile")["StackStatus"] == "ROLLBACK_COMPLETE"

    repaired = cdk.deploy(one_stack("Fragile", {"Queue": QUEUE}, terminationProtection=True))
    assert repaired.returncode == 0, repaired.stdout
    assert stack_of(account, "Fragile")["StackStatus"] == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        account.aws("cloudformation").delete_stack(StackName="Fragile")

    app = one_stack("Fragile", {"Queue": QUEUE, "Other": QUEUE}, terminationProtection=True)
    compared = cdk("diff", "--fail", "--app", str(app))
    assert compared.returncode == 1
    assert "[+] AWS::SQS::Queue Other" in compared.stdout


def test_what_the_cloud_does_not_have_is_reported_by_name(cdk, one_stack):
    fleet = {"Type": "AWS::GameLift::Fleet", "Properties": {"Name": "one"}}
    refused = cdk.deploy(one_stack("Unknown", {"Fleet": fleet}))
    assert refused.returncode == 1
    assert "the resource type AWS::GameLift::Fleet of Fleet" in refused.stdout


def test_bootstrap_takes_over_what_the_local_deployment_has_made(cdk_environment, one_stack):
    with process.start() as client:
        deploy(one_stack("Before", {"Queue": QUEUE}), client.session())
        cli = Cli(cdk_environment | client.environment())
        for _ in range(2):
            done = cli("bootstrap", "aws://123456789012/us-east-1")
            assert done.returncode == 0, done.stdout
        assert "ImageRepositoryName" in outputs(client, "CDKToolkit")
        after = cli.deploy(one_stack("After", {"Queue": QUEUE}))
        assert after.returncode == 0, after.stdout


FAR = {"account": "222222222222", "region": "eu-west-1"}
FAR_AWAY = "aws://222222222222/eu-west-1"
ROLE = "arn:aws:iam::222222222222:role/cdk-hnb659fds-{}-role-222222222222-eu-west-1"
ROLES = {"assumeRoleArn": ROLE.format("deploy"),
         "cloudFormationExecutionRoleArn": ROLE.format("cfn-exec")}  # fmt: skip


def test_another_account_and_region_are_bootstrapped_and_deployed_into(
    account, cdk, cdk_environment, one_stack
):
    owner = Cli(cdk_environment | account.environment(**FAR))
    app = one_stack("Far", {"Queue": QUEUE}, FAR_AWAY, **ROLES)

    bootstrapped = owner("bootstrap", FAR_AWAY)
    assert bootstrapped.returncode == 0, bootstrapped.stdout
    foreign = cdk.deploy(app)  # with the keys of 123456789012, which nobody there trusts
    assert foreign.returncode == 1
    assert "222222222222" in foreign.stdout
    deployed = owner.deploy(app)
    assert deployed.returncode == 0, deployed.stdout

    trusting = ("--trust", "123456789012", "--cloudformation-execution-policies",
                "arn:aws:iam::aws:policy/AdministratorAccess")  # fmt: skip
    bootstrapped = owner("bootstrap", FAR_AWAY, *trusting)
    assert bootstrapped.returncode == 0, bootstrapped.stdout
    foreign = cdk.deploy(one_stack("Further", {"Queue": QUEUE}, FAR_AWAY, **ROLES))
    assert foreign.returncode == 0, foreign.stdout

    for name in ("Far", "Further"):
        (url,) = account.aws("sqs", **FAR).list_queues(QueueNamePrefix=f"{name}-")["QueueUrls"]
        assert f"/222222222222/{name}-Queue-" in url
        assert name not in names(account)
    bucket = account.aws("s3", **FAR).head_bucket(
        Bucket="cdk-hnb659fds-assets-222222222222-eu-west-1"
    )
    assert bucket["BucketRegion"] == "eu-west-1"
    session = (
        f"{ROLES['assumeRoleArn'].replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/"
    )
    done = {call["action"] for call in account.calls() if call["who"].startswith(session)}
    assert "cloudformation:ExecuteChangeSet" in done
