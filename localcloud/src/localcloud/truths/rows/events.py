"""Which events reach which targets?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.buses import rule_to, send
from localcloud.truths.policies import document, trusting
from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome, until
from localcloud.truths.world import World

INPUT = "EventBridge User Guide, Amazon EventBridge input transformation"
PUT = "EventBridge API Reference, PutEvents"


@truth("events", INPUT, ['"churn is done, not <unknown>"', '{"n": 7, "who": "churn"}'],
       needs="events sqs")  # fmt: skip
def a_transformer_writes_the_targets_input(world: World) -> Any:
    """InputPathsMap names values of the event, InputTemplate puts them into a text or JSON."""
    seen = []
    for template in ('"<who> is done, not <unknown>"', '{"n": <n>, "who": "<who>"}'):
        paths = {"who": "$.detail.who", "n": "$.detail.n"}
        shape = {"InputPathsMap": paths, "InputTemplate": template.replace("<unknown>", "it")}
        source, queue = rule_to(world, {}, InputTransformer=shape)
        send(world, source, {"who": "churn", "n": 7})
        seen += queue.after(1)
    return [seen[0].replace("it", "<unknown>"), seen[1]]


@truth("events", INPUT, ['{"fixed": 1}', '"churn"'], needs="events sqs")
def an_input_is_constant_and_a_path_is_a_part(world: World) -> Any:
    """Input replaces the event by a constant, InputPath by a part of it."""
    seen = []
    shapes: tuple[dict[str, Any], ...] = ({"Input": '{"fixed": 1}'}, {"InputPath": "$.detail.who"})
    for shape in shapes:
        source, queue = rule_to(world, {}, **shape)
        send(world, source, {"who": "churn"})
        seen += queue.after(1)
    return seen


@truth("events", PUT, [1, "NotAuthorizedForSourceException"])
def sources_of_aws_are_refused(world: World) -> Any:
    """An entry whose source begins with aws. fails: only AWS services send those."""
    answer = send(world, "aws.s3", {})
    return [answer["FailedEntryCount"], answer["Entries"][0].get("ErrorCode")]


@ministack_says(
    [None, None, None],
    "PutEvents' reference has both codes; MiniStack takes every entry",
)
@truth("events", PUT, ["MalformedDetail", "InvalidArgument", None])
def each_bad_entry_fails_alone(world: World) -> Any:
    """PutEvents answers each entry by itself: no JSON object as detail, no detail type."""
    good = {"Source": "ours", "DetailType": "done", "Detail": "{}"}
    entries = [{**good, "Detail": "no JSON"}, {**good, "DetailType": ""}, good]
    answer = world.aws("events").put_events(Entries=entries)
    return [each.get("ErrorCode") for each in answer["Entries"]]


@truth("events", PUT, ["ValidationException"])
def eleven_entries_are_too_many(world: World) -> Any:
    """PutEvents takes at most ten entries."""
    entry = {"Source": "ours", "DetailType": "done", "Detail": "{}"}
    return [outcome(world.aws("events").put_events, Entries=[entry] * 11)]


@ministack_says(
    "nothing came",
    "the guide: an event without permission is not retried but sent there; MiniStack sends none",
)
@truth("events", "EventBridge User Guide, Using dead-letter queues to process undelivered events",
       ["NO_PERMISSIONS", True], needs="events sqs")  # fmt: skip
def what_no_target_takes_goes_to_the_dead(world: World) -> Any:
    """An event that a target does not admit goes to the target's dead-letter queue, and the
    message's attributes tell rule, target and reason."""
    dead = world.queue()
    source, queue = rule_to(world, {}, admitted=False, DeadLetterConfig={"Arn": dead.arn})
    rule = f"arn:aws:events:us-east-1:123456789012:rule/{source}"
    dead.admit("events", rule)
    send(world, source, {})
    message = next(iter(until(dead.receive)), None)
    if message is None:
        return "nothing came"
    about = {name: each["StringValue"] for name, each in message["MessageAttributes"].items()}
    return [about["ERROR_CODE"], (about["RULE_ARN"], about["TARGET_ARN"]) == (rule, queue.arn)]


@truth("events", "EventBridge API Reference, DisableRule", ["on"], needs="events sqs")
def a_disabled_rule_delivers_nothing(world: World) -> Any:
    """A disabled rule matches no events until it is enabled."""
    source, queue = rule_to(world, {}, state="DISABLED", InputPath="$.detail.is")
    twin, seen = rule_to(world, {})
    send(world, source, {"is": "off"})
    send(world, twin, {})
    seen.after(1)
    world.aws("events").enable_rule(Name=source)
    send(world, source, {"is": "on"})
    return [json.loads(body) for body in queue.after(1)]


@ministack_says(
    ["InvalidEventPatternException"] * 2 + ["ResourceNotFoundException", "done"],
    "DeleteRule's reference: first remove the targets; MiniStack deletes the rule",
)
@truth("events", "EventBridge API Reference, PutRule; PutTargets; DeleteRule",
       ["InvalidEventPatternException"] * 2 + ["ResourceNotFoundException", "ValidationException"],
       needs="events sqs")  # fmt: skip
def rules_are_checked_when_they_are_put(world: World) -> Any:
    """A broken pattern, texts mixed with numbers in anything-but, targets of no rule, and the end
    of a rule with targets are refused."""
    events = world.aws("events")
    source, queue = rule_to(world, {})
    mix = {"detail": {"n": [{"anything-but": ["a", 3]}]}}
    broken = [json.dumps(each) for each in ({"source": "not a list"}, mix)]
    targets = [{"Id": "q", "Arn": queue.arn}]
    return [
        *(outcome(events.put_rule, Name=world.name(), EventPattern=each) for each in broken),
        outcome(events.put_targets, Rule=world.name(), Targets=targets),
        outcome(events.delete_rule, Name=source),
    ]


@ministack_says(
    ["done"],
    "EventBridge's quotas: five targets a rule; MiniStack does not count",
)
@truth("events", "EventBridge API Reference, PutTargets", ["LimitExceededException"],
       needs="events sqs")  # fmt: skip
def a_rule_has_five_targets_at_most(world: World) -> Any:
    """A rule takes up to five targets."""
    source, queue = rule_to(world, {})
    targets = [{"Id": f"{n}", "Arn": queue.arn} for n in range(5)]
    return [outcome(world.aws("events").put_targets, Rule=source, Targets=targets)]


@truth("events", "EventBridge User Guide, Sending and receiving events between event buses",
       ["done", "ours"], needs="events sqs iam sts")  # fmt: skip
def a_rule_passes_events_on_to_another_bus(world: World) -> Any:
    """A target may be another bus of the account: the event arrives with its source."""
    events, queue = world.aws("events"), world.queue()
    other = world.name("bus")
    bus = events.create_event_bus(Name=other)["EventBusArn"]
    put = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}
    role = world.role(put, trust=[trusting({"Service": "events.amazonaws.com"})])
    source = world.name("ours")
    pattern = json.dumps({"source": [source]})
    events.put_rule(Name=source, EventPattern=pattern)
    passed = outcome(
        events.put_targets, Rule=source, Targets=[{"Id": "b", "Arn": bus, "RoleArn": role}]
    )
    events.put_rule(Name=source, EventBusName=other, EventPattern=pattern)
    queue.set(Policy=document({**trusting({"Service": "events.amazonaws.com"}, "sqs:SendMessage"),
                               "Resource": queue.arn}))  # fmt: skip
    target = {"Id": "q", "Arn": queue.arn, "InputPath": "$.source"}
    events.put_targets(Rule=source, EventBusName=other, Targets=[target])
    send(world, source, {})
    return [passed, json.loads(queue.after(1)[0])[:4]]
