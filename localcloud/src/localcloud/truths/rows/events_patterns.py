"""Which events does a pattern match?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.buses import rule_to, send
from localcloud.truths.row import truth
from localcloud.truths.things import until
from localcloud.truths.world import World

PATTERNS = "EventBridge User Guide, Comparison operators for use in event patterns"


def matching(world: World, condition: Any, *values: Any) -> Any:
    """Return which values of a field a condition lets through; None leaves the field out."""
    source, queue = rule_to(world, {"detail": {"field": condition}}, InputPath="$.detail")
    marked = {"end": True}
    marker = json.dumps({"source": [source], "detail": {"end": [True]}})
    events, name = world.aws("events"), world.name()
    last = world.queue()
    last.admit("events", events.put_rule(Name=name, EventPattern=marker)["RuleArn"])
    events.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": last.arn}])
    details = [{"field": value, "n": n} if value != "-" else {"n": n}
               for n, value in enumerate(values)]  # fmt: skip
    send(world, source, *details, marked)
    last.after(1)
    until(queue.take, bool, 2)
    found = (json.loads(body) for body in queue.take())
    return sorted(each["n"] for each in found if each != marked)


@truth("events", PATTERNS, [[0, 3], [1]], needs="events sqs")
def exists_asks_for_the_field_alone(world: World) -> Any:
    """exists true matches any value there is, exists false a field that is not there."""
    return [
        matching(world, [{"exists": True}], "a", "-", "-", 5),
        matching(world, [{"exists": False}], "a", "-"),
    ]


@truth("events", PATTERNS, [[1], [0, 1], [1]], needs="events sqs")
def anything_but_refuses_the_named(world: World) -> Any:
    """anything-but matches every present value except those named, or those with a prefix."""
    return [
        matching(world, [{"anything-but": "a"}], "a", "b", "-"),
        matching(world, [{"anything-but": [3, 4]}], 5, "3", 3),
        matching(world, [{"anything-but": {"prefix": "dark"}}], "darkred", "red"),
    ]


@truth("events", PATTERNS, [[0], [1], [0]], needs="events sqs")
def texts_are_matched_by_their_ends_and_without_case(world: World) -> Any:
    """prefix, suffix and equals-ignore-case compare texts."""
    return [
        matching(world, [{"prefix": "eu-"}], "eu-west-1", "us-east-1"),
        matching(world, [{"suffix": ".png"}], "a.jpg", "a.png"),
        matching(world, [{"equals-ignore-case": "alice"}], "ALICE", "alicia"),
    ]


@truth("events", PATTERNS, [[1, 2], [1]], needs="events sqs")
def numbers_are_compared_as_numbers(world: World) -> Any:
    """numeric compares values, also between two bounds; texts are not numbers."""
    return [
        matching(world, [{"numeric": [">", 0, "<=", 5]}], 0, 3, 5.0, 6, "3"),
        matching(world, [{"numeric": ["=", 300]}], "300", 3.0e2),
    ]


@truth("events", PATTERNS, [[0], [1, 2]], needs="events sqs")
def wildcards_and_lists_match(world: World) -> Any:
    """wildcard matches with *; a pattern matches an array that holds one of its values."""
    return [
        matching(world, [{"wildcard": "a/*/c"}], "a/b/c", "a/b"),
        matching(world, ["x", "y"], ["z"], ["z", "x"], "y"),
    ]
