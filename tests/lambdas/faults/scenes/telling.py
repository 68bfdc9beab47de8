"""Ways through `incident`, `audit_log`, `respond`, `catalogue` and `onboard`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from factory.events.catalogue import CatalogueChanged, ModelOnboarded
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.training import RetrainingRequested
from localcloud.sessions import ACCOUNT, REGION
from tests.factory.drift.findings import BEGAN, finding
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import ANSWERS, House, batch
from tests.lambdas.faults.scenes.world import catalogued, envelope, put
from tests.lambdas.faults.walk import Scene

OPENED = IncidentOpened(
    actor="function/respond",
    about="model/churn",
    reasons=({"words": "age moved"},),
    reason="age moved",
    key="one",
)
CLOSED = IncidentClosed(
    actor="function/respond", about="model/churn", incident=OPENED.id, reason="over", key="one"
)
LAST = batch(envelope(replace(CLOSED, incident="another", key="two")))
"""The head of the ledger may lag behind by one segment until the next event."""


def _opens(_house: House) -> Any:
    return batch(envelope(OPENED))


def _closes(house: House) -> Any:
    house.done("incident", batch(envelope(OPENED)))
    return batch(envelope(CLOSED))


def _first(house: House) -> Any:
    """Nothing is in the ledger, not even what deploying has said."""
    dynamodb_backends[ACCOUNT][REGION].tables[
        house.setting("audit_log", "LEDGER_TABLE")
    ].items.clear()
    s3_backends[ACCOUNT]["aws"].buckets[house.outputs["LedgerBucket"]].keys.clear()
    return batch(envelope(OPENED), envelope(CLOSED))


def _next(house: House) -> Any:
    house.done("audit_log", batch(envelope(OPENED)))
    return batch(envelope(OPENED), envelope(CLOSED), "no event")


def _lagging(house: House) -> Any:
    """Somebody has written the next segment and not yet moved the head."""
    house.done("audit_log", batch(envelope(OPENED)))
    table = house.setting("audit_log", "LEDGER_TABLE")
    before = house.aws("dynamodb").get_item(TableName=table, Key={"pk": {"S": "HEAD"}})["Item"]
    house.done("audit_log", batch("another"))
    house.aws("dynamodb").put_item(TableName=table, Item=before)
    return batch(envelope(CLOSED))


def _finding(house: House, name: str, *columns: str) -> str:
    uri = f"s3://{house.outputs['FindingsBucket']}/findings/churn/{name}.json"
    put(house, uri, finding(*columns, model="churn").document.encode())
    return uri


def _drifts(house: House) -> Any:
    opened, ended = _finding(house, "opened", "age"), _finding(house, "ended")
    episodes = [
        {"M": {"id": {"S": id_}, "opened": {"S": opened}, "ended": {"S": end}}}
        for id_, end in (("2025-12-31T00:00:00Z", ended), (BEGAN, ""))
    ]
    item = {"pk": {"S": "model|churn"}, "breached": {"BOOL": True}, "episodes": {"L": episodes}}
    table = house.setting("respond", "WINDOWS_TABLE")
    house.aws("dynamodb").put_item(TableName=table, Item=item)
    return batch(
        {
            "source": "aws.cloudwatch",
            "detail-type": "CloudWatch Alarm State Change",
            "detail": {"alarmName": "modelworks/churn/drift", "state": {"value": "ALARM"}},
        }
    )


def _deploys(house: House) -> Any:
    catalogued(house)
    return {
        "RequestType": "Create",
        "ResponseURL": f"{ANSWERS}token",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Catalogue",
    }


def _joins(house: House) -> Any:
    catalogued(house, CHURN)
    return batch({"model": "churn"})


SCENES = (
    Scene("incident", "an incident is opened", _opens),
    Scene("incident", "an incident is closed", _closes),
    Scene("audit_log", "the first events come", _first, afterwards=LAST),
    Scene("audit_log", "known, new and malformed events come", _next, afterwards=LAST),
    Scene("audit_log", "another writer is half done", _lagging, afterwards=LAST),
    Scene(
        "respond",
        "one drift is over and another begins",
        _drifts,
        (IncidentClosed.TYPE, IncidentOpened.TYPE, IncidentOpened.TYPE, RetrainingRequested.TYPE),
    ),
    Scene("catalogue", "a catalogue is deployed", _deploys, (CatalogueChanged.TYPE,)),
    Scene("onboard", "a model joins", _joins, (ModelOnboarded.TYPE,)),
)
