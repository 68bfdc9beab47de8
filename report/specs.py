"""Which spec of a model is in force, and which other models use the same data?"""

from __future__ import annotations

from collections.abc import Mapping

from aws import specs
from aws.index import index_page
from factory.catalogue.spec import Model
from factory.layout import tables

MAX_OTHERS = 24  # on a page: there may be a thousand


def in_force(stacks: Mapping[str, str], name: str) -> Model:
    """Return the spec of a model that is in force; raise NotFound if it is not in the catalogue.

    *stacks* are the outputs of the stacks.
    """
    return specs.spec(stacks["SpecsBucket"], specs.in_force(stacks["IndexTable"], name))


def sharing_data_with(stacks: Mapping[str, str], model: Model) -> list[Model]:
    """Return some models that learn from the same data product, sorted by name."""
    partition, _ = tables.product_item(model.train, "")
    names = index_page(stacks["IndexTable"], partition, limit=MAX_OTHERS + 1)
    others = [name for name in names if name != model.name]
    return [in_force(stacks, name) for name in others[:MAX_OTHERS]]
