"""Which spec of a model is in force, and which other models are fed by the same data?"""

from __future__ import annotations

from collections.abc import Mapping

from aws import specs
from aws.index import index_page
from factory.catalogue.spec import Model
from factory.layout import tables

NEIGHBOURS = 24  # other models on a page: it is one of a thousand


def in_force(places: Mapping[str, str], name: str) -> Model:
    """Return the spec that is in force of a model; NotFound names a model of no catalogue.

    *places* are the outputs of the stacks.
    """
    return specs.spec(places["SpecsBucket"], specs.in_force(places["IndexTable"], name))


def beside(places: Mapping[str, str], model: Model) -> list[Model]:
    """Return some models that learn from the same product, in the order of their names."""
    partition, _ = tables.product_item(model.train, "")
    names = index_page(places["IndexTable"], partition, limit=NEIGHBOURS + 1)
    others = [name for name in names if name != model.name]
    return [in_force(places, name) for name in others[:NEIGHBOURS]]
