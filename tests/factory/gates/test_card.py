import dataclasses

from hypothesis import given, settings

from factory.catalogue import sizes
from factory.catalogue.spec import Card
from factory.gates.card import LONGEST, complete
from tests.factory.gates.test_gates import MODEL
from tests.hostile import HOSTILE, harmless

MEASURED = {
    "model_overview": {"model_name": "churn", "algorithm_type": "Chance"},
    "training_details": {"training_observations": "9000 rows"},
    "additional_information": {"caveats_and_recommendations": "none"},
}


def test_a_reader_sees_what_was_measured_and_what_the_spec_says_now():
    words = Card(intended_use="use", limitations="limits", ethics="ethics")
    moved = dataclasses.replace(MODEL, owner="sales", card=words)
    assert complete(MEASURED, moved) == {
        "model_overview": {
            "model_name": "churn",
            "algorithm_type": "Chance",
            "model_description": "Predict who leaves",
            "model_owner": "sales",
            "model_creator": "ada",
        },
        "intended_uses": {
            "purpose_of_model": "Predict who leaves",
            "intended_uses": "use",
            "factors_affecting_model_efficiency": "limits",
        },
        "training_details": {"training_observations": "9000 rows"},
        "additional_information": {
            "caveats_and_recommendations": "none",
            "ethical_considerations": "ethics",
        },
    }


def test_the_measured_half_stays_as_it_was():
    before = repr(MEASURED)
    complete(MEASURED, MODEL)
    assert repr(MEASURED) == before


def test_no_text_is_longer_than_the_schema_allows():
    wordy = dataclasses.replace(MODEL, purpose="x" * 5000, owner="y" * 5000)
    found = complete(MEASURED, wordy)
    assert len(found["model_overview"]["model_owner"]) == LONGEST
    assert len(found["intended_uses"]["purpose_of_model"]) == LONGEST


@given(HOSTILE)
@settings(max_examples=50, deadline=None)
def test_a_card_shows_what_it_says_or_the_catalogue_refuses_it(text):
    words = Card(intended_use=text, limitations=text, ethics=text)
    spec = dataclasses.replace(MODEL, purpose=text, owner=text, builders=(text,), card=words)
    found = complete(MEASURED, spec)
    said = [*found["intended_uses"].values(), *found["model_overview"].values()]
    assert all(len(each) <= LONGEST for each in said)
    assert (
        all(map(harmless, said))
        or any("nobody sees" in v for v in sizes.violations(spec))
        or (len(text) > sizes.LONGEST and any("characters" in v for v in sizes.violations(spec)))
    )
