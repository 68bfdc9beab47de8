"""Which incidents are a model's own?"""

import pytest

from aws import incidents
from aws.tables import table_put
from factory.incidents.incident import Incident
from factory.layout import tables


def incident(number, subject="model/m", status="open"):
    return {
        "pk": f"i{number}",
        "subject": subject,
        "status": status,
        "opened_at": f"2026-01-01T00:00:{number:02}Z",
    }


@pytest.fixture
def table(session):
    session.client("dynamodb").create_table(
        TableName="incidents",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("pk", tables.MODEL, tables.OPENED)
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": tables.INCIDENTS_OF_MODEL,
                "KeySchema": [
                    {"AttributeName": tables.MODEL, "KeyType": "HASH"},
                    {"AttributeName": tables.OPENED, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return "incidents"


def test_what_was_only_closed_so_far_is_no_incident_yet(table):
    table_put(table, incident(1))
    table_put(table, {"pk": "early", "status": "closed"})
    assert [item["pk"] for item in incidents.listed(table)] == ["i1"]


def test_the_incidents_of_a_model_are_those_of_its_versions_too_and_of_no_other():
    found = [
        incident(1),
        incident(2, "model/m/3"),
        incident(3, "model/mm"),
        incident(4, "dataproduct/m"),
    ]
    assert [item["pk"] for item in incidents.of_model(found, "m")] == ["i2", "i1"]


def test_the_incidents_of_a_model_are_found_without_reading_those_of_others(table):
    for number, subject in enumerate(("model/m", "model/m/3", "model/mm", "dataproduct/m")):
        when = f"2026-01-01T00:00:0{number}Z"
        told = Incident(id=f"i{number}", subject=subject, opened_at=when, opened_because="x")
        table_put(table, told.item())
    table_put(table, Incident(id="early", status="closed", closed_at="2026").item())
    assert [item["pk"] for item in incidents.of(table, "m")] == ["i1", "i0"]
    assert incidents.of(table, "nobody") == []


def test_open_ones_come_first_and_few_of_the_closed():
    closed = [incident(n, status="closed") for n in range(10, 20)]
    found = incidents.of_model([incident(1), *closed], "m")
    assert [item["pk"] for item in found] == ["i1", "i19", "i18", "i17", "i16", "i15"]
