import dataclasses

import pytest

from factory.catalogue import document
from factory.errors import InvalidSpec, Refused
from pipelines.steps import spec
from tests.pipelines.cases import CHURN, INCOME


@pytest.fixture
def store(tmp_path):
    """Put a document where a job finds it, under the name of its digest or another."""

    def put(text, name=None):
        (tmp_path / f"{name or document.digest(text)}.json").write_text(text)
        return tmp_path

    return put


def test_a_step_learns_what_is_judged_and_nothing_else(store):
    found = spec.read("churn", store(document.judged_text(CHURN)))
    assert (found.features, found.gates, found.key) == (CHURN.features, CHURN.gates, CHURN.key)
    for field in ("owner", "purpose", "builders", "card", "serving"):
        assert not hasattr(found, field)


def test_the_spec_of_another_model_is_refused_with_both_names(store):
    folder = store(document.judged_text(INCOME))
    with pytest.raises(Refused, match="that of model 'income', the run is about 'churn'; start"):
        spec.read("churn", folder)


def test_a_spec_that_was_changed_where_it_is_stored_is_refused(store):
    strict = document.judged_text(CHURN)
    gates = dataclasses.replace(
        CHURN.gates, floor=dataclasses.replace(CHURN.gates.floor, at_least=0.5)
    )
    lenient = document.judged_text(dataclasses.replace(CHURN, gates=gates))
    with pytest.raises(Refused, match="its bytes are not those it is named after"):
        spec.read("churn", store(lenient, document.digest(strict)))


def test_the_whole_spec_is_refused_where_the_judged_one_is_wanted(store):
    with pytest.raises(InvalidSpec, match="'judged' is read"):
        spec.read("churn", store(document.spec_text(CHURN)))


def test_another_digest_than_that_of_the_spec_is_refused(store):
    text = document.judged_text(CHURN)
    folder = store(text)
    spec.check_digest(folder, document.digest(text))
    with pytest.raises(Refused, match=f"the run was started with {'0' * 64}; start it"):
        spec.check_digest(folder, "0" * 64)
