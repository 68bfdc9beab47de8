"""Inline code answers CloudFormation with the module that AWS ships beside it."""

from __future__ import annotations

import json

CODE = """
import cfnresponse

def handle(event, context):
    given = event["ResourceProperties"]
    if given.get("Fail") and event["RequestType"] != "Delete":
        cfnresponse.send(event, context, cfnresponse.FAILED, {}, reason="it was asked to")
    else:
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Got": given["Value"]}, "made")
"""
UNNAMED = """
import cfnresponse
def handle(event, context):
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {})
"""
UNREACHABLE = """
import cfnresponse
def handle(event, context):
    event["ResponseURL"] = "http://127.0.0.1:9/"
    cfnresponse.send(event, context, cfnresponse.SUCCESS, {})
"""
OUTPUTS = {"Outputs": {"Got": {"Value": {"Fn::GetAtt": ["Thing", "Got"]}}}}


def thing(**properties):
    token = {"Fn::GetAtt": ["Function", "Arn"]}
    return {"Type": "Custom::Thing", "Properties": {"ServiceToken": token, **properties}}


def test_a_resource_is_made_changed_and_removed(cloud, build, a_function):
    stack = build({**a_function(CODE), "Thing": thing(Value="old")}, **OUTPUTS)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert (stack["Thing"], stack.outputs) == ("made", {"Got": "old"})
    name = stack["Function"]
    stack.update({**a_function(CODE), "Thing": thing(Value="new")}, **OUTPUTS)
    assert (stack["Thing"], stack.outputs) == ("made", {"Got": "new"})
    stack.delete()
    assert stack.status == "DELETE_COMPLETE"
    runs = [run["event"]["RequestType"] for run in cloud.invocations() if run["function"] == name]
    assert runs == ["Create", "Update", "Delete"]


def test_a_failure_has_the_functions_reason(build, a_function):
    stack = build({**a_function(CODE), "Thing": thing(Value="x", Fail="yes")})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("Message returned: it was asked to" in reason for reason in stack.reasons())


def test_the_physical_id_is_the_log_stream_unless_one_is_given(build, a_function):
    stack = build({**a_function(UNNAMED), "Thing": thing()})
    assert "/[$LATEST]" in stack["Thing"]


def test_an_answer_that_does_not_arrive_is_printed_and_missed(build, a_function):
    stack = build({**a_function(UNREACHABLE), "Thing": thing()})
    assert any("did not receive a response" in reason for reason in stack.reasons())


def test_only_inline_code_that_wants_the_module_has_it(cloud, build, a_function):
    code = "def handle(event, context):\n    import cfnresponse"
    plain = "def handle(event, context):\n    __import__('cfn' + 'response')"
    stack = build(a_function(plain))
    answer = cloud.aws("lambda").invoke(FunctionName=stack["Function"])
    assert json.load(answer["Payload"])["errorType"] == "ModuleNotFoundError"
    stack.update(a_function(code))
    answer = cloud.aws("lambda").invoke(FunctionName=stack["Function"])
    assert json.load(answer["Payload"]) is None
