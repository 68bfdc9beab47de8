"""A model is data: it changes nothing in the templates but the file of specs that is deployed."""

import dataclasses
import json

import pytest

import models
from factory.catalogue import document
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.family import family
from factory.stage import DEV
from tests.pipelines.seventh_kind.cases import CENSUS
from tests.stacks.conftest import synthesized

SIZES = (1, 10, 1000)
ROLES = 60


def catalogue(size, **changed):
    """Return *size* models, made as one family; the first one *changed*."""
    base = dataclasses.replace(next(iter(models.catalogue())), name="line", where={}, family="")
    first, *rest = family(base, education=[f"e{number}" for number in range(size)])
    return Catalogue.of([dataclasses.replace(first, **changed), *rest])


@pytest.fixture(scope="module")
def worlds(tmp_path_factory):
    return {
        size: synthesized(tmp_path_factory.mktemp(f"of{size}"), DEV, catalogue(size))
        for size in SIZES
    }


@pytest.fixture(scope="module")
def owned(tmp_path_factory):
    """A thousand models, one of them with another owner."""
    changed = catalogue(1000, owner="somebody-else")
    return synthesized(tmp_path_factory.mktemp("owned"), DEV, changed)


def differences(one, other, path=()):
    """Yield where two templates differ, and both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(one.get(key), other.get(key), (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, pair in enumerate(zip(one, other, strict=True)):
            yield from differences(*pair, (*path, number))
    elif one != other:
        yield path, one, other


def specs(world):
    """Return the file of specs that a deployment ships: its name and its lines."""
    (properties,) = world.all("Custom::Catalogue").values()
    key = properties["CatalogueUri"].rsplit("/", 1)[-1]
    return key, (world.folder / f"asset.{key}").read_text().splitlines()


def ordered(value):
    """Sort the resources of every statement: CDK sorts them by name, and IAM reads a set."""
    if isinstance(value, list):
        return [ordered(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: sorted(part, key=json.dumps)
        if key == "Resource" and isinstance(part, list)
        else ordered(part)
        for key, part in value.items()
    }


def only_the_specs_differ(one, other):
    """Assert that two worlds differ in the name of the file of specs, and in nothing else."""
    (old, _), (new, _) = specs(one), specs(other)
    assert old != new
    renamed = json.dumps(one.templates).replace(old, new)
    renamed = json.loads(renamed.replace(old.split(".")[0], new.split(".")[0]))
    assert list(differences(ordered(renamed), ordered(other.templates))) == []
    return list(differences(one.templates, other.templates))


@pytest.mark.parametrize("size", SIZES)
def test_any_number_of_models_has_the_same_templates(dev, worlds, size):
    only_the_specs_differ(dev, worlds[size])


def test_another_owner_of_one_model_in_a_thousand_changes_no_definition(worlds, owned):
    found = only_the_specs_differ(worlds[1000], owned)
    changed = {path[:3] for path, _, _ in found if path[1] != "Outputs"}
    resources = {owned.templates[stack]["Resources"][name]["Type"] for stack, _, name in changed}
    assert resources == {"Custom::Catalogue", "AWS::IAM::Policy"}
    before, after = (
        {name: p["PipelineDefinition"] for name, p in w.all("AWS::SageMaker::Pipeline").items()}
        for w in (worlds[1000], owned)
    )
    assert before == after


def test_a_model_of_another_kind_of_question_adds_no_resource(dev, tmp_path):
    ours = [*models.catalogue(), dataclasses.replace(CENSUS, recipe="boosting")]
    world = synthesized(tmp_path, DEV, Catalogue.of(ours))
    only_the_specs_differ(dev, world)
    assert '"kind":"anomaly"' in "".join(specs(world)[1])


def test_a_deployment_ships_one_line_for_each_model(worlds):
    for size, world in worlds.items():
        _, lines = specs(world)
        assert [document.parse_spec(line) for line in lines] == list(catalogue(size))


def test_the_roles_are_at_most_sixty(worlds, five):
    kinds = [
        resource["Type"]
        for path in five.glob("*.template.json")
        for resource in json.loads(path.read_text())["Resources"].values()
    ]
    assert len(worlds[1000].all("AWS::IAM::Role")) <= ROLES
    assert 0 < kinds.count("AWS::IAM::Role") <= ROLES
