from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

SPECIFICATION = {
    "Containers": [{"Image": "image", "ModelDataUrl": "s3://b/model.tar.gz"}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
}


@pytest.fixture
def group(place, request):
    name = request.node.name.replace("_", "-")[:60]
    place.sagemaker.create_model_package_group(
        ModelPackageGroupName=name, Tags=[{"Key": "tier", "Value": "high"}]
    )
    return name


def register(place, group, **more):
    return place.sagemaker.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=SPECIFICATION, **more
    )["ModelPackageArn"]


def describe(place, arn):
    return place.sagemaker.describe_model_package(ModelPackageName=arn)


def test_a_package_is_returned_as_it_was_registered(place, group):
    given = {
        "ModelPackageDescription": "first",
        "CustomerMetadataProperties": {"a": "1"},
        "ModelLifeCycle": {"Stage": "Development", "StageStatus": "PendingApproval"},
        "MetadataProperties": {"GeneratedBy": "run"},
        "ModelMetrics": {
            "ModelQuality": {
                "Statistics": {"ContentType": "application/json", "S3Uri": "s3://b/e.json"}
            }
        },
    }
    found = describe(place, register(place, group, **given))
    assert {key: found[key] for key in given} == given
    assert found["ModelApprovalStatus"] == "PendingManualApproval"
    assert found["ModelPackageVersion"] == 1


def test_versions_count_up_and_are_never_given_twice(place, group):
    first, second = register(place, group), register(place, group)
    assert second.endswith(f"/{group.lower()}/2")
    place.sagemaker.delete_model_package(ModelPackageName=second)
    assert register(place, group).endswith("/3")
    listed = place.sagemaker.list_model_packages(ModelPackageGroupName=group)
    assert [each["ModelPackageVersion"] for each in listed["ModelPackageSummaryList"]] == [3, 1]
    assert describe(place, first)["ModelPackageArn"] == first


def test_whoever_approves_is_recorded_with_the_human_behind(place, group):
    package = register(place, group)
    keys = approver(place).assume_role(
        RoleArn=f"arn:aws:iam::123456789012:role/{place.name}-approver",
        RoleSessionName="desk",
        SourceIdentity="alice",
    )["Credentials"]
    session = place.cloud.session(
        keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )
    session.client("sagemaker").update_model_package(
        ModelPackageArn=package, ModelApprovalStatus="Approved", ApprovalDescription="fine"
    )
    found = describe(place, package)
    assert found["ApprovalDescription"] == "fine"
    identity = found["LastModifiedBy"]["IamIdentity"]
    assert identity["Arn"].endswith(f":assumed-role/{place.name}-approver/desk")
    assert identity["PrincipalId"].endswith(":desk")
    assert identity["SourceIdentity"] == "alice"
    assert found["CreatedBy"]["IamIdentity"]["Arn"].endswith(":user/administrator")


def approver(place):
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": "123456789012"},
        "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
    }
    may = {"Effect": "Allow", "Action": "sagemaker:UpdateModelPackage", "Resource": "*"}
    iam, name = place.cloud.aws("iam"), f"{place.name}-approver"
    iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    iam.put_role_policy(
        RoleName=name,
        PolicyName="p",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [may]}),
    )
    return place.cloud.aws("sts")


def test_each_change_sends_an_event_that_names_the_fields(place, group, events):
    package = register(place, group, CustomerMetadataProperties={"a": "1", "b": "2"})
    place.sagemaker.update_model_package(
        ModelPackageArn=package,
        ModelApprovalStatus="Rejected",
        CustomerMetadataPropertiesToRemove=["b"],
    )
    mine = [
        each
        for each in events("SageMaker Model Package State Change")
        if each["resources"] == [package]
    ]
    first, second = (each["detail"] for each in mine)
    assert first["UpdatedModelPackageFields"] == []
    assert first["ModelApprovalStatus"] == "PendingManualApproval"
    assert sorted(second["UpdatedModelPackageFields"]) == [
        "CustomerMetadataProperties",
        "ModelApprovalStatus",
    ]
    assert (second["ModelApprovalStatus"], second["ModelPackageGroupName"]) == ("Rejected", group)
    assert second["CustomerMetadataProperties"] == {"a": "1"}
    assert isinstance(second["CreationTime"], int)


def test_what_is_not_there_is_refused(place, group):
    with pytest.raises(ClientError, match="does not exist"):
        register(place, "no-such-group")
    with pytest.raises(ClientError, match="does not exist"):
        describe(place, "arn:aws:sagemaker:us-east-1:123456789012:model-package/none/1")
    with pytest.raises(ClientError, match="modelApprovalStatus"):
        register(place, group, ModelApprovalStatus="Perhaps")


def test_a_group_with_packages_is_not_deleted(place, group):
    package = register(place, group)
    with pytest.raises(ClientError, match="still has model packages"):
        place.sagemaker.delete_model_package_group(ModelPackageGroupName=group)
    place.sagemaker.delete_model_package(ModelPackageName=package)
    place.sagemaker.delete_model_package_group(ModelPackageGroupName=group)


def test_a_groups_tags_can_be_read_and_changed(place, group):
    found = place.sagemaker.describe_model_package_group(ModelPackageGroupName=group)
    arn = found["ModelPackageGroupArn"]
    place.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "red"}])
    place.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["tier"])
    listed = place.sagemaker.list_tags(ResourceArn=arn)["Tags"]
    assert listed == [{"Key": "team", "Value": "red"}]
