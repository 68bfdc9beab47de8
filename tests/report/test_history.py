"""Does the history of versions and incidents agree with the ledger?"""

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
from report.ledger_reader import VerifiedLedger

RUN = "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-dev-boosting/execution/"


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
    return VerifiedLedger(bucket="b", events=events, segments=1, head="0" * 64, findings=())


@pytest.fixture
def recorded():
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


def types(entries):
    return [entry["type"] for entry in entries]


def test_a_version_has_its_own_events_from_registration_on(recorded):
    registry = [Summary("arn:1", 1, "Approved"), Summary("arn:2", 2, "Rejected")]
    newest, oldest = history.versions(recorded, "m", registry)
    assert (newest["version"], oldest["version"]) == (2, 1)
    assert types(oldest["events"]) == [ModelRegistered.TYPE, ModelApproved.TYPE, ModelDeployed.TYPE]
    assert types(newest["events"]) == [ModelRegistered.TYPE, DeploymentFailed.TYPE]
    assert oldest["floor"] == "why gate.evaluated"


def test_a_drift_incident_is_followed_to_the_challenger(recorded):
    (found,) = history.incidents(
        recorded, [{"pk": "drift/m/1", "status": "open", "opened_at": "t"}]
    )
    assert types(found["events"]) == [
        RetrainingRequested.TYPE,
        TrainingStarted.TYPE,
        ModelRegistered.TYPE,
    ]
    assert found["events"][-1]["subject"] == "model/m/2"
    assert (found["status"], found["end"], found["closed_because"]) == ("open", "", "")


def test_a_deployment_incident_belongs_to_its_configuration(recorded):
    (found,) = history.incidents(recorded, [{"pk": "deployment/m/m-v2-b", "status": "closed"}])
    assert types(found["events"]) == [DeploymentFailed.TYPE]
    (other,) = history.incidents(recorded, [{"pk": "deployment/m/m-v9-z", "status": "closed"}])
    assert other["events"] == []


def test_a_refused_candidate_is_listed(recorded):
    assert types(history.refused(recorded, "m")) == [ModelRefused.TYPE]


def test_the_other_models_show_their_state():
    known = models.catalogue().models
    others = history.other_models(
        ledger(
            event(ModelRefused.TYPE, "model/income-plain", 1),
            event(ModelRegistered.TYPE, "model/income-by-education-bachelors/3", 2),
        ),
        known.values(),
    )
    found = {n["name"]: n for n in others}
    assert set(found) == set(known)
    assert found["income-plain"]["outcome"] == "why model.refused"
    assert found["income-plain"]["version"] is None
    assert found["income-by-education-bachelors"]["version"] == 3
    assert found["income-by-education-bachelors"]["rows"] == "education = Bachelors"
    assert found["income-by-education-hs-grad"]["outcome"] == "has not been trained yet"


def test_a_version_that_no_run_registered_has_no_measurement(recorded):
    (found,) = history.versions(recorded, "m", [Summary("arn:7", 7, "Approved")])
    assert (found["floor"], found["events"]) == ("", [])
    assert history.execution_of(recorded, "m", 7) == ""
