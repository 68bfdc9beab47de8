"""What does promote do about what serves, or is about to, and may not any longer?"""

from __future__ import annotations

import dataclasses

import pytest

import aws
from factory.errors import Conflict
from factory.events.incident import IncidentOpened
from factory.events.model import (
    ApprovalRefused,
    DeploymentFailed,
    ModelDeployed,
    ModelPromoted,
    ModelRecalled,
)
from factory.events.people import ModelApproved, ModelRejected
from factory.serving.intent import Intent
from tests.factory.gates.test_gates import MODEL
from tests.lambdas.faults import patching
from tests.lambdas.promotions import DONE, ended, promote, serving, spec_changed
from tests.lambdas.serving import apart

RETIRED = dataclasses.replace(MODEL, retired=True)


def rung(world, config):
    """Return how often the alarm of *config* was made to ring."""
    found = world.aws("cloudwatch").list_metrics(
        MetricName="ProbeFailures",
        Dimensions=[{"Name": "Model", "Value": "churn"}, {"Name": "Config", "Value": config}],
    )
    return len(found["Metrics"])


@apart
def test_what_serves_and_is_rejected_gives_way_to_what_was_approved_before(world):
    first = serving(world)
    second = serving(world, champion=first)
    config = second.config()
    world.events()
    promote(world, second.decided("Rejected", "it is unlawful"))
    told = world.events()
    assert [kind for kind, _ in told] == [
        ModelRejected.TYPE,
        ModelRecalled.TYPE,
        IncidentOpened.TYPE,
        ModelPromoted.TYPE,
    ]
    assert told[1][1]["reason"].startswith("grace has made version 2 Rejected: it is unlawful; mw-")
    model = world.aws("sagemaker").describe_model(ModelName=world.coming)["PrimaryContainer"]
    assert model["ModelDataUrl"] == f"s3://approved/models/{first.digest}.tar.gz"
    assert (world.intent.config, world.intent.failed) == (world.coming, (config,))
    world.settle()
    promote(world, ended(ModelDeployed, first, world.serves))
    assert (world.status(first), world.intent.failed) == ("Approved", ())


@apart
def test_a_rejection_that_comes_again_does_nothing_more(world):
    first = serving(world)
    second = serving(world, champion=first)
    change = second.decided("Rejected", "it is unlawful")
    promote(world, change)
    coming = world.coming
    world.settle()
    promote(world, change)
    assert (world.serves, world.coming) == (coming, None)


@apart
def test_the_only_version_is_taken_down_when_it_is_rejected(world):
    first = serving(world)
    config = first.config()
    world.events()
    promote(world, first.decided("Rejected", "it is unlawful"))
    assert world.kinds() == [ModelRejected.TYPE, ModelRecalled.TYPE, IncidentOpened.TYPE]
    assert (world.endpoint, world.intent.config) == (None, "")
    promote(world, first.approved("the court has decided"))
    assert (world.serves, world.intent.failed) == (first.config(), (config,))
    assert world.intent.last.config == ""


@apart
def test_what_is_rejected_while_it_bakes_is_called_back_and_never_promoted(world):
    first = serving(world)
    second = world.version(champion=first)
    promote(world, second.approved())
    assert rung(world, second.config()) == 0
    baking = second.config()
    promote(world, second.decided("Rejected", "it is unlawful"))
    assert rung(world, baking) == 1
    world.endpoint.pop("PendingDeploymentSummary")
    world.settle()
    world.events()
    promote(world, ended(DeploymentFailed, second, baking))
    assert (world.serves, world.coming) == (first.config(), None)
    assert world.kinds() == [ModelApproved.TYPE]  # of the first version, which still serves


@apart
def test_what_was_rejected_too_late_to_be_called_back_is_taken_out_when_it_has_come_up(world):
    first = world.version()
    promote(world, first.approved())
    config = first.config()
    promote(world, first.decided("Rejected", "it is unlawful"))
    assert world.endpoint["EndpointStatus"] == "Creating"
    world.settle()
    event = ended(DeploymentFailed, first, config)
    event["detail"]["detail"]["serves"] = config
    promote(world, event)
    assert (world.endpoint, world.intent.config) == (None, "")


@apart
def test_a_builder_s_second_approval_ends_that_the_version_serves(world):
    first = serving(world)
    second = serving(world, champion=first)
    world.events()
    promote(world, second.approved(person="ada"))
    assert world.kinds()[:2] == [ApprovalRefused.TYPE, ModelRecalled.TYPE]
    model = world.aws("sagemaker").describe_model(ModelName=world.coming)["PrimaryContainer"]
    assert model["ModelDataUrl"] == f"s3://approved/models/{first.digest}.tar.gz"


@apart
def test_a_retired_model_is_taken_down_and_told_once(world):
    serving(world)
    world.events()
    world.respec(RETIRED)
    promote(world, spec_changed())
    ((kind, said),) = world.events()
    assert (kind, said["reason"]) == (
        ModelRecalled.TYPE,
        "churn is retired; nothing else may serve, so nothing does",
    )
    assert (world.endpoint, world.intent.config) == (None, "")
    promote(world, spec_changed())
    assert world.events() == []


@apart
def test_a_version_that_the_registry_has_lost_is_left_to_who_compares(world):
    first = serving(world)
    config = first.config()
    world.aws("sagemaker").delete_model_package(ModelPackageName=first.package)
    world.events()
    promote(world, spec_changed())
    assert (world.events(), world.serves) == ([], config)
    assert world.handle("deployment_outcome", {"detail": {"EndpointName": "mw-dev-churn"}}) == DONE


@apart
def test_another_change_of_the_spec_moves_nothing(world):
    first = serving(world)
    world.events()
    promote(world, spec_changed())
    assert (world.events(), world.serves, world.coming) == ([], first.config(), None)


@apart
def test_an_endpoint_that_somebody_else_made_is_not_taken_over(world):
    first = serving(world)
    second = world.version(champion=first)
    world.aws("s3").delete_object(Bucket="approved", Key="intents/mw-dev-churn.json")
    world.events()
    promote(world, second.approved())
    ((kind, said),) = [e for e in world.events() if e[0] == ApprovalRefused.TYPE]
    assert "is there and the factory did not make it" in said["reason"]
    assert (world.serves, world.coming) == (first.config(), None)
    assert kind == ApprovalRefused.TYPE


@apart
def test_what_somebody_else_means_meanwhile_is_seen_and_decided_anew(world):
    first = serving(world)
    second = world.version(champion=first)
    put, waiting = aws.intent_put, [first]

    def later(bucket, endpoint, intent):
        if waiting:
            waiting.clear()
            put(bucket, endpoint, dataclasses.replace(world.intent, why="another"))
        put(bucket, endpoint, intent)

    patching.replace(aws, "intent_put", later)
    promote(world, second.approved())
    assert (world.coming, world.intent.config) == (second.config(), second.config())


@apart
def test_what_is_written_over_again_and_again_comes_again(world):
    version = world.version()

    def never(_bucket, endpoint, _intent):
        raise Conflict(f"{endpoint}: it changes all the time")

    patching.replace(aws, "intent_put", never)
    answer = world.handle("promote", version.approved())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert world.endpoint is None


@apart
def test_an_intent_that_was_never_written_is_known_to_be_none(world):
    assert world.intent == Intent()
    aws.intent_put("approved", "mw-dev-churn", Intent())
    with pytest.raises(Conflict):
        aws.intent_put("approved", "mw-dev-churn", Intent())
