"""Does the end of a run come over the bus, once, with what the run wrote?"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import boto3
import pytest

import aws
from aws import runs
from factory.errors import ServiceError
from factory.events.incident import IncidentOpened
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    RunStarted,
    TrainingFailed,
)
from factory.layout import objects
from factory.layout.objects import Run
from factory.settings import RunEventsSettings
from factory.training.bound import Bound
from factory.training.seen import Seen
from lambdas.run_events import handler
from tests.factory.training import test_bound as bounds

SETTINGS = RunEventsSettings(
    bus_name="factory", evidence_bucket="evidence", retrain_role=bounds.RETRAIN
)
ASKED = dataclasses.replace(
    bounds.ASKED, model="income", parameters={**bounds.ASKED.parameters, "Model": "income"}
)
PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/mw-dev-income/3"
REGISTERED = {"StepName": "Register", "Metadata": {"RegisterModel": {"Arn": PACKAGE}}}
CONTAINER = {"Image": "image:1", "Environment": {"NAME": "value"}}
REGISTERS = {
    "Type": "RegisterModel",
    "Arguments": {"InferenceSpecification": {"Containers": [{**CONTAINER, "ModelDataUrl": "x"}]}},
}
VERDICTS = {
    "artifact": "a" * 64,
    "reason": "all gates said PASS",
    "verdicts": [{"gate": "floor", "verdict": "PASS", "reason": "AUC 0.9"}],
}


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    cloud.bucket("evidence")
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def bus(cloud):
    """Give a function that returns what has come over the factory's bus since the last call."""
    url = cloud.bus("factory")
    return lambda: cloud.drain(url)


@pytest.fixture
def steps(monkeypatch):
    """Give the list of steps that SageMaker says the run had: moto keeps none."""
    real, listed = aws.sagemaker_list, []

    def listing(operation, key, **arguments):
        steps = operation == "list_pipeline_execution_steps"
        return list(listed) if steps else real(operation, key, **arguments)

    monkeypatch.setattr(aws, "sagemaker_list", listing)
    return listed


@pytest.fixture
def run():
    """Start a run of the model income and return its ARN."""
    sagemaker = boto3.client("sagemaker")
    sagemaker.create_pipeline(
        PipelineName="modelworks-dev-boosting",
        PipelineDefinition='{"Version": "2020-12-01", "Steps": []}',
        ClientRequestToken="t" * 32,
        RoleArn="arn:aws:iam::123456789012:role/pipeline",
    )
    parameters = [{"Name": "Reason", "Value": "r"}, {"Name": "Model", "Value": "income"}]
    return sagemaker.start_pipeline_execution(
        PipelineName="modelworks-dev-boosting", PipelineParameters=parameters
    )["PipelineExecutionArn"]


@pytest.fixture
def report(batch_of, run):
    def told(status="Succeeded"):
        detail = {"pipelineExecutionArn": run, "currentPipelineExecutionStatus": status}
        return handler.handle(batch_of({"source": "aws.sagemaker", "detail": detail}), None)

    return told


@pytest.fixture(autouse=True)
def sagemaker_says(run, monkeypatch):
    """Let SageMaker describe the run as it does; moto knows of no identities and no definition.

    Gives a function that changes what it says.
    """

    def says(**changes):
        found = bounds.described(PipelineExecutionArn=run, **changes)
        seen = Seen.of(found, bounds.given(ASKED), bounds.DEFINITION)
        seen = dataclasses.replace(seen, parameters={**seen.parameters, "Model": "income"})
        monkeypatch.setattr(runs, "seen", lambda _: seen)
        monkeypatch.setattr(runs, "seen_by", lambda *_: seen)
        monkeypatch.setattr(runs, "definition", lambda _: json.dumps({"Steps": [REGISTERS]}))

    says()
    return says


def request(body=None):
    """Let retrain have written the request down, or other bytes of that name."""
    aws.s3_put(objects.request("evidence", "income", ASKED.digest), body or ASKED.body())


def record(run):
    return Bound.of(aws.s3_get(objects.bound("evidence", "income", run)))


def test_a_run_that_was_asked_for_is_bound_and_told_when_it_begins(run, report, bus):
    request()
    assert report("Executing") == {"batchItemFailures": []}
    ((kind, said),) = ((e["detail-type"], e["detail"]) for e in bus())
    assert (kind, said["subject"]) == (RunStarted.TYPE, "model/income")
    found = record(run)
    assert (found.request, found.differs, found.people) == (ASKED.digest, (), ("ada",))
    assert said["detail"] == {
        "execution": run,
        "asked_by": "function/fan_out",
        "request": ASKED.digest,
        "record": found.digest,
        "differs": [],
    }


def test_a_run_that_nobody_asked_for_is_bound_too_and_opens_an_incident(run, report, bus):
    report("Executing")
    began, opened = bus()
    assert began["detail"]["reason"].endswith("started it, and nobody has asked for it")
    assert (opened["detail-type"], opened["detail"]["subject"]) == (
        IncidentOpened.TYPE,
        "model/income",
    )
    assert record(run).differs[0].startswith("nobody asked for it")


def test_a_request_of_other_bytes_than_its_name_says_is_none(run, report, bus):
    request(dataclasses.replace(ASKED, asked_by="person/eve").body())
    report("Executing")
    assert record(run).request == ""


def test_what_was_bound_first_stays_whatever_is_said_later(run, report, bus, sagemaker_says):
    request()
    report("Executing")
    first = {event["detail"]["id"]: event["detail"]["detail"] for event in bus()}
    sagemaker_says(LastModifiedBy=bounds.by(bounds.ALAN))
    report("Executing")
    assert {event["detail"]["id"]: event["detail"]["detail"] for event in bus()} == first
    assert record(run).differs == ()


def test_a_run_of_whose_beginning_nobody_heard_is_bound_at_its_end(run, report, steps, bus):
    request()
    report("Failed")
    assert types(bus()) == [RunStarted.TYPE, TrainingFailed.TYPE]
    report("Failed")
    assert types(bus()) == [TrainingFailed.TYPE]


@pytest.fixture
def begun(report, bus):
    """The run has begun, and was heard of."""
    report("Executing")
    bus()


def judged(run, verdicts=VERDICTS):
    aws.s3_put(Run("evidence", "income", run).verdicts, json.dumps(verdicts).encode())


def types(events):
    return [event["detail-type"] for event in events]


def test_a_run_that_registered_a_version_is_reported_gate_by_gate(run, report, steps, bus, begun):
    judged(run)
    steps.append(REGISTERED)
    assert report() == {"batchItemFailures": []}
    events = bus()
    assert types(events) == [ModelTrained.TYPE, GateEvaluated.TYPE, ModelRegistered.TYPE]
    trained, gate, registered = (event["detail"] for event in events)
    assert trained["detail"]["evidence"] == Run("evidence", "income", run).evidence
    assert gate["reason"] == "AUC 0.9"
    assert registered["subject"] == "model/income/3"
    assert {event["source"] for event in events} == {"modelworks.run_events"}


def registration(run):
    """Return what is written down of what the run registered; None for nothing."""
    return runs.registration("evidence", "income", run)


def test_what_a_run_has_registered_is_written_down_before_it_is_told(
    run, report, steps, bus, begun, monkeypatch
):
    judged(run)
    steps.append(REGISTERED)
    with monkeypatch.context() as patch:
        patch.setattr(aws, "emit", _fails)
        report()
    found = registration(run)
    assert (found.package, found.execution, found.containers) == (PACKAGE, run, (CONTAINER,))
    assert found.seen == record(run).seen


def test_what_a_run_has_registered_is_written_down_once(
    run, report, steps, bus, begun, sagemaker_says
):
    judged(run)
    steps.append(REGISTERED)
    report()
    first = registration(run)
    sagemaker_says(LastModifiedBy=bounds.by(bounds.ALAN))
    assert report() == {"batchItemFailures": []}
    assert registration(run) == first


@pytest.mark.parametrize("end", ["Failed", "Stopped"])
def test_of_a_run_that_has_not_succeeded_nothing_is_written_down(
    run, report, steps, bus, begun, end, monkeypatch
):
    """It can still be retried, and then something else may come of it."""
    judged(run)
    steps.append(REGISTERED)
    real = aws.sagemaker

    def described(operation, *args, **more):
        found = real(operation, *args, **more)
        return found | {"PipelineExecutionStatus": end}

    monkeypatch.setattr(aws, "sagemaker", described)
    assert report(end) == {"batchItemFailures": []}
    assert registration(run) is None


def test_a_run_whose_candidate_was_refused_says_why(run, report, steps, bus, begun):
    judged(run, VERDICTS | {"reason": "floor said FAIL"})
    report()
    *_, refused = bus()
    assert (refused["detail-type"], refused["detail"]["reason"]) == (
        ModelRefused.TYPE,
        "floor said FAIL",
    )


def test_a_run_that_never_came_to_its_gates_has_failed(run, report, steps, bus, begun):
    steps.append({"StepName": "Train", "FailureReason": "no rows"})
    report()
    (failed,) = bus()
    assert failed["detail-type"] == TrainingFailed.TYPE
    assert failed["detail"]["reason"].startswith("Train: it failed; its words have SHA-256 ")
    assert failed["detail"]["detail"] == {"execution": run}


def test_reported_again_a_run_has_the_same_events(run, report, steps, bus, begun):
    judged(run)
    report()
    first = {event["detail"]["id"] for event in bus()}
    report()
    assert {event["detail"]["id"] for event in bus()} == first


def test_a_bus_that_refuses_brings_the_message_again(run, report, steps, bus, begun, monkeypatch):
    judged(run)
    with monkeypatch.context() as patch:
        patch.setattr(aws, "emit", _fails)
        assert report() == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert report() == {"batchItemFailures": []}
    assert types(bus()) == [ModelTrained.TYPE, GateEvaluated.TYPE, ModelRefused.TYPE]


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_a_run_that_nobody_knows_is_an_error(batch_of, report, steps, capsys):
    envelope = {
        "source": "aws.sagemaker",
        "detail": {"pipelineExecutionArn": "arn:gone", "currentPipelineExecutionStatus": "Failed"},
    }
    assert handler.handle(batch_of(envelope), None) == {
        "batchItemFailures": [{"itemIdentifier": "m0"}]
    }


def test_the_example_event_names_a_run():
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    detail = json.loads(example["Records"][0]["body"])["detail"]
    assert detail["pipelineExecutionArn"].endswith("/execution/abcdefghij12")
