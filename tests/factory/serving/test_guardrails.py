"""What watches an update, and what calls it back?"""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.catalogue.rules import NAME
from factory.catalogue.spec import Serving
from factory.layout.names import config, resource
from factory.serving.guardrails import Guarded, alarms, deployment, pause, stale
from tests.factory.gates.test_gates import MODEL
from tests.hostile import harmless

CONFIG = "mw-dev-churn-v2-11111111"
TOPIC = "arn:aws:sns:us-east-1:1:alerts"
GUARDED = Guarded(model=MODEL, endpoint="mw-dev-churn", config=CONFIG, namespace="Modelworks/dev")
POLICY = "BlueGreenUpdatePolicy"


def routing(serving, **how):
    return deployment(serving, ["a"], **how)[POLICY]["TrafficRoutingConfiguration"]


def test_two_instances_update_by_canary_of_one():
    assert routing(Serving(instances=2, bake_minutes=5)) == {
        "Type": "CANARY",
        "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1},
        "WaitIntervalInSeconds": 300,
    }


@pytest.mark.parametrize(
    ("serving", "how"),
    [(Serving(instances=1), {}), (Serving(instances=2), {"at_once": True})],
)
def test_one_instance_and_a_rollback_move_all_traffic_at_once(serving, how):
    assert routing(serving, **how)["Type"] == "ALL_AT_ONCE"


@pytest.mark.parametrize("minutes", [1, 10, 60])
def test_an_update_bakes_on_all_instances_too_and_has_time_for_it(minutes):
    policy = deployment(Serving(instances=2, bake_minutes=minutes), ["a"])[POLICY]
    baked = policy["TrafficRoutingConfiguration"]["WaitIntervalInSeconds"]
    assert baked == policy["TerminationWaitInSeconds"] == 60 * minutes
    assert 600 <= policy["MaximumExecutionTimeoutInSeconds"] <= 28_800
    assert policy["MaximumExecutionTimeoutInSeconds"] > 2 * baked


def test_the_alarms_of_the_new_fleet_roll_it_back():
    found = alarms(GUARDED, TOPIC)
    rollback = deployment(MODEL.serving, list(found))["AutoRollbackConfiguration"]
    assert [a["AlarmName"] for a in rollback["Alarms"]] == [
        f"mw-dev-churn/{CONFIG}/errors",
        f"mw-dev-churn/{CONFIG}/probes",
    ]
    assert all(a["AlarmActions"] == [TOPIC] for a in found.values())
    assert all(a["TreatMissingData"] == "notBreaching" for a in found.values())


def test_the_errors_of_the_new_fleet_are_told_from_those_of_the_old():
    (errors, _) = alarms(GUARDED, TOPIC).values()
    assert {d["Name"]: d["Value"] for d in errors["Dimensions"]} == {
        "EndpointName": "mw-dev-churn",
        "VariantName": "live",
        "EndpointConfigName": CONFIG,
    }


def test_the_share_of_errors_that_is_allowed_is_the_model_s_own():
    strict = dataclasses.replace(MODEL, serving=Serving(max_error_rate=0.001))
    (errors, probes) = alarms(dataclasses.replace(GUARDED, model=strict), TOPIC).values()
    assert (errors["Statistic"], errors["Threshold"]) == ("Average", 0.001)
    assert (probes["Statistic"], probes["Threshold"]) == ("Sum", 1)


@pytest.mark.parametrize("minutes", [1, 10, 60])
def test_probes_come_several_times_a_bake_and_no_message_waits_longer_than_it_can(minutes):
    seconds = pause(Serving(bake_minutes=minutes))
    assert 0 < seconds <= 900
    assert 60 * minutes // seconds >= 4


def test_alarms_of_what_serves_no_more_are_stale_and_no_others():
    names = [
        "mw-dev-churn/drift",
        f"mw-dev-churn/{CONFIG}/errors",
        f"mw-dev-churn/{CONFIG}/probes",
        "mw-dev-churn/mw-dev-churn-v1-0a1b2c3d/errors",
        "mw-dev-churn/mw-dev-churn-v1-0a1b2c3d/probes",
    ]
    assert stale(names, "mw-dev-churn", CONFIG) == names[3:]


@given(st.from_regex(NAME, fullmatch=True))
@settings(max_examples=25, deadline=None)
def test_an_alarm_is_described_in_one_line_that_cloudwatch_takes(name):
    """Every name that a model may have; PutMetricAlarm takes 255 and 1,024 characters."""
    model = dataclasses.replace(MODEL, name=name)
    found = alarms(
        dataclasses.replace(
            GUARDED, model=model, endpoint=resource("prod", name),
            config=config(resource("prod", name), 9999, "f" * 64, "approved"),
        ),
        TOPIC,
    )  # fmt: skip
    for key, alarm in found.items():
        assert len(key) <= 255
        assert len(alarm["AlarmDescription"]) <= 1024
        assert harmless(key + alarm["AlarmDescription"])
