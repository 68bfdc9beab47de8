"""Do dev and prod of one account live side by side, each with a model of the same name?"""

import json
from contextlib import ExitStack

import pytest

from demo.traffic import shifted
from factory.events.incident import IncidentOpened
from factory.events.model import ApprovalRefused, ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved
from factory.events.training import ModelRegistered, TrainingStarted
from factory.layout.names import alarm
from local.deployment import PRELOADED
from local.synth_cache import cached_assembly
from localcloud import process
from tests.accounts.asking import waiting
from tests.accounts.pair import Pair, Stage
from tests.life.people import denied

SAMPLE = 1800  # rows: three windows
HOURS = 2 * 3600
OTHER = {"dev": "prod", "prod": "dev"}


def types(events):
    """Return what happened, each once."""
    return {event["type"] for event in events}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the cloud's log and the people's keys are."""
    return tmp_path_factory.mktemp("pair")


@pytest.fixture(scope="module")
def dev(one_model, files, folder):
    """The dev stage, alone in its account; its model has learned, and nobody has decided."""
    with ExitStack() as resources:
        cloud = resources.enter_context(process.start(0, folder / "cloud.log", PRELOADED))
        cloud.stop_clock()
        stage = Stage(resources, cloud, "dev", cached_assembly("dev", **one_model), folder)
        stage.land(files)
        yield stage


@pytest.fixture(scope="module")
def before(dev):
    """What dev is before there is a prod: its stacks, what they made, and its ledger."""
    return dev.stacks(), dev.things(), dev.events()


@pytest.fixture(scope="module")
def pair(dev, before, one_model, folder):
    """Both stages; nothing has happened in prod."""
    prod = Stage(dev.resources, dev.cloud, "prod", cached_assembly("prod", **one_model), folder)
    return Pair(dev, prod)


def test_a_deploy_of_prod_changes_nothing_of_dev(pair, before):
    stacks, things, events = before
    assert events
    assert all(things.values())
    assert (pair.dev.stacks(), pair.dev.things(), pair.dev.events()) == before
    assert pair.prod.stacks().keys() == {name.replace("dev", "prod") for name in stacks}


@pytest.fixture(scope="module")
def learned(pair, files):
    """What both heard when the data landed in prod: the very files that landed in dev."""
    return pair.heard(lambda: pair.prod.land(files))


def test_what_lands_in_prod_is_learned_in_prod_alone(pair, learned):
    in_dev, in_prod = learned
    assert in_dev == []
    assert {TrainingStarted.TYPE, ModelRegistered.TYPE} <= types(in_prod)
    for stage in (pair.dev, pair.prod):
        (registered,) = stage.events(ModelRegistered)
        assert registered["subject"] == "model/income/1"
        (started,) = stage.events(TrainingStarted)
        assert f"pipeline/modelworks-{stage.name}-boosting/" in started["detail"]["execution"]
        assert stage.status(1) == "PendingManualApproval"


@pytest.fixture(scope="module")
def served(pair, learned):
    """What both heard when grace approved in dev, and when heidi approved in prod."""
    return [pair.heard(lambda stage=stage: stage.approve(1)) for stage in (pair.dev, pair.prod)]


def test_an_approval_serves_in_its_own_stage_alone(pair, served):
    (in_dev, nothing), (nothing_either, in_prod) = served
    assert nothing == nothing_either == []
    for events, person in ((in_dev, "person/grace"), (in_prod, "person/heidi")):
        assert {ModelApproved.TYPE, ModelPromoted.TYPE, ModelDeployed.TYPE} <= types(events)
        (approved,) = [event for event in events if event["type"] == ModelApproved.TYPE]
        assert approved["actor"] == person
    sagemaker = pair.dev.aws("sagemaker")
    for stage in (pair.dev, pair.prod):
        found = sagemaker.describe_endpoint(EndpointName=stage.model)
        assert found["EndpointStatus"] == "InService"
        assert found["EndpointConfigName"].startswith(f"{stage.model}-v1-")
        model = sagemaker.describe_model(ModelName=found["EndpointConfigName"])
        place = model["PrimaryContainer"]["ModelDataUrl"]
        assert place.startswith(f"s3://{stage.output('ApprovedBucket')}/")


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_who_decides_in_one_stage_decides_nothing_in_the_other(pair, served, name):
    own, other = getattr(pair, name), getattr(pair, OTHER[name])
    words = ("approve", "income", "1", "--reason", "why not", "--stage", other.name)
    code, answer = own.factory(own.person, *words)
    assert code, answer
    role = own.assume_role(own.person, "ApproverRoleArn").client("sagemaker")
    assert role.describe_model_package(ModelPackageName=own.package(1))
    denied(role.describe_model_package, ModelPackageName=other.package(1))
    for status in ("Approved", "Rejected"):
        decision = {"ModelApprovalStatus": status, "ApprovalDescription": "why not"}
        denied(role.update_model_package, ModelPackageArn=other.package(1), **decision)
    with pytest.raises(Exception, match="AccessDenied"):
        other.assume_role(own.person, "ApproverRoleArn")
    assert (pair.dev.status(1), pair.prod.status(1)) == ("Approved", "Approved")


@pytest.fixture(scope="module")
def drifted(pair, served, rows):
    """What both heard when dev's clients asked what is new, and prod's what is known."""

    def clients():
        for part in range(0, SAMPLE, SAMPLE // 3):
            some = rows[part : part + SAMPLE // 3]
            pair.dev.ask(shifted(some))
            pair.prod.ask(some)
            pair.dev.cloud.settle()
            pair.dev.cloud.advance(60)
            pair.dev.cloud.settle()
        pair.dev.advance_until("a second version", lambda: pair.dev.events(ModelRegistered)[1:])

    return pair.heard(clients)


def test_drift_in_dev_is_an_incident_and_a_run_in_dev_alone(pair, drifted):
    in_dev, in_prod = drifted
    assert {IncidentOpened.TYPE, TrainingStarted.TYPE, ModelRegistered.TYPE} <= types(in_dev)
    assert not types(in_prod) & {IncidentOpened.TYPE, TrainingStarted.TYPE}
    for stage, count in ((pair.dev, 1), (pair.prod, 0)):
        table = stage.aws("dynamodb").scan(TableName=stage.output("IncidentsTable"))
        assert len(table["Items"]) == count
    states = {
        stage.name: {
            each["StateValue"]
            for each in stage.aws("cloudwatch").describe_alarms(AlarmNamePrefix=alarm(stage.model))[
                "MetricAlarms"
            ]
        }
        for stage in (pair.dev, pair.prod)
    }
    assert "ALARM" in states["dev"]
    assert "ALARM" not in states["prod"]


@pytest.fixture(scope="module")
def rejected(pair, drifted):
    """What both heard when an administrator, who is no approver, approved dev's second version."""

    def approve():
        pair.dev.aws("sagemaker").update_model_package(
            ModelPackageArn=pair.dev.package(2), ModelApprovalStatus="Approved"
        )

    return pair.heard(approve)


def test_what_dev_refuses_prod_neither_hears_nor_rejects(pair, rejected):
    in_dev, in_prod = rejected
    assert ApprovalRefused.TYPE in types(in_dev)
    assert in_prod == []
    assert pair.dev.status(2) == "Rejected"
    assert (pair.dev.status(1), pair.prod.status(1)) == ("Approved", "Approved")


@pytest.fixture(scope="module")
def tampered(pair, rejected):
    """What both heard when somebody had removed the alarms of prod's model."""

    def remove():
        cloudwatch = pair.prod.aws("cloudwatch")
        found = cloudwatch.describe_alarms(AlarmNamePrefix=alarm(pair.prod.model))
        cloudwatch.delete_alarms(AlarmNames=[a["AlarmName"] for a in found["MetricAlarms"]])
        pair.prod.cloud.advance(HOURS)

    return pair.heard(remove)


def test_what_is_missing_in_prod_is_an_incident_in_prod_alone(tampered):
    in_dev, in_prod = tampered
    opened = [each for each in in_prod if each["type"] == IncidentOpened.TYPE]
    assert "function/reconcile" in {each["actor"] for each in opened}
    assert IncidentOpened.TYPE not in types(in_dev)


def test_each_ledger_is_whole_and_names_nothing_of_the_other(pair, tampered):
    for stage in (pair.dev, pair.prod):
        assert stage.decides("audit", "verify")["findings"] == []
        told = json.dumps(stage.events())
        assert f"modelworks-{stage.name}" in told
        assert f"mw-{stage.name}-income" in told
        assert f"modelworks-{OTHER[stage.name]}" not in told
        assert f"mw-{OTHER[stage.name]}-" not in told


def test_no_function_of_either_stage_has_failed_or_left_a_message(pair, tampered):
    failed = [(r["function"], r["error"]) for r in pair.dev.cloud.invocations() if r["error"]]
    assert failed == []
    assert waiting(pair.dev.aws("sqs")) == {}
