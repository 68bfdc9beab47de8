"""Does every cause start at most one run, and is it said why another one starts none?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient

import aws
from aws import runs, snapshots
from aws.index import Put
from factory.catalogue import definition as definitions
from factory.catalogue import document
from factory.catalogue import entry as entries
from factory.catalogue.entry import removed
from factory.catalogue.spec import Watch
from factory.errors import Conflict, ServiceError
from factory.events.people import TrainingRequested, TrainingStopRequested
from factory.events.training import (
    RetrainingRequested,
    TrainingDeferred,
    TrainingRefused,
    TrainingStarted,
)
from factory.layout import tables
from factory.layout.products import Snapshot
from factory.products.landed import Landed
from factory.settings import RetrainSettings
from factory.training.exam import Looks, exam_of
from factory.training.request import Publication
from factory.training.run_request import RunRequest
from lambdas.retrain import handler
from tests.factory.events.instances import delivered
from tests.lambdas.catalogues import INCOME, PIPELINE, deploy_code, in_force

SETTINGS = RetrainSettings(
    stage="dev",
    bus_name="factory",
    index_table="index",
    specs_bucket="specs",
    work_bucket="work",
    evidence_bucket="evidence",
    products_bucket="products",
    runs_table="runs",
)
MODEL = replace(INCOME, runs_per_day=3, watch=Watch(cool_down_hours=24))


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    cloud.bus("factory")
    monkeypatch.setattr(aws, "stack_tags", lambda _: {})
    in_force(cloud, MODEL)
    cloud.bucket("products")
    cloud.bucket("evidence")
    cloud.table("runs")
    for product in ("census_train", "census_test"):
        snapshot(product, 1)
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def bus(_stack, cloud):
    """Give a function that returns what has come over the factory's bus since the last call."""
    url = cloud.queue("heard")[0]
    cloud.drain(url)
    return lambda: [(e["detail-type"], e["detail"]) for e in cloud.drain(url)]


def snapshot(product, number):
    landed = Landed(time=f"2026-01-{number:02d}T00:00:00Z")
    snapshots.advance(Snapshot("products", product, number), landed)


def requested(incident, time=""):
    """Return what `respond` asks, now or at another *time*."""
    reason = f"age drifted: incident {incident}"
    event = RetrainingRequested(reason=reason, key=incident, model="income", incident=incident)
    return delivered(event, time=time or datetime.fromtimestamp(aws.now() + 1, UTC).isoformat())


def published(product, number):
    return Publication(product=product, snapshot=number).wanted("income").body()


@pytest.fixture
def retrain(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def executions():
    found = boto3.client("sagemaker").list_pipeline_executions(PipelineName=PIPELINE)
    return [e["PipelineExecutionArn"] for e in found["PipelineExecutionSummaries"]]


def told(execution):
    """Return what an execution was given."""
    listed = boto3.client("sagemaker").list_pipeline_parameters_for_execution(
        PipelineExecutionArn=execution
    )["PipelineParameters"]
    return {p["Name"]: p["Value"] for p in listed}


def test_a_run_starts_whatever_its_cause_says_and_however_long(retrain, bus):
    """When all columns of a wide model drift at once, and in somebody's own words."""
    columns = ",\n".join(f"column_{n}" for n in range(500))
    event = RetrainingRequested(
        reason=f"{columns} drifted", key="wide", model="income", incident="wide"
    )
    retrain(delivered(event))
    (execution,) = executions()
    reason = told(execution)["Reason"]
    assert len(reason) <= 1024
    assert reason.isprintable()
    assert reason.startswith("column_0,")


def wished(code="", person="ada", key="r-1"):
    asked = {"actor": f"person/{person}", "reason": "an idea", "key": key}
    return delivered(TrainingRequested(model="income", code=code, **asked))


def pass_time(monkeypatch, hours):
    now = aws.now() + 3600 * hours
    monkeypatch.setattr(aws, "now", lambda: now)


def test_drift_starts_one_run_that_says_which_incident_it_is_for(retrain, bus):
    assert retrain(requested("drift/income/a")) == {"batchItemFailures": []}
    ((kind, said),) = bus()
    (execution,) = executions()
    assert (kind, said["reason"]) == (
        TrainingStarted.TYPE,
        "age drifted: incident drift/income/a",
    )
    request = told(execution)["Request"]
    assert said["detail"] == {
        "execution": execution,
        "train": "s3://products/census_train/000001/",
        "test": "s3://products/census_test/000001/",
        "champion": "none",
        "cause": "drift/income/a",
        "asked_by": "function/respond",
        "request": request,
        "look": 1,
        "exam": "income of census_test snapshot 1",
    }
    assert told(execution)["Look"] == "1"
    asked = RunRequest.of(aws.s3_get(f"s3://evidence/requests/income/{request}.json"))
    assert (asked.digest, asked.asked_by, asked.code) == (request, "function/respond", None)
    assert {**asked.parameters, "Request": request} == told(execution)
    became = json.loads(aws.s3_get(f"s3://evidence/requests/income/{request}.started.json"))
    assert became == {"execution": execution}


def test_the_same_incident_starts_no_second_run_whatever_is_new_meanwhile(retrain, bus):
    retrain(requested("drift/income/a"))
    snapshot("census_train", 2)
    retrain(requested("drift/income/a"), requested("drift/income/a"))
    assert len(executions()) == 1
    assert len({said["id"] for _, said in bus()}) == 1


def test_another_incident_within_the_cool_down_starts_none_and_hears_why(retrain, bus, monkeypatch):
    retrain(requested("drift/income/a"))
    snapshot("census_train", 2)
    bus()
    pass_time(monkeypatch, 23)
    retrain(requested("drift/income/b"))
    ((kind, said),) = bus()
    assert kind == TrainingRefused.TYPE
    assert said["reason"].startswith("within the cool-down of 24 hours: drift started arn:")
    assert said["detail"] == {"cause": "drift/income/b"}
    pass_time(monkeypatch, 1.1)
    retrain(requested("drift/income/c"))
    assert [kind for kind, _ in bus()] == [TrainingStarted.TYPE]
    assert len(executions()) == 2


def test_beyond_the_budget_drift_starts_none_and_hears_until_when(retrain, bus):
    for number in (2, 3, 4):
        snapshot("census_train", number)
        retrain(published("census_train", number))
    snapshot("census_train", 5)
    bus()
    retrain(requested("drift/income/a"))
    ((kind, said),) = bus()
    assert kind == TrainingRefused.TYPE
    assert said["reason"].startswith("3 runs in a day, the budget is 3; none before ")
    assert len(executions()) == 3


def test_what_would_learn_the_same_again_is_refused(retrain, bus):
    retrain(published("census_train", 1))
    retrain(requested("drift/income/a"))
    (_, (kind, said)) = bus()
    assert kind == TrainingRefused.TYPE
    assert said["reason"].startswith("nothing new to learn from s3://products/census_train/000001/")
    assert len(executions()) == 1


def test_what_drift_asked_before_a_later_run_began_is_refused_when_it_comes_after_it(retrain, bus):
    retrain(published("census_train", 1))
    snapshot("census_train", 2)
    bus()
    retrain(requested("drift/income/a", "2026-01-01T00:00:00Z"))
    ((kind, said),) = bus()
    assert kind == TrainingRefused.TYPE
    assert said["reason"].startswith("drift asked at 2026-01-01T00:00:00Z, and arn:")
    assert len(executions()) == 1
    retrain(requested("drift/income/b"))
    assert len(executions()) == 2


def test_a_refusal_is_the_same_event_however_often_the_request_comes(retrain, bus):
    retrain(published("census_train", 1))
    retrain(requested("drift/income/a"), requested("drift/income/a"))
    refused = [said["id"] for kind, said in bus() if kind == TrainingRefused.TYPE]
    assert len(refused) == 2
    assert len(set(refused)) == 1


def test_a_publication_that_comes_again_repeats_that_its_run_was_started(retrain, bus):
    retrain(published("census_train", 1))
    (first,) = bus()
    retrain(published("census_train", 1))
    assert bus() == [first]


def test_without_a_snapshot_a_run_waits(retrain, bus, cloud):
    boto3.client("s3").delete_object(Bucket="products", Key="census_test/latest.json")
    retrain(requested("drift/income/a"))
    ((kind, said),) = bus()
    assert (kind, said["reason"]) == (TrainingDeferred.TYPE, "census_test has no snapshot yet")


@pytest.mark.parametrize("door", ["table_commit", "s3_put", "sagemaker", "table_update_if", "emit"])
def test_a_crash_between_start_and_word_is_made_good_by_the_redelivery(
    retrain, bus, monkeypatch, door
):
    tokens = []
    with monkeypatch.context() as patch:
        real = aws.sagemaker

        def noting(operation, *args, **kwargs):
            if operation == "start_pipeline_execution":
                tokens.append(kwargs["ClientRequestToken"])
            return real(operation, *args, **kwargs)

        patch.setattr(aws, "sagemaker", noting)
        with monkeypatch.context() as broken:
            broken.setattr(aws, door, _fails)
            if door == "sagemaker":
                tokens.clear()
            failed = retrain(requested("drift/income/a"))["batchItemFailures"]
        assert failed == [{"itemIdentifier": "m0"}]
        assert retrain(requested("drift/income/a")) == {"batchItemFailures": []}
    assert len(set(tokens)) == 1  # to SageMaker, the same token is the same run
    assert [kind for kind, _ in bus()] == [TrainingStarted.TYPE]
    assert len(aws.table_get("runs", "income")["runs"]) == 1
    assert look_of("income") == 1


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_a_model_that_nobody_knows_is_an_error(retrain, capsys):
    unknown = Publication(product="census_train", snapshot=1).wanted("other").body()
    assert retrain(unknown) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "model 'other' is not in the catalogue" in capsys.readouterr().out


def test_a_model_that_was_removed_meanwhile_learns_no_more(retrain, bus):
    entry = removed(aws.specs.in_force("index", "income"), 2)
    aws.index_write("index", [Put(tables.model_item("income"), entry.item())])
    assert retrain(published("census_train", 1)) == {"batchItemFailures": []}
    assert (executions(), bus()) == ([], [])


def test_another_owner_is_nothing_new_to_learn_and_another_gate_is(retrain, bus):
    retrain(published("census_train", 1))
    deployed(replace(MODEL, owner="x"), 2)
    retrain(published("census_train", 2))
    assert [kind for kind, _ in bus()] == [TrainingStarted.TYPE, TrainingRefused.TYPE]
    gates = replace(MODEL.gates, floor=replace(MODEL.gates.floor, at_least=0.95))
    deployed(replace(MODEL, gates=gates), 3)
    retrain(published("census_train", 3))
    assert [kind for kind, _ in bus()] == [TrainingStarted.TYPE]


def test_a_run_is_told_the_judged_document_and_nothing_else_of_the_spec(retrain):
    retrain(published("census_train", 1))
    (execution,) = executions()
    given = told(execution)
    digest = document.digest(document.judged_text(MODEL))
    assert given["SpecUri"] == f"s3://specs/judged/income/{digest}.json"
    assert given["SpecDigest"] == digest
    assert aws.s3_get(given["SpecUri"]).decode() == document.judged_text(MODEL)


def deployed(model, sequence):
    before = aws.specs.in_force("index", "income")
    known = aws.specs.spec("specs", before)
    entry = entries.deployed(before, known, model, sequence).entry
    aws.index_write("index", [Put(tables.model_item("income"), entry.item())])


def champion():
    """Register and approve a version."""
    boto3.client("sagemaker").create_model_package(
        ModelPackageGroupName="mw-dev-income",
        ModelApprovalStatus="Approved",
        CustomerMetadataProperties={"artifact": "a" * 64},
        InferenceSpecification={
            "Containers": [{"Image": "x:1", "ModelDataUrl": "s3://work/model.tar.gz"}],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )


@pytest.fixture
def asked(monkeypatch):
    """What was asked of AWS since the test began, call by call."""
    calls, real = [], BaseClient._make_api_call
    monkeypatch.setattr(
        BaseClient,
        "_make_api_call",
        lambda client, name, given: (calls.append(name), real(client, name, given))[1],
    )
    return calls


def test_a_person_s_wish_is_a_cause_and_the_request_says_whose_code_it_is(retrain, bus):
    retrain(wished("c" * 64))
    ((kind, said),) = bus()
    (execution,) = executions()
    assert (kind, said["reason"], said["detail"]["cause"]) == (
        TrainingStarted.TYPE,
        "an idea",
        "command r-1",
    )
    assert said["detail"]["asked_by"] == "person/ada"
    given = told(execution)
    assert given["TrainCodeUri"] == f"s3://work/code/ada/{'c' * 64}.zip"
    assert given["TrainCodeDigest"] == "c" * 64
    asked = RunRequest.of(aws.s3_get(f"s3://evidence/requests/income/{given['Request']}.json"))
    assert (asked.code.sha256, asked.code.person) == ("c" * 64, "ada")
    assert asked.people == (*MODEL.builders, "ada", "ada")
    assert given["InstanceType"] == "ml.m5.large"


def test_a_person_s_wish_is_under_the_same_brakes_as_any_cause(retrain, bus):
    retrain(published("census_train", 1))
    retrain(wished())
    assert bus()[1][1]["reason"].startswith("nothing new to learn from")
    for number in (1, 2, 3):
        retrain(wished(f"{number}" * 64, key=f"r-{number}"))
    reasons = [said["reason"] for kind, said in bus() if kind == TrainingRefused.TYPE]
    assert [reason.split(",")[0] for reason in reasons] == ["3 runs in a day"]


def test_the_same_bytes_of_somebody_else_are_nothing_new(retrain, bus):
    retrain(wished("c" * 64))
    retrain(wished("c" * 64, person="alan", key="r-2"))
    assert [kind for kind, _ in bus()] == [TrainingStarted.TYPE, TrainingRefused.TYPE]


def test_other_code_of_the_recipe_is_something_new(retrain, bus):
    retrain(published("census_train", 1))
    deploy_code({"code": "other"})
    found = boto3.client("sagemaker").describe_pipeline(PipelineName=PIPELINE)
    current = {"digest": definitions.digest(found["PipelineDefinition"])}
    aws.index_write("index", [Put(tables.current_item("boosting"), current)])
    retrain(wished())
    assert [kind for kind, _ in bus()] == [TrainingStarted.TYPE, TrainingStarted.TYPE]


def test_who_landed_the_data_is_named(retrain, bus):
    news = Publication(product="census_train", snapshot=1, behind="AROA:carla")
    retrain(news.wanted("income").body())
    (execution,) = executions()
    place = f"s3://evidence/requests/income/{told(execution)['Request']}.json"
    assert RunRequest.of(aws.s3_get(place)).behind == "AROA:carla landed its file"


@pytest.fixture
def stopped(monkeypatch):
    """The executions that SageMaker is asked to stop: moto stops none."""
    asked, real = [], aws.sagemaker

    def noting(operation, thing, **given):
        if operation == "stop_pipeline_execution":
            asked.append(thing)
            return {}
        return real(operation, thing, **given)

    monkeypatch.setattr(aws, "sagemaker", noting)
    monkeypatch.setattr(runs, "status", lambda _: "Executing")
    return asked


def to_stop(execution, model="income"):
    asked = {"actor": "person/ada", "reason": "a typo", "key": "r-9"}
    return delivered(TrainingStopRequested(model=model, execution=execution, **asked))


def test_a_run_is_stopped_for_who_may_stop_runs_of_its_model(retrain, stopped):
    retrain(published("census_train", 1))
    (execution,) = executions()
    assert retrain(to_stop(execution)) == {"batchItemFailures": []}
    assert stopped == [execution]


def test_a_run_of_another_model_than_was_said_goes_on(retrain, stopped):
    retrain(published("census_train", 1))
    (execution,) = executions()
    retrain(to_stop(execution, "income-plain"))
    assert stopped == []


def test_a_run_that_has_ended_is_not_stopped(retrain, stopped, monkeypatch):
    retrain(published("census_train", 1))
    monkeypatch.setattr(runs, "status", lambda _: "Succeeded")
    retrain(to_stop(executions()[0]))
    assert stopped == []


def test_commands_that_come_at_once_share_one_budget(retrain, bus, monkeypatch):
    """Each is taken up while the one before it is being started, as five starters do."""
    first, *waiting = (wished(code=str(n) * 64, key=f"r-{n}") for n in range(5))
    real, failed = aws.sagemaker, []

    def taken_up(message):
        if retrain(message)["batchItemFailures"]:
            failed.append(message)

    def meanwhile(operation, *args, **kwargs):
        if operation == "start_pipeline_execution" and waiting:
            taken_up(waiting.pop())
        return real(operation, *args, **kwargs)

    monkeypatch.setattr(aws, "sagemaker", meanwhile)
    taken_up(first)
    while left := failed or waiting:
        taken_up(left.pop())
    assert [kind for kind, _ in bus()].count(TrainingRefused.TYPE) == 2
    assert len(executions()) == MODEL.runs_per_day
    runs = aws.table_get("runs", "income")["runs"]
    assert sorted(run["execution"] for run in runs) == sorted(executions())


def test_a_run_against_a_champion_costs_thirteen_calls(retrain, bus, asked):
    champion()
    asked.clear()
    retrain(published("census_train", 1))
    assert asked == [
        "BatchGetItem",
        "GetObject",
        "GetObject",
        "BatchGetItem",
        "ListModelPackages",
        "DescribeModelPackage",
        "BatchGetItem",
        "PutObject",
        "TransactWriteItems",
        "StartPipelineExecution",
        "PutObject",
        "PutItem",
        "PutEvents",
    ]
    ((_, said),) = bus()
    assert said["detail"]["champion"] == "a" * 64


def test_a_batch_reads_once_which_snapshots_are_the_newest(retrain, cloud, asked):
    names = [f"income-{number}" for number in range(3)]
    for name in names:
        entry = entries.deployed(None, None, replace(MODEL, name=name), 1).entry
        aws.index_write("index", [Put(tables.model_item(name), entry.item())])
    asked.clear()
    news = Publication(product="census_train", snapshot=1)
    retrain(*(news.wanted(name).body() for name in names))
    assert (asked.count("GetObject"), len(executions())) == (2, 3)


def test_the_next_batch_reads_anew_which_snapshots_are_the_newest(retrain, bus):
    for number in (1, 2):
        snapshot("census_train", number)
        retrain(published("census_train", number))
    assert [said["detail"]["train"] for _, said in bus()] == [
        "s3://products/census_train/000001/",
        "s3://products/census_train/000002/",
    ]


def test_the_example_event_is_read(bus):
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    assert handler.handle(example, None) == {"batchItemFailures": []}
    assert [kind for kind, _ in bus()] == [TrainingStarted.TYPE]


def look_of(model, snapshot=1):
    """Return how often the test rows of *model* were looked at."""
    exam = exam_of(replace(MODEL, name=model), snapshot)
    keys = [exam.key, exam.own_key]
    found = aws.table_get_many("runs", keys)
    return Looks.of(exam, *map(found.get, keys)).next - 1


def others(*names):
    """Put models in force that are judged on the same rows."""
    for name in names:
        entry = entries.deployed(None, None, replace(MODEL, name=name), 1).entry
        aws.index_write("index", [Put(tables.model_item(name), entry.item())])


def looks(events):
    """Return model and look of each run that was started."""
    started = [said for kind, said in events if kind == TrainingStarted.TYPE]
    return [(said["subject"].partition("/")[2], said["detail"]["look"]) for said in started]


def test_runs_on_the_same_test_rows_are_numbered_across_models(retrain, bus):
    others("income-b", "income-c")
    news = Publication(product="census_train", snapshot=1)
    retrain(*(news.wanted(name).body() for name in ("income", "income-b", "income-c")))
    assert looks(bus()) == [("income", 1), ("income-b", 2), ("income-c", 3)]
    assert sorted(told(run)["Look"] for run in executions()) == ["1", "2", "3"]


def test_fresh_test_rows_are_looked_at_for_the_first_time(retrain, bus):
    retrain(wished("c" * 64, key="r-1"), wished("d" * 64, key="r-2"))
    snapshot("census_test", 2)
    retrain(published("census_test", 2))
    assert [look for _, look in looks(bus())] == [1, 2, 1]
    assert (look_of("income"), look_of("income", 2)) == (2, 1)


def test_a_request_that_is_refused_or_waits_takes_no_look(retrain, bus):
    retrain(published("census_train", 1))
    retrain(wished(), requested("drift/income/a"))
    assert [kind for kind, _ in bus()][1:] == [TrainingRefused.TYPE, TrainingRefused.TYPE]
    boto3.client("s3").delete_object(Bucket="products", Key="census_train/latest.json")
    retrain(wished("c" * 64, key="r-2"))
    assert [kind for kind, _ in bus()] == [TrainingDeferred.TYPE]
    assert look_of("income") == 1


def test_who_finds_a_look_taken_meanwhile_takes_the_next(retrain, bus, monkeypatch):
    others("income-b")
    real, first = aws.table_commit, Publication(product="census_train", snapshot=1)

    def overtaken(*given):
        monkeypatch.setattr(aws, "table_commit", real)
        assert retrain(first.wanted("income-b").body()) == {"batchItemFailures": []}
        real(*given)

    monkeypatch.setattr(aws, "table_commit", overtaken)
    assert retrain(first.wanted("income").body()) == {"batchItemFailures": []}
    assert looks(bus()) == [("income-b", 1), ("income", 2)]
    assert look_of("income") == 2


def test_who_is_overtaken_again_and_again_leaves_it_to_the_redelivery(retrain, bus, monkeypatch):
    def conflicts(*_given):
        raise Conflict("somebody else was first")

    with monkeypatch.context() as patch:
        patch.setattr(aws, "table_commit", conflicts)
        assert retrain(published("census_train", 1))["batchItemFailures"]
    assert (executions(), bus(), look_of("income")) == ([], [], 0)
    assert retrain(published("census_train", 1)) == {"batchItemFailures": []}
    assert looks(bus()) == [("income", 1)]


def test_a_run_from_before_looks_were_counted_is_told_as_it_was(retrain, bus):
    retrain(published("census_train", 1))
    item = aws.table_get("runs", "income")
    old = {k: v for k, v in item["runs"][0].items() if k not in ("look", "exam")}
    aws.table_put("runs", {**item, "runs": [old]})
    bus()
    retrain(published("census_train", 1))
    ((_, said),) = bus()
    assert not {"look", "exam"} & set(said["detail"])
