"""In which steps does traffic move to a new fleet, and what calls it back?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from localcloud.sagemaker.api import invalid

_WAIT, _LAST_WAIT = "WaitIntervalInSeconds", "TerminationWaitInSeconds"
_TIMEOUT = "MaximumExecutionTimeoutInSeconds"
_RANGES = {_WAIT: (0, 3600), _LAST_WAIT: (0, 3600), _TIMEOUT: (600, 28800)}
_SIZES = {"ALL_AT_ONCE": None, "CANARY": "CanarySize", "LINEAR": "LinearStepSize"}
_LEAST_PERCENT = {"CanarySize": 0, "LinearStepSize": 10}
_MOST_PERCENT = 50


@dataclass(frozen=True)
class Step:
    """So many instances of the new fleet take traffic, and bake for *wait* seconds."""

    active: int
    wait: int
    setting: str
    """The name of the setting that *wait* comes from."""


@dataclass(frozen=True)
class Plan:
    """The steps of a deployment, the last one with all traffic, and what may end it early."""

    instances: int
    steps: tuple[Step, ...]
    alarms: tuple[str, ...] = ()
    timeout: int | None = None


def plan(given: Mapping[str, Any] | None, config: Mapping[str, Any]) -> Plan:
    """Read a DeploymentConfig for the new *config*; refuse what SageMaker or this cloud lacks.

    The bounds are those of the API reference (BlueGreenUpdatePolicy, TrafficRoutingConfig).
    """
    given = given or {}
    policy = given.get("BlueGreenUpdatePolicy") or {}
    routing = policy.get("TrafficRoutingConfiguration") or {}
    counts = [each.get("InitialInstanceCount", 1) for each in config["ProductionVariants"]]
    last = Step(sum(counts), _within(policy, _LAST_WAIT), _LAST_WAIT)
    steps = (*_partial(routing, config), last)
    rollback = given.get("AutoRollbackConfiguration") or {}
    alarms = tuple(each["AlarmName"] for each in rollback.get("Alarms") or ())
    return Plan(sum(counts), steps, alarms, _timeout(policy, steps))


def _within(block: Mapping[str, Any], key: str) -> int:
    least, most = _RANGES[key]
    value = int(block.get(key) or 0)
    if key in block and not least <= value <= most:
        raise invalid(f"{key} {value} is not within {least} and {most} seconds.")
    return value


def _partial(routing: Mapping[str, Any], config: Mapping[str, Any]) -> list[Step]:
    """Return the steps before the last: none, the canary, or each of the linear ones."""
    kind = routing.get("Type", "ALL_AT_ONCE")
    if kind not in _SIZES:
        raise invalid(f"TrafficRoutingConfiguration.Type {kind} is none of {', '.join(_SIZES)}.")
    wait, key = _within(routing, _WAIT), _SIZES[kind]
    for other in ("CanarySize", "LinearStepSize"):
        if other != key and routing.get(other):
            raise invalid(f"TrafficRoutingConfiguration.{other} is not for Type {kind}.")
    if key is None:
        return []
    total = _instances(config, kind)
    part = _part(routing, key, total)
    moments = range(part, total, part) if kind == "LINEAR" else [part]
    return [Step(active, wait, _WAIT) for active in moments]


def _instances(config: Mapping[str, Any], kind: str) -> int:
    variants = config["ProductionVariants"]
    if len(variants) > 1 or variants[0].get("ServerlessConfig"):
        raise invalid(f"{kind} is supported here for exactly one variant, on instances.")
    return int(variants[0].get("InitialInstanceCount", 1))


def _part(routing: Mapping[str, Any], key: str, total: int) -> int:
    """Return the size of a step in instances: a percentage is rounded down, to at least one.

    The API reference bounds CanarySize by 50% of the variant's instances and LinearStepSize by
    10-50%, which takes two instances at least; how it rounds it does not say.
    """
    size = routing.get(key)
    if not size:
        raise invalid(f"TrafficRoutingConfiguration.{key} is needed for Type {routing['Type']}.")
    if total == 1:
        raise invalid(
            f"TrafficRoutingConfiguration.{key} is at most {_MOST_PERCENT}% of the variant's total"
            " instance count, which is 1: give it an InitialInstanceCount of 2 or more."
        )
    value, least = int(size["Value"]), _LEAST_PERCENT[key]
    counted = size["Type"] == "INSTANCE_COUNT"
    part = value if counted else max(1, total * value // 100)
    percent = 100 * value / total if counted else value
    if not least <= percent <= _MOST_PERCENT or 100 * part > _MOST_PERCENT * total:
        raise invalid(
            f"TrafficRoutingConfiguration.{key}: {value} ({size['Type']}) is not within {least}%"
            f" and {_MOST_PERCENT}% of the variant's total instance count, which is {total}."
        )
    return part


def _timeout(policy: Mapping[str, Any], steps: tuple[Step, ...]) -> int | None:
    timeout = _within(policy, _TIMEOUT) or None
    waiting = sum(step.wait for step in steps)
    if timeout and timeout <= waiting:
        raise invalid(f"{_TIMEOUT} {timeout} must be larger than all waiting, {waiting} seconds.")
    return timeout
