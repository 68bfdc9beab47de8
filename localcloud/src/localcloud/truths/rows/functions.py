"""What comes of a function's run?"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from localcloud.truths.policies import allow, trusting
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome, zipped
from localcloud.truths.world import World

ERRORS = "Lambda Developer Guide, Define Lambda function handler in Python; Handling errors"
INVOKE = "Lambda API Reference, Invoke"
ROLE = "Lambda Developer Guide, Defining Lambda function permissions with an execution role"
ECHO = "def handle(event, context): return event"
LISTS = """
import botocore.session
from botocore.exceptions import ClientError
def handle(event, context):
    seen = []
    session = botocore.session.get_session()
    for service, operation in (("sqs", "ListQueues"), ("sns", "ListTopics")):
        client = session.create_client(service)
        try:
            client._make_api_call(operation, {})
            outcome = "done"
        except ClientError as error:
            outcome = "denied" if "Auth" in str(error) or "Denied" in str(error) else str(error)
        seen.append(outcome)
    return seen
"""


def invoke(world: World, name: str, payload: Any = None, **more: Any) -> Any:
    """Run the function; return its error, if it has one, and its answer."""
    asked = {"FunctionName": name, "Payload": json.dumps(payload or {}), **more}
    answer = world.aws("lambda").invoke(**asked)
    text = answer["Payload"].read()
    return answer.get("FunctionError"), json.loads(text) if text else None


@truth("lambda", INVOKE, [200, {"n": 1}], needs="lambda iam")
def a_functions_answer_is_its_value_as_json(world: World) -> Any:
    """Invoke runs the deployed code and returns what the handler returned, as JSON."""
    name = world.function(ECHO)
    answer = world.aws("lambda").invoke(FunctionName=name, Payload=b'{"n": 1}')
    return [answer["StatusCode"], json.loads(answer["Payload"].read())]


@ministack_says(
    ["Unhandled", ["errorMessage", "errorType"], "no sevens", "Runtime.HandlerError"],
    "the guide shows the exception's own type and a stackTrace",
)
@truth("lambda", ERRORS, ["Unhandled", ["errorMessage", "errorType", "requestId", "stackTrace"],
       "no sevens", "ValueError"], needs="lambda iam")  # fmt: skip
def an_error_has_a_message_a_type_and_a_trace(world: World) -> Any:
    """A handler that raises answers FunctionError Unhandled with errorMessage and errorType."""
    error, answer = invoke(world, world.function("def handle(e, c): raise ValueError('no sevens')"))
    return [error, sorted(answer), answer["errorMessage"], answer["errorType"]]


@truth("lambda", "Lambda Developer Guide, Configure Lambda function timeout; Troubleshooting",
       ["Unhandled", True, "Sandbox.Timedout"], needs="lambda iam")  # fmt: skip
def a_run_ends_at_its_timeout(world: World) -> Any:
    """A run that lasts longer than the function's timeout fails with Task timed out."""
    slow = "import time\ndef handle(e, c):\n  for _ in range(300): time.sleep(0.1)"
    error, answer = invoke(world, world.function(slow, Timeout=1))
    ends = answer["errorMessage"].endswith("Task timed out after 1.00 seconds")
    return [error, ends, answer.get("errorType")]


@truth("lambda", ROLE, ["done", "denied"], needs="lambda iam sqs sns")
def a_function_acts_as_its_role(world: World) -> Any:
    """The code's calls are made with the execution role's session and may do what it allows."""
    _, answer = invoke(world, world.function(LISTS, allow("sqs:ListQueues")))
    return answer


@ministack_says(
    ["done"],
    "the guide: the role has to trust lambda.amazonaws.com; MiniStack does not look",
)
@truth("lambda", ROLE, ["InvalidParameterValueException"], needs="lambda iam")
def a_role_has_to_trust_lambda(world: World) -> Any:
    """CreateFunction refuses a role that Lambda may not assume."""
    role = world.role(trust=[trusting({"Service": "ec2.amazonaws.com"})])
    given = {"Runtime": "python3.12", "Handler": "index.handle", "Code": {"ZipFile": zipped(ECHO)}}
    create = world.aws("lambda").create_function
    return [outcome(create, FunctionName=world.name(), Role=role, **given)]


@truth("lambda", "Lambda Developer Guide, Configuring reserved concurrency",
       ["TooManyRequestsException", "done"], needs="lambda iam")  # fmt: skip
def no_reserved_concurrency_means_no_runs(world: World) -> Any:
    """A reserved concurrency of 0 throttles every invocation."""
    name, aws = world.function(ECHO), world.aws("lambda")
    aws.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    throttled = outcome(aws.invoke, FunctionName=name)
    aws.delete_function_concurrency(FunctionName=name)
    return [throttled, outcome(aws.invoke, FunctionName=name)]


@ministack_says(
    ["ResourceNotFoundException", "done", 204],
    "Invoke's reference has InvalidRequestContentException for what is not JSON",
)
@truth("lambda", INVOKE, ["ResourceNotFoundException", "InvalidRequestContentException", 204],
       needs="lambda iam")  # fmt: skip
def what_cannot_be_run_is_refused(world: World) -> Any:
    """An unknown function and a payload that is not JSON are refused; a dry run answers 204."""
    name, aws = world.function(ECHO), world.aws("lambda")
    return [
        outcome(aws.invoke, FunctionName=world.name()),
        outcome(aws.invoke, FunctionName=name, Payload=b"not JSON"),
        aws.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"],
    ]


@ministack_says(
    ["done", "done"],
    "the guide: reserved variables cannot be set; MiniStack sets them",
)
@truth("lambda", "Lambda Developer Guide, Working with Lambda environment variables",
       ["done", "InvalidParameterValueException"], needs="lambda iam")  # fmt: skip
def names_of_lambdas_own_variables_are_taken(world: World) -> Any:
    """A function's environment may not set the reserved variables, such as AWS_REGION."""
    name, aws = world.function(ECHO), world.aws("lambda")
    return [
        outcome(aws.update_function_configuration, FunctionName=name,
             Environment={"Variables": {key: "x"}})
        for key in ("COLOUR", "AWS_REGION")
    ]  # fmt: skip


@truth("lambda", "Lambda Developer Guide, Control access to Lambda function URLs", 403,
       needs="lambda iam")  # fmt: skip
def an_unsigned_call_of_a_protected_url_is_forbidden(world: World) -> Any:
    """A URL of AuthType AWS_IAM answers 403 to a request that is not signed."""
    name = world.function(ECHO)
    made = world.aws("lambda").create_function_url_config(FunctionName=name, AuthType="AWS_IAM")
    host, path = made["FunctionUrl"].split("/", 3)[2:]  # some emulators' hosts are in no DNS
    request = urllib.request.Request(f"{world.endpoint}/{path}", headers={"Host": host})  # noqa: S310 - always http
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


@ministack_says(["done"] * 3, "the reference has both limits; MiniStack checks neither")
@truth("lambda", "Lambda API Reference, CreateFunction: Timeout, MemorySize",
       ["ValidationException", "ValidationException", "done"], needs="lambda iam")  # fmt: skip
def a_run_has_fifteen_minutes_and_ten_gigabytes_at_most(world: World) -> Any:
    """Timeout is of 900 seconds at most, MemorySize of 10,240 MB."""
    name, aws = world.function(ECHO), world.aws("lambda")
    sizes = [{"Timeout": 901}, {"MemorySize": 10_241}, {"Timeout": 900, "MemorySize": 10_240}]
    return [outcome(aws.update_function_configuration, FunctionName=name, **each) for each in sizes]


@truth("lambda", "Lambda API Reference, PublishVersion", [{"n": 1}, "ResourceNotFoundException"],
       needs="lambda iam")  # fmt: skip
def a_version_is_run_by_its_number(world: World) -> Any:
    """A qualifier runs that version; one that there is not is refused."""
    name, aws = world.function(ECHO), world.aws("lambda")
    version = aws.publish_version(FunctionName=name)["Version"]
    _, answer = invoke(world, name, {"n": 1}, Qualifier=version)
    return [answer, outcome(aws.invoke, FunctionName=name, Qualifier="77")]
