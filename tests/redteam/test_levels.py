"""Attacks by what groups are called: a cell of one person, or words that drive a terminal."""

import dataclasses
import json

import numpy as np
import pyarrow as pa
import pytest

from factory import gates
from factory.gates import FAIL, PASS
from models.income import MODEL
from pipelines.measure import thresholds
from pipelines.measure.refusal import Unanswerable
from pipelines.steps import card, coverage, decisions, groups, told
from tests.pipelines.cases import adult
from tests.redteam.offline import LEDGER, LOOKS, Candidate, honest, verdicts

CANARY = "Zanzibar-4711"
INPUTS = {"train": {"uri": "t"}, "test": {"uri": "e"}}


def with_levels(table, names, rows):
    """Let the first *rows* rows be of the races *names*, by turns."""
    race = table["race"].to_pylist()
    race[:rows] = [names[number % len(names)] for number in range(rows)]
    return table.set_column(table.schema.get_field_index("race"), "race", pa.array(race))


def split_with(names, rows):
    split = honest().split
    return dataclasses.replace(split, features=with_levels(split.features, names, rows))


@pytest.mark.attack("a cell of one person is the name of a group, and builders read the evidence")
@pytest.mark.parametrize("rows", [1, 19])
def test_a_level_of_few_rows_has_no_name(rows, stopped):
    split = split_with([CANARY], rows)
    whole = with_levels(adult("test"), [CANARY], rows)
    chosen = coverage.Chosen(MODEL, {"train": (whole, whole), "test": (whole, whole)})
    found = {
        "fairness": groups.measure(split),
        "decisions": decisions.measure(split),
        "coverage": chosen.measure({"protected": ["race"]}),
    }
    judged = verdicts(MODEL, fairness=found["fairness"], decisions=found["decisions"])
    said = json.dumps([found, [dataclasses.asdict(v) for v in judged.values()]])
    assert CANARY not in said
    assert "(level 1 of few rows)" in said
    assert {v.verdict for v in judged.values()} == {PASS}
    stopped("such levels are numbered", LEDGER)


@pytest.mark.attack("a rare spelling of a level hides behind a number")
def test_a_rare_spelling_of_a_level_is_refused_all_the_same(stopped):
    found = verdicts(MODEL, fairness=groups.measure(split_with(["BLACK"], 3)))["fairness"]
    assert found.verdict == FAIL
    assert "race has 2 spellings of one level: 'BLACK', 'Black'" in found.reason
    stopped(found.reason, LEDGER)


@pytest.mark.attack("a caller with a wrong level is told the levels of single people")
def test_a_caller_is_told_levels_that_many_rows_share(stopped):
    levels = ["n"] * 400 + ["s"] * 400 + [CANARY]
    found = thresholds.fit(np.linspace(0, 1, len(levels)), 0.3, {"region": levels}, 200)
    with pytest.raises(Unanswerable) as refused:
        thresholds.of({"region": ["x"]}, found, 1)
    said = str(refused.value)
    assert CANARY not in said
    assert said.endswith("send 'n', 's', or another that it has seen")
    stopped(said, "a 400 of the endpoint, which capture keeps and no event tells")


@pytest.mark.attack("the name of a group writes lines of its own, or drives a terminal")
def test_the_words_of_a_gate_are_one_line_of_what_can_be_seen(stopped):
    name = "Other\n\x1b[2Jevery gate passed\u202e\u2028."
    split = split_with([name, "White"], 3000)
    nobody = np.array(split.features["race"].to_pylist()) == name
    split = Candidate(split).answering(selected=split.answers["selected"] & ~nobody).split
    found = {
        "version": gates.VERSION,
        "model": MODEL.name,
        "looks": LOOKS,
        "fairness": groups.measure(split),
    }
    verdict = next(v for v in gates.judge(found, MODEL) if v.gate == "fairness")
    assert verdict.verdict == FAIL
    assert "race=Other \\x1b[2Jevery gate passed\\u202e\\u2028. is selected" in verdict.reason
    assert verdict.reason.isprintable()
    stopped(verdict.reason, LEDGER)


@pytest.mark.attack("thresholds spell out rows, digit by digit, for the card that builders read")
@pytest.mark.parametrize("digits", [4711.0, 4.711e301, -4711.0, -4.711e-301])
def test_a_threshold_says_no_more_than_where_it_lies(digits, stopped):
    measured = {
        "lineage": {"image": "i", "left_out": {"entity": 0, "delay": 0}, "inputs": INPUTS},
        "leakage": {"train_rows": 1},
        "fairness": {"rates": {}},
    }  # fmt: skip
    known = told.Told(
        algorithm="own", hyperparameters={}, own_code="c0de", attributes=("sex",),
        groups=(("Female", digits), ("Male", 0.25)), default=digits,
    )  # fmt: skip
    card_ = card.content(MODEL, measured, known)
    said = card_["additional_information"]["custom_details"]
    assert said["threshold of Male"] == "0.2500"
    assert "4711" not in json.dumps(card_).replace(".", "")
    assert said["threshold of Female"] == ("above 1" if digits > 0 else "below 0")
    stopped(f"the card says {said['threshold of Female']!r}", "nothing happens that is told")
