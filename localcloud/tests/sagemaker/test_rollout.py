"""How a DeploymentConfig becomes steps, and which ones are refused."""

from __future__ import annotations

import pytest

from localcloud.sagemaker import fleets, rollout
from localcloud.sagemaker.api import SageMakerError


def config(*instances):
    return {"ProductionVariants": [{"InitialInstanceCount": each} for each in instances]}


def policy(kind, size=None, wait=60, **more):
    key = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}.get(kind, "CanarySize")
    routing = {"Type": kind, "WaitIntervalInSeconds": wait}
    if size:
        routing[key] = {"Type": size[0], "Value": size[1]}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing, **more}}


@pytest.mark.parametrize(
    ("kind", "size", "instances", "active"),
    [
        ("ALL_AT_ONCE", None, 1, [1]),
        ("CANARY", ("INSTANCE_COUNT", 1), 2, [1, 2]),
        ("CANARY", ("INSTANCE_COUNT", 2), 5, [2, 5]),
        ("CANARY", ("CAPACITY_PERCENT", 30), 10, [3, 10]),
        ("CANARY", ("CAPACITY_PERCENT", 10), 2, [1, 2]),
        ("CANARY", ("CAPACITY_PERCENT", 50), 3, [1, 3]),
        ("LINEAR", ("CAPACITY_PERCENT", 20), 10, [2, 4, 6, 8, 10]),
        ("LINEAR", ("INSTANCE_COUNT", 2), 5, [2, 4, 5]),
    ],
)
def test_traffic_moves_in_steps_of_whole_instances(kind, size, instances, active):
    plan = rollout.plan(policy(kind, size, TerminationWaitInSeconds=120), config(instances))
    assert [step.active for step in plan.steps] == active
    assert [step.wait for step in plan.steps] == [60] * (len(active) - 1) + [120]
    assert plan.steps[-1].setting == "TerminationWaitInSeconds"


def test_without_a_deployment_config_all_traffic_moves_at_once_without_a_bake():
    plan = rollout.plan(None, config(2, 3))
    assert plan.steps == (rollout.Step(5, 0, "TerminationWaitInSeconds"),)


@pytest.mark.parametrize(
    ("given", "instances", "reported"),
    [
        (policy("CANARY", ("CAPACITY_PERCENT", 10)), 1, "InitialInstanceCount of 2 or more"),
        (policy("CANARY", ("INSTANCE_COUNT", 1)), 1, "InitialInstanceCount of 2 or more"),
        (policy("CANARY", ("CAPACITY_PERCENT", 60)), 10, "not within 0% and 50%"),
        (policy("CANARY", ("INSTANCE_COUNT", 2)), 3, "not within 0% and 50%"),
        (policy("LINEAR", ("CAPACITY_PERCENT", 5)), 10, "not within 10% and 50%"),
        (policy("LINEAR", ("INSTANCE_COUNT", 1)), 11, "not within 10% and 50%"),
        (policy("CANARY"), 4, "CanarySize is needed"),
        (policy("ALL_AT_ONCE", ("INSTANCE_COUNT", 1)), 4, "CanarySize is not for"),
        (policy("SLOWLY"), 4, "none of ALL_AT_ONCE, CANARY, LINEAR"),
        (policy("ALL_AT_ONCE", wait=3601), 4, "WaitIntervalInSeconds 3601"),
        (policy("ALL_AT_ONCE", TerminationWaitInSeconds=3601), 4, "TerminationWaitInSeconds 3601"),
        (policy("ALL_AT_ONCE", MaximumExecutionTimeoutInSeconds=599), 4, "TimeoutInSeconds 599"),
        (
            policy(
                "LINEAR",
                ("INSTANCE_COUNT", 2),
                wait=300,
                TerminationWaitInSeconds=300,
                MaximumExecutionTimeoutInSeconds=900,
            ),
            5,
            "must be larger than all waiting, 900 seconds",
        ),
    ],
)
def test_a_plan_that_sagemaker_does_not_take_is_refused(given, instances, reported):
    with pytest.raises(SageMakerError, match=reported):
        rollout.plan(given, config(instances))


def test_a_canary_of_several_variants_is_refused_rather_than_guessed():
    with pytest.raises(SageMakerError, match="exactly one variant"):
        rollout.plan(policy("CANARY", ("INSTANCE_COUNT", 1)), config(2, 2))


@pytest.mark.parametrize(("active", "whole"), [(1, 2), (1, 3), (3, 10), (10, 10), (0, 4)])
def test_every_whole_requests_the_new_fleet_gets_its_part(active, whole):
    traffic = fleets.Traffic("old")
    traffic.shift("new", active, whole)
    for _ in range(3):
        assert [traffic.next() for _ in range(whole)].count("new") == active
    traffic.back()
    assert {traffic.next() for _ in range(whole)} == {"old"}
