"""What serves after a decision, a command or the end of a deployment, and what is told of it?"""

from __future__ import annotations

import dataclasses
import json

import pytest
from moto.s3.models import FakeKey

import aws
from factory.catalogue import entry as entries
from factory.errors import FactoryError, MalformedEvent
from factory.events.incident import IncidentOpened
from factory.events.model import (
    ApprovalRefused,
    ModelDeployed,
    ModelPromoted,
    PromotionDeferred,
)
from factory.events.people import ModelApproved, ModelRejected
from factory.layout import objects
from factory.promotion import plan
from factory.promotion.found import LARGEST
from factory.settings import PromoteSettings
from lambdas.promote import gather
from lambdas.promote.perform import perform
from localcloud.sagemaker import endpoints
from tests.factory.gates.test_gates import MODEL
from tests.lambdas.faults import patching
from tests.lambdas.faults.scenes.world import put
from tests.lambdas.promotions import DONE, ended, promote, serving
from tests.lambdas.serving import DEFINITION_RECORD, apart


def refusal(world, version):
    """Let grace approve; return why promotion refuses, after nothing came of it."""
    world.events()
    promote(world, version.approved())
    ((kind, said),) = world.events()
    assert kind == ApprovalRefused.TYPE
    assert world.status(version) == "Rejected"
    assert world.words(version) == f"refused by the factory: {said['reason']}"
    assert world.keys("approved") == []
    assert world.endpoint is None
    return said["reason"]


@apart
def test_the_first_version_that_is_approved_is_archived_and_served(world):
    version = world.version()
    promote(world, version.approved())
    config = version.config()
    assert world.kinds() == [ModelApproved.TYPE, ModelPromoted.TYPE]
    assert world.endpoint["EndpointStatus"] == "Creating"
    assert (world.serves, world.intent.config, world.intent.before) == (config, config, "never")
    assert world.endpoint["Tags"] == [{"Key": "modelworks:model", "Value": "churn"}]
    model = world.aws("sagemaker").describe_model(ModelName=config)["PrimaryContainer"]
    assert model["ModelDataUrl"] == f"s3://approved/models/{version.digest}.tar.gz"
    assert world.body(model["ModelDataUrl"]) == version.body
    baseline = json.loads(world.body(objects.baseline("approved", config)))
    assert (baseline["features"], baseline["artifact"]) == (["age", "sex"], version.digest)
    assert world.alarms() == {f"mw-dev-churn/{config}/{kind}" for kind in ("errors", "probes")}
    assert world.probed() == 1


@apart
def test_the_same_message_again_changes_nothing(world):
    version = world.version()
    promote(world, version.approved())
    told, kept = world.events(), world.keys("approved")
    promote(world, version.change)
    assert world.events() == told
    assert world.keys("approved") == kept
    assert world.endpoint["EndpointStatus"] == "Creating"


@apart
def test_the_next_version_takes_its_place_by_an_update_with_alarms(world):
    first = serving(world)
    second = world.version(champion=first)
    promote(world, second.approved())
    assert (world.serves, world.coming) == (first.config(), second.config())
    alarms = world.endpoint["LastDeploymentConfig"]["AutoRollbackConfiguration"]["Alarms"]
    assert {alarm["AlarmName"] for alarm in alarms} == {
        f"mw-dev-churn/{second.config()}/{kind}" for kind in ("errors", "probes")
    }


@apart
def test_a_version_that_is_approved_during_an_update_waits_and_is_taken_up_afterwards(world):
    first = serving(world)
    second = world.version(champion=first)
    promote(world, second.approved())
    third = world.version(champion=second)
    world.events()
    promote(world, third.approved())
    ((kind, said),) = world.events()
    assert kind == PromotionDeferred.TYPE
    assert f"endpoint mw-dev-churn is Updating to {second.config()}" in said["reason"]
    assert not [key for key in world.keys("approved") if third.digest in key]
    world.settle()
    promote(world, ended(ModelDeployed, second, second.config()))
    assert world.kinds() == [ModelApproved.TYPE, ModelPromoted.TYPE]
    assert world.coming == third.config()


@apart
def test_whoever_comes_second_gives_way_to_what_was_meant_before(world):
    first = serving(world)
    second, other = world.version(champion=first), "mw-dev-churn-v7-ffffffff"
    world.mean(config=other, package="arn:model-package/mw-dev-churn/7", before="11:00")
    meant = world.intent.aim
    check, waiting = endpoints._check_movable, [first]

    def checked(record, config, given):
        if waiting:
            waiting.clear()
            record |= {
                "EndpointStatus": "Updating",
                "PendingDeploymentSummary": {"EndpointConfigName": other},
            }
        check(record, config, given)

    patching.replace(endpoints, "_check_movable", checked)
    world.events()
    promote(world, second.approved())
    assert set(world.kinds()) == {ModelApproved.TYPE, PromotionDeferred.TYPE}
    assert world.intent.aim == meant


@apart
def test_an_update_that_aws_refuses_for_another_reason_comes_again(world):
    first = serving(world)
    second = world.version(champion=first)

    def refuse(_record, _config, _given):
        raise endpoints.invalid("ResourceLimitExceeded: no instance is left")

    check = endpoints._check_movable
    patching.replace(endpoints, "_check_movable", refuse)
    answer = world.handle("promote", second.approved())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    patching.replace(endpoints, "_check_movable", check)
    promote(world, second.change)
    assert world.coming == second.config()


SHORT = (
    "ResourceLimitExceeded: The account-level service limit 'ml.m5.large for endpoint usage' is 2 "
    "Instances, with current utilization of 2 Instances and a request delta of 2 Instances."
)


@apart
def test_people_hear_at_once_which_quota_stops_an_update_and_once(world):
    first = serving(world)
    second = world.version(champion=first)
    world.events()

    def refuse(_record, _config, _given):
        raise endpoints.invalid(SHORT)

    check = endpoints._check_movable
    patching.replace(endpoints, "_check_movable", refuse)
    world.handle("promote", second.approved())
    world.handle("promote", second.change)
    patching.replace(endpoints, "_check_movable", check)
    opened = [detail for kind, detail in world.events() if kind == IncidentOpened.TYPE]
    (words,) = {(each["id"], each["reason"])[1] for each in opened}
    assert len({each["id"] for each in opened}) == 1
    assert words.startswith("the quota 'ml.m5.large for endpoint usage' is 2, 2 are in use and 2 ")
    promote(world, second.change)
    assert world.coming == second.config()


@apart
def test_a_late_approval_of_an_earlier_version_moves_nothing(world):
    first = serving(world)
    second = serving(world, champion=first)
    world.events()
    promote(world, first.change)
    assert (world.serves, world.coming) == (second.config(), None)
    assert world.kinds() == [ModelApproved.TYPE]


@apart
def test_an_endpoint_that_failed_is_made_anew_with_its_open_incident(world):
    version = world.version()
    promote(world, version.approved())
    failed = version.config()
    world.settle("Failed")
    world.mean(failed=(failed,))
    promote(world, version.approved("its role may read it now"))
    assert world.endpoint["EndpointStatus"] == "Creating"
    assert world.serves == version.config() != failed
    assert world.intent.failed == (failed,)


@apart
def test_a_rejection_is_told_with_who_and_why(world):
    version = world.version()
    promote(world, version.decided("Rejected", "we do not need it"))
    ((kind, said),) = world.events()
    assert (kind, said["actor"], said["reason"]) == (
        ModelRejected.TYPE,
        "person/grace",
        "we do not need it",
    )
    assert world.endpoint is None


@apart
def test_a_package_that_waits_for_a_decision_is_left_alone(world):
    promote(world, world.version().change)
    assert world.events() == []
    assert world.keys("work") == [world.registered.removeprefix("s3://work/")]


@apart
def test_a_builder_s_approval_is_taken_back_and_nothing_is_copied(world):
    version = world.version()
    promote(world, version.approved(person="ada"))
    ((kind, said),) = world.events()
    assert kind == ApprovalRefused.TYPE
    assert said["reason"].startswith("ada builds churn and may not approve it")
    assert world.status(version) == "Rejected"
    assert world.keys("work") == [version.uri.removeprefix("s3://work/")]


@apart
def test_an_artifact_that_was_swapped_never_comes_to_where_models_are_kept(world):
    version = world.version()
    put(world, version.uri, b"other bytes")
    assert "it was swapped after the gates" in refusal(world, version)


@apart
def test_an_artifact_that_is_gone_is_refused(world):
    version = world.version()
    world.aws("s3").delete_object(**aws.place(version.uri))
    assert refusal(world, version) == f"the artifact is gone: {version.uri}"


@apart
def test_an_artifact_that_s3_cannot_copy_in_one_call_is_refused_in_words(world):
    version, size = world.version(), FakeKey.size
    big = property(lambda key: LARGEST + 1 if "/train/" in key.name else size.fget(key))
    patching.replace(FakeKey, "size", big)
    words = refusal(world, version)
    assert words.startswith(f"the artifact has {LARGEST + 1} bytes, S3 copies at most {LARGEST}")
    assert world.keys("work") == [version.uri.removeprefix("s3://work/")]


@apart
def test_what_is_swapped_after_it_was_measured_is_not_what_serves(world):
    version = world.version()
    version.approved()
    settings = world.settings(PromoteSettings)
    facts = gather.decision(version.package, settings)
    put(world, version.uri, b"other bytes")
    put(world, facts.found.artifact.staged, b"other bytes")
    perform(plan.of_decision(facts, settings), settings)
    assert world.body(f"s3://approved/models/{version.digest}.tar.gz") == version.body


@apart
def test_a_copy_that_is_something_else_is_refused_and_stays(world):
    version = world.version()
    uri = f"s3://approved/models/{version.digest}.tar.gz"
    put(world, uri, b"other bytes")
    promote(world, version.approved())
    ((kind, said),) = world.events()
    assert (kind, said["reason"]) == (
        ApprovalRefused.TYPE,
        f"the copy at {uri} is not what was approved",
    )
    assert world.body(uri) == b"other bytes"


@apart
def test_a_copy_that_appears_meanwhile_is_compared_before_anything_is_recorded(world):
    version = world.version()
    version.approved()
    settings = world.settings(PromoteSettings)
    facts = gather.decision(version.package, settings)
    put(world, f"s3://approved/models/{version.digest}.tar.gz", b"other bytes")
    with pytest.raises(FactoryError, match="find out who wrote it"):
        perform(plan.of_decision(facts, settings), settings)
    assert len(world.keys("approved")) == 1


@apart
def test_what_was_staged_before_is_not_copied_again(world):
    first = serving(world)
    second = world.version(champion=first)
    promote(world, second.approved())
    third = world.version(champion=second)
    promote(world, third.approved())
    staged = world.keys("work")
    promote(world, third.change)
    assert world.keys("work") == staged


@apart
def test_evidence_that_was_changed_is_refused(world):
    version = world.version()
    run = objects.Run("evidence", "churn", version.run)
    put(world, run.evidence, version.evidence.replace(b"0.85", b"0.99"))
    assert "it was changed after the gates" in refusal(world, version)


@apart
def test_a_baseline_that_was_changed_is_refused(world):
    version = world.version()
    run = objects.Run("evidence", "churn", version.run)
    put(world, run.baseline, version.baseline.replace(b"500", b"900"))
    assert refusal(world, version).startswith("the baseline is ")


@apart
def test_a_gate_that_was_changed_since_the_run_is_named(world):
    version = world.version()
    floor = dataclasses.replace(MODEL.gates.floor, at_least=0.81)
    gates = dataclasses.replace(MODEL.gates, floor=floor)
    world.respec(dataclasses.replace(MODEL, gates=gates))
    assert refusal(world, version) == (
        "the spec has changed since its run: gates.floor.at_least: 0.8 is now 0.81; start a new run"
    )


@apart
def test_another_owner_refuses_nobody(world):
    version = world.version()
    world.respec(dataclasses.replace(MODEL, owner="somebody else"))
    promote(world, version.approved())
    assert world.kinds() == [ModelApproved.TYPE, ModelPromoted.TYPE]


@apart
def test_a_run_of_a_revoked_definition_is_refused_with_who_revoked_it_and_why(world):
    version = world.version()
    revoked = {"by": "person/olga", "reason": "it leaks", "key": "k"}
    world.define(dataclasses.replace(DEFINITION_RECORD, revoked=revoked))
    assert "which olga has revoked: it leaks" in refusal(world, version)


@apart
def test_a_definition_that_was_replaced_since_the_run_began_refuses_nobody(world):
    version = world.version()
    ((began, _),) = DEFINITION_RECORD.periods
    over = ((began, "2999-01-01T00:00:00.000+00:00"),)
    world.define(dataclasses.replace(DEFINITION_RECORD, periods=over))
    promote(world, version.approved())
    assert world.kinds() == [ModelApproved.TYPE, ModelPromoted.TYPE]


@apart
def test_a_run_of_a_definition_that_no_deploy_has_brought_is_refused(world):
    version = world.version()
    world.define(dataclasses.replace(DEFINITION_RECORD, periods=()))
    assert "which no deploy had in force then; start a new run" in refusal(world, version)


@apart
def test_a_model_that_the_catalogue_no_longer_names_is_refused(world):
    version, before = world.version(), entries.deployed(None, None, MODEL, 1)
    world.write(dataclasses.replace(before, entry=entries.removed(before.entry, 2)))
    assert refusal(world, version) == "model 'churn' is not in the catalogue"


@apart
def test_packages_of_another_team_s_group_with_a_name_like_ours_are_left_alone(world):
    version = world.version(model=dataclasses.replace(MODEL, name="stranger"))
    for status in ("Approved", "Rejected"):
        promote(world, version.decided(status))
        assert (world.events(), world.status(version)) == ([], status)


@apart
def test_a_package_of_another_stage_is_an_error_and_is_left_alone(world):
    sagemaker, group = world.aws("sagemaker"), "mw-prod-churn"
    sagemaker.create_model_package_group(ModelPackageGroupName=group)
    package = sagemaker.create_model_package(
        ModelPackageGroupName=group,
        ModelApprovalStatus="Approved",
        InferenceSpecification={
            "Containers": [{"Image": "x:1", "ModelDataUrl": "s3://work/any"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]
    detail = {"ModelPackageArn": package}
    change = {"detail-type": "SageMaker Model Package State Change", "detail": detail}
    assert world.handle("promote", change) != DONE
    with pytest.raises(MalformedEvent, match="is not of a model of stage dev"):
        gather.decision(package, world.settings(PromoteSettings))
    found = sagemaker.describe_model_package(ModelPackageName=package)
    assert (found["ModelApprovalStatus"], world.events()) == ("Approved", [])


@apart
def test_what_nobody_sends_is_an_error_that_names_it(world):
    odd = {"detail-type": "model.forgotten", "detail": {}}
    assert world.handle("promote", odd) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
