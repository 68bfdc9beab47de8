"""Is what followed from what told as the ledger has it?"""

import pytest

import models
from aws.registry import Summary
from factory.events.incident import DriftDetected, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    RetrainingRequested,
    TrainingStarted,
)
from report import history
from report.record import Ledger

RUN = "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-tabular/execution/"


def event(kind, subject, at=0, /, **detail):
    return {
        "id": f"{kind}{subject}{at}",
        "type": kind,
        "subject": subject,
        "time": f"2026-01-01T00:00:{at:02}Z",
        "actor": "function/x",
        "reason": f"why {kind}",
        "detail": detail,
    }


def ledger(*events):
    return Ledger(bucket="b", events=events, segments=1, head="0" * 64, findings=())


@pytest.fixture
def lived():
    floor = event(GateEvaluated.TYPE, "model/m", 1, gate="floor", execution=f"{RUN}1")
    return ledger(
        floor,
        event(GateEvaluated.TYPE, "model/m", 2, gate="fairness", execution=f"{RUN}1"),
        event(ModelRegistered.TYPE, "model/m/1", 3, execution=f"{RUN}1", version=1),
        event(ModelRegistered.TYPE, "model/other/1", 3, execution=f"{RUN}9", version=1),
        event(ModelApproved.TYPE, "model/m/1", 4),
        event(ModelPromoted.TYPE, "model/m/1", 5),
        event(ModelDeployed.TYPE, "model/m/1", 6, config="m-v1-a"),
        event(DriftDetected.TYPE, "model/m", 7),
        event(IncidentOpened.TYPE, "model/m", 8, incident="drift/m/1"),
        event(RetrainingRequested.TYPE, "model/m", 9, incident="drift/m/1"),
        event(TrainingStarted.TYPE, "model/m", 10, cause="drift/m/1", execution=f"{RUN}2"),
        event(GateEvaluated.TYPE, "model/m", 11, gate="floor", execution=f"{RUN}2"),
        event(ModelRegistered.TYPE, "model/m/2", 12, execution=f"{RUN}2", version=2),
        event(DeploymentFailed.TYPE, "model/m/2", 13, config="m-v2-b"),
        event(ModelRefused.TYPE, "model/m", 14, execution=f"{RUN}3"),
    )


def whats(deeds):
    return [deed["what"] for deed in deeds]


def test_a_version_is_told_from_its_registration_on_and_nothing_of_another(lived):
    registry = [Summary("arn:1", 1, "Approved"), Summary("arn:2", 2, "Rejected")]
    newest, oldest = history.versions(lived, "m", registry)
    assert (newest["version"], oldest["version"]) == (2, 1)
    assert whats(oldest["deeds"]) == [ModelRegistered.TYPE, ModelApproved.TYPE, ModelDeployed.TYPE]
    assert whats(newest["deeds"]) == [ModelRegistered.TYPE, DeploymentFailed.TYPE]
    assert oldest["floor"] == "why gate.evaluated"


def test_an_incident_of_drift_is_followed_to_the_challenger(lived):
    (told,) = history.incidents(lived, [{"pk": "drift/m/1", "status": "open", "opened_at": "t"}])
    assert whats(told["deeds"]) == [
        RetrainingRequested.TYPE,
        TrainingStarted.TYPE,
        ModelRegistered.TYPE,
    ]
    assert told["deeds"][-1]["subject"] == "model/m/2"
    assert (told["status"], told["end"], told["over"]) == ("open", "", "")


def test_an_incident_of_a_deployment_is_that_of_its_configuration(lived):
    (told,) = history.incidents(lived, [{"pk": "deployment/m/m-v2-b", "status": "closed"}])
    assert whats(told["deeds"]) == [DeploymentFailed.TYPE]
    (other,) = history.incidents(lived, [{"pk": "deployment/m/m-v9-z", "status": "closed"}])
    assert other["deeds"] == []


def test_a_candidate_that_the_gates_stopped_is_not_forgotten(lived):
    assert whats(history.refused(lived, "m")) == [ModelRefused.TYPE]


def test_the_neighbours_say_how_they_stand():
    known = models.catalogue().models
    told = history.neighbours(
        ledger(
            event(ModelRefused.TYPE, "model/income-plain", 1),
            event(ModelRegistered.TYPE, "model/income-by-education-bachelors/3", 2),
        ),
        known.values(),
    )
    found = {n["name"]: n for n in told}
    assert set(found) == set(known)
    assert found["income-plain"]["words"] == "why model.refused"
    assert found["income-plain"]["version"] is None
    assert found["income-by-education-bachelors"]["version"] == 3
    assert found["income-by-education-bachelors"]["rows"] == "education = Bachelors"
    assert found["income-by-education-hs-grad"]["words"] == "has not been trained yet"


def test_a_version_that_no_run_registered_is_told_without_a_measurement(lived):
    (told,) = history.versions(lived, "m", [Summary("arn:7", 7, "Approved")])
    assert (told["floor"], told["deeds"]) == ("", [])
    assert history.execution_of(lived, "m", 7) == ""
