from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def invoke(cloud):
    def call(stack, event=None, name="Function", **more):
        answer = cloud.aws("lambda").invoke(
            FunctionName=stack[name], Payload=json.dumps(event or {}), **more
        )
        payload = answer["Payload"].read()
        return answer, json.loads(payload) if payload else None

    return call


def test_the_deployed_code_answers(build, a_function, invoke):
    stack = build(a_function("def handle(event, context):\n    return {'got': event}"))
    answer, body = invoke(stack, {"a": 1})
    assert body == {"got": {"a": 1}}
    assert "FunctionError" not in answer


def test_an_error_has_the_shape_of_aws(build, a_function, invoke):
    stack = build(a_function("def handle(event, context):\n    raise KeyError('gone')"))
    answer, body = invoke(stack)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["StatusCode"] == 200
    assert (body["errorType"], body["errorMessage"]) == ("KeyError", "'gone'")
    assert len(body["stackTrace"]) == 1
    assert "in handle" in body["stackTrace"][0]


def test_the_environment_is_the_templates_and_lambdas_own(build, a_function, invoke):
    code = "import os\ndef handle(event, context):\n    return dict(os.environ)"
    stack = build(a_function(code, Environment={"Variables": {"COLOUR": "red"}}, MemorySize=256))
    _, environment = invoke(stack)
    assert environment.pop("COLOUR") == "red"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == stack["Function"]
    assert environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert environment["AWS_REGION"] == "us-east-1"
    assert environment["AWS_ACCESS_KEY_ID"].startswith("ASIA")
    strangers = [
        name
        for name in environment
        if not name.startswith(("AWS_", "LAMBDA_"))
        and name not in {"PATH", "LANG", "TZ", "_HANDLER"}
    ]
    assert strangers == []


def test_it_acts_as_its_role_and_may_do_no_more(build, a_function, allow, invoke):
    code = """
import boto3

def handle(event, context):
    boto3.client("s3").put_object(Bucket=event["bucket"], Key=event["key"], Body=b"x")
    return boto3.client("sts").get_caller_identity()["Arn"]
"""
    put = allow("s3:PutObject", {"Fn::Sub": "${Bucket.Arn}/mine/*"})
    stack = build({**a_function(code, put), "Bucket": {"Type": "AWS::S3::Bucket"}})
    _, who = invoke(stack, {"bucket": stack["Bucket"], "key": "mine/a"})
    assert who.endswith(f":assumed-role/{stack['FunctionRole']}/{stack['Function']}")
    answer, body = invoke(stack, {"bucket": stack["Bucket"], "key": "yours/a"})
    assert answer["FunctionError"] == "Unhandled"
    assert "AccessDenied" in body["errorMessage"]


def test_a_role_that_does_not_trust_lambda_cannot_be_used(cloud, build, a_function, a_role, invoke):
    code = "def handle(event, context):\n    return 1"
    resources = {**a_function(code), "FunctionRole": a_role(service="events.amazonaws.com")}
    refused = build(resources)
    assert refused.status == "ROLLBACK_COMPLETE"
    assert "cannot be assumed by Lambda" in refused.reasons()[-2]

    stack = build(a_function(code))
    nobody = json.dumps({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]})  # fmt: skip
    cloud.aws("iam").update_assume_role_policy(
        RoleName=stack["FunctionRole"], PolicyDocument=nobody
    )
    _, body = invoke(stack)
    assert body["errorType"] == "NotAssumable"
    assert "lambda.amazonaws.com may not assume" in body["errorMessage"]


def test_what_it_prints_and_logs_is_in_its_log_group(cloud, build, a_function, invoke):
    code = """
import logging
logging.getLogger().setLevel("INFO")

def handle(event, context):
    print("printed", context.aws_request_id)
    logging.getLogger("mine").info("logged")
    raise ValueError("and failed")
"""
    group = {"Group": {"Type": "AWS::Logs::LogGroup"}}
    stack = build({**group, **a_function(code, LoggingConfig={"LogGroup": {"Ref": "Group"}})})
    invoke(stack)
    events = cloud.aws("logs").filter_log_events(logGroupName=stack["Group"])["events"]
    text = "\n".join(event["message"] for event in events)
    assert "printed " in text
    assert "logged" in text
    assert "ValueError: and failed" in text


def test_a_log_group_that_it_was_given_and_that_is_gone_is_not_made_again(
    cloud, build, a_function, invoke
):
    code = "def handle(event, context):\n    print('here')"
    group = {"Group": {"Type": "AWS::Logs::LogGroup"}}
    stack = build({**group, **a_function(code, LoggingConfig={"LogGroup": {"Ref": "Group"}})})
    cloud.aws("logs").delete_log_group(logGroupName=stack["Group"])
    invoke(stack)
    found = cloud.aws("logs").describe_log_groups(logGroupNamePrefix=stack["Group"])
    assert found["logGroups"] == []


def test_its_context_names_the_stream_that_it_writes(cloud, build, a_function, invoke):
    code = "def handle(event, context):\n    print('here')\n    return context.log_stream_name"
    stack = build(a_function(code))
    _, named = invoke(stack)
    version = cloud.aws("lambda").publish_version(FunctionName=stack["Function"])["Version"]
    _, of_version = invoke(stack, Qualifier=version)
    assert ("[$LATEST]" in named, f"[{version}]" in of_version) == (True, True)
    group = f"/aws/lambda/{stack['Function']}"
    for name, what in {named: "$LATEST", of_version: version}.items():
        events = cloud.aws("logs").get_log_events(logGroupName=group, logStreamName=name)["events"]
        start, printed, _ = [event["message"] for event in events]
        assert (start.split()[-1], printed) == (what, "here")


def test_a_dry_run_runs_nothing(cloud, build, a_function, invoke):
    stack = build(a_function("def handle(event, context):\n    return 1"))
    before = len(cloud.invocations())
    answer, _ = invoke(stack, InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert len(cloud.invocations()) == before


def test_an_event_that_fails_is_tried_twice_more_and_then_buried(
    cloud, build, a_function, allow, drain, invoke
):
    code = "def handle(event, context):\n    raise ValueError('never')"
    dead = {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}}
    send = allow("sqs:SendMessage", {"Fn::GetAtt": ["Dead", "Arn"]})
    stack = build({**a_function(code, send, **dead), "Dead": {"Type": "AWS::SQS::Queue"}})

    def attempts():
        name = stack["Function"]
        return len([run for run in cloud.invocations() if run["function"] == name])

    answer, _ = invoke(stack, {"n": 1}, InvocationType="Event")
    assert answer["StatusCode"] == 202
    cloud.settle()
    assert attempts() == 1
    cloud.advance(61)
    assert attempts() == 2
    cloud.advance(60)
    assert attempts() == 2
    assert drain(stack["Dead"]) == []
    cloud.advance(61)
    assert attempts() == 3
    (message,) = drain(stack["Dead"])
    assert json.loads(message["Body"]) == {"n": 1}
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "never"


def test_the_event_invoke_config_sets_retries_and_destination(
    cloud, build, a_function, allow, drain, invoke
):
    config = {
        "Type": "AWS::Lambda::EventInvokeConfig",
        "Properties": {
            "FunctionName": {"Ref": "Function"},
            "Qualifier": "$LATEST",
            "MaximumRetryAttempts": 0,
            "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["Failed", "Arn"]}}},
        },
    }
    code = "def handle(event, context):\n    raise ValueError('at once')"
    resources = {
        **a_function(code, allow("sqs:SendMessage")),
        "Failed": {"Type": "AWS::SQS::Queue"},
        "Config": config,
    }
    stack = build(resources)
    invoke(stack, {"n": 2}, InvocationType="Event")
    cloud.settle()
    record = json.loads(drain(stack["Failed"])[0]["Body"])
    assert record["requestPayload"] == {"n": 2}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 1
    assert record["responsePayload"]["errorMessage"] == "at once"


def test_no_reserved_concurrency_means_no_runs(build, a_function, invoke):
    code = "def handle(event, context):\n    return 1"
    stack = build(a_function(code, ReservedConcurrentExecutions=0))
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        invoke(stack)


def test_another_runtime_is_refused_by_name(build, a_function):
    runtimes = {"Runtimes": {"Node": {"Name": "nodejs22.x"}}}
    runtime = {"Fn::FindInMap": ["Runtimes", "Node", "Name"]}
    refused = build(a_function("exports.handle = 1", Runtime=runtime), Mappings=runtimes)
    assert refused.status == "ROLLBACK_COMPLETE"
    assert any(
        "functions of nodejs22.x: Python functions run here" in it for it in refused.reasons()
    )


def test_an_update_runs_the_new_code_in_a_new_sandbox(build, a_function, invoke):
    stack = build(a_function("def handle(event, context):\n    return 1"))
    assert invoke(stack)[1] == 1
    stack.update(a_function("def handle(event, context):\n    return 2"))
    assert invoke(stack)[1] == 2
