from __future__ import annotations

CODE = """
import json, urllib.request

def handle(event, context):
    given = event["ResourceProperties"]
    if given.get("Raise"):
        raise ValueError("no such thing")
    if given.get("Silent"):
        return
    answer = {
        "Status": "FAILED" if given.get("Fail") else "SUCCESS",
        "Reason": "it was asked to",
        "PhysicalResourceId": given.get("Id", "made"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Got": json.dumps(given.get("Value"))},
    }
    request = urllib.request.Request(
        event["ResponseURL"], data=json.dumps(answer).encode(), method="PUT"
    )
    urllib.request.urlopen(request).read()
"""


def a_custom(cfn_type="Custom::Thing", **properties):
    token = {"Fn::GetAtt": ["Function", "Arn"]}
    return {"Type": cfn_type, "Properties": {"ServiceToken": token, **properties}}


def requests(cloud, kind):
    events = [run["event"] for run in cloud.invocations() if isinstance(run["event"], dict)]
    return [event for event in events if event.get("RequestType") == kind]


def test_the_function_answers_and_its_data_can_be_read(build, a_function):
    stack = build(
        {**a_function(CODE), "Thing": a_custom(Value={"n": 1, "b": True})},
        Outputs={"Got": {"Value": {"Fn::GetAtt": ["Thing", "Got"]}}},
    )
    assert stack.outputs == {"Got": '{"n": "1", "b": "true"}'}  # CloudFormation sends strings only
    assert stack["Thing"] == "made"


def test_the_type_without_a_name_of_its_own_is_a_custom_resource_too(build, a_function):
    custom = a_custom("AWS::CloudFormation::CustomResource", Id="nameless")
    assert build({**a_function(CODE), "Thing": custom})["Thing"] == "nameless"


def test_a_refusal_fails_the_stack_with_the_functions_reason(build, a_function):
    stack = build({**a_function(CODE), "Thing": a_custom(Fail="yes")})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("Message returned: it was asked to" in reason for reason in stack.reasons())


def test_a_function_that_raises_fails_the_stack(build, a_function):
    stack = build({**a_function(CODE), "Thing": a_custom(Raise="yes")})
    assert any("raised ValueError: no such thing" in reason for reason in stack.reasons())


def test_a_function_that_never_answers_fails_the_stack(build, a_function):
    stack = build({**a_function(CODE), "Thing": a_custom(Silent="yes")})
    assert any("did not receive a response" in reason for reason in stack.reasons())


def test_an_update_sends_the_old_properties_and_a_delete_the_last(cloud, build, a_function):
    stack = build({**a_function(CODE), "Thing": a_custom(Value="old")})
    stack.update({**a_function(CODE), "Thing": a_custom(Value="new")})
    update = requests(cloud, "Update")[-1]
    assert update["OldResourceProperties"]["Value"] == "old"
    assert update["ResourceProperties"]["Value"] == "new"
    assert update["PhysicalResourceId"] == "made"
    stack.delete()
    assert requests(cloud, "Delete")[-1]["ResourceProperties"]["Value"] == "new"


def test_a_new_physical_id_means_that_the_old_one_is_deleted(cloud, build, a_function):
    stack = build({**a_function(CODE), "Thing": a_custom(Id="first")})
    stack.update({**a_function(CODE), "Thing": a_custom(Id="second")})
    assert stack["Thing"] == "second"
    assert requests(cloud, "Delete")[-1]["PhysicalResourceId"] == "first"
