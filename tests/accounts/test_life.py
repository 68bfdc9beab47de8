"""Does a model live when each of its parts has an account of its own?"""

import pytest

from demo.traffic import SHIFTED_COLUMNS, shifted
from factory.events.data import DataProductPublished
from factory.events.incident import IncidentOpened
from factory.events.model import ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved, RollbackRequested, TrainingRequested
from factory.events.training import ModelRegistered, RunStarted, TrainingRefused, TrainingStarted
from factory.layout.names import alarm
from tests.accounts.five import ENDPOINT, FIVE

SAMPLE = 1800  # rows: three windows


def test_a_file_that_lands_in_one_account_trains_in_another(learned):
    published = learned.events(DataProductPublished)
    assert {e["detail"]["product"] for e in published} == {"census_train", "census_test"}
    (started,) = learned.events(TrainingStarted)
    assert f":{FIVE.ids['training']}:pipeline/" in started["detail"]["execution"]
    (began,) = learned.events(RunStarted)
    assert began["detail"]["differs"] == []
    (registered,) = learned.events(ModelRegistered)
    assert registered["subject"] == "model/income/1"


def test_a_review_in_the_account_of_training_shows_what_was_judged(learned):
    code, answer = learned.factory("grace-training", "review", "income")
    assert code == 0, answer
    assert (answer["version"], answer["in_force"]) == (1, True)
    assert {each["verdict"] for each in answer["verdicts"]} == {"PASS"}


def test_an_approval_in_the_account_of_training_serves_in_that_of_serving(served):
    kinds = [e["type"] for e in served.events(ModelApproved, ModelPromoted, ModelDeployed)]
    assert kinds == [ModelApproved.TYPE, ModelPromoted.TYPE, ModelDeployed.TYPE]
    (approved,) = served.events(ModelApproved)
    assert approved["actor"] == "person/grace"
    found = served.endpoint()
    assert found["EndpointStatus"] == "InService"
    model = served.of("serving", "sagemaker").describe_model(ModelName=found["EndpointConfigName"])
    uri = model["PrimaryContainer"]["ModelDataUrl"]
    assert uri.startswith(f"s3://{served.output('ApprovedBucket')}/models/")


@pytest.fixture(scope="session")
def drifted(served, rows):
    """Clients have asked what the model knows, and then something else."""
    cloud = served.cloud
    cloud.stop_clock()  # or a minute that ends would end a file of captures
    for sample in (rows[:SAMPLE], shifted(rows[:SAMPLE])):
        for part in range(0, SAMPLE, SAMPLE // 3):
            served.ask(sample[part : part + SAMPLE // 3])
            cloud.settle()
            cloud.advance(60)
            cloud.settle()
    served.advance_until("a second version", lambda: served.events(ModelRegistered)[1:])
    cloud.settle()
    return served


def test_what_drifts_in_serving_is_seen_in_watch_and_retrained_in_training(drifted):
    (opened,) = [e for e in drifted.events(IncidentOpened) if e["subject"] == "model/income"]
    reasons = {reason["words"].split(":")[0] for reason in opened["detail"]["reasons"]}
    assert reasons == set(SHIFTED_COLUMNS)
    kept = drifted.of("watch", "dynamodb").scan(TableName=drifted.output("IncidentsTable"))
    assert [item["model"] for item in kept["Items"]] == [{"S": "income"}]
    retrained = drifted.events(TrainingStarted)[1]
    assert "drift" in retrained["reason"]
    assert f":{FIVE.ids['training']}:pipeline/" in retrained["detail"]["execution"]


@pytest.fixture(scope="session")
def updated(drifted):
    """Grace has approved what came of it, and its canary has baked."""
    reason = ("--reason", "it has learned from the newest data")
    code, answer = drifted.factory("grace-training", "approve", "income", "2", *reason)
    assert code == 0, answer
    drifted.advance_until("its deployment", lambda: drifted.events(ModelDeployed)[1:])
    return drifted


def test_an_update_is_probed_and_serves_when_it_has_baked(updated):
    assert [e["subject"] for e in updated.events(ModelDeployed)] == [
        "model/income/1",
        "model/income/2",
    ]
    assert updated.endpoint()["EndpointConfigName"].startswith(f"{ENDPOINT}-v2-")
    proofs = updated.of("serving", "dynamodb").scan(TableName=updated.output("ProbingsTable"))
    assert len(proofs["Items"]) >= len(("v1", "v2"))


def test_a_builder_asks_for_a_run_by_the_url_of_another_account(updated):
    words = ("train", "income", "--reason", "I have an idea")
    code, answer = updated.factory("ada-training", *words)
    assert code, answer
    assert "CommandUrl, which is the output of modelworks-dev-serving" in answer["error"]
    file = {"MODELWORKS_OUTPUTS": str(updated.folder / "outputs.json")}
    known = updated.event_ids()
    code, answer = updated.factory("ada-training", *words, **file)
    assert code == 0, answer
    updated.cloud.settle()
    (asked,) = updated.new_events(known, TrainingRequested)
    assert asked["actor"] == "person/ada"
    assert updated.new_events(known, TrainingStarted, TrainingRefused)


@pytest.fixture(scope="session")
def rolled_back(updated):
    """Grace, who operates in the account of serving, has rolled back."""
    reason = ("--reason", "complaints from the branch offices")
    code, answer = updated.factory("grace-serving", "rollback", "income", *reason)
    assert code == 0, answer
    updated.advance_until("the rollback", lambda: updated.events(ModelDeployed)[2:])
    updated.cloud.settle()
    return updated


def test_a_rollback_in_serving_withdraws_the_approval_in_the_registry(rolled_back):
    (requested,) = rolled_back.events(RollbackRequested)
    assert requested["actor"] == "person/grace"
    assert rolled_back.endpoint()["EndpointConfigName"].startswith(f"{ENDPOINT}-v1-")
    assert rolled_back.package(2)["ModelApprovalStatus"] == "Rejected"
    assert rolled_back.package(1)["ModelApprovalStatus"] == "Approved"


def test_the_ledger_of_all_five_is_whole(rolled_back):
    code, answer = rolled_back.factory("grace-ledger", "audit", "verify")
    assert code == 0, answer
    assert answer["findings"] == []
    speakers = {e["actor"] for e in rolled_back.events()}
    assert {"function/ingest", "function/catalogue", "function/retrain"} <= speakers
    assert {"function/watch", "person/grace", "person/ada"} <= speakers


def test_a_verb_that_needs_several_accounts_says_so(rolled_back):
    for profile in ("grace-training", "grace-serving"):
        code, answer = rolled_back.factory(profile, "status")
        assert code, answer
        assert "factory status" in answer["error"]
    code, answer = rolled_back.factory("grace-training", "audit", "verify")
    assert code, answer
    assert "the ledger is of another account" in answer["error"]


def test_nothing_on_the_way_was_an_incident_or_was_lost(rolled_back):
    rolled_back.cloud.advance(2 * 3600)
    rolled_back.cloud.settle()
    opened = [e["subject"] for e in rolled_back.events(IncidentOpened)]
    assert opened == ["model/income"]  # the drift
    assert rolled_back.waiting() == {}
    assert rolled_back.failed() == []


def test_what_is_changed_by_hand_in_serving_is_an_incident_in_watch(rolled_back):
    known = rolled_back.event_ids()
    cloudwatch = rolled_back.of("serving", "cloudwatch")
    config = rolled_back.endpoint()["EndpointConfigName"]
    names = [
        each["AlarmName"]
        for each in cloudwatch.describe_alarms(AlarmNamePrefix=alarm(ENDPOINT))["MetricAlarms"]
    ]
    assert names, config
    cloudwatch.delete_alarms(AlarmNames=names)
    rolled_back.cloud.advance(3600)
    rolled_back.cloud.settle()
    opened = rolled_back.new_events(known, IncidentOpened)
    assert "function/reconcile" in {e["actor"] for e in opened}


def test_what_is_changed_by_hand_in_an_account_is_an_incident_in_watch(rolled_back):
    known = rolled_back.event_ids()
    bucket = rolled_back.output("LandingBucket")
    rolled_back.of("data", "s3").delete_bucket_policy(Bucket=bucket)
    rolled_back.cloud.advance(3600)
    rolled_back.cloud.settle()
    opened = rolled_back.new_events(known, IncidentOpened)
    assert "function/stack_drift" in {e["actor"] for e in opened}
