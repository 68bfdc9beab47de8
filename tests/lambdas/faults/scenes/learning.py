"""Ways through `ingest`, `fan_out`, `retrain` and `run_events`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from aws.items import serialized
from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.incident import IncidentOpened
from factory.events.people import TrainingStopRequested
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    RetrainingRequested,
    RunStarted,
    TrainingDeferred,
    TrainingFailed,
    TrainingStarted,
)
from factory.layout import objects, tables
from factory.layout.products import Snapshot, latest
from factory.products.contract import Column, Contract, render
from factory.training.request import Publication
from lambdas.fan_out import handler as fan_out
from localcloud.sagemaker import executions
from tests.factory.events.instances import delivered
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import House, batch
from tests.lambdas.faults.scenes.registry import Version, asked, begun, join, keep
from tests.lambdas.faults.scenes.world import LEARNER, OTHER, catalogued, put
from tests.lambdas.faults.walk import Scene

PEOPLE = Contract(
    product="people",
    id="people",
    version="1.2.0",
    key="id",
    columns=(
        Column(name="id", kind="string", type="VARCHAR", required=True, unique=True),
        Column(name="age", kind="integer", type="BIGINT", minimum=0, maximum=120),
    ),
    quality=(),
)
GOOD, BAD = "id,age\nb,\na,41\n", "id,age\na,400\n"


def _landed(house: House, content: str, day: int = 2) -> Any:
    put(house, house.setting("ingest", "CONTRACTS_URI"), render([PEOPLE]).encode())
    bucket, key = house.outputs["LandingBucket"], "people/today.csv.gz"
    version = put(house, f"s3://{bucket}/{key}", gzip.compress(content.encode(), mtime=0))
    return batch(
        {
            "time": f"2026-01-{day:02d}T00:00:00Z",
            "detail-type": "Object Created",
            "source": "aws.s3",
            "detail": {
                "bucket": {"name": bucket},
                "object": {"key": key, "version-id": version},
                "requester": "123456789012",
            },
        }
    )


def _good(house: House) -> Any:
    return _landed(house, GOOD)


def _bad(house: House) -> Any:
    return _landed(house, BAD)


def _second(house: House) -> Any:
    house.done("ingest", _landed(house, GOOD))
    return _landed(house, GOOD + "c,7\n")


def _late(house: House) -> Any:
    """A file of the day before comes after the one that is the newest."""
    house.done("ingest", _landed(house, GOOD))
    return _landed(house, GOOD + "c,7\n", day=1)


def _taken(house: House) -> Any:
    """The number of the next snapshot holds what somebody has not finished."""
    bucket = house.outputs["ProductsBucket"]
    put(house, f"s3://{bucket}/people/000001/data.parquet", b"of another file")
    return _landed(house, GOOD)


def _snapshots(house: House, *products: str, number: int = 1) -> None:
    for product in products:
        snapshot = Snapshot(house.outputs["ProductsBucket"], product, number)
        put(house, snapshot.manifest, b"{}")
        put(house, latest(snapshot.bucket, product), json.dumps({"snapshot": number}).encode())


def _wanted(*models: Any) -> Any:
    news = Publication(product=LEARNER.train, snapshot=1)
    return batch(*(news.wanted(model.name).body() for model in models))


def _feeds(house: House) -> Any:
    catalogued(house, LEARNER)
    _snapshots(house, LEARNER.train, LEARNER.test)
    join(house, LEARNER)
    return _wanted(LEARNER)


def _feeds_half(house: House) -> Any:
    catalogued(house, LEARNER)
    _snapshots(house, LEARNER.train)
    return _wanted(LEARNER)


def _fans_out(house: House) -> Any:
    catalogued(house, LEARNER, OTHER)
    example = Path(fan_out.__file__).parent / "event.json"
    return json.loads(example.read_text())


def _fans_out_a_page(house: House) -> Any:
    table = house.setting("fan_out", "INDEX_TABLE")
    for number in range(fan_out.PAGE):
        key = serialized(tables.product_item(LEARNER.train, f"m{number}")._asdict())
        house.aws("dynamodb").put_item(TableName=table, Item=key)
    return _fans_out(house)


def _drifted(house: House) -> Any:
    """There is a champion, and there was a run."""
    catalogued(house, LEARNER)
    _snapshots(house, LEARNER.train, LEARNER.test)
    Version(house, LEARNER).approved()
    house.done("retrain", _wanted(LEARNER))
    _snapshots(house, LEARNER.train, number=2)
    asked = RetrainingRequested(reason="so it is", key="i", model=LEARNER.name, incident="i")
    return batch(delivered(asked, time="2100-01-01T00:00:00Z"))  # after the run


def _run(house: House, *, verdicts: bool, registered: bool = False) -> Any:
    version = Version(house, CHURN, told=False)
    arn = version.run
    if not registered:
        executions._executions[arn].progress.entries.clear()
    if verdicts:
        given = [{"gate": "floor", "verdict": "PASS", "reason": "it is above the floor"}]
        said_ = {"artifact": "a" * 64, "reason": "all gates said PASS", "verdicts": given}
        folder = objects.Run(house.outputs["EvidenceBucket"], CHURN.name, arn).folder
        put(house, f"{folder}verdicts.json", json.dumps(said_).encode())
    return _changed(arn, "Succeeded")


def _changed(arn: str, status: str) -> Any:
    detail = {"pipelineExecutionArn": arn, "currentPipelineExecutionStatus": status}
    return batch({"detail-type": "changed", "source": "aws.sagemaker", "detail": detail})


def _begins(house: House) -> Any:
    catalogued(house, CHURN)
    request = asked(CHURN)
    run = begun(house, request)
    keep(house, request, run, whole=False)
    return _changed(run, "Executing")


def _begins_unasked(house: House) -> Any:
    catalogued(house, CHURN)
    return _changed(begun(house, asked(CHURN)), "Executing")


def _stops(house: House) -> Any:
    run = begun(house, asked(CHURN))
    wish = {"actor": "person/ada", "reason": "a typo", "key": "r"}
    return batch(delivered(TrainingStopRequested(model=CHURN.name, execution=run, **wish)))


def _registers(house: House) -> Any:
    return _run(house, verdicts=True, registered=True)


def _refuses(house: House) -> Any:
    return _run(house, verdicts=True)


def _fails(house: House) -> Any:
    return _run(house, verdicts=False)


SCENES = (
    Scene("ingest", "a good file lands", _good, (DataProductPublished.TYPE,)),
    Scene("ingest", "a bad file lands", _bad, (DataProductRefused.TYPE, IncidentOpened.TYPE)),
    Scene("ingest", "a second good file lands", _second, (DataProductPublished.TYPE,)),
    Scene(
        "ingest",
        "an older file comes late",
        _late,
        (DataProductPublished.TYPE, IncidentOpened.TYPE),
    ),
    Scene("ingest", "the next number is taken", _taken, (DataProductPublished.TYPE,)),
    Scene(
        "retrain",
        "a snapshot feeds a model",
        _feeds,
        (TrainingStarted.TYPE,),
    ),
    Scene(
        "retrain", "a snapshot is half of what a model needs", _feeds_half, (TrainingDeferred.TYPE,)
    ),
    Scene("retrain", "a champion has drifted", _drifted, (TrainingStarted.TYPE,)),
    Scene("fan_out", "a snapshot feeds models", _fans_out),
    Scene("fan_out", "a snapshot feeds a page of models", _fans_out_a_page),
    Scene("retrain", "a run is to be stopped", _stops),
    Scene("run_events", "a run begins", _begins, (RunStarted.TYPE,)),
    Scene(
        "run_events",
        "a run begins that nobody asked for",
        _begins_unasked,
        (IncidentOpened.TYPE, RunStarted.TYPE),
    ),
    Scene(
        "run_events",
        "a run has registered a package",
        _registers,
        (GateEvaluated.TYPE, ModelRegistered.TYPE, ModelTrained.TYPE),
    ),
    Scene(
        "run_events",
        "a run was refused",
        _refuses,
        (GateEvaluated.TYPE, ModelRefused.TYPE, ModelTrained.TYPE),
    ),
    Scene("run_events", "a run has failed", _fails, (TrainingFailed.TYPE,)),
)
assert CHURN.recipe == LEARNER.recipe
