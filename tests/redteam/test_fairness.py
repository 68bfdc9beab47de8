"""Attacks on fairness: somebody is left behind where nobody looks."""

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from factory.gates import FAIL, INCONCLUSIVE
from pipelines.measure import thresholds
from pipelines.measure.binary import Binary
from pipelines.measure.refusal import Unanswerable
from pipelines.steps import inference
from tests.redteam.offline import LEDGER, honest


@pytest.mark.attack("no woman who is not White is ever selected, and all marginals are fair")
def test_a_joint_group_that_is_never_selected_is_refused(stopped):
    candidate = honest()
    race, sex = candidate.column("race"), candidate.column("sex")
    score, selected = candidate.split.answers["score"], candidate.split.answers["selected"].copy()
    women = sex == "Female"
    for group, other in ((women & (race != "White"), women & (race == "White")),
                         (women & (race != "White"), ~women & (race != "White"))):  # fmt: skip
        owed = int(selected[group].sum())
        more = np.flatnonzero(other & ~selected)
        selected[more[np.argsort(-score[more])][:owed]] = True
    selected[women & (race != "White")] = False
    found = candidate.answering(selected=selected).judged()["fairness"]
    assert found.verdict == FAIL
    assert "sex and race=Female, Black is selected 0.00 times as often as" in found.reason
    assert "sex=Female is selected" not in found.reason
    stopped(found.reason, LEDGER)


@pytest.mark.attack("small groups are pooled with others so that opposites cancel")
def test_a_part_of_a_pool_that_has_too_little_is_refused(stopped):
    candidate = honest()
    race, score = candidate.column("race"), candidate.split.answers["score"]
    selected = candidate.split.answers["selected"].copy()
    for level, share in (("Asian-Pac-Islander", 0.42), ("Amer-Indian-Eskimo", 0.05)):
        of_level = race == level
        selected[of_level] = score[of_level] >= np.quantile(score[of_level], 1 - share)
    found = candidate.answering(selected=selected).judged()["fairness"]
    assert found.verdict in {FAIL, INCONCLUSIVE}
    assert "race=Amer-Indian-Eskimo is selected" in found.reason
    stopped(found.reason, LEDGER)


@pytest.mark.attack("a group is compared with the largest one and not with the best off")
def test_a_group_far_below_the_highest_rate_is_refused(stopped):
    candidate = honest()
    race, score = candidate.column("race"), candidate.split.answers["score"]
    selected = candidate.split.answers["selected"].copy()
    black = race == "Black"
    selected[black] = score[black] >= np.quantile(score[black], 1 - 0.38)
    found = candidate.answering(selected=selected).judged()["fairness"]
    assert found.verdict == FAIL
    assert "race=White is selected 0.6" in found.reason
    assert "times as often as Black" in found.reason
    stopped(found.reason, LEDGER)


def judged_with_half_of_black_as(level):
    candidate = honest()
    race = candidate.column("race").astype(object)
    race[np.flatnonzero(race == "Black")[::2]] = level
    features = candidate.split.features
    place = features.schema.get_field_index("race")
    changed = features.set_column(place, "race", pa.array(race))
    split = dataclasses.replace(candidate.split, features=changed)
    return dataclasses.replace(candidate, split=split).judged()["fairness"]


@pytest.mark.attack("half of a group has blanks around its name, so that neither half is a group")
@pytest.mark.parametrize("padded", ["Black ", "\u2003Black\t"])
def test_a_level_with_blanks_around_it_is_that_level(padded, stopped):
    assert judged_with_half_of_black_as(padded) == honest().judged()["fairness"]
    stopped("a text is the same with blanks around it, and the group is one", LEDGER)


@pytest.mark.attack("a level is spelled in two ways, so that neither half is a group")
@pytest.mark.parametrize("spelled", ["black", "\u0412lack", "Bla\u200bck"])
def test_two_spellings_of_a_level_are_refused(spelled, stopped):
    found = judged_with_half_of_black_as(spelled)
    assert found.verdict == FAIL
    assert "race has 2 spellings of one level" in found.reason
    stopped(found.reason, LEDGER)


THRESHOLDS = {
    "attributes": ["race"],
    "levels": {"race": ["White"]},
    "known": {"race": ["Black", "White"]},
    "groups": [{"levels": ["White"], "threshold": 0.56}],
    "default": 0.3,
}


@pytest.mark.attack("a caller invents a level, and is decided by whichever threshold is the lowest")
@pytest.mark.parametrize(("fallback", "limit"), [("White", 0.56), ("Black", 0.3)])
def test_an_unknown_level_is_decided_as_the_spec_declares_and_otherwise_never(
    fallback, limit, stopped
):
    declared = {**THRESHOLDS, "fallback": {"race": fallback}}
    sent = {"race": ["White", "Black", "white", "", None, "never heard of"]}
    found = thresholds.of(sent, declared, 6).tolist()
    assert found == [0.56, 0.3, limit, limit, limit, limit]
    other = {**THRESHOLDS, "fallback": {"sex": "Female"}}
    with pytest.raises(Unanswerable, match="row 3: race decides"):
        thresholds.of(sent, other, 6)
    stopped("the declared level's threshold, which the approver was shown", LEDGER)


@pytest.mark.attack("a caller misspells a protected attribute and gets another threshold")
@pytest.mark.parametrize("sent", ["white", "n/a", "White\u200b", "", None, "\u0428hite"])
def test_an_unknown_level_is_the_callers_error_and_no_other_threshold(sent, stopped):
    metadata = {
        "task": {"kind": "binary"},
        "features": ["race"],
        "columns": {"race": {"kind": "category", "type": "VARCHAR", "levels": ["Black", "White"]}},
        "settings": {"thresholds": THRESHOLDS, "words": ["no", "yes"]},
    }
    model = inference.Predictor(Even(), metadata, Binary)
    refused = inference.predict_fn([{"race": "White"}, {"race": sent}], model)
    assert refused.status == 400
    assert "row 2: race decides which threshold holds" in str(refused)
    stopped(str(refused), "a 400 of the endpoint, which capture keeps and no event tells")


class Even:
    """Scores everybody alike."""

    def predict_proba(self, frame):
        """Return a half of each."""
        return np.full((len(frame), 2), 0.5)
