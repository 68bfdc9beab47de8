"""Does the check name each data product and each column of a split once?"""

import dataclasses

from cli import check
from engines import contracts
from factory.catalogue.split import After, Hashed
from models.income import MODEL

PRODUCTS = {each.product: each for each in contracts.load_all(check.ROOT / "data_products")}


def said(split):
    return list(check._model(dataclasses.replace(MODEL, split=split), PRODUCTS))


def test_one_product_that_is_split_is_named_once():
    (words,) = said(Hashed(product="nobody"))
    assert words.startswith("split.product: 'nobody' is not a data product; there are ")


def test_a_column_of_a_split_that_its_product_lacks_is_named_by_its_field():
    entity, time = sorted(said(After(product="census_train", time="asked", entity="person")))
    assert entity.startswith("split.entity: census_train has no column person; it has age,")
    assert time.startswith("split.time: census_train has no column asked; it has age,")


def test_a_product_that_is_there_can_be_split():
    assert said(Hashed(product="census_train")) == []
