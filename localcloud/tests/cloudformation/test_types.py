from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

ROOT = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}


def a_key():
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ROOT},
        "Action": "kms:*",
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {
        "Type": "AWS::KMS::Key",
        "Properties": {"EnableKeyRotation": True, "KeyPolicy": document},
    }


def resource(name, **properties):
    return {"Type": f"AWS::{name}", "Properties": properties}


def get_att(name, attribute="Arn"):
    return {"Fn::GetAtt": [name, attribute]}


def test_a_bucket_has_every_setting_of_its_template(cloud, build):
    encryption = {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {
            "SSEAlgorithm": "aws:kms",
            "KMSMasterKeyID": get_att("Key"),
        },
    }
    rule = {
        "Id": "old",
        "Status": "Enabled",
        "Prefix": "logs/",
        "ExpirationInDays": 30,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 10}],
    }
    blocked = dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    bucket = resource(
        "S3::Bucket",
        VersioningConfiguration={"Status": "Enabled"},
        BucketEncryption={"ServerSideEncryptionConfiguration": [encryption]},
        PublicAccessBlockConfiguration=blocked,
        LifecycleConfiguration={"Rules": [rule]},
        OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        NotificationConfiguration={"EventBridgeConfiguration": {"EventBridgeEnabled": True}},
        Tags=[{"Key": "stage", "Value": "dev"}],
    )
    stack = build({"Bucket": bucket, "Key": a_key()})
    s3, name = cloud.aws("s3"), stack["Bucket"]
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    found = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert found["BucketKeyEnabled"] is True
    assert found["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"].endswith(stack["Key"])
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == blocked
    (kept,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    assert kept["Expiration"] == {"Days": 30}
    assert kept["Transitions"] == [{"Days": 10, "StorageClass": "GLACIER"}]
    assert kept["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    owner = s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0]
    assert owner == {"ObjectOwnership": "BucketOwnerEnforced"}
    assert {"Key": "stage", "Value": "dev"} in s3.get_bucket_tagging(Bucket=name)["TagSet"]
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"


def test_a_key_rotates_and_is_found_by_its_alias(cloud, build):
    alias = resource("KMS::Alias", AliasName="alias/by-name", TargetKeyId={"Ref": "Key"})
    stack = build({"Key": a_key(), "Alias": alias})
    kms = cloud.aws("kms")
    assert kms.get_key_rotation_status(KeyId=stack["Key"])["KeyRotationEnabled"] is True
    described = kms.describe_key(KeyId="alias/by-name")["KeyMetadata"]
    assert described["KeyId"] == stack["Key"]
    policy = json.loads(kms.get_key_policy(KeyId=stack["Key"], PolicyName="default")["Policy"])
    assert policy["Statement"][0]["Principal"]["AWS"] == "arn:aws:iam::123456789012:root"


def test_a_role_has_its_inline_attached_and_managed_policies(cloud, build, a_role, allow):
    basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    document = {"Version": "2012-10-17", "Statement": [allow("s3:GetObject")]}
    stack = build(
        {
            "Role": a_role(allow("sqs:SendMessage"), ManagedPolicyArns=[basic, {"Ref": "Managed"}]),
            "Managed": resource("IAM::ManagedPolicy", PolicyDocument=document),
            "Policy": resource(
                "IAM::Policy", PolicyName="more", PolicyDocument=document, Roles=[{"Ref": "Role"}]
            ),
        }
    )
    iam, role = cloud.aws("iam"), stack["Role"]
    attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert {policy["PolicyArn"] for policy in attached} == {basic, stack["Managed"]}
    assert set(iam.list_role_policies(RoleName=role)["PolicyNames"]) == {"inline", "more"}
    stack.update({"Role": a_role(allow("sqs:SendMessage"))})
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == ["inline"]


@pytest.mark.parametrize("kind", ["Table", "GlobalTable"])
def test_a_table_expires_recovers_and_is_protected(cloud, build, kind):
    recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    guarded = {"DeletionProtectionEnabled": True, **recovery}
    properties = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True},
        **(guarded if kind == "Table" else {"Replicas": [{"Region": "us-east-1", **guarded}]}),
    }
    stack = build({"Table": resource(f"DynamoDB::{kind}", **properties)})
    dynamodb, name = cloud.aws("dynamodb"), stack["Table"]
    assert dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is True
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "until")
    backups = dynamodb.describe_continuous_backups(TableName=name)
    recovers = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovers["PointInTimeRecoveryStatus"] == "ENABLED"
    stack.delete()
    assert stack.status == "DELETE_FAILED"


@pytest.mark.parametrize("kind", ["Table", "GlobalTable"])
def test_a_table_lets_in_whom_its_template_names(cloud, build, kind):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::222222222222:root"},
        "Action": "dynamodb:GetItem",
        "Resource": "*",
    }
    keys = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }

    def table(**given):
        replica = {"Replicas": [{"Region": "us-east-1", **given}]}
        return {"Table": resource(f"DynamoDB::{kind}", **keys,
                                  **(given if kind == "Table" else replica))}  # fmt: skip

    document = {"Version": "2012-10-17", "Statement": [statement]}
    stack = build(table(ResourcePolicy={"PolicyDocument": document}))
    ours, name = cloud.aws("dynamodb"), stack["Table"]
    arn = ours.describe_table(TableName=name)["Table"]["TableArn"]
    ours.put_item(TableName=name, Item={"pk": {"S": "a"}})
    get = {"TableName": arn, "Key": {"pk": {"S": "a"}}}
    theirs = cloud.session(account="222222222222").client("dynamodb")
    assert theirs.get_item(**get)["Item"] == {"pk": {"S": "a"}}
    stack.update(table())
    with pytest.raises(ClientError, match="AccessDenied"):
        theirs.get_item(**get)


def test_a_function_keeps_every_setting_of_its_template(cloud, build, a_function):
    settings = {
        "MemorySize": 512,
        "Timeout": 60,
        "TracingConfig": {"Mode": "Active"},
        "DeadLetterConfig": {"TargetArn": get_att("Dead")},
        "LoggingConfig": {"LogGroup": {"Ref": "Group"}, "LogFormat": "Text"},
        "KmsKeyArn": get_att("Key"),
        "ReservedConcurrentExecutions": 5,
    }
    stack = build(
        {
            **a_function("def handle(event, context):\n    return 1", **settings),
            "Dead": {"Type": "AWS::SQS::Queue"},
            "Group": resource("Logs::LogGroup", RetentionInDays=7),
            "Key": a_key(),
        }
    )
    aws, name = cloud.aws("lambda"), stack["Function"]
    found = aws.get_function_configuration(FunctionName=name)
    assert (found["MemorySize"], found["Timeout"]) == (512, 60)
    assert found["TracingConfig"] == {"Mode": "Active"}
    assert found["DeadLetterConfig"]["TargetArn"].endswith(stack["Dead"].split("/")[-1])
    assert found["LoggingConfig"] == {"LogGroup": stack["Group"], "LogFormat": "Text"}
    assert found["KMSKeyArn"].endswith(stack["Key"])
    reserved = aws.get_function_concurrency(FunctionName=name)["ReservedConcurrentExecutions"]
    assert int(reserved) == 5
    group = cloud.aws("logs").describe_log_groups(logGroupNamePrefix=stack["Group"])
    assert group["logGroups"][0]["retentionInDays"] == 7


def test_a_queue_is_encrypted_and_sends_its_dead_on(cloud, build):
    redrive = {"deadLetterTargetArn": get_att("Dead"), "maxReceiveCount": 4}
    stack = build(
        {
            "Queue": resource(
                "SQS::Queue",
                FifoQueue=True,
                KmsMasterKeyId={"Ref": "Key"},
                RedrivePolicy=redrive,
                VisibilityTimeout=90,
            ),
            "Dead": resource("SQS::Queue", FifoQueue=True),
            "Key": a_key(),
        }
    )
    answer = cloud.aws("sqs").get_queue_attributes(QueueUrl=stack["Queue"], AttributeNames=["All"])
    found = answer["Attributes"]
    assert found["FifoQueue"] == "true"
    assert found["KmsMasterKeyId"] == stack["Key"]
    assert found["VisibilityTimeout"] == "90"
    assert json.loads(found["RedrivePolicy"])["maxReceiveCount"] == 4


def test_the_small_types_stand(cloud, build):
    stack = build(
        {
            "Database": resource(
                "Glue::Database",
                CatalogId={"Ref": "AWS::AccountId"},
                DatabaseInput={"Name": "facts", "Description": "what is known"},
            ),
            "Group": resource("SageMaker::ModelPackageGroup", ModelPackageGroupName="churn"),
            "Bus": resource("Events::EventBus", Name="small-bus"),
            "Metadata": resource("CDK::Metadata", Analytics="v2:deflate64:none"),
            "User": resource("IAM::User", UserName="ann"),
        }
    )
    assert (
        cloud.aws("glue").get_database(Name="facts")["Database"]["Description"] == "what is known"
    )
    groups = cloud.aws("sagemaker").list_model_package_groups()["ModelPackageGroupSummaryList"]
    assert "churn" in [group["ModelPackageGroupName"] for group in groups]
    assert cloud.aws("events").describe_event_bus(Name="small-bus")["Name"] == "small-bus"
    assert cloud.aws("iam").get_user(UserName="ann")["User"]["UserName"] == "ann"
    assert stack.status == "CREATE_COMPLETE"
