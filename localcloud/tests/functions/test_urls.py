from __future__ import annotations

import base64
import json
import re
import urllib.error
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.waiting import PATIENCE

ECHO = "def handle(event, context):\n    return event"
BOTH = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


def a_url(**properties):
    target = {"Fn::GetAtt": ["Function", "Arn"]}
    return {
        "Url": {
            "Type": "AWS::Lambda::Url",
            "Properties": {"TargetFunctionArn": target, "AuthType": "AWS_IAM", **properties},
        }
    }


OUTPUTS = {
    "Address": {"Value": {"Fn::GetAtt": ["Url", "FunctionUrl"]}},
    "Arn": {"Value": {"Fn::GetAtt": ["Url", "FunctionArn"]}},
}


@pytest.fixture
def served(build, a_function):
    """Build a function with a URL; return the stack."""

    def make(code=ECHO, **resources):
        return build({**a_function(code), **a_url(), **resources}, Outputs=OUTPUTS)

    return make


@pytest.fixture
def caller(cloud, build, allow):
    """Return the keys of a session of a role that may do these actions on all functions."""

    def make(*actions, **conditions):
        more = {"Condition": conditions} if conditions else {}
        trust = {
            "Effect": "Allow",
            "Principal": {"AWS": "123456789012"},
            "Action": "sts:AssumeRole",
        }
        policy = {"Version": "2012-10-17", "Statement": [allow(list(actions), **more)]}
        properties = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}
        if actions:
            properties["Policies"] = [{"PolicyName": "inline", "PolicyDocument": policy}]
        stack = build(
            {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}},
            Outputs={"Arn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
        )
        assumed = cloud.aws("sts").assume_role(RoleArn=stack.outputs["Arn"], RoleSessionName="me")
        keys = assumed["Credentials"]
        return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])

    return make


def call(url, keys, *, service="lambda", method="POST", data=b"{}", **headers):
    """Sign as botocore does and send as any HTTP client does."""
    headers = {"Content-Type": "application/json", **headers}
    request = AWSRequest(method, url, headers=headers, data=data)
    if keys:
        SigV4Auth(keys, service, "us-east-1").add_auth(request)
    sent = urllib.request.Request(url, data=data, method=method, headers=dict(request.headers))
    try:
        with urllib.request.urlopen(sent, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_a_signed_call_runs_the_function_with_an_event_of_format_2(cloud, served, caller):
    stack, keys = served(), caller(*BOTH)
    url = stack.outputs["Address"]
    assert url.startswith(cloud.endpoint)
    assert url.endswith("/")
    status, headers, body = call(f"{url}a/b%20c?x=1&y=2&x=3", keys, data=b'{"age": 41}')
    event = json.loads(body)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert (event["version"], event["routeKey"]) == ("2.0", "$default")
    assert (event["rawPath"], event["rawQueryString"]) == ("/a/b%20c", "x=1&y=2&x=3")
    assert event["queryStringParameters"] == {"x": "1,3", "y": "2"}
    assert (event["body"], event["isBase64Encoded"]) == ('{"age": 41}', False)
    assert event["headers"]["content-type"] == "application/json"
    http = event["requestContext"]["http"]
    assert (http["method"], http["path"]) == ("POST", "/a/b%20c")
    assert http["sourceIp"] in {"127.0.0.1", "::1"}
    assert http["userAgent"].startswith("Python-urllib")
    assert cloud.invocations()[-1]["event"] == event
    assert cloud.invocations()[-1]["function"] == stack["Function"]


def test_the_event_says_who_called(cloud, served, caller):
    stack, keys = served(), caller(*BOTH)
    who = cloud.session(keys.access_key, keys.secret_key, keys.token).client("sts")
    identity = who.get_caller_identity()
    _, _, body = call(stack.outputs["Address"], keys)
    iam = json.loads(body)["requestContext"]["authorizer"]["iam"]
    assert iam == {
        "accessKey": keys.access_key,
        "accountId": "123456789012",
        "callerId": identity["UserId"],
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": identity["Arn"],
        "userId": identity["UserId"],
    }
    assert ":assumed-role/" in iam["userArn"]
    assert iam["userArn"].endswith("/me")


def test_both_permissions_are_needed(served, caller):
    url = served().outputs["Address"]
    assert call(url, caller(*BOTH))[0] == 200
    for some in ((), BOTH[:1], BOTH[1:]):
        status, _, body = call(url, caller(*some))
        assert (status, json.loads(body)) == (403, {"Message": "Forbidden"})


def test_a_grant_may_hold_for_urls_alone(cloud, served, caller):
    stack = served()
    keys = caller(*BOTH, BoolIfExists={"lambda:InvokedViaFunctionUrl": "true"})
    assert call(stack.outputs["Address"], keys)[0] == 200
    only = caller(
        *BOTH,
        Bool={"lambda:InvokedViaFunctionUrl": "true"},
    )
    client = cloud.session(only.access_key, only.secret_key, only.token).client("lambda")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.invoke(FunctionName=stack["Function"])


def test_a_condition_on_the_auth_type_holds(served, caller):
    url = served().outputs["Address"]
    key = "lambda:FunctionUrlAuthType"
    assert call(url, caller(*BOTH, StringEqualsIfExists={key: "AWS_IAM"}))[0] == 200
    assert call(url, caller(*BOTH, StringEqualsIfExists={key: "NONE"}))[0] == 403


def test_the_functions_own_policy_can_admit_an_account(build, a_function, caller):
    admitted = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": {"Ref": "Function"},
            "Action": "lambda:InvokeFunctionUrl",
            "Principal": "*",
            "FunctionUrlAuthType": "AWS_IAM",
        },
    }
    invoking = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "FunctionName": {"Ref": "Function"},
            "Action": "lambda:InvokeFunction",
            "Principal": "*",
            "InvokedViaFunctionUrl": True,
        },
    }
    stack = build(
        {**a_function(ECHO), **a_url(), "Url1": admitted, "Url2": invoking}, Outputs=OUTPUTS
    )
    assert call(stack.outputs["Address"], caller())[0] == 200
    stack.update({**a_function(ECHO), **a_url(), "Url1": admitted}, Outputs=OUTPUTS)
    assert call(stack.outputs["Address"], caller())[0] == 403


def test_permissions_become_aws_own_statements(cloud, build, a_function):
    stack = build(a_function(ECHO))
    about = {"FunctionName": stack["Function"], "Action": "lambda:InvokeFunctionUrl"}
    role = "arn:aws:iam::123456789012:role/any"
    client = cloud.aws("lambda")
    client.add_permission(
        **about, StatementId="a", Principal="123456789012", FunctionUrlAuthType="AWS_IAM"
    )
    client.add_permission(
        FunctionName=stack["Function"],
        Action="lambda:InvokeFunction",
        StatementId="b",
        Principal=role,
        InvokedViaFunctionUrl=True,
    )
    policy = json.loads(client.get_policy(FunctionName=stack["Function"])["Policy"])
    first, second = policy["Statement"]
    assert first["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert first["Condition"] == {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    assert second["Principal"] == {"AWS": role}
    assert second["Condition"] == {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    assert not {"FunctionUrlAuthType", "InvokedViaFunctionUrl"} & {*first, *second}


def test_who_signs_nothing_or_for_another_service_is_forbidden(served, caller):
    url, keys = served().outputs["Address"], caller(*BOTH)
    lost = Credentials("ASIAAAAAAAAAAAAAAAAA", "x", "y")
    stolen = Credentials(keys.access_key, keys.secret_key, "another token")
    answers = [call(url, None), call(url, lost), call(url, stolen), call(url, keys, service="s3")]
    for status, headers, body in answers:
        assert (status, json.loads(body)) == (403, {"Message": "Forbidden"})
        assert headers["x-amzn-ErrorType"] == "AccessDeniedException"


def test_an_answer_with_a_status_is_the_response(served, caller):
    code = """
import base64

def handle(event, context):
    return {
        "statusCode": 201,
        "headers": {"Content-Type": "text/csv", "X-Colour": "red"},
        "cookies": ["a=1", "b=2"],
        "body": base64.b64encode(b"a,b").decode(),
        "isBase64Encoded": True,
    }
"""
    status, headers, body = call(served(code).outputs["Address"], caller(*BOTH))
    assert (status, headers["Content-Type"], headers["X-Colour"]) == (201, "text/csv", "red")
    assert headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert body == b"a,b"


@pytest.mark.parametrize(
    ("answer", "body"),
    [("'hello'", b'"hello"'), ("[1, 2]", b"[1, 2]"), ("{'a': 1}", b'{"a": 1}'), ("None", b"null")],
)
def test_any_other_answer_is_the_body(served, caller, answer, body):
    url = served(f"def handle(event, context):\n    return {answer}").outputs["Address"]
    status, headers, got = call(url, caller(*BOTH))
    assert (status, headers["Content-Type"], got) == (200, "application/json", body)


@pytest.mark.parametrize(
    "line",
    ["raise RuntimeError('secret')", "return {'statusCode': 'bad'}",
     "return {'statusCode': 200, 'body': {}}"],
)  # fmt: skip
def test_a_failure_is_a_bad_gateway_and_reveals_nothing(served, caller, line):
    url = served(f"def handle(event, context):\n    {line}").outputs["Address"]
    status, _, body = call(url, caller(*BOTH))
    assert (status, json.loads(body)) == (502, {"Message": "Internal Server Error"})


def test_what_is_no_text_comes_in_base64(served, caller):
    url, keys = served().outputs["Address"], caller(*BOTH)
    headers = {"Content-Type": "application/octet-stream"}
    event = json.loads(call(url, keys, data=b"\x00\xff", **headers)[2])
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\x00\xff"
    bare = json.loads(call(url, keys, method="GET", data=None)[2])
    assert "body" not in bare
    assert bare["requestContext"]["http"]["method"] == "GET"


@pytest.mark.parametrize(
    ("property_", "value"),
    [("AuthType", "NONE"), ("InvokeMode", "RESPONSE_STREAM"), ("Cors", {"AllowOrigins": ["*"]}),
     ("Qualifier", "live")],
)  # fmt: skip
def test_urls_that_are_not_served_are_refused_by_name(build, a_function, property_, value):
    resources = {**a_function(ECHO), **a_url(**{property_: value})}
    try:
        stack = build(resources)
    except ClientError as error:
        wanted = rf"{property_}.* of AWS::Lambda::Url Url"
        assert re.search(wanted, str(error))  # noqa: PT017 - one of two ways
    else:
        assert stack.status == "ROLLBACK_COMPLETE"
        assert any(property_ in reason for reason in stack.reasons())


def test_a_url_lives_as_long_as_its_resource(cloud, build, a_function, caller):
    stack, keys = build({**a_function(ECHO), **a_url()}, Outputs=OUTPUTS), caller(*BOTH)
    url, client = stack.outputs["Address"], cloud.aws("lambda")
    described = client.get_function_url_config(FunctionName=stack["Function"])
    assert (described["FunctionUrl"], described["InvokeMode"]) == (url, "BUFFERED")
    assert stack["Url"] == stack.outputs["Arn"] == described["FunctionArn"]
    with pytest.raises(ClientError, match="ResourceConflictException"):
        client.create_function_url_config(FunctionName=stack["Function"], AuthType="AWS_IAM")
    changed = ECHO.replace("return event", "return 'changed'")
    stack.update({**a_function(changed), **a_url(InvokeMode="BUFFERED")}, Outputs=OUTPUTS)
    assert stack.outputs["Address"] == url
    assert call(url, keys)[2] == b'"changed"'
    stack.update(a_function(ECHO))
    assert call(url, keys)[0] == 404
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.update_function_url_config(FunctionName=stack["Function"], AuthType="AWS_IAM")
