"""Are the quotas of a catalogue those that AWS will count?"""

import dataclasses

import pytest

import models
from factory.quotas.needs import CONCURRENT, compare, most_at_once, needs

KIND = "ml.m5.large"


def model(name, **serving):
    (like, *_) = models.catalogue()
    served = dataclasses.replace(like.serving, **serving)
    return dataclasses.replace(like, name=name, serving=served)


def found(catalogue):
    return {need.quota: (need.least, need.enough) for need in needs(catalogue, KIND)}


def test_an_update_doubles_the_instances_of_a_model():
    catalogue = [model("one", instances=1), model("three", instances=3)]
    assert found(catalogue)[f"{KIND} for endpoint usage"] == (4 + 3, 2 * 4)


def test_each_instance_type_has_a_quota_of_its_own():
    catalogue = [model("a", instances=2), model("b", instances=1, instance_type="ml.c5.xlarge")]
    assert found(catalogue)[f"{KIND} for endpoint usage"] == (4, 4)
    assert found(catalogue)["ml.c5.xlarge for endpoint usage"] == (2, 2)


def test_all_models_of_a_product_may_learn_at_once():
    catalogue = [model(name) for name in ("a", "b", "c")]
    assert most_at_once(catalogue) == 3
    assert found(catalogue)[f"{KIND} for processing job usage"] == (2, 6)
    assert found(catalogue)[f"{KIND} for training job usage"] == (1, 3)


def test_a_retired_model_needs_nothing():
    retired = dataclasses.replace(model("gone"), retired=True)
    assert set(found([retired])) == {CONCURRENT}
    assert set(found([])) == {CONCURRENT}


@pytest.mark.parametrize(
    ("has", "state"), [(0, "short"), (6, "short"), (7, "tight"), (8, "ok"), (None, "unknown")]
)
def test_what_the_account_has_is_short_tight_or_enough(has, state):
    wanted = needs([model("one", instances=1), model("three", instances=3)], KIND)
    values = {("sagemaker", f"{KIND} for endpoint usage"): has} if has is not None else {}
    states = {each.need.quota: each.state for each in compare(wanted, values)}
    assert states[f"{KIND} for endpoint usage"] == state
