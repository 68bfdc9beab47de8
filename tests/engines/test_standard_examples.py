"""What the standard's own examples show, in contracts of ours: read, or refused by name and place.

The examples are those of docs/examples of the Open Data Contract Standard, as of version 3.2.0.
"""

import pytest
import yaml

from engines import contracts
from factory.errors import InvalidContract
from tests.engines.test_contracts import TEXT

VERSIONS = ("v3.0.2", "v3.1.0", "v3.2.0")


@pytest.fixture(params=VERSIONS)
def load(request, tmp_path):
    def load(change):
        document = yaml.safe_load(TEXT)
        document["apiVersion"] = request.param
        change(document)
        folder = tmp_path / "people"
        folder.mkdir()
        (folder / "contract.odcs.yaml").write_text(yaml.safe_dump(document))
        return contracts.load(folder)

    return load


def root(**more):
    return lambda document: document.update(more)


def table(**more):
    return lambda document: document["schema"][0].update(more)


def key(**more):
    return lambda document: document["schema"][0]["properties"][0].update(more)


def another(**column):
    return lambda document: document["schema"][0]["properties"].append({"name": "more", **column})


def rule(**quality):
    return lambda document: document["schema"][0]["quality"].append(quality)


def second_table(document):
    column = {"name": "x", "logicalType": "string"}
    document["schema"].append({"name": "second", "properties": [column]})


LINK = {"url": "https://example.com/orders", "type": "businessDefinition"}
READ = {
    "authoritative definitions": root(authoritativeDefinitions=[LINK]),
    "columns of a kind that is told": another(logicalType="string", semanticType="column"),
    "lengths of text": another(logicalType="string", physicalType="VARCHAR(36)"),
    "places of a key": key(primaryKeyPosition=1),
    "price": root(price={"priceAmount": 9.95, "priceCurrency": "EUR", "priceUnit": "megabyte"}),
    "support": root(support=[{"channel": "#x", "url": "https://example.com", "tool": "slack"}]),
    "tables that will go": table(deprecated=True),
    "tags and where it belongs": root(tags=["a"], domain="d", tenant="t", dataProduct="p"),
    "teams": root(team=[{"username": "ada", "role": "owner", "dateIn": "2024-01-01"}]),
    "unique values": another(logicalType="string", unique=True),
    "variables of servers": root(
        servers=[
            {
                "server": "db",
                "type": "postgresql",
                "host": "${HOST}",
                "port": 5432,
                "database": "${NAME:-orders}",
                "schema": "public",
            }
        ]
    ),
    "values with words about each": key(
        enum=[
            {
                "value": "a",
                "label": "A",
                "description": "the first",
                "tags": ["x"],
                "customProperties": [{"property": "hours", "value": 72}],
                "authoritativeDefinitions": [LINK],
            }
        ]
    ),
}
"""What changes nothing that is checked, or is checked."""
NEW = "schema[0].properties[4](more)"
FOREIGN = {"type": "foreignKey", "from": ["people.id"], "to": ["others.id"]}
REFUSED = {
    "dimensions": (
        another(logicalType="string", semanticType="dimension", transformLogic="sex"),
        f"{NEW}.semanticType: 'dimension' is not a column of a file",
    ),
    "measures": (
        another(logicalType="number", semanticType="measure", transformLogic="SUM(age)"),
        f"{NEW}.semanticType: 'measure' is not a column of a file",
    ),
    "maps": (
        another(
            logicalType="map",
            map={"key": {"logicalType": "string"}, "value": {"logicalType": "string"}},
        ),
        f"{NEW}.logicalType: 'map' is not understood",
    ),
    "objects": (
        another(logicalType="object", properties=[{"name": "id", "logicalType": "integer"}]),
        f"{NEW}.logicalType: 'object' is not understood",
    ),
    "lists": (
        another(logicalType="array", items={"logicalType": "number"}),
        f"{NEW}.logicalType: 'array' is not understood",
    ),
    "times": (another(logicalType="time"), f"{NEW}.logicalType: 'time' is not understood"),
    "decimals": (
        another(logicalType="number", physicalType="DECIMAL(18,2)"),
        f"{NEW}.physicalType: 'DECIMAL(18,2)' does not store a number; use DOUBLE",
    ),
    "multiples": (
        another(logicalType="integer", logicalTypeOptions={"multipleOf": 5}),
        f"{NEW}.logicalTypeOptions.multipleOf: is not understood and would not be checked",
    ),
    "encrypted names": (
        another(logicalType="string", encryptedName="x"),
        f"{NEW}.encryptedName: is not understood",
    ),
    "relationships of a column": (
        key(relationships=[{"type": "foreignKey", "to": "others.id"}]),
        "schema[0].properties[0](id).relationships: is not understood and would not be checked",
    ),
    "relationships of a table": (
        table(relationships=[FOREIGN]),
        "schema[0].relationships: is not understood and would not be checked",
    ),
    "partitions": (
        key(partitioned=True, partitionKeyPosition=1),
        "schema[0].properties[0](id).partitioned: is not understood",
    ),
    "several tables": (second_table, "schema: is not a list of one table"),
    "rules in SQL": (
        rule(type="sql", query="SELECT count(*) FROM ${TABLE}", mustBe=0),
        "schema[0].quality[3].type: 'sql' is not understood; use 'library' or 'text'",
    ),
    "rules of another engine": (
        rule(type="custom", engine="soda", implementation="checks: []"),
        "schema[0].quality[3].type: 'custom' is not understood",
    ),
    "promises of service": (
        root(slaProperties=[{"property": "latency", "value": 4, "unit": "d"}]),
        "slaProperties: is not understood and would not be checked",
    ),
    "roles": (root(roles=[{"role": "r", "access": "read"}]), "roles: is not understood"),
    "streams": (
        root(servers=[{"server": "k", "type": "kafka", "host": "h", "format": "json"}]),
        "servers[0].format: 'json' is not what lands here",
    ),
    "other files": (
        root(servers=[{"server": "a", "type": "azure", "location": "x", "format": "parquet"}]),
        "servers[0].format: 'parquet' is not what lands here",
    ),
    "what no version knows": (root(strict=True), "strict: is not understood"),
}
"""What would have to be checked, or be done, and is not."""


@pytest.mark.parametrize("construct", READ)
def test_what_the_examples_show_is_read(load, construct):
    names = [column.name for column in load(READ[construct]).columns]
    assert names[:4] == ["id", "age", "born", "sex"]


@pytest.mark.parametrize("construct", REFUSED)
def test_or_it_is_refused_by_its_name_and_its_place(load, construct):
    change, words = REFUSED[construct]
    with pytest.raises(InvalidContract) as no:
        load(change)
    assert words in str(no.value)
    assert "line " in str(no.value)
