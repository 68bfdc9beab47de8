"""Is everything told that was changed by hand, once, until it is undone, and nothing moved?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import aws
from aws import specs
from aws.items import serialized
from factory.catalogue import entry as entries
from factory.events.aws import API_CALL, ENDPOINT_CHANGED
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.layout import names, objects, tables
from factory.promotion.recall import LOOK_AGAIN
from factory.reconciliation import captured
from factory.serving.guardrails import VARIANT
from factory.serving.standing import GRACE
from lambdas.reconcile import handler
from localcloud.sagemaker.endpoint_states import shelf
from tests.factory.gates.test_gates import MODEL
from tests.lambdas.faults import patching
from tests.lambdas.faults.scenes.reconciling import answered
from tests.lambdas.faults.scenes.registry import live, proven
from tests.lambdas.serving import SERVICES, apart

NAME = "mw-dev-churn"
DONE = {"batchItemFailures": []}
ADMIN = "arn:aws:sts::123456789012:assumed-role/Admin/mallory"


def rested(world, version):
    """Let a version be approved, deployed, at rest and described as AWS describes it."""
    assert world.handle("promote", version.approved()) == DONE
    world.settle(asked=False)
    proven(world, version.config(), rested=True, told="PROVEN")
    live(world, version.config())
    return version


def called(name, **parameters):
    """Return what CloudTrail tells of a call of an administrator's."""
    role = {"userName": "Admin"}
    detail = {
        "eventName": name,
        "eventTime": "2026-01-01T00:00:00Z",
        "userIdentity": {
            "arn": ADMIN,
            "sessionContext": {"sessionIssuer": role, "sourceIdentity": "mallory"},
        },
        "requestParameters": parameters,
    }
    return {"detail-type": API_CALL, "detail": detail}


def check(world, *messages):
    """Let messages be acted on, and all that they send at once; return the incidents told."""
    world.events()
    waiting = list(messages or [{"after": ""}])
    while waiting:
        assert world.handle("reconcile", *waiting) == DONE
        waiting = [m for m in world.taken(world.checks) if m != {"after": ""}]
    return [
        ("opened" if kind == IncidentOpened.TYPE else "closed", said["detail"]["incident"], said)
        for kind, said in world.events()
        if kind in {IncidentOpened.TYPE, IncidentClosed.TYPE}
    ]


def opened(world, thing, *messages):
    """Check; return the words of the one incident that was opened, about *thing*."""
    ((change, incident, said),) = check(world, *messages)
    assert change == "opened"
    assert incident.startswith(f"changed/{NAME}/{thing}/")
    assert said["subject"] == "model/churn"
    return said["reason"]


def closed(world, thing):
    """Check; see that the incident about *thing* ends, and that a further check tells nothing."""
    ((change, incident, said),) = check(world)
    assert (change, said["reason"]) == ("closed", "it is as it was meant again")
    assert incident.startswith(f"changed/{NAME}/{thing}/")
    assert check(world) == []


def still(world, *versions):
    """See that no approval was withdrawn, and that nothing was asked of promotion."""
    assert {world.status(version) for version in versions} == {"Approved"}
    assert world.taken(world.decisions) == []


@apart
def test_what_is_as_it_was_meant_is_not_told(world):
    version = rested(world, world.version())
    assert check(world) == []
    still(world, version)
    assert check(world, {"detail-type": ENDPOINT_CHANGED, "detail": {"EndpointName": NAME}}) == []


@apart
def test_an_endpoint_on_its_way_is_not_told(world):
    first = rested(world, world.version())
    assert check(world) == []
    world.handle("promote", world.version(champion=first).approved())
    assert world.coming
    assert check(world) == []


@apart
def test_an_endpoint_that_was_moved_to_an_older_configuration_is_told_with_who_until_it_is_back(
    world,
):
    first = rested(world, world.version())
    second = rested(world, world.version(champion=first))
    assert check(world) == []
    world.endpoint["EndpointConfigName"] = first.config()
    words = opened(
        world,
        "standing",
        called("UpdateEndpoint", endpointName=NAME, endpointConfigName=first.config()),
    )
    assert words.startswith(f"changed by hand: the endpoint {NAME} serves {first.config()}; meant")
    assert f"meant is {second.config()} (version 2) since 20" in words
    assert "grace approved it: the gates passed" in words
    assert f"mallory as {ADMIN} called UpdateEndpoint at 2026-01-01T00:00:00Z" in words
    assert "nothing was withdrawn" in words
    update = f"aws sagemaker update-endpoint --endpoint-name {NAME} --endpoint-config-name"
    assert words.endswith(f"to put it right: {update} {second.config()}")
    assert check(world) == []
    world.endpoint["EndpointConfigName"] = second.config()
    closed(world, "standing")
    still(world, first, second)


@apart
def test_an_update_by_hand_is_told_while_it_is_under_way_and_is_the_same_when_it_is_done(world):
    first = rested(world, world.version())
    world.endpoint["EndpointStatus"] = "Updating"
    update = called("UpdateEndpoint", endpointName=NAME, endpointConfigName="mine")
    world.handle("reconcile", update)
    (message,) = world.taken(world.checks)
    assert world.handle("reconcile", message) == DONE
    ((kind, said),) = world.events()[-1:]
    assert kind == IncidentOpened.TYPE
    assert f"the endpoint {NAME} is being moved to mine" in said["reason"]
    queue = world.aws("sqs").get_queue_attributes(QueueUrl=world.checks, AttributeNames=["All"])
    assert queue["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"
    world.endpoint.update(EndpointStatus="InService", EndpointConfigName="mine")
    assert check(world) == []
    still(world, first)


@apart
def test_a_deleted_endpoint_is_told_and_a_second_time_when_it_is_deleted_again(world):
    version = rested(world, world.version())
    record = dict(world.endpoint)
    world.aws("sagemaker").delete_endpoint(EndpointName=NAME)
    words = opened(world, "standing", called("DeleteEndpoint", endpointName=NAME))
    assert f"changed by hand: the endpoint {NAME} was deleted" in words
    assert f"create-endpoint --endpoint-name {NAME} --endpoint-config-name {version.config()}" in (
        words
    )
    assert check(world) == []
    shelf.add(NAME, record)
    closed(world, "standing")
    world.aws("sagemaker").delete_endpoint(EndpointName=NAME)
    assert "was deleted" in opened(world, "standing")
    still(world, version)


@apart
def test_what_sagemaker_tells_waits_for_cloudtrail_and_ends_at_once(world):
    version = rested(world, world.version())
    change = {"detail-type": ENDPOINT_CHANGED, "detail": {"EndpointName": NAME}}
    world.endpoint["EndpointConfigName"] = "mine"
    assert check(world, change) == []
    queue = world.aws("sqs").get_queue_attributes(QueueUrl=world.checks, AttributeNames=["All"])
    assert queue["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"
    assert "CloudTrail's event history says who did it" in opened(
        world, "standing", {"endpoint": NAME}
    )
    world.endpoint["EndpointConfigName"] = version.config()
    assert [change for change, *_ in check(world, change)] == ["closed"]


@apart
def test_a_configuration_that_was_made_anew_without_capture_is_told(world):
    version = rested(world, world.version())
    config, sagemaker = version.config(), world.aws("sagemaker")
    asked = json.loads(world.body(objects.deployment("approved", config)))["config"]
    sagemaker.delete_endpoint_config(EndpointConfigName=config)
    words = opened(
        world, "configuration", called("DeleteEndpointConfig", endpointConfigName=config)
    )
    assert f"the endpoint-config {config} is not as promotion made it: it was deleted" in words
    capture = asked["DataCaptureConfig"] | {"InitialSamplingPercentage": 1}
    sagemaker.create_endpoint_config(**asked | {"DataCaptureConfig": capture})
    made = called("CreateEndpointConfig", endpointConfigName=config)
    (first, _, _), (second, _, said) = check(world, made)
    assert (first, second) == ("closed", "opened")
    assert (
        "DataCaptureConfig.InitialSamplingPercentage is 1, and 100 was asked for"
        in (said["reason"])
    )
    assert "mallory" in said["reason"]
    sagemaker.delete_endpoint_config(EndpointConfigName=config)
    sagemaker.create_endpoint_config(**asked)
    closed(world, "configuration")
    still(world, version)


MODELS = {
    "image": ({"PrimaryContainer": {"Image": "x:1"}}, "PrimaryContainer.Image is x:1, and"),
    "role": (
        {"ExecutionRoleArn": "arn:aws:iam::123456789012:role/mine"},
        "ExecutionRoleArn is arn:aws:iam::123456789012:role/mine, and",
    ),
    "isolation": (
        {"EnableNetworkIsolation": False},
        "EnableNetworkIsolation is false, and true was asked for",
    ),
    "environment": (
        {"PrimaryContainer": {"Environment": {"SAGEMAKER_PROGRAM": "inference.py", "X": "1"}}},
        "PrimaryContainer.Environment.X is 1, and nothing was asked for",
    ),
    "bytes": (
        {"PrimaryContainer": {"ModelDataUrl": "s3://mine/model.tar.gz"}},
        "PrimaryContainer.ModelDataUrl is s3://mine/model.tar.gz, and s3://approved/models/",
    ),
}


@pytest.mark.parametrize("which", MODELS)
@apart
def test_a_model_that_was_made_anew_with_something_else_is_told(world, which):
    version = rested(world, world.version())
    config, sagemaker = version.config(), world.aws("sagemaker")
    asked = json.loads(world.body(objects.deployment("approved", config)))["model"]
    other, words = MODELS[which]
    container = asked["PrimaryContainer"] | other.get("PrimaryContainer", {})
    sagemaker.delete_model(ModelName=config)
    sagemaker.create_model(**asked | other | {"PrimaryContainer": container})
    assert words in opened(world, "model", called("CreateModel", modelName=config))
    sagemaker.delete_model(ModelName=config)
    sagemaker.create_model(**asked)
    closed(world, "model")
    still(world, version)


LIVE = {
    "capture": ("DataCaptureConfig", None, "DataCaptureConfig is nothing, and"),
    "stopped": ("CaptureStatus", "Stopped", "CaptureStatus is Stopped, and Started was asked for"),
    "instances": ("DesiredInstanceCount", 7, "DesiredInstanceCount is 7, and "),
    "shadow": ("ShadowProductionVariants", [{"VariantName": "s"}], "ShadowProductionVariants is"),
}


@pytest.mark.parametrize("which", LIVE)
@apart
def test_an_endpoint_that_does_not_do_what_its_configuration_says_is_told(world, which):
    version = rested(world, world.version())
    member, value, words = LIVE[which]
    places = [world.endpoint, world.endpoint["DataCaptureConfig"]]
    places += world.endpoint["ProductionVariants"]
    place = next((each for each in places if member in each), world.endpoint)
    place[member] = value
    assert words in opened(world, "settings")
    live(world, version.config())
    world.endpoint.pop("ShadowProductionVariants", None)
    closed(world, "settings")
    still(world, version)


@apart
def test_a_guard_that_was_deleted_changed_or_silenced_is_told(world):
    version = rested(world, world.version())
    errors = names.alarm(NAME, version.config(), "errors")
    cloudwatch = world.aws("cloudwatch")
    asked = json.loads(world.body(objects.deployment("approved", version.config())))["alarms"]
    cloudwatch.disable_alarm_actions(AlarmNames=[errors])
    words = opened(world, "alarm-errors", called("DisableAlarmActions", alarmNames=[errors]))
    assert f"the alarm {errors} is not as promotion made it: its actions are switched off" in words
    assert words.endswith(f"aws cloudwatch enable-alarm-actions --alarm-names {errors}")
    cloudwatch.enable_alarm_actions(AlarmNames=[errors])
    closed(world, "alarm-errors")
    cloudwatch.put_metric_alarm(AlarmName=errors, **asked[errors] | {"Threshold": 1.0})
    words = opened(world, "alarm-errors", called("PutMetricAlarm", alarmName=errors))
    assert "Threshold is 1.0, and 0.01 was asked for" in words
    cloudwatch.put_metric_alarm(AlarmName=errors, **asked[errors])
    closed(world, "alarm-errors")
    cloudwatch.delete_alarms(AlarmNames=sorted(asked))
    told = check(world, called("DeleteAlarms", alarmNames=sorted(asked)))
    assert [incident.split("/")[2] for _, incident, _ in told] == ["alarm-errors", "alarm-probes"]
    assert all("mallory" in said["reason"] for *_, said in told)
    still(world, version)


@apart
def test_an_endpoint_and_a_group_that_nobody_knows_are_told_until_they_are_gone(world):
    version = rested(world, world.version())
    sagemaker = world.aws("sagemaker")
    for name in ("mw-dev-shadow", "checkout-prod", "mw-prod-churn", "not-mw-dev-mine"):
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=version.config())
        sagemaker.create_model_package_group(ModelPackageGroupName=name)
    told = check(world)
    assert {said["subject"] for *_, said in told} == {"model/shadow"}
    reasons = sorted(said["reason"] for *_, said in told)
    assert (
        "a group of packages mw-dev-shadow is there, and the catalogue never had shadow"
        in (reasons[0])
    )
    assert "an endpoint mw-dev-shadow is there that promotion did not make" in reasons[1]
    assert check(world) == []
    del shelf["mw-dev-shadow"]
    sagemaker.delete_model_package_group(ModelPackageGroupName="mw-dev-shadow")
    assert [change for change, *_ in check(world)] == ["closed", "closed"]
    assert check(world) == []


@apart
def test_a_model_that_the_catalogue_no_longer_names_and_serves_is_told(world):
    rested(world, world.version())
    gone = entries.removed(specs.entry("index", MODEL.name), 2)
    key = tables.model_item(MODEL.name)
    world.aws("dynamodb").put_item(
        TableName="index", Item=serialized({**gone.item(), **key._asdict()})
    )
    words = opened(world, "spec")
    assert words.startswith(f"the endpoint {NAME} serves, and the catalogue does not name")
    world.respec(MODEL)
    closed(world, "spec")


@apart
def test_a_version_that_is_gone_from_the_registry_is_told(world):
    version = rested(world, world.version())
    world.aws("sagemaker").delete_model_package(ModelPackageName=version.package)
    assert f"changed by hand: {version.package} serves and is not in the registry" in opened(
        world, "package"
    )


def handed(world):
    """Let everything be checked; return what promotion is asked to do."""
    assert check(world) == []
    return world.taken(world.decisions)


@apart
def test_a_decision_that_nobody_heard_of_is_handed_on_once(world):
    first = rested(world, world.version())
    assert handed(world) == []
    second = world.version(champion=first)
    assert handed(world) == []
    second.decided("Rejected", "not good enough")
    assert handed(world) == [second.change]
    assert handed(world) == []
    third = world.version(champion=first)
    third.approved()
    assert handed(world) == [third.change]
    assert world.handle("promote", third.change) == DONE
    assert world.coming == third.config()


@apart
def test_the_first_version_of_a_model_that_nobody_heard_of_is_handed_on(world):
    version = world.version()
    assert handed(world) == []
    version.approved()
    assert handed(world) == [version.change]
    assert world.handle("promote", version.change) == DONE
    world.settle()
    live(world, version.config())
    assert handed(world) == []


@apart
def test_what_was_rejected_and_serves_is_handed_on_and_told_when_that_does_not_help(world):
    version = rested(world, world.version())
    assert handed(world) == []
    version.decided("Rejected", "it is unlawful")
    look = {"detail-type": LOOK_AGAIN, "detail": {"EndpointName": NAME}}
    assert handed(world) == [version.change, look]
    assert handed(world) == [look]
    later = aws.now() + GRACE + 1
    patching.replace(aws, "now", lambda: later)
    words = opened(world, "package")
    assert "still serves, although grace has made version 1 Rejected: it is unlawful" in words
    assert world.handle("promote", look) == DONE
    assert world.endpoint is None
    world.taken(world.decisions)
    closed(world, "package")


@apart
def test_a_retired_model_that_serves_is_handed_on_and_keeps_its_approval(world):
    version = rested(world, world.version())
    assert handed(world) == []
    world.respec(replace(MODEL, retired=True))
    assert handed(world) == [{"detail-type": LOOK_AGAIN, "detail": {"EndpointName": NAME}}]
    assert world.status(version) == "Approved"


@apart
def test_nothing_is_handed_on_while_an_endpoint_is_changed_by_hand(world):
    first = rested(world, world.version())
    second = rested(world, world.version(champion=first))
    assert check(world) == []
    world.aws("sagemaker").delete_endpoint(EndpointName=NAME)
    third = world.version(champion=second)
    third.approved()
    opened(world, "standing")
    still(world, first, second, third)


@apart
def test_an_outcome_that_nobody_was_told_of_is_asked_for_once(world):
    first = rested(world, world.version())
    second = world.version(champion=first)
    world.handle("promote", second.approved())
    world.endpoint.pop("PendingDeploymentSummary")
    world.settle(asked=False)
    live(world, first.config())
    world.taken(world.outcomes)
    assert check(world) == []
    assert world.taken(world.outcomes) == []  # it may be on its way yet
    later = aws.now() + 3000
    patching.replace(aws, "now", lambda: later)
    assert check(world) == []
    assert world.taken(world.outcomes) == [{"detail": {"EndpointName": NAME}}]
    assert check(world) == []
    assert world.taken(world.outcomes) == []


@apart
def test_a_check_that_meets_another_is_done_again_and_tells_nothing_twice(world):
    rested(world, world.version())
    world.endpoint["EndpointConfigName"] = "mine"
    real, raced = handler.gather.endpoint, []

    def racing(name, call, settings):
        found = real(name, call, settings)
        if not raced:
            raced.append(1)
            handler.check(name, {}, settings)
        return found

    patching.replace(handler.gather, "endpoint", racing)
    ((change, incident, _),) = check(world, {"endpoint": NAME})
    assert (change, incident) == ("opened", f"changed/{NAME}/standing/1")


@apart
def test_calls_of_promotion_itself_and_failed_ones_ask_for_nothing(world):
    own = called("UpdateEndpoint", endpointName=NAME, endpointConfigName="x")
    own["detail"]["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"] = "Promote"
    failed = called("DeleteEndpoint", endpointName=NAME)
    failed["detail"]["errorCode"] = "AccessDenied"
    other = called("DeleteAlarms", alarmNames=["checkout-prod/5xx", "mw-prod-churn/x/errors"])
    assert world.handle("reconcile", own, failed, other) == DONE
    assert world.taken(world.checks) == []


@apart
def test_everything_known_is_handed_on_page_by_page(world):
    patching.replace(handler.listing, "PAGE", 2)
    found = [f"mw-dev-m{number}" for number in range(5)]
    for name in found:
        aws.s3_put(objects.intent("approved", name), b"{}")
        world.aws("sagemaker").create_model_package_group(ModelPackageGroupName=name)
    assert world.handle("reconcile", {"after": ""}) == DONE
    seen, waiting = [], world.taken(world.checks)
    assert len(waiting) == 4
    while waiting:
        message = waiting.pop()
        if "listing" not in message:
            seen.append(message)
            continue
        assert world.handle("reconcile", message) == DONE
        sent = world.taken(world.checks)
        assert len(sent) <= 3
        waiting += sent
    assert sorted(m["endpoint"] for m in seen if "endpoint" in m) == found
    assert sorted(m["group"] for m in seen if "group" in m) == found


def asked(world, *messages):
    """Return which calls it takes to act on messages."""
    found = []

    def note(model, **_):
        found.append(model.name)

    for service in SERVICES:
        aws.client(service).meta.events.register("before-call", note)
    assert world.handle("reconcile", *messages) == DONE
    for service in SERVICES:
        aws.client(service).meta.events.unregister("before-call", note)
    return found


@apart
def test_a_check_asks_for_one_endpoint_alone_and_writes_nothing_when_nothing_is_new(world):
    version = rested(world, world.version())
    assert check(world) == []
    for number in range(20):
        other = f"mw-dev-m{number}"
        aws.s3_put(objects.intent("approved", other), b"{}")
        world.aws("sagemaker").create_model_package_group(ModelPackageGroupName=other)
    alone = [
        "BatchGetItem",
        "GetObject",
        "DescribeEndpoint",
        "GetItem",
        "GetItem",
        "ListModelPackages",
        "DescribeModelPackage",
        "GetObject",
        "DescribeEndpointConfig",
        "DescribeModel",
        "DescribeAlarms",
    ]
    assert asked(world, {"endpoint": NAME}) == alone
    world.endpoint["LastModifiedTime"] = world.endpoint["CreationTime"].replace(year=2020)
    idle = asked(world, {"endpoint": NAME})
    assert (idle[:11], idle[-3:]) == (alone, ["GetMetricStatistics"] * 3)
    assert len(idle) <= 11 + 3 + 3
    capture(version.config())
    assert asked(world, {"endpoint": NAME}) == [*alone, "ListObjectsV2"]
    assert asked(world, {"stranger": NAME}) == ["GetObject"]
    assert asked(world, {"group": NAME}) == ["GetItem", "BatchGetItem", "GetObject"]


def capture(config, *, hours=0.0):
    """Let a file of captures be there that is some hours old."""
    hour = datetime.fromtimestamp(aws.now() - hours * 3600, UTC)
    place = objects.captured("captures", config, NAME, VARIANT)
    aws.s3_put(f"{place}{captured.folder(hour)}/00-00-000-a.jsonl", b"{}")


@apart
def test_an_endpoint_that_answers_and_captures_nothing_is_told_until_captures_come_again(world):
    version = rested(world, world.version())
    capture(version.config(), hours=30)
    answered(world, version.config(), 3)
    words = opened(world, "captures")
    assert f"the endpoint {NAME} has answered 3 requests or more and captured none" in words
    assert check(world) == []
    capture(version.config())
    closed(world, "captures")
    still(world, version)


@apart
def test_an_endpoint_that_captures_or_answers_nothing_is_not_told(world):
    version = rested(world, world.version())
    world.endpoint["LastModifiedTime"] = world.endpoint["CreationTime"].replace(year=2020)
    assert check(world) == []
    answered(world, version.config(), 3)
    capture(version.config())
    assert check(world) == []


@apart
def test_captures_of_another_configuration_and_of_before_are_no_captures(world):
    version = rested(world, world.version())
    answered(world, version.config(), 3)
    capture("mw-dev-churn-v9-ffffffff")
    capture(version.config(), hours=2)
    assert "captured none of them" in opened(world, "captures")


@apart
def test_answers_whose_captures_may_not_be_written_yet_are_not_told(world):
    version = rested(world, world.version())
    answered(world, version.config(), 3, hours=0)
    assert check(world) == []


@apart
def test_what_a_model_refuses_need_not_be_captured(world):
    version = rested(world, world.version())
    answered(world, version.config(), 3, status=400)
    answered(world, version.config(), 3, status=500)
    assert check(world) == []


@apart
def test_a_share_of_the_answers_is_captured_and_few_answers_prove_nothing(world):
    version = rested(world, world.version())
    config, sagemaker = version.config(), world.aws("sagemaker")
    uri = objects.deployment("approved", config)
    document = json.loads(world.body(uri))
    document["config"]["DataCaptureConfig"]["InitialSamplingPercentage"] = 50
    aws.s3_put(uri, json.dumps(document).encode())
    sagemaker.delete_endpoint_config(EndpointConfigName=config)
    sagemaker.create_endpoint_config(**document["config"])
    world.endpoint["DataCaptureConfig"]["CurrentSamplingPercentage"] = 50
    answered(world, config, 19)
    assert check(world) == []
    answered(world, config, 1)
    assert "has answered 20 requests" in opened(world, "captures")
