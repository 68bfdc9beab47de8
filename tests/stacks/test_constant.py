"""A model is data: it adds nothing to the templates but the digest of the catalogue."""

import dataclasses
import json
import re

import pytest

import models
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.family import family
from factory.stage import DEV
from tests.stacks.conftest import synthesized

HASH = re.compile(r"[0-9a-f]{64}")
SIZES = (1, 10, 1000)
ROLES = 60


def catalogue(size):
    """Return *size* models, made as one family."""
    base = dataclasses.replace(next(iter(models.catalogue())), name="line", where={}, family="")
    return Catalogue.of(family(base, education=[f"e{number}" for number in range(size)]))


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    return {
        size: synthesized(tmp_path_factory.mktemp(f"of{size}"), DEV, catalogue(size))
        for size in SIZES
    }


def masked(world):
    return ordered(json.loads(HASH.sub("DIGEST", json.dumps(world.templates))))


def ordered(value):
    """Return *value* with its lists sorted: CDK orders a policy by the digests that it names."""
    if isinstance(value, dict):
        return {key: ordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted(map(ordered, value), key=json.dumps)
    return value


@pytest.mark.parametrize("size", SIZES)
def test_any_number_of_models_has_the_same_templates(dev, worlds, size):
    deployed = dict(digests(worlds[size]))
    assert deployed != dict(digests(dev))
    assert masked(worlds[size]) == masked(dev)


def digests(world):
    """Yield what the templates say of the catalogue, by which a deployment learns of models."""
    for name, properties in world.all("Custom::Catalogue").items():
        yield name, properties["Digest"]


def test_the_models_are_in_the_one_document_that_is_deployed(worlds):
    for size, world in worlds.items():
        (properties,) = world.all("Custom::Catalogue").values()
        key = properties["CatalogueUri"].rsplit("/", 1)[-1]
        lines = (world.folder / f"asset.{key}").read_text().splitlines()
        assert len(lines) == size


def test_the_roles_are_at_most_sixty(worlds, five):
    kinds = [
        resource["Type"]
        for path in five.glob("*.template.json")
        for resource in json.loads(path.read_text())["Resources"].values()
    ]
    assert len(worlds[1000].all("AWS::IAM::Role")) <= ROLES
    assert 0 < kinds.count("AWS::IAM::Role") <= ROLES
