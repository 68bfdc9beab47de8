from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

QUEUE = {"Type": "AWS::SQS::Queue"}


def a_queue(**properties):
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def queue_names(cloud):
    return {url.split("/")[-1] for url in cloud.aws("sqs").list_queues()["QueueUrls"]}


def test_a_failed_creation_rolls_back_and_says_why(cloud, build):
    stack = build({"Queue": a_queue(QueueName="rolled-back"), "Bucket": _impossible(after="Queue")})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("Bucket CREATE_FAILED" in reason for reason in stack.reasons())
    assert stack.resources() == {}
    queues = cloud.aws("sqs").list_queues(QueueNamePrefix="rolled-back")
    assert "QueueUrls" not in queues


def _impossible(after):
    return {
        "Type": "AWS::S3::Bucket",
        "DependsOn": after,
        "Properties": {"BucketName": "NOT A BUCKET NAME"},
    }


def test_a_retained_resource_outlives_its_stack(cloud, build):
    stack = build(
        {"Kept": {**a_queue(QueueName="kept"), "DeletionPolicy": "Retain"}, "Gone": QUEUE}
    )
    gone = stack["Gone"].split("/")[-1]
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
    assert "kept" in queue_names(cloud)
    assert gone not in queue_names(cloud)


def test_an_update_changes_in_place_what_it_can(cloud, build):
    stack = build({"Queue": a_queue(VisibilityTimeout=10)})
    before = stack["Queue"]
    stack.update({"Queue": a_queue(VisibilityTimeout=20)})
    assert stack.status == "UPDATE_COMPLETE"
    assert stack["Queue"] == before
    attributes = cloud.aws("sqs").get_queue_attributes(QueueUrl=before, AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "20"


def test_an_update_replaces_what_cannot_change_and_informs_who_refers_to_it(cloud, build):
    parameter = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": {"Fn::GetAtt": ["Queue", "QueueName"]}},
    }
    stack = build({"Queue": a_queue(QueueName="first"), "Name": parameter})
    stack.update({"Queue": a_queue(QueueName="second"), "Name": parameter})
    value = cloud.aws("ssm").get_parameter(Name=stack["Name"])["Parameter"]["Value"]
    assert value == "second"
    assert "QueueUrls" not in cloud.aws("sqs").list_queues(QueueNamePrefix="first")


def test_a_failed_update_goes_back_to_what_was(cloud, build):
    stack = build({"Queue": a_queue(VisibilityTimeout=10)})
    queue = stack["Queue"]
    stack.update(
        {
            "Queue": a_queue(VisibilityTimeout=20),
            "New": {**QUEUE, "DependsOn": "Queue"},
            "Bucket": _impossible(after="New"),
        }
    )
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.resources() == {"Queue": queue}
    attributes = cloud.aws("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
    assert attributes["Attributes"]["VisibilityTimeout"] == "10"


def test_an_update_without_changes_is_refused(build):
    stack = build({"Queue": QUEUE})
    with pytest.raises(ClientError, match=r"No updates are to be performed\."):
        stack.update({"Queue": QUEUE})


def test_a_removed_resource_goes(cloud, build):
    stack = build({"One": QUEUE, "Two": QUEUE})
    two = stack["Two"]
    assert two.split("/")[-1] in queue_names(cloud)
    stack.update({"One": QUEUE})
    assert list(stack.resources()) == ["One"]
    assert two.split("/")[-1] not in queue_names(cloud)


def test_a_change_set_exports_its_outputs(cloud, build):
    aws = cloud.aws("cloudformation")
    template = {
        "Resources": {"Queue": QUEUE},
        "Outputs": {
            "Name": {"Value": {"Fn::GetAtt": ["Queue", "QueueName"]}, "Export": {"Name": "q-name"}}
        },
    }
    aws.create_change_set(
        StackName="exporting",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(template),
    )
    aws.execute_change_set(StackName="exporting", ChangeSetName="first")
    importing = build(
        {
            "Name": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Type": "String", "Value": {"Fn::ImportValue": "q-name"}},
            }
        }
    )
    assert importing.status == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="in use by"):
        aws.delete_stack(StackName="exporting")


def test_an_import_of_what_nobody_exports_fails(build):
    stack = build({"Queue": a_queue(QueueName={"Fn::ImportValue": "nobody"})})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("No export named nobody found" in reason for reason in stack.reasons())


def test_outputs_of_a_nested_stack_can_be_read(cloud, build):
    s3 = cloud.aws("s3")
    s3.create_bucket(Bucket="templates")
    inner = {"Resources": {"Queue": QUEUE}, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}}
    s3.put_object(Bucket="templates", Key="inner.json", Body=json.dumps(inner))
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": f"{cloud.endpoint}/templates/inner.json"},
    }
    stack = build(
        {"Nested": nested}, Outputs={"Url": {"Value": {"Fn::GetAtt": ["Nested", "Outputs.Url"]}}}
    )
    assert stack.outputs["Url"].split("/")[-1] in queue_names(cloud)


def test_dynamic_references_are_resolved(cloud, build):
    cloud.aws("ssm").put_parameter(Name="/queue/name", Value="from-ssm", Type="String")
    stack = build({"Queue": a_queue(QueueName="{{resolve:ssm:/queue/name}}")})
    assert stack["Queue"].endswith("/from-ssm")


@pytest.mark.parametrize(
    "value",
    [{"Fn::GetAtt": ["Queue", "Url"]}, {"Fn::GetAtt": "Queue.Url"}, {"Fn::Sub": "a ${Queue.Url}"}],
)
def test_a_missing_attribute_is_an_error_of_the_template(build, value):
    with pytest.raises(ClientError, match="resource Queue does not support attribute type Url"):
        build({"Queue": QUEUE}, Outputs={"Nothing": {"Value": value}})


def test_a_bucket_that_is_not_empty_cannot_be_deleted(cloud, build):
    stack = build({"Bucket": {"Type": "AWS::S3::Bucket"}})
    cloud.aws("s3").put_object(Bucket=stack["Bucket"], Key="a", Body=b"a")
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert any("not empty" in reason for reason in stack.reasons())


def test_every_state_of_a_stack_is_told_on_the_default_bus(cloud, build, drain):
    """As in "Stack Status Change event detail" of CloudFormation's user guide."""
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    policy = {"PolicyDocument": {"Statement": [admit]}, "Queues": [{"Ref": "Queue"}]}
    kind = "CloudFormation Stack Status Change"
    pattern = {"source": ["aws.cloudformation"], "detail-type": [kind]}
    target = {"Id": "q", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}
    heard = build(
        {
            "Queue": QUEUE,
            "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy},
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"EventPattern": pattern, "Targets": [target]},
            },
        }
    )
    cloud.settle()
    drain(heard["Queue"])
    stack = build({"Queue": a_queue(VisibilityTimeout=10)})
    stack.update({"Queue": a_queue(VisibilityTimeout=20)})
    stack.delete()
    cloud.settle()
    told = [json.loads(message["Body"]) for message in drain(heard["Queue"])]
    mine = [each for each in told if each["detail"]["stack-id"] == told[-1]["detail"]["stack-id"]]
    assert sorted(each["detail"]["status-details"]["status"] for each in mine) == [
        "CREATE_COMPLETE",
        "CREATE_IN_PROGRESS",
        "DELETE_COMPLETE",
        "DELETE_IN_PROGRESS",
        "UPDATE_COMPLETE",
        "UPDATE_IN_PROGRESS",
    ]
    assert {tuple(each["resources"]) for each in mine} == {(mine[0]["detail"]["stack-id"],)}
