"""Ways through `ingest`, `retrain` and `run_events`."""

from __future__ import annotations

import gzip
import json
from typing import Any

from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.incident import IncidentOpened
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    RetrainingRequested,
    TrainingDeferred,
    TrainingFailed,
    TrainingStarted,
)
from factory.layout import objects
from factory.layout.names import pipeline
from factory.products.contract import Column, Contract, render
from localcloud.sagemaker import executions
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import House, batch
from tests.lambdas.faults.scenes.registry import Version, join
from tests.lambdas.faults.scenes.world import LEARNER, OTHER, catalogued, envelope, put, said
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


def _landed(house: House, content: str) -> Any:
    put(house, house.setting("ingest", "CONTRACTS_URI"), render([PEOPLE]).encode())
    bucket, key = house.outputs["LandingBucket"], "people/today.csv.gz"
    version = put(house, f"s3://{bucket}/{key}", gzip.compress(content.encode(), mtime=0))
    return batch(
        {
            "time": "2026-01-01T00:00:00Z",
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


def _taken(house: House) -> Any:
    """The number of the next snapshot holds what somebody has not finished."""
    bucket = house.outputs["ProductsBucket"]
    put(house, f"s3://{bucket}/people/000001/data.parquet", b"of another file")
    return _landed(house, GOOD)


def _snapshots(house: House, *products: str) -> None:
    for product in products:
        bucket = house.outputs["ProductsBucket"]
        put(house, f"s3://{bucket}/{product}/000001/manifest.json", b"{}")


def _published() -> Any:
    detail = {"product": LEARNER.train, "snapshot": 1}
    return batch(envelope(said(DataProductPublished.TYPE, "dataproduct/x/1", "1", **detail)))


def _feeds_two(house: House) -> Any:
    catalogued(house, LEARNER, OTHER)
    _snapshots(house, LEARNER.train, LEARNER.test)
    join(house, LEARNER)
    join(house, OTHER)
    return _published()


def _feeds_half(house: House) -> Any:
    catalogued(house, LEARNER)
    _snapshots(house, LEARNER.train)
    return _published()


def _drifted(house: House) -> Any:
    """There is a champion, and there was a run."""
    catalogued(house, LEARNER)
    _snapshots(house, LEARNER.train, LEARNER.test)
    Version(house, LEARNER).approved()
    house.done("retrain", _published())
    _snapshots(house, f"{LEARNER.train}/000002/..", LEARNER.test)
    put(
        house, f"s3://{house.outputs['ProductsBucket']}/{LEARNER.train}/000002/manifest.json", b"{}"
    )
    asked = said(
        RetrainingRequested.TYPE, f"model/{LEARNER.name}", "i", model=LEARNER.name, incident="i"
    )
    return batch(envelope(asked))


def _run(house: House, *, verdicts: bool, registered: bool = False) -> Any:
    version = Version(house, CHURN)
    arn = version.run
    if not registered:
        executions._executions[arn].progress.entries.clear()
    if verdicts:
        given = [{"gate": "floor", "verdict": "PASS", "reason": "it is above the floor"}]
        said_ = {"artifact": "a" * 64, "reason": "all gates said PASS", "verdicts": given}
        folder = objects.Run(house.outputs["EvidenceBucket"], CHURN.name, arn).folder
        put(house, f"{folder}verdicts.json", json.dumps(said_).encode())
    detail = {"pipelineExecutionArn": arn}
    return batch({"detail-type": "ended", "source": "aws.sagemaker", "detail": detail})


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
    Scene("ingest", "the next number is taken", _taken, (DataProductPublished.TYPE,)),
    Scene(
        "retrain",
        "a snapshot feeds two models",
        _feeds_two,
        (TrainingStarted.TYPE, TrainingStarted.TYPE),
    ),
    Scene(
        "retrain", "a snapshot is half of what a model needs", _feeds_half, (TrainingDeferred.TYPE,)
    ),
    Scene("retrain", "a champion has drifted", _drifted, (TrainingStarted.TYPE,)),
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
assert pipeline(CHURN.recipe) == pipeline(LEARNER.recipe)
