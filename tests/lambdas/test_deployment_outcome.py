"""Is `deployed` told only when what serves is what was meant, and each incident once?"""

from __future__ import annotations

import aws
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.layout import names
from tests.lambdas.faults import patching
from tests.lambdas.faults.scenes.registry import proven
from tests.lambdas.serving import apart

CHANGE = {"detail": {"EndpointName": "mw-dev-churn"}}
DONE = {"batchItemFailures": []}


def told(world):
    """Let the endpoint's change be looked at; return what was told, by type."""
    world.events()
    assert world.handle("deployment_outcome", CHANGE) == DONE
    return dict(world.events())


def heard(world, kind, said):
    """Let promotion hear what was told."""
    envelope = {"source": "modelworks.deployment_outcome", "time": "2026-01-01T00:00:00Z"}
    envelope |= {"detail-type": kind.TYPE, "detail": said[kind.TYPE]}
    assert world.handle("promote", envelope) == DONE


def approved(world, version):
    assert world.handle("promote", version.approved()) == DONE
    return version


@apart
def test_what_serves_as_it_was_meant_is_deployed(world):
    version = approved(world, world.version())
    assert told(world) == {}
    world.settle()
    said = told(world)
    assert set(said) == {ModelDeployed.TYPE}
    assert said[ModelDeployed.TYPE]["subject"] == "model/churn/1"
    assert said[ModelDeployed.TYPE]["detail"] == {
        "package": version.package,
        "endpoint": "mw-dev-churn",
        "config": version.config(),
        "serves": version.config(),
    }


@apart
def test_an_endpoint_that_never_came_up_is_an_incident_that_the_next_one_closes(world):
    version = approved(world, world.version())
    failed = version.config()
    world.settle("Failed")
    said = told(world)
    incident = f"deployment/churn/{failed}"
    assert set(said) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
    assert said[DeploymentFailed.TYPE]["reason"].endswith(": it did not come up")
    assert said[IncidentOpened.TYPE]["detail"]["incident"] == incident
    heard(world, DeploymentFailed, said)
    assert world.intent.failed == (failed,)
    approved(world, version)
    world.settle()
    said = told(world)
    assert set(said) == {ModelDeployed.TYPE, IncidentClosed.TYPE}
    assert said[IncidentClosed.TYPE]["detail"]["incident"] == incident
    heard(world, ModelDeployed, said)
    assert world.intent.failed == ()


@apart
def test_an_update_that_was_taken_back_is_told_and_only_what_serves_stays_guarded(world):
    first = approved(world, world.version())
    world.settle()
    second = approved(world, world.version(champion=first))
    assert len(world.alarms()) == 4
    world.endpoint.pop("PendingDeploymentSummary")
    world.settle()
    said = told(world)
    assert set(said) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
    assert (
        f"should serve {second.config()}, has {first.config()}"
        in (said[DeploymentFailed.TYPE]["reason"])
    )
    assert world.alarms() == {
        names.alarm("mw-dev-churn", first.config(), kind) for kind in ("errors", "probes")
    }


@apart
def test_the_same_change_again_is_the_same_event_and_no_second_incident(world):
    approved(world, world.version())
    world.settle("Failed")
    first = told(world)
    again = told(world)
    assert {kind: said["id"] for kind, said in again.items()} == {
        kind: said["id"] for kind, said in first.items()
    }


@apart
def test_an_endpoint_of_somebody_else_is_left_alone(world):
    approved(world, world.version())
    world.settle()
    world.aws("s3").delete_object(Bucket="approved", Key="intents/mw-dev-churn.json")
    assert told(world) == {}
    assert len(world.alarms()) == 2


@apart
def test_an_endpoint_that_somebody_moved_by_hand_has_not_failed(world):
    version = approved(world, world.version())
    world.settle()
    world.endpoint["EndpointConfigName"] = "mw-dev-churn-v1-deadbeef"
    assert told(world) == {}
    assert {name.split("/")[1] for name in world.alarms()} == {version.config()}


@apart
def test_what_was_rejected_since_is_not_deployed(world):
    version = approved(world, world.version())
    world.settle()
    version.decided("Rejected", "it is unlawful")
    said = told(world)
    assert set(said) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
    words = "grace has made version 1 Rejected: it is unlawful"
    assert said[DeploymentFailed.TYPE]["reason"].endswith(words)


@apart
def test_alarms_end_with_what_was_taken_out_of_service(world):
    version = approved(world, world.version())
    world.settle()
    assert world.handle("promote", version.decided("Rejected", "it is unlawful")) == DONE
    assert (world.endpoint, world.intent.config) == (None, "")
    assert told(world) == {}
    assert world.alarms() == set()


@apart
def test_an_endpoint_that_is_gone_is_nothing_to_report(world):
    assert told(world) == {}


@apart
def test_what_was_not_asked_enough_is_asked_and_looked_at_again_and_told_when_it_is(world):
    version = approved(world, world.version())
    world.settle(asked=False)
    world.taken(world.probes)
    assert told(world) == {}
    assert {"endpoint": "mw-dev-churn"} in world.taken(world.probes)
    assert world.aws("sqs").get_queue_attributes(
        QueueUrl=world.outcomes, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )["Attributes"] == {"ApproximateNumberOfMessagesDelayed": "1"}
    proven(world, version.config())
    assert set(told(world)) == {ModelDeployed.TYPE}


@apart
def test_what_was_not_asked_in_time_has_failed_although_it_serves(world):
    version = approved(world, world.version())
    world.settle(asked=False)
    later = aws.now() + 1300
    patching.replace(aws, "now", lambda: later)
    said = told(world)
    assert set(said) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
    assert said[DeploymentFailed.TYPE]["detail"]["serves"] == version.config()
    assert "its probes did not run" in said[DeploymentFailed.TYPE]["reason"]


@apart
def test_what_answers_otherwise_has_failed_at_once_although_it_was_deployed(world):
    version = approved(world, world.version())
    world.settle()
    assert set(told(world)) == {ModelDeployed.TYPE}
    proven(world, version.config(), failures=1, why="it answers otherwise")
    assert set(told(world)) == {DeploymentFailed.TYPE, IncidentOpened.TYPE}
