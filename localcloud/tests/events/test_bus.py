from __future__ import annotations

import json

import pytest

SERVICE = "events.amazonaws.com"


def put(cloud, **entry):
    given = {"Source": "test", "DetailType": "Thing", "Detail": "{}", **entry}
    answer = cloud.aws("events").put_events(Entries=[given])
    return answer["Entries"][0]


@pytest.fixture
def wired(build):
    """Build a queue that a rule with these properties and this target feeds."""

    def make(rule, target=None, *, admit=True, more=None):
        resources = {
            "Queue": {"Type": "AWS::SQS::Queue"},
            "Dead": {"Type": "AWS::SQS::Queue"},
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {
                    "Targets": [
                        {"Id": "queue", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}, **(target or {})}
                    ],
                    **rule,
                },
            },
            **_admission("Dead"),
            **(_admission("Queue") if admit else {}),
            **(more or {}),
        }
        return build(resources)

    return make


def _admission(queue):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": "sqs:SendMessage",
        "Resource": {"Fn::GetAtt": [queue, "Arn"]},
        "Condition": {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]}}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    properties = {"Queues": [{"Ref": queue}], "PolicyDocument": document}
    return {f"{queue}Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": properties}}


def bodies(messages):
    return [json.loads(message["Body"]) for message in messages]


def test_a_matching_event_arrives_whole(cloud, wired, drain):
    stack = wired({"EventPattern": {"source": ["whole"]}})
    entry = put(cloud, Source="whole", Detail='{"a": 1}', Resources=["arn:thing"])
    put(cloud, Source="other")
    cloud.settle()
    (event,) = bodies(drain(stack["Queue"]))
    assert event.pop("time").endswith("Z")
    assert event == {
        "version": "0",
        "id": entry["EventId"],
        "detail-type": "Thing",
        "source": "whole",
        "account": "123456789012",
        "region": "us-east-1",
        "resources": ["arn:thing"],
        "detail": {"a": 1},
    }


def test_a_disabled_rule_delivers_nothing(cloud, wired, drain):
    stack = wired({"EventPattern": {"source": ["disabled"]}, "State": "DISABLED"})
    put(cloud, Source="disabled")
    cloud.settle()
    assert drain(stack["Queue"]) == []


def test_a_rule_with_only_a_schedule_matches_no_event_and_fires_on_the_clock(cloud, wired, drain):
    stack = wired({"ScheduleExpression": "rate(10 minutes)"})
    put(cloud)
    cloud.settle()
    assert drain(stack["Queue"]) == []
    cloud.advance(1201)
    events = bodies(drain(stack["Queue"]))
    assert [event["detail-type"] for event in events] == ["Scheduled Event"] * 2
    assert events[0]["source"] == "aws.events"
    stack.delete()


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ({"Input": '{"always": "this"}'}, {"always": "this"}),
        ({"InputPath": "$.detail.list[1]"}, "two"),
        (
            {
                "InputTransformer": {
                    "InputPathsMap": {"n": "$.detail.n", "l": "$.detail.list", "s": "$.source"},
                    "InputTemplate": '{"n": <n>, "l": <l>, "s": <s>, "t": "from <s>: <n>"}',
                }
            },
            {"n": 1, "l": ["one", "two"], "s": "SHAPE", "t": "from SHAPE: 1"},
        ),
    ],
    ids=["Input", "InputPath", "InputTransformer"],
)
def test_a_target_gets_the_shape_it_asked_for(cloud, wired, drain, shape, expected, request):
    source = f"shape.{request.node.callspec.id}"
    stack = wired({"EventPattern": {"source": [source]}}, shape)
    put(cloud, Source=source, Detail='{"n": 1, "list": ["one", "two"]}')
    cloud.settle()
    text = json.dumps(bodies(drain(stack["Queue"]))[0]).replace(source, "SHAPE")
    assert json.loads(text) == expected


def test_a_target_that_does_not_admit_the_rule_fails_into_the_dead_letter_queue(
    cloud, wired, drain
):
    dead = {"DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["Dead", "Arn"]}}}
    stack = wired({"EventPattern": {"source": ["shut.out"]}}, dead, admit=False)
    put(cloud, Source="shut.out")
    cloud.settle()
    assert drain(stack["Queue"]) == []
    (message,) = drain(stack["Dead"])
    assert json.loads(message["Body"])["source"] == "shut.out"
    attributes = {key: item["StringValue"] for key, item in message["MessageAttributes"].items()}
    assert attributes["ERROR_CODE"] == "NO_PERMISSIONS"
    assert "no resource-based policy" in attributes["ERROR_MESSAGE"]


def test_a_delivery_that_fails_without_a_dead_letter_queue_is_reported(cloud, wired):
    wired({"EventPattern": {"source": ["lost"]}}, admit=False)
    put(cloud, Source="lost")
    cloud.settle()
    reported = cloud.failures()[-1]["traceback"]
    assert "NotDelivered" in reported
    assert "no resource-based policy" in reported


def test_a_fifo_queue_gets_its_group_and_drops_duplicates(cloud, wired, drain):
    fifo = {
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"FifoQueue": True, "ContentBasedDeduplication": True},
        }
    }
    target = {"SqsParameters": {"MessageGroupId": "the-group"}, "InputPath": "$.detail"}
    stack = wired({"EventPattern": {"source": ["fifo"]}}, target, more=fifo)
    for number in (1, 2, 1):
        put(cloud, Source="fifo", Detail=json.dumps({"n": number}))
    cloud.settle()
    assert bodies(drain(stack["Queue"])) == [{"n": 1}, {"n": 2}]


def test_events_pass_from_bus_to_bus(cloud, wired, drain):
    bus = {"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "second"}}}
    stack = wired(
        {"EventBusName": {"Ref": "Bus"}, "EventPattern": {"source": ["passed.on"]}}, more=bus
    )
    cloud.aws("events").put_rule(Name="pass", EventPattern='{"source": ["passed.on"]}')
    arn = "arn:aws:events:us-east-1:123456789012:event-bus/second"
    cloud.aws("events").put_targets(Rule="pass", Targets=[{"Id": "bus", "Arn": arn}])
    entry = put(cloud, Source="passed.on")
    cloud.settle()
    assert [event["id"] for event in bodies(drain(stack["Queue"]))] == [entry["EventId"]]


def test_a_function_runs_with_the_event_when_its_permission_names_the_rule(
    cloud, build, a_function
):
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventPattern": {"source": ["to.function"]},
            "Targets": [{"Id": "function", "Arn": {"Fn::GetAtt": ["Function", "Arn"]}}],
        },
    }
    permission = {
        "Type": "AWS::Lambda::Permission",
        "Properties": {
            "Action": "lambda:InvokeFunction",
            "FunctionName": {"Fn::GetAtt": ["Function", "Arn"]},
            "Principal": SERVICE,
            "SourceArn": {"Fn::GetAtt": ["Rule", "Arn"]},
        },
    }
    code = "def handle(event, context):\n    return event['detail']"
    stack = build({**a_function(code), "Rule": rule, "Permission": permission})
    put(cloud, Source="to.function", Detail='{"x": 1}')
    cloud.settle()
    name = stack["Function"]
    runs = [run for run in cloud.invocations() if run["function"] == name]
    assert [run["answer"] for run in runs] == [{"x": 1}]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"Source": "aws.sagemaker"}, "NotAuthorizedForSourceException"),
        ({"Source": ""}, "InvalidArgument"),
        ({"Detail": "[1]"}, "MalformedDetail"),
        ({"Detail": "{"}, "MalformedDetail"),
    ],
    ids=["a source of AWS", "no source", "a list", "no JSON"],
)
def test_put_events_refuses(cloud, entry, code):
    assert put(cloud, **entry)["ErrorCode"] == code
