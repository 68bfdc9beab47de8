from __future__ import annotations

import pytest
import yaml

from engines import contracts
from factory.errors import InvalidContract
from factory.products.contract import Column, Limit, Quality

TEXT = """
apiVersion: v3.1.0
kind: DataContract
id: people
version: 1.0.0
status: active
description: {purpose: To count.}
team: {name: People}
customProperties: [{property: modelworks.note, value: free}]
schema:
  - name: people
    logicalType: object
    physicalType: table
    quality:
      - {type: text, description: As good as it gets.}
      - {metric: rowCount, mustBeGreaterOrEqualTo: 1}
      - {metric: duplicateValues, mustBe: 0, arguments: {properties: [id, age]}}
    properties:
      - {name: id, logicalType: string, primaryKey: true}
      - name: age
        logicalType: integer
        physicalType: INTEGER
        required: true
        classification: protected
        logicalTypeOptions: {minimum: 0, exclusiveMaximum: 130}
        quality:
          - {type: library, metric: nullValues, mustBeLessThan: 1, unit: percent}
      - name: born
        logicalType: date
        logicalTypeOptions: {minimum: '1900-01-01'}
      - name: sex
        logicalType: string
        logicalTypeOptions: {minLength: 1, maxLength: 1, pattern: '^[FM]$'}
        quality:
          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [F, M]}}
"""


@pytest.fixture
def load(tmp_path):
    def load(document):
        folder = tmp_path / "people"
        folder.mkdir(exist_ok=True)
        text = document if isinstance(document, str) else yaml.safe_dump(document)
        (folder / "contract.odcs.yaml").write_text(text)
        return contracts.load(folder)

    return load


def test_every_rule_of_the_document_is_in_the_contract(load):
    contract = load(TEXT)
    assert (contract.product, contract.version, contract.key) == ("people", "1.0.0", "id")
    assert contract.columns == (
        Column(name="id", kind="string", type="VARCHAR", required=True, unique=True),
        Column(
            name="age",
            kind="integer",
            type="INTEGER",
            required=True,
            minimum=0,
            exclusive_maximum=130,
            classification="protected",
            quality=(
                Quality(
                    metric="nullValues",
                    limit=Limit(operator="mustBeLessThan", bounds=(1,), unit="percent"),
                ),
            ),
        ),
        Column(name="born", kind="date", type="DATE", minimum="1900-01-01"),
        Column(
            name="sex",
            kind="string",
            type="VARCHAR",
            min_length=1,
            max_length=1,
            pattern="^[FM]$",
            quality=(Quality(metric="invalidValues", limit=Limit(), allowed=("F", "M")),),
        ),
    )
    assert contract.quality == (
        Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterOrEqualTo", bounds=(1,))),
        Quality(metric="duplicateValues", limit=Limit(), columns=("id", "age")),
    )


def table(document):
    return document["schema"][0]


def column(document, number=1):
    return table(document)["properties"][number]


REFUSALS = {
    "apiVersion: 'v2.2.2' is not understood": lambda d: d.update(apiVersion="v2.2.2"),
    "kind: 'Thing' is not understood": lambda d: d.update(kind="Thing"),
    "version: 1.0 is not text": lambda d: d.update(version=1.0),
    "version: holds characters that nobody sees (U+001B)": lambda d: d.update(version="1.0\x1b[2J"),
    "id: None is not text": lambda d: d.pop("id"),
    "slaProperties: is not understood": lambda d: d.update(slaProperties=[]),
    "servers[0].delimiter: ';' is not what lands here": lambda d: d.update(
        servers=[{"server": "lake", "type": "s3", "delimiter": ";"}]
    ),
    "servers[0].format: 'parquet' is not what lands here": lambda d: d.update(
        servers=[{"server": "lake", "type": "s3", "format": "parquet"}]
    ),
    "servers: is not a list": lambda d: d.update(servers={"a": 1}),
    "roles: is not understood": lambda d: d.update(roles=[]),
    "schema: is not a list of one table": lambda d: d.update(schema=[]),
    "schema[0].name: 'folk' is not the folder's name": lambda d: table(d).update(name="folk"),
    "schema[0].relationships: is not understood": lambda d: table(d).update(relationships=[]),
    "(age).physicalName: 'years' is not its name": lambda d: column(d).update(physicalName="years"),
    "(age).semanticType: 'measure' is not a column": lambda d: column(d).update(
        semanticType="measure"
    ),
    "(age).primaryKeyPosition: 2 is not 1": lambda d: column(d).update(primaryKeyPosition=2),
    "(age).enum: is not a list of entries": lambda d: column(d).update(enum=[1, 2]),
    "(age).enum: has a value twice": lambda d: column(d).update(enum=[{"value": 1}] * 2),
    "(age).enum: ['a'] is not a list of integer values": lambda d: column(d).update(
        enum=[{"value": "a"}]
    ),
    "(sex).quality[0].arguments.missingValues: [1] is not a list of texts": lambda d: column(
        d, 3
    ).update(
        quality=[{"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": [1]}}]
    ),
    "`rule` is of ODCS 3.0, write `metric`": lambda d: column(d).update(
        quality=[{"rule": "nullCheck"}]
    ),
    "metric: ['rowCount'] is not understood": lambda d: table(d).update(
        quality=[{"metric": ["rowCount"], "mustBe": 1}]
    ),
    "minimum: 1e+301 is not a finite number": lambda d: column(d).update(
        logicalType="number", physicalType="DOUBLE", logicalTypeOptions={"minimum": 1e301}
    ),
    "is not a whole number of 64 bits": lambda d: column(d).update(
        logicalTypeOptions={"minimum": 10**40}
    ),
    "mustBe: nan is not a number": lambda d: column(d).update(
        quality=[{"metric": "nullValues", "mustBe": float("nan")}]
    ),
    "physicalType: 'varchar(0)' does not store": lambda d: column(d, 3).update(
        physicalType="varchar(0)"
    ),
    "physicalType: ['x'] does not store": lambda d: column(d, 3).update(physicalType=["x"]),
    "'Jane\\x1b[31m' is not lower-case": lambda d: column(d).update(name="Jane\x1b[31m"),
    "schema[0].properties: lists no columns": lambda d: table(d).update(properties=[]),
    "no column is the primaryKey": lambda d: column(d, 0).pop("primaryKey"),
    "id, age is the primaryKey": lambda d: column(d).update(primaryKey=True),
    "id is there twice": lambda d: column(d).update(name="id"),
    "'Age' is not lower-case letters": lambda d: column(d).update(name="Age"),
    "(age).partitioned: is not understood": lambda d: column(d).update(partitioned=True),
    "logicalType: 'object' is not understood": lambda d: column(d).update(logicalType="object"),
    "logicalType: ['x'] is not understood": lambda d: column(d).update(logicalType=["x"]),
    "'DOUBLE' does not store a integer": lambda d: column(d).update(physicalType="DOUBLE"),
    "required: 'yes' is neither true nor false": lambda d: column(d).update(required="yes"),
    "(age).logicalTypeOptions.multipleOf: is not understood": lambda d: column(d).update(
        logicalTypeOptions={"multipleOf": 2}
    ),
    "logicalTypeOptions.minimum: 'a' is not a whole number": lambda d: column(d).update(
        logicalTypeOptions={"minimum": "a"}
    ),
    "logicalTypeOptions.minimum: True is not a whole number": lambda d: column(d).update(
        logicalTypeOptions={"minimum": True}
    ),
    "minimum: '1900-02-30' is not a date": lambda d: column(d, 2).update(
        logicalTypeOptions={"minimum": "1900-02-30"}
    ),
    "(born).logicalTypeOptions.format: is not understood": lambda d: column(d, 2).update(
        logicalTypeOptions={"format": "dd.MM.yyyy"}
    ),
    "maxLength: -1 is not a length": lambda d: column(d, 3).update(
        logicalTypeOptions={"maxLength": -1}
    ),
    "pattern: '(' is not a regular expression": lambda d: column(d, 3).update(
        logicalTypeOptions={"pattern": "("}
    ),
    "pattern: '(?=a)' is not a regular expression": lambda d: column(d, 3).update(
        logicalTypeOptions={"pattern": "(?=a)"}
    ),
    "no rowCount keeps an empty file out": lambda d: table(d).update(quality=[]),
    "no rowCount keeps an empty": lambda d: table(d).update(
        quality=[{"metric": "rowCount", "mustBeLessThan": 9}]
    ),
    "metric: 'freshness' is not understood here": lambda d: table(d).update(
        quality=[{"metric": "freshness", "mustBe": 1}]
    ),
    "quality[0].type: 'sql' is not understood": lambda d: column(d).update(
        quality=[{"type": "sql", "query": "SELECT 1", "mustBe": 1}]
    ),
    "quality[0].mustBeGreaterThanOrEqualTo: is not understood": lambda d: table(d).update(
        quality=[{"metric": "rowCount", "mustBeGreaterThanOrEqualTo": 1}]
    ),
    "quality[0]: has no operator": lambda d: column(d).update(quality=[{"metric": "nullValues"}]),
    "quality[0]: has mustBe, mustNotBe": lambda d: column(d).update(
        quality=[{"metric": "nullValues", "mustBe": 0, "mustNotBe": 1}]
    ),
    "mustBeBetween: [3, 1] begins with the larger": lambda d: column(d).update(
        quality=[{"metric": "nullValues", "mustBeBetween": [3, 1]}]
    ),
    "mustBe: 'none' is not a number": lambda d: column(d).update(
        quality=[{"metric": "nullValues", "mustBe": "none"}]
    ),
    "unit: 'percent' does not fit rowCount": lambda d: table(d).update(
        quality=[{"metric": "rowCount", "mustBeGreaterThan": 0, "unit": "percent"}]
    ),
    "severity: 'warning' is not understood": lambda d: column(d).update(
        quality=[{"metric": "nullValues", "mustBe": 0, "severity": "warning"}]
    ),
    "schedule: is not understood": lambda d: column(d).update(
        quality=[{"metric": "nullValues", "mustBe": 0, "schedule": "0 20 * * *"}]
    ),
    "arguments: nullValues takes none": lambda d: column(d).update(
        quality=[{"metric": "nullValues", "mustBe": 0, "arguments": {"x": 1}}]
    ),
    "arguments: says nothing": lambda d: column(d).update(
        quality=[{"metric": "invalidValues", "mustBe": 0}]
    ),
    "validValues: [True, False] is not a list of string values": lambda d: column(d, 3).update(
        quality=[
            {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": [True, False]}}
        ]
    ),
    "validValues: ['1'] is not a list of integer values": lambda d: column(d).update(
        quality=[{"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": ["1"]}}]
    ),
    "pattern: is for columns of logicalType string; this one is integer": lambda d: column(
        d
    ).update(quality=[{"metric": "invalidValues", "mustBe": 0, "arguments": {"pattern": "1"}}]),
    "['height'] does not list columns of the table": lambda d: table(d)["quality"].append(
        {"metric": "duplicateValues", "mustBe": 0, "arguments": {"properties": ["height"]}}
    ),
    "quality: is not a list of rules": lambda d: column(d).update(quality="good"),
}


@pytest.mark.parametrize("words", REFUSALS)
def test_what_is_wrong_or_not_understood_is_refused_by_name(load, words):
    document = yaml.safe_load(TEXT)
    REFUSALS[words](document)
    with pytest.raises(InvalidContract) as refused:
        load(document)
    assert str(refused.value).startswith("people/contract.odcs.yaml: ")
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c", "is not YAML"),
        ("- 1", "is not a mapping"),
        ("id: a\nid: b\n", "line 2: 'id' is there twice"),
        ("", "is not a mapping"),
    ],
)
def test_what_is_not_a_document_is_refused(load, text, words):
    with pytest.raises(InvalidContract, match=words):
        load(text)


def test_a_folder_without_a_contract_is_named(tmp_path):
    with pytest.raises(InvalidContract, match=r"contract\.odcs\.yaml: there is no such file"):
        contracts.load(tmp_path)


def test_all_broken_rules_are_named_at_once(load):
    document = yaml.safe_load(TEXT)
    document["kind"] = "Thing"
    column(document)["required"] = 1
    with pytest.raises(InvalidContract, match=r"kind: .*; .*required: "):
        load(document)


@pytest.mark.parametrize("version", ["v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0"])
def test_each_version_of_the_standard_since_3_is_read(load, version):
    assert load(TEXT.replace("v3.1.0", version)).version == "1.0.0"


def test_a_status_is_required_until_3_2(load):
    assert load(TEXT.replace("v3.1.0", "v3.2.0").replace("status: active\n", "")).id == "people"
    with pytest.raises(InvalidContract, match="status: None is not text"):
        load(TEXT.replace("status: active\n", ""))


def test_what_the_versions_since_3_1_say_is_in_the_contract(load):
    document = yaml.safe_load(TEXT)
    document["servers"] = [{"server": "lake", "type": "s3", "format": "csv", "delimiter": ","}]
    column(document).update(enum=[{"value": 1, "label": "One"}, {"value": 2}], synonyms=["years"])
    column(document, 2).update(
        logicalType="timestamp",
        physicalType="datetime",
        logicalTypeOptions={"minimum": "2024-01-01 00:00:00", "format": "yyyy-MM-dd HH:mm:ss"},
    )
    column(document, 3).update(physicalType="varchar(1)", context="a hint", deprecated=False)
    column(document, 3)["quality"].append(
        {"metric": "missingValues", "mustBe": 0, "arguments": {"missingValues": ["N/A", None]}}
    )
    _, age, born, sex = load(document).columns
    assert age.quality[-1] == Quality(metric="invalidValues", limit=Limit(), allowed=(1, 2))
    assert (born.type, born.minimum) == ("TIMESTAMP", "2024-01-01 00:00:00")
    assert (sex.type, sex.max_length) == ("VARCHAR", 1)
    assert sex.quality[-1] == Quality(metric="missingValues", limit=Limit(), missing=("N/A", ""))


@pytest.mark.parametrize(
    ("given", "kind", "stored"),
    [
        ("VARCHAR", "string", "VARCHAR"),
        ("varchar( 18 )", "string", "VARCHAR"),
        ("text", "string", "VARCHAR"),
        ("int", "integer", "INTEGER"),
        ("BigInt", "integer", "BIGINT"),
        ("double  precision", "number", "DOUBLE"),
        ("bool", "boolean", "BOOLEAN"),
        ("Date", "date", "DATE"),
        ("DATETIME", "timestamp", "TIMESTAMP"),
    ],
)
def test_types_may_have_the_names_that_databases_give_them(load, given, kind, stored):
    document = yaml.safe_load(TEXT)
    table(document)["properties"][1] = {"name": "x", "logicalType": kind, "physicalType": given}
    table(document)["quality"].pop()
    assert load(document).columns[1].type == stored


def test_a_refusal_names_the_line_of_what_is_wrong(load):
    lines = TEXT.splitlines()
    number = lines.index("        required: true") + 1
    with pytest.raises(InvalidContract) as refused:
        load(TEXT.replace("        required: true", "        required: yes"))
    said = f"line {number}: schema[0].properties[1](age).required: 'yes' is neither true nor false"
    assert str(refused.value) == f"people/contract.odcs.yaml: {said}"


def test_a_refusal_is_bounded_and_drives_no_terminal(load):
    document = yaml.safe_load(TEXT)
    document.update({f"x{n}\x1b[31m" * 50: "\u202e" for n in range(1000)}, kind="\x1b" * 10**5)
    with pytest.raises(InvalidContract) as refused:
        load(yaml.safe_dump(document, allow_unicode=False))
    said = str(refused.value)
    assert len(said) < 30_000
    assert said.endswith("and 951 more")
    assert said.isprintable()
