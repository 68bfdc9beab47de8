"""Is it told how many specs of the last deploy are in force, without a look at each model?"""

import boto3
import pytest
from moto import mock_aws

import aws
from aws.index import Put
from cli.status import deploy
from factory.catalogue.deployment import Deployment, Line
from factory.layout import objects, tables

NAMES = [f"m{number:04d}" for number in range(1000)]


@pytest.fixture(autouse=True)
def session():
    made = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), aws.calling_as(made):
        keys = {tables.PK: "HASH", tables.SK: "RANGE"}
        made.client("dynamodb").create_table(
            TableName="index",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        made.client("s3").create_bucket(Bucket="specs")
        yield made


@pytest.fixture
def calls(session):
    """Give the names of the calls to the table that were made so far."""
    made = []
    aws.client("dynamodb").meta.events.register(
        "before-call.dynamodb", lambda model, **_: made.append(model.name)
    )
    return made


def sent(sequence=7, specs=1000, drawn=7):
    put(tables.SENT_ITEM, sequence=sequence, specs=specs)
    put(tables.SEQUENCE_ITEM, value=drawn)


def put(key, **item):
    aws.index_write("index", [Put(key, item)])


def told():
    return list(deploy.lines(deploy.read("index")))


def test_before_the_first_deploy_there_is_nothing_to_tell():
    assert deploy.read("index") is None


def test_when_all_is_in_force_it_is_said_in_one_line():
    sent()
    assert told() == ["deploy 7: 1,000 of 1,000 specs in force"]


def test_what_is_on_its_way_or_held_is_not_in_force_and_is_counted_once():
    sent()
    for name in ("a", "b"):
        put(tables.outstanding_item(name), sequence=7, leaves=False)
    put(tables.outstanding_item("gone"), sequence=7, leaves=True)
    for name in ("b", "c"):
        put(tables.held_item(name), sequence=6)
    assert told() == [
        "deploy 7: 997 of 1,000 specs in force",
        "  not yet:   a, b",
        "  leaving:   gone",
        "  held:      b, c",
    ]


def test_a_long_list_is_cut_for_people_and_whole_for_programs():
    sent()
    for name in NAMES[:12]:
        put(tables.outstanding_item(name), sequence=7, leaves=False)
    assert deploy.read("index")["outstanding"] == NAMES[:12]
    assert told()[1] == f"  not yet:   {', '.join(NAMES[:10])} and 2 more"


def test_a_deploy_that_did_not_send_all_is_told_beside_the_last_that_did():
    sent(drawn=8)
    assert told() == [
        "deploy 7: 1,000 of 1,000 specs in force",
        "  deploy 8 has begun and has not sent all that it changes",
    ]


def test_a_thousand_models_are_counted_with_as_few_reads_as_one(calls):
    sent()
    for name in NAMES:
        put(tables.model_item(name), name=name)
    calls.clear()
    assert deploy.read("index")["in_force"] == 1000
    assert sorted(calls) == ["GetItem", "GetItem", "Query", "Query"]


def test_the_models_are_those_of_the_last_deploy_and_those_that_leave():
    line = Line(0, 1, "0" * 64)
    made = Deployment(
        sequence=7, request="r", specs="s3://x", deployer="", lines={"b": line, "a": line}
    )
    aws.s3_put(objects.deploy("specs", 7, "deploy.json"), made.text().encode())
    assert deploy.models("specs", {"sequence": 7, "leaving": ["c"]}) == ["a", "b", "c"]
