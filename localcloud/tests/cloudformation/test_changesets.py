from __future__ import annotations

import itertools
import json

import pytest
from botocore.exceptions import ClientError

from localcloud.cloudformation.changesets import NOTHING

QUEUE = {"Type": "AWS::SQS::Queue"}
_numbers = itertools.count()


def a_queue(**properties):
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


@pytest.fixture
def aws(cloud):
    return cloud.aws("cloudformation")


@pytest.fixture
def propose(aws):
    """Create a change set of a stack (its name or the stack) and return its description."""

    def make(stack, resources, *, kind="UPDATE", name=None, sections=None, **more):
        stack_name = getattr(stack, "name", stack)
        template = {"Resources": resources, **(sections or {})}
        change_set = aws.create_change_set(
            StackName=stack_name,
            ChangeSetName=name or f"set-{next(_numbers)}",
            ChangeSetType=kind,
            TemplateBody=json.dumps(template),
            **more,
        )["Id"]
        return aws.describe_change_set(ChangeSetName=change_set)

    return make


def changes(described):
    found = [each["ResourceChange"] for each in described["Changes"]]
    return {each["LogicalResourceId"]: each for each in found}


def test_a_change_set_says_what_comes_changes_and_goes(build, propose):
    stack = build({"Same": QUEUE, "Changed": a_queue(DelaySeconds=1), "Gone": QUEUE})
    described = propose(stack, {"Same": QUEUE, "Changed": a_queue(DelaySeconds=2), "New": QUEUE})
    assert described["Status"] == "CREATE_COMPLETE"
    assert described["ExecutionStatus"] == "AVAILABLE"
    found = changes(described)
    assert {name: each["Action"] for name, each in found.items()} == {
        "Changed": "Modify",
        "New": "Add",
        "Gone": "Remove",
    }
    assert found["Changed"]["PhysicalResourceId"] == stack["Changed"]
    assert found["Changed"]["Scope"] == ["Properties"]
    (detail,) = found["Changed"]["Details"]
    assert detail["Target"]["Name"] == "DelaySeconds"
    assert found["Gone"]["PolicyAction"] == "Delete"


def test_a_resource_of_another_type_is_replaced(build, propose):
    stack = build({"Thing": QUEUE})
    found = changes(propose(stack, {"Thing": {"Type": "AWS::SNS::Topic"}}))
    assert found["Thing"]["Replacement"] == "True"


def test_a_change_set_changes_nothing_until_it_is_executed(aws, build, propose):
    stack = build({"One": QUEUE})
    described = propose(stack, {"One": QUEUE, "Two": QUEUE})
    assert list(stack.resources()) == ["One"]
    aws.execute_change_set(ChangeSetName=described["ChangeSetId"])
    assert sorted(stack.resources()) == ["One", "Two"]
    assert stack.status == "UPDATE_COMPLETE"


def test_a_change_set_without_changes_fails_in_the_words_of_aws(aws, build, propose):
    stack = build({"One": QUEUE})
    described = propose(stack, {"One": QUEUE}, sections={"Description": "other words"})
    assert (described["Status"], described["StatusReason"]) == ("FAILED", NOTHING)
    with pytest.raises(aws.exceptions.InvalidChangeSetStatusException):
        aws.execute_change_set(ChangeSetName=described["ChangeSetId"])


def test_other_tags_and_other_outputs_are_changes(build, propose):
    stack = build({"One": QUEUE})
    tagged = propose(stack, {"One": QUEUE}, Tags=[{"Key": "team", "Value": "a"}])
    assert tagged["Status"] == "CREATE_COMPLETE"
    assert tagged["Tags"] == [{"Key": "team", "Value": "a"}]
    output = {"Outputs": {"Said": {"Value": "so"}}}
    assert propose(stack, {"One": QUEUE}, sections=output)["Status"] == "CREATE_COMPLETE"


def test_change_sets_of_one_name_belong_each_to_its_stack(aws, propose):
    for stack, resources in {"left": {"L": QUEUE}, "right": {"R": QUEUE}}.items():
        propose(stack, resources, kind="CREATE", name="same")
    left = aws.describe_change_set(StackName="left", ChangeSetName="same")
    assert list(changes(left)) == ["L"]
    aws.delete_change_set(StackName="right", ChangeSetName="same")
    (kept,) = aws.list_change_sets(StackName="left")["Summaries"]
    assert kept["ChangeSetId"] == left["ChangeSetId"]


def test_a_change_set_that_is_not_there_is_as_good_as_deleted(aws, build):
    stack = build({"One": QUEUE})
    aws.delete_change_set(StackName=stack.name, ChangeSetName="never-there")
    with pytest.raises(aws.exceptions.ChangeSetNotFoundException):
        aws.describe_change_set(StackName=stack.name, ChangeSetName="never-there")


def test_execution_takes_the_other_change_sets_along(aws, build, propose):
    stack = build({"One": QUEUE})
    first = propose(stack, {"Two": QUEUE})
    second = propose(stack, {"Three": QUEUE})
    aws.execute_change_set(ChangeSetName=first["ChangeSetId"])
    with pytest.raises(aws.exceptions.ChangeSetNotFoundException):
        aws.execute_change_set(ChangeSetName=second["ChangeSetId"])


@pytest.mark.parametrize("kind", ["CREATE", "UPDATE"])
def test_a_change_set_fits_what_stands(build, propose, kind):
    standing = build({"One": QUEUE}).name if kind == "CREATE" else "not-standing"
    with pytest.raises(ClientError, match=r"already exists|does not exist"):
        propose(standing, {"One": QUEUE}, kind=kind)


def test_a_refused_change_set_leaves_no_stack_behind(aws, propose):
    with pytest.raises(ClientError, match="do not exist in the template"):
        propose(
            "refused",
            {"One": QUEUE},
            kind="CREATE",
            Parameters=[{"ParameterKey": "Nobody", "ParameterValue": "1"}],
        )
    with pytest.raises(ClientError, match="does not exist"):
        aws.describe_stacks(StackName="refused")


def test_a_stack_in_review_can_be_deleted(aws, propose):
    described = propose("reviewed", {"One": QUEUE}, kind="CREATE")
    (stack,) = aws.describe_stacks(StackName="reviewed")["Stacks"]
    assert stack["StackStatus"] == "REVIEW_IN_PROGRESS"
    aws.delete_stack(StackName="reviewed")
    with pytest.raises(aws.exceptions.ChangeSetNotFoundException):
        aws.describe_change_set(ChangeSetName=described["ChangeSetId"])


def test_a_new_value_in_the_parameter_store_is_a_change(cloud, aws, build, propose):
    ssm = cloud.aws("ssm")
    ssm.put_parameter(Name="/delay", Value="1", Type="String")
    kind = "AWS::SSM::Parameter::Value<String>"
    sections = {"Parameters": {"Delay": {"Type": kind, "Default": "/delay"}}}
    resources = {"One": a_queue(DelaySeconds={"Ref": "Delay"})}
    stack = build(resources, **sections)
    kept = [{"ParameterKey": "Delay", "UsePreviousValue": True}]
    same = propose(stack, resources, sections=sections, Parameters=kept)
    assert same["StatusReason"] == NOTHING
    ssm.put_parameter(Name="/delay", Value="2", Type="String", Overwrite=True)
    described = propose(stack, resources, sections=sections, Parameters=kept)
    (detail,) = changes(described)["One"]["Details"]
    assert (detail["ChangeSource"], detail["CausingEntity"]) == ("ParameterReference", "Delay")
    aws.execute_change_set(ChangeSetName=described["ChangeSetId"])
    attributes = cloud.aws("sqs").get_queue_attributes(
        QueueUrl=stack["One"], AttributeNames=["DelaySeconds"]
    )
    assert attributes["Attributes"]["DelaySeconds"] == "2"


def test_a_condition_that_turns_makes_and_removes(build, propose):
    sections = {
        "Parameters": {"Wanted": {"Type": "String", "Default": "no"}},
        "Conditions": {"IsWanted": {"Fn::Equals": [{"Ref": "Wanted"}, "yes"]}},
    }
    delay = {"Fn::If": ["IsWanted", 1, 0]}
    resources = {"Base": a_queue(DelaySeconds=delay), "Extra": {**QUEUE, "Condition": "IsWanted"}}
    stack = build(resources, **sections)
    given = [{"ParameterKey": "Wanted", "ParameterValue": "yes"}]
    found = changes(propose(stack, resources, sections=sections, Parameters=given))
    assert {name: each["Action"] for name, each in found.items()} == {
        "Base": "Modify",
        "Extra": "Add",
    }


def test_ways_to_deploy_that_are_not_there_are_refused_by_name(aws, propose):
    with pytest.raises(ClientError, match="ChangeSetType IMPORT"):
        propose("imported", {"One": QUEUE}, kind="IMPORT")
    with pytest.raises(ClientError, match="DisableRollback True"):
        aws.create_stack(
            StackName="kept-half-made",
            TemplateBody=json.dumps({"Resources": {"One": QUEUE}}),
            DisableRollback=True,
        )


def test_a_protected_stack_is_not_deleted(aws, build):
    stack = build({"One": QUEUE})
    aws.update_termination_protection(StackName=stack.name, EnableTerminationProtection=True)
    with pytest.raises(ClientError, match="cannot be deleted while TerminationProtection"):
        aws.delete_stack(StackName=stack.name)
    aws.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    assert stack.delete().status == "DELETE_COMPLETE"


def test_a_role_must_trust_cloudformation(build, propose, a_role):
    stack = build({"Role": a_role()})
    role = f"arn:aws:iam::123456789012:role/{stack['Role']}"
    with pytest.raises(ClientError, match="is invalid or cannot be assumed"):
        propose(stack, {"Queue": QUEUE}, RoleARN=role)


def test_a_resource_that_could_not_change_is_as_it_was(aws, build):
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "fine"}}
    stack = build({"Topic": topic})
    stack.update({"Topic": {**topic, "Properties": {"TopicName": "not fine!"}}})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    (reported,) = aws.describe_stack_resources(StackName=stack.name)["StackResources"]
    assert reported["ResourceStatus"] == "CREATE_COMPLETE"


def test_each_resource_has_its_own_state(aws, build):
    stack = build({"Old": QUEUE})
    bad = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "NO NAME"}, "DependsOn": "Old"}
    stack.update({"Old": a_queue(DelaySeconds=3), "Bad": bad})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    (reported,) = aws.describe_stack_resources(StackName=stack.name)["StackResources"]
    assert reported["ResourceStatus"] == "UPDATE_COMPLETE"
    assert reported["Timestamp"].year > 2020
    (listed,) = aws.list_stack_resources(StackName=stack.name)["StackResourceSummaries"]
    assert listed["ResourceStatus"] == "UPDATE_COMPLETE"
    one = aws.describe_stack_resource(StackName=stack.name, LogicalResourceId="Old")
    assert one["StackResourceDetail"]["PhysicalResourceId"] == stack["Old"]
    events = aws.describe_stack_events(StackName=stack.name)["StackEvents"]
    states = [each["ResourceStatus"] for each in events if each["LogicalResourceId"] == "Old"]
    assert states[-2:] == ["CREATE_COMPLETE", "CREATE_IN_PROGRESS"]
