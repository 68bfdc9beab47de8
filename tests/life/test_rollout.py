"""Does a new version go out safely, and come back by itself when it fails?"""

import json

import pytest

from demo.rollout import RARE
from factory.events.incident import IncidentClosed
from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    ModelPromoted,
    PromotionDeferred,
)
from factory.events.people import ModelApproved
from factory.layout.names import PROBE
from tests.life import people
from tests.life.approvals import send, status
from tests.life.rollouts import MODEL
from tests.life.telling import others

CHANGE = "SageMaker Endpoint State Change"


def kinds(events):
    return [e["type"] for e in events]


def test_an_endpoint_that_cannot_come_up_is_an_incident_and_ends_the_approval(rollouts):
    endpoint, incidents, said = rollouts.never_came_up
    assert endpoint["EndpointStatus"] == "Failed"
    config = endpoint["EndpointConfigName"]
    assert incidents == {f"deployment/{MODEL}/{config}": "open"}
    assert kinds(said) == [
        ModelApproved.TYPE,
        ModelPromoted.TYPE,
        DeploymentFailed.TYPE,
        ApprovalRefused.TYPE,
    ]
    assert "Failed to download model data" in said[-1]["reason"]


def test_an_endpoint_that_has_failed_is_made_anew_for_the_next_approval(rollouts):
    endpoint = rollouts.first_serves
    assert endpoint["EndpointStatus"] == "InService"
    assert endpoint["EndpointConfigName"] != rollouts.never_came_up[0]["EndpointConfigName"]
    assert set(rollouts.never_came_up[1]) <= set(rollouts.incidents)
    (closed,) = [
        e
        for e in rollouts.session.events(IncidentClosed)
        if e["detail"]["incident"] in rollouts.never_came_up[1]
    ]
    assert endpoint["EndpointConfigName"] in closed["reason"]


def test_a_second_version_bakes_on_a_canary_with_alarms_of_its_own(rollouts):
    endpoint, alarms, _ = rollouts.baking
    old, new = rollouts.first_serves["EndpointConfigName"], rollouts.config(rollouts.second)
    assert (endpoint["EndpointStatus"], endpoint["EndpointConfigName"]) == ("Updating", old)
    pending = endpoint["PendingDeploymentSummary"]
    assert pending["EndpointConfigName"] == new
    (stage,) = pending["ProductionVariants"][0]["VariantStatus"]
    assert stage["Status"] == "Baking"
    assert "canary capacity of 1 instance" in stage["StatusMessage"]
    assert alarms == {f"{config}/{kind}" for config in (old, new) for kind in ("errors", "probes")}


def test_it_is_called_deployed_only_when_it_has_baked(rollouts):
    _, _, heard = rollouts.baking
    config = rollouts.second_serves
    (deployed,) = rollouts.about(rollouts.second, ModelDeployed)
    assert deployed["id"] not in heard
    assert deployed["detail"]["config"] == config


def probed(session, config):
    """Return what the captures of *config* keep of its own probes."""
    s3, bucket = session.aws("s3"), session.output("CapturesBucket")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=f"captures/{config}/").get("Contents", [])
    bodies = [s3.get_object(Bucket=bucket, Key=o["Key"])["Body"].read() for o in listed]
    records = [json.loads(line) for body in bodies for line in body.splitlines()]
    return [r for r in records if r["eventMetadata"]["inferenceId"].startswith(f"{PROBE}-")]


def test_while_it_bakes_it_is_asked_for_what_traffic_may_not_show(rollouts):
    session, config = rollouts.session, rollouts.second_serves
    place = {"Bucket": session.output("ApprovedBucket"), "Key": f"baselines/{config}.json"}
    baseline = json.load(session.aws("s3").get_object(**place)["Body"])["baseline"]
    rarest = min(baseline["columns"]["native_country"]["levels"].items(), key=lambda kv: kv[1])
    asked = probed(session, config)
    assert asked
    assert rarest[1] < 5
    bodies = [r["captureData"]["endpointInput"]["data"] for r in asked]
    assert any(rarest[0] in body for body in bodies)
    assert {r["captureData"]["endpointInput"]["observedContentType"] for r in asked} == {
        "text/csv",
        "application/json",
    }


def test_a_version_approved_while_another_bakes_waits_and_is_taken_up_afterwards(rollouts):
    assert rollouts.second_serves
    said = kinds(rollouts.about(rollouts.brittle))[:3]
    assert said == [PromotionDeferred.TYPE, ModelApproved.TYPE, ModelPromoted.TYPE]
    (deferred,) = rollouts.about(rollouts.brittle, PromotionDeferred)
    assert f"is Updating to {rollouts.second_serves}" in deferred["reason"]


def test_whoever_comes_too_late_changes_nothing_of_what_is_meant(rollouts):
    assert rollouts.baking
    before, after = rollouts.late
    assert (before.busy, before.meant) == (True, rollouts.config(rollouts.second))
    assert after == before


def test_a_version_that_raises_on_a_rare_category_is_rolled_back_by_itself(rollouts):
    assert rollouts.brittle.status == "Succeeded"
    endpoint, *_ = rollouts.fell_back
    config = rollouts.config(rollouts.brittle)
    assert endpoint["EndpointStatus"] == "InService"
    assert endpoint["EndpointConfigName"] == rollouts.second_serves
    (failed,) = rollouts.about(rollouts.brittle, DeploymentFailed)
    alarms = (f"mw-dev-{MODEL}/{config}/{kind}" for kind in ("probes", "errors"))
    assert any(alarm in failed["reason"] for alarm in alarms)  # whichever rings first
    assert not rollouts.about(rollouts.brittle, ModelDeployed)


def test_the_log_names_the_case_that_failed(rollouts):
    assert rollouts.fell_back
    logs = rollouts.session.aws("logs")
    groups = [g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]]
    (group,) = [g for g in groups if "ProbingProbe" in g]
    text = "\n".join(
        event["message"]
        for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]
        for event in logs.get_log_events(logGroupName=group, logStreamName=stream["logStreamName"])[
            "events"
        ]
    )
    assert f"- native_country '{RARE}' fails: status 500: " in text


def test_its_approval_is_taken_back_so_that_the_champion_is_what_serves(rollouts):
    _, _, champion = rollouts.fell_back
    assert status(rollouts.session, rollouts.brittle.package) == "Rejected"
    assert champion == rollouts.second.package
    (refused,) = rollouts.about(rollouts.brittle, ApprovalRefused)
    assert refused["reason"].startswith("its deployment failed: ")


def test_it_is_an_incident_that_people_hear_of(rollouts):
    _, incidents, _ = rollouts.fell_back
    assert incidents[f"deployment/{MODEL}/{rollouts.config(rollouts.brittle)}"] == "open"


def test_only_what_serves_is_guarded_when_all_is_over(rollouts):
    assert rollouts.rolled_back
    assert rollouts.alarms == {f"{rollouts.serves}/{kind}" for kind in ("errors", "probes")}


@pytest.mark.parametrize("kind", [ModelDeployed, DeploymentFailed])
def test_an_outcome_that_is_told_again_or_late_changes_nothing(rollouts, kind):
    assert rollouts.rolled_back
    session, before = rollouts.session, (rollouts.serves, rollouts.alarms)
    known = session.event_ids()
    for said in session.events(kind):
        if said["detail"]["endpoint"] == f"mw-dev-{MODEL}":
            send(session, "promote", said, kind.TYPE)
    send(session, "deployment_outcome", {"EndpointName": f"mw-dev-{MODEL}"}, CHANGE)
    assert others(session, known) == []
    assert (rollouts.serves, rollouts.alarms) == before


def test_an_approval_that_is_told_again_or_late_changes_nothing(rollouts):
    assert rollouts.rolled_back
    session, serves = rollouts.session, rollouts.serves
    known = session.event_ids()
    for run in (rollouts.brittle, rollouts.first, rollouts.second):
        send(session, "promote", {"ModelPackageArn": run.package})
    assert (others(session, known), rollouts.serves) == ([], serves)


def test_a_probe_measures_the_factory_s_metrics_only_and_moves_nothing(rollouts):
    with people.as_service(rollouts.session, "ProbingProbeRole") as aws_session:
        people.denied(
            aws_session.client("cloudwatch").put_metric_data,
            Namespace="AWS/SageMaker",
            MetricData=[{"MetricName": "Invocation5XXErrors", "Value": 0}],
        )
        people.denied(
            aws_session.client("sagemaker").update_endpoint,
            EndpointName=f"mw-dev-{MODEL}",
            EndpointConfigName="another",
        )
