from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

SPINS = """
def handle(event, context):
    while True:
        try:
            while True:
                pass
        except Exception:
            continue
"""
CALLS = """
import boto3
def handle(event, context):
    client = boto3.client("sts")
    while True:
        client.get_caller_identity()
"""
SLEEPS = "import time\ndef handle(event, context):\n    time.sleep(1.1)\n    return 'late'\n"


def invoke(cloud, name, payload="{}", **more):
    answer = cloud.aws("lambda").invoke(FunctionName=name, Payload=payload, **more)
    return answer, json.loads(answer["Payload"].read() or "null")


@pytest.mark.parametrize("code", [SPINS, CALLS, SLEEPS], ids=["spins", "calls", "sleeps"])
def test_a_run_longer_than_its_timeout_fails_and_the_next_one_works(cloud, build, a_function, code):
    later = f"{code}\ndone = handle\ndef handle(event, context):\n"
    later += "    return 'quick' if event else done(event, context)\n"
    name = build(a_function(later, Timeout=1))["Function"]
    answer, error = invoke(cloud, name)
    assert answer["FunctionError"] == "Unhandled"
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    cloud.aws("lambda").update_function_configuration(FunctionName=name, Timeout=30)
    assert invoke(cloud, name, '{"quick": true}')[1] == "quick"


@pytest.mark.parametrize(
    ("code", "handler", "kind", "words"),
    [
        ("", "index.handle", "Runtime.HandlerNotFound", "Handler 'handle' missing on module"),
        ("", "lost.handle", "Runtime.ImportModuleError", "Unable to import module 'lost'"),
        ("", "handle", "Runtime.MalformedHandlerName", "Bad handler 'handle'"),
        ("def (", "index.handle", "Runtime.UserCodeSyntaxError", "Syntax error in module"),
        (
            "def handle(event, context): return {1}",
            "index.handle",
            "Runtime.MarshalError",
            "Unable to marshal response",
        ),
        (
            "import sys\ndef handle(event, context): sys.exit(3)",
            "index.handle",
            "Runtime.ExitError",
            "exit status 3",
        ),
        (
            "def handle(event, context): return 'x' * 6_300_000",
            "index.handle",
            "Function.ResponseSizeTooLarge",
            "Response payload size exceeded",
        ),
    ],
)
def test_the_runtimes_own_errors_have_awss_names(
    cloud, build, a_function, code, handler, kind, words
):
    name = build(a_function(code or "x = 1", Handler=handler))["Function"]
    _, error = invoke(cloud, name)
    assert error["errorType"] == kind
    assert words in error["errorMessage"]


@pytest.mark.parametrize(
    ("payload", "kind", "code"),
    [
        ("{nope", "RequestResponse", "InvalidRequestContentException"),
        (json.dumps("x" * 6_300_000), "RequestResponse", "RequestTooLargeException"),
        (json.dumps("x" * 1_100_000), "Event", "RequestTooLargeException"),
    ],
)
def test_a_payload_that_is_no_json_or_too_large_is_refused(
    cloud, build, a_function, payload, kind, code
):
    name = build(a_function("def handle(event, context): return 1"))["Function"]
    with pytest.raises(ClientError) as refusal:
        invoke(cloud, name, payload, InvocationType=kind)
    assert refusal.value.response["Error"]["Code"] == code


def test_a_qualifier_runs_that_version_and_one_that_there_is_not_is_refused(
    cloud, build, a_function
):
    name = build(a_function("def handle(event, context): return context.function_version"))[
        "Function"
    ]
    cloud.aws("lambda").publish_version(FunctionName=name)
    answer, version = invoke(cloud, name, Qualifier="1")
    assert (answer["ExecutedVersion"], version) == ("1", "1")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        invoke(cloud, name, Qualifier="lost")
