"""Deployment guardrails: AWS says / we say."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from tests.sagemaker.conftest import INFERENCE
from tests.sagemaker.test_endpoints import archive, config, invoke, settled

OLD, NEW = b"2.0", b"10.0"
BAD = INFERENCE.replace("row[0] == 7", "True")
CANARY = {"Type": "CANARY", "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1}}
LINEAR = {"Type": "LINEAR", "LinearStepSize": {"Type": "CAPACITY_PERCENT", "Value": 34}}


@pytest.fixture(scope="module")
def watching(place):
    """Let the execution role read alarms, as AWS demands."""
    allow = {"Effect": "Allow", "Action": "cloudwatch:DescribeAlarms", "Resource": "*"}
    place.cloud.aws("iam").put_role_policy(
        RoleName=f"{place.name}-job",
        PolicyName="alarms",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
    )


@pytest.fixture(scope="module")
def configs(place, watching):
    good = {"old": 2.0, "new": 10.0, "newer": 10.0}
    urls = {name: archive(place, f"m/{name}.tar.gz", each) for name, each in good.items()}
    urls["bad"] = archive(place, "m/bad.tar.gz", 1.0, BAD)
    urls["missing"] = place.uri("m/none.tar.gz")
    return {name: config(place, name, url, instances=3) for name, url in urls.items()}


@pytest.fixture
def endpoint(place, configs):
    """An endpoint of three instances that serves the old model, alone with its alarm."""
    name = f"{place.name}-{datetime.now(UTC):%H%M%S%f}"
    place.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=configs["old"])
    watch_errors(place, name, dimensions(name))
    place.cloud.settle()
    yield name
    place.cloud.advance(3600)
    settled(place, name)
    place.sagemaker.delete_endpoint(EndpointName=name)


def watch_errors(place, name, of):
    place.cloud.aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Dimensions=of,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )


def dimensions(endpoint, **more):
    pairs = {"EndpointName": endpoint, "VariantName": "All", **more}
    return [{"Name": key, "Value": value} for key, value in pairs.items()]


def guarded(endpoint, routing=CANARY, wait=60, last=120, **more):
    policy = {
        "TrafficRoutingConfiguration": {**routing, "WaitIntervalInSeconds": wait},
        "TerminationWaitInSeconds": last,
        **more,
    }
    return {
        "BlueGreenUpdatePolicy": policy,
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": endpoint}]},
    }


def update(place, endpoint, to, given):
    """Begin an update and wait until nothing happens but baking."""
    known = len(place.cloud.failures())  # of other tests, whose rules may not deliver
    place.sagemaker.update_endpoint(
        EndpointName=endpoint, EndpointConfigName=to, DeploymentConfig=given
    )
    assert place.cloud.settle()["failures"][known:] == []
    return place.sagemaker.describe_endpoint(EndpointName=endpoint)


def answers(place, endpoint, count):
    """Ask that often; an error counts as the status the model gave."""
    got = []
    for _ in range(count):
        try:
            got.append(invoke(place, endpoint, b"1")["Body"].read())
        except ClientError as error:
            got.append(error.response["OriginalStatusCode"])
    return got


def stage(found):
    (variant,) = found["PendingDeploymentSummary"]["ProductionVariants"]
    (status,) = variant["VariantStatus"]
    return status["Status"], variant["CurrentInstanceCount"], status["StatusMessage"]


def describe(place, endpoint):
    return place.sagemaker.describe_endpoint(EndpointName=endpoint)


def rolled_back(place, endpoint, configs):
    """Tell why, after making sure that everything is as it was."""
    found = settled(place, endpoint)
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", configs["old"])
    assert "PendingDeploymentSummary" not in found
    assert answers(place, endpoint, 4) == [OLD] * 4
    return found["FailureReason"]


def test_a_good_canary_bakes_twice_and_completes(place, configs, endpoint, events):
    given = guarded(endpoint)
    found = update(place, endpoint, configs["new"], given)
    baking = "with traffic enabled on canary capacity of 1 instance(s)."
    assert stage(found) == ("Baking", 1, f"Baking for 60 seconds (WaitIntervalInSeconds) {baking}")
    assert found["PendingDeploymentSummary"]["EndpointConfigName"] == configs["new"]
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("Updating", configs["old"])
    assert answers(place, endpoint, 9) == [OLD, OLD, NEW] * 3
    place.cloud.advance(50)
    place.cloud.settle()
    assert stage(describe(place, endpoint))[1] == 1
    place.cloud.advance(11)
    place.cloud.settle()
    found = describe(place, endpoint)
    baking = "with traffic enabled on full capacity of 3 instance(s)."
    reported = f"Baking for 120 seconds (TerminationWaitInSeconds) {baking}"
    assert stage(found) == ("Baking", 3, reported)
    assert found["EndpointConfigName"] == configs["old"]
    assert answers(place, endpoint, 4) == [NEW] * 4
    place.cloud.advance(121)
    found = settled(place, endpoint)
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", configs["new"])
    assert found["LastDeploymentConfig"] == given
    assert {"PendingDeploymentSummary", "FailureReason"}.isdisjoint(found)
    assert answers(place, endpoint, 4) == [NEW] * 4
    assert told_stages(events, endpoint) == [
        ("Creating", 0),
        ("ActivatingTraffic", 1),
        ("Baking", 1),
        ("ActivatingTraffic", 3),
        ("Baking", 3),
    ]


def told_stages(events, endpoint):
    """Return the stages that EventBridge heard of, each while the endpoint was updating."""
    details = [
        each["detail"]
        for each in events("SageMaker Endpoint Deployment State Change")
        if each["detail"]["EndpointName"] == endpoint
    ]
    assert {each["EndpointStatus"] for each in details} == {"UPDATING"}
    return [stage(each)[:2] for each in details]


def test_a_bad_canary_trips_its_alarm_and_is_rolled_back_by_itself(
    place, configs, endpoint, events
):
    update(place, endpoint, configs["bad"], guarded(endpoint))
    assert answers(place, endpoint, 6) == [OLD, OLD, 500] * 2
    place.cloud.settle()
    reported = rolled_back(place, endpoint, configs)
    assert reported == f"Rolled back, because of alarms in ALARM: {endpoint}."
    assert told_stages(events, endpoint)[-1] == ("Deleting", 0)
    moves = [
        each["detail"]["EndpointStatus"]
        for each in events("SageMaker Endpoint State Change")
        if each["detail"]["EndpointName"] == endpoint
    ]
    assert moves == ["CREATING", "IN_SERVICE", "UPDATING", "IN_SERVICE"]


def test_an_alarm_can_watch_the_new_configuration_alone(place, configs, endpoint):
    names = {each: f"{endpoint}-{each}" for each in ("old", "bad")}
    for each, name in names.items():
        watch_errors(place, name, dimensions(endpoint, EndpointConfigName=configs[each]))
    given = guarded(endpoint)
    given["AutoRollbackConfiguration"] = {
        "Alarms": [{"AlarmName": name} for name in names.values()]
    }
    update(place, endpoint, configs["bad"], given)
    answers(place, endpoint, 6)
    place.cloud.settle()
    reported = rolled_back(place, endpoint, configs)
    assert reported == f"Rolled back, because of alarms in ALARM: {names['bad']}."


def test_errors_nobody_waited_for_are_judged_at_the_end_of_the_bake(place, configs, endpoint):
    update(place, endpoint, configs["bad"], guarded(endpoint))
    place.cloud.advance(40)
    answers(place, endpoint, 3)
    place.cloud.advance(60)
    assert endpoint in rolled_back(place, endpoint, configs)


def test_an_alarm_in_the_last_bake_brings_all_traffic_back(place, configs, endpoint):
    update(place, endpoint, configs["new"], guarded(endpoint, {"Type": "ALL_AT_ONCE"}))
    assert answers(place, endpoint, 3) == [NEW] * 3
    alarm(place, endpoint)
    place.cloud.settle()
    assert endpoint in rolled_back(place, endpoint, configs)


def alarm(place, name):
    place.cloud.aws("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="by hand"
    )


def test_an_alarm_that_rings_already_lets_no_traffic_move(place, configs, endpoint, events):
    alarm(place, endpoint)
    update(place, endpoint, configs["new"], guarded(endpoint))
    assert endpoint in rolled_back(place, endpoint, configs)
    assert told_stages(events, endpoint) == [("Creating", 0)]


def test_a_new_fleet_that_does_not_start_gets_no_traffic(place, configs, endpoint):
    update(place, endpoint, configs["missing"], guarded(endpoint))
    assert "Failed to download model data" in rolled_back(place, endpoint, configs)


def test_a_deployment_ends_at_its_time_limit(place, configs, endpoint):
    limit = {"MaximumExecutionTimeoutInSeconds": 600}
    place.sagemaker.update_endpoint(
        EndpointName=endpoint,
        EndpointConfigName=configs["new"],
        DeploymentConfig=guarded(endpoint, wait=300, last=290, **limit),
    )
    place.cloud.advance(601)  # before the new fleet is up
    place.cloud.settle()
    assert "MaximumExecutionTimeoutInSeconds (600)" in rolled_back(place, endpoint, configs)


def test_linear_steps_take_traffic_one_after_the_other(place, configs, endpoint):
    update(place, endpoint, configs["new"], guarded(endpoint, LINEAR))
    shares = [answers(place, endpoint, 6).count(NEW)]
    for _ in range(2):
        place.cloud.advance(61)
        shares.append(answers(place, endpoint, 6).count(NEW))
    assert shares == [2, 4, 6]
    place.cloud.advance(121)
    assert settled(place, endpoint)["EndpointConfigName"] == configs["new"]


def test_nobody_has_to_move_a_clock_that_ticks(place, configs, endpoint):
    place.cloud.resume_clock()
    try:
        update(place, endpoint, configs["new"], guarded(endpoint, wait=1, last=1))
        assert settled(place, endpoint)["EndpointConfigName"] == configs["new"]
    finally:
        place.cloud.stop_clock()


def test_the_last_deployment_config_can_be_kept(place, configs, endpoint):
    update(place, endpoint, configs["new"], guarded(endpoint))
    place.cloud.advance(200)
    assert settled(place, endpoint)["EndpointConfigName"] == configs["new"]
    place.sagemaker.update_endpoint(
        EndpointName=endpoint, EndpointConfigName=configs["newer"], RetainDeploymentConfig=True
    )
    place.cloud.settle()
    assert stage(describe(place, endpoint))[0] == "Baking"
    place.cloud.advance(200)
    assert settled(place, endpoint)["EndpointConfigName"] == configs["newer"]


def test_alarms_that_cannot_be_read_guard_nothing(place, configs, endpoint):
    objects = {"Action": "s3:*", "Resource": f"arn:aws:s3:::{place.name}*"}
    blind = place.role("blind", objects)
    made = config(place, "blind", place.uri("m/new.tar.gz"), instances=3, role=blind)
    update(place, endpoint, made, guarded(endpoint))
    assert "cloudwatch:DescribeAlarms" in rolled_back(place, endpoint, configs)
    update(place, endpoint, configs["new"], guarded("nothing"))
    assert "There is no alarm nothing" in rolled_back(place, endpoint, configs)


def test_a_blue_green_deployment_keeps_the_names_of_variants(place, configs, endpoint):
    made = config(place, "renamed", place.uri("m/new.tar.gz"), instances=3, variant="Other")
    with pytest.raises(ClientError, match="same variant names"):
        update(place, endpoint, made, guarded(endpoint))
    assert describe(place, endpoint)["EndpointStatus"] == "InService"


def test_an_endpoint_that_changes_can_be_neither_changed_nor_deleted(place, configs, endpoint):
    update(place, endpoint, configs["new"], guarded(endpoint))
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        update(place, endpoint, configs["newer"], guarded(endpoint))
    with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
        place.sagemaker.delete_endpoint(EndpointName=endpoint)


@pytest.mark.parametrize("by_config", [False, True])
def test_cloudwatch_learns_of_requests_as_aws_names_and_units_them(
    place, configs, endpoint, by_config
):
    more = {"EndpointConfigName": configs["old"]} if by_config else {}
    invoke(place, endpoint, b"1")
    for body, kind in [(b"7", "text/csv"), (b"1", "image/png"), (b"1", "image/png")]:
        with pytest.raises(ClientError):
            invoke(place, endpoint, body, kind)
    place.cloud.advance(61)
    wanted = {
        ("Invocations", "Sum", "None"): 4,
        ("Invocation4XXErrors", "Sum", "None"): 2,
        ("Invocation5XXErrors", "Average", "None"): 0.25,
        ("ModelLatency", "SampleCount", "Microseconds"): 4,
    }
    got = {each: measured(place, dimensions(endpoint, **more), *each) for each in wanted}
    assert got == wanted
    latency = ("ModelLatency", "Maximum", "Microseconds")
    assert measured(place, dimensions(endpoint, **more), *latency) > 100


def measured(place, named, metric, statistic, unit):
    end = datetime.fromtimestamp(place.cloud.now() + 60, UTC)
    query = {
        "Metric": {"Namespace": "AWS/SageMaker", "MetricName": metric, "Dimensions": named},
        "Period": 3600,
        "Stat": statistic,
        "Unit": unit,
    }
    answer = place.cloud.aws("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "q", "MetricStat": query}],
        StartTime=datetime.fromtimestamp(place.cloud.now() - 600, UTC),
        EndTime=end,
    )
    (value,) = answer["MetricDataResults"][0]["Values"]
    return value
