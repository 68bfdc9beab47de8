"""Types that are little more than a call: made, changed, replaced and removed."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


def thing(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def admitting(sid, action="events:PutEvents", bus="fed-bus"):
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": action,
        "Resource": f"arn:aws:events:us-east-1:123456789012:event-bus/{bus}",
    }
    policy = thing("Events::EventBusPolicy", EventBusName=bus, StatementId=sid, Statement=statement)
    return {**policy, "DependsOn": "Bus"}


def test_statements_of_a_bus_stand_beside_each_other(cloud, build):
    bus = {"Bus": thing("Events::EventBus", Name="fed-bus")}

    def held():
        text = cloud.aws("events").describe_event_bus(Name="fed-bus").get("Policy")
        return {
            each["Sid"]: each["Action"] for each in json.loads(text or "{}").get("Statement", [])
        }

    stack = build({**bus, "One": admitting("one"), "Two": admitting("two")})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert held() == {"one": "events:PutEvents", "two": "events:PutEvents"}
    changed = {**bus, "One": admitting("one", "events:PutRule"), "Two": admitting("three")}
    stack.update(changed)
    assert held() == {"one": "events:PutRule", "three": "events:PutEvents"}
    stack.update(bus)
    assert held() == {}


PACKAGE = {
    "ModelPackageGroupName": {"Fn::GetAtt": ["Group", "ModelPackageGroupArn"]},
    "InferenceSpecification": {
        "Containers": [{"Image": "image", "ModelDataUrl": "s3://b/m.tar.gz"}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    },
}


def test_a_package_is_approved_in_place_and_another_specification_is_another_version(cloud, build):
    group = {"Group": thing("SageMaker::ModelPackageGroup", ModelPackageGroupName="stacked")}

    def resources(**more):
        return {**group, "Package": thing("SageMaker::ModelPackage", **{**PACKAGE, **more})}

    def shown():
        return cloud.aws("sagemaker").describe_model_package(ModelPackageName=stack["Package"])

    stack = build(resources(CustomerMetadataProperties={"a": "1", "b": "2"}))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    first = stack["Package"]
    assert shown()["ModelApprovalStatus"] == "PendingManualApproval"
    approved = {"ModelApprovalStatus": "Approved", "ApprovalDescription": "it is good"}
    stack.update(resources(CustomerMetadataProperties={"a": "3"}, **approved))
    assert stack["Package"] == first
    assert shown()["ModelApprovalStatus"] == "Approved"
    assert shown()["ApprovalDescription"] == "it is good"
    assert shown()["CustomerMetadataProperties"] == {"a": "3"}
    stack.update(resources(ModelPackageDescription="other", **approved))
    assert stack["Package"].endswith("/2")
    with pytest.raises(ClientError, match="does not exist"):
        cloud.aws("sagemaker").describe_model_package(ModelPackageName=first)
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"


def test_a_table_of_the_catalog_changes_in_place_and_moves_by_replacement(cloud, build):
    def resources(database="stacked-one", **table):
        databases = {
            name: thing("Glue::Database", CatalogId="123456789012", DatabaseInput={"Name": each})
            for name, each in {"One": "stacked-one", "Two": "stacked-two"}.items()
        }
        made = thing(
            "Glue::Table",
            CatalogId="123456789012",
            DatabaseName=database,
            TableInput={"Name": "rows", "TableType": "EXTERNAL_TABLE", **table},
        )
        return {**databases, "Table": {**made, "DependsOn": ["One", "Two"]}}

    def shown(database="stacked-one"):
        return cloud.aws("glue").get_table(DatabaseName=database, Name="rows")["Table"]

    columns = [{"Name": "id", "Type": "bigint"}]
    stack = build(resources(StorageDescriptor={"Columns": columns}))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert (stack["Table"], shown()["StorageDescriptor"]["Columns"]) == ("rows", columns)
    stack.update(resources(Description="new", Retention="7"))
    assert (shown()["Description"], shown()["Retention"]) == ("new", 7)
    stack.update(resources("stacked-two"))
    assert shown("stacked-two")["DatabaseName"] == "stacked-two"
    with pytest.raises(ClientError, match="EntityNotFound"):
        shown()
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"


def test_a_log_stream_is_of_its_group(cloud, build):
    def resources(**more):
        stream = thing("Logs::LogStream", LogGroupName={"Ref": "Group"}, **more)
        return {"Group": thing("Logs::LogGroup"), "Stream": stream}

    def streams():
        found = cloud.aws("logs").describe_log_streams(logGroupName=stack["Group"])["logStreams"]
        return [each["logStreamName"] for each in found]

    stack = build(resources(LogStreamName="one"))
    assert streams() == [stack["Stream"]] == ["one"]
    stack.update(resources(LogStreamName="two"))
    assert streams() == ["two"]


FAILING = {
    "Statement": (admitting("bad", bus="nowhere"), "nowhere"),
    "Package": (
        thing("SageMaker::ModelPackage", **{**PACKAGE, "ModelPackageGroupName": "nowhere"}),
        "nowhere",
    ),
    "Table": (
        thing(
            "Glue::Table",
            CatalogId={"Ref": "AWS::AccountId"},
            DatabaseName="nowhere",
            TableInput={"Name": "rows"},
        ),
        "nowhere",
    ),
    "Stream": (thing("Logs::LogStream", LogGroupName="nowhere"), ""),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_has_nowhere_to_stand_rolls_the_stack_back(build, name):
    resource, reason = FAILING[name]
    bus = {"Bus": thing("SQS::Queue")}
    stack = build({**bus, name: resource})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any(reason in each for each in stack.reasons() if each.startswith(name))
