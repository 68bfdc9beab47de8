"""How are the alarms read? A hundred with each call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import aws
from factory.stack_drift.check import Reading
from factory.stack_drift.deployed import Resource

TYPE = "AWS::CloudWatch::Alarm"
AT_ONCE = 100  # names that DescribeAlarms takes


def read(alarms: Sequence[Resource]) -> dict[str, Reading]:
    """Return what is there of *alarms*, by thing."""
    names = [each.name for each in alarms]
    found: dict[str, Any] = {}
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        answer = aws.ask("cloudwatch", "describe_alarms", "the stacks' alarms", AlarmNames=some)
        found |= {alarm["AlarmName"]: alarm for alarm in answer["MetricAlarms"]}
    return {each.thing: Reading(found.get(each.name)) for each in alarms}
