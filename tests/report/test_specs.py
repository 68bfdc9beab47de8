"""Does a page show the spec in force, and some other models, however many there are?"""

from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

import models
from aws import calling_as
from aws.index import Put, index_write
from factory.catalogue.entry import deployed
from factory.catalogue.spec import Published
from factory.errors import NotFound
from factory.layout import tables
from report import specs

STACKS = {"IndexTable": "index", "SpecsBucket": "specs"}
INCOME = models.catalogue().models["income"]


@pytest.fixture(autouse=True)
def index():
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    keys = (("pk", "HASH"), ("sk", "RANGE"))
    with mock_aws(), calling_as(session):
        session.client("dynamodb").create_table(
            TableName="index",
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        yield


def put_in_force(model):
    entry = deployed(None, None, model, 1).entry
    fed = [Put(tables.product_item(p, model.name), {"sequence": 1}) for p in entry.products]
    index_write("index", [Put(tables.model_item(model.name), entry.item()), *fed])


def test_the_spec_is_the_one_in_force_and_not_that_of_the_checkout():
    put_in_force(replace(INCOME, owner="somebody-else"))
    assert specs.in_force(STACKS, "income").owner == "somebody-else"


def test_a_model_outside_the_catalogue_is_refused_by_name():
    with pytest.raises(NotFound, match="model 'nobody' is not in the catalogue"):
        specs.in_force(STACKS, "nobody")


def test_a_page_lists_some_of_the_models_that_use_the_same_product():
    for number in range(specs.MAX_OTHERS + 5):
        put_in_force(replace(INCOME, name=f"m{number:03}", family=""))
    put_in_force(replace(INCOME, name="a-stranger", split=Published(train="other", test="other")))
    found = specs.sharing_data_with(STACKS, replace(INCOME, name="m000"))
    assert [model.name for model in found] == [f"m{n:03}" for n in range(1, specs.MAX_OTHERS + 1)]
