"""Are the rows that will be asked again spread, bounded, and nothing but features and answers?"""

import dataclasses
import datetime as dt
import json
import random
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from factory.tasks.binary import Binary
from pipelines.steps import replay
from pipelines.steps.replay import Answered
from tests.pipelines.steps import splits

ROWS = 4000


def answered(rows=ROWS, thresholds=(), *, champion=True, **columns):
    dice = np.random.default_rng(1)
    score = dice.random(rows)
    said = splits.said(list(range(rows)), score, score > 0.5)
    sex = ["F" if n % 100 == 0 else "M" for n in range(rows)]
    features = {"age": list(range(rows)), "sex": sex} | columns
    return Answered(
        features=list(features),
        values=list(features.values()),
        groups=pa.table({"sex": sex}),
        point=score,
        challenger=said,
        champion=said if champion else None,
        fields=Binary.ANSWER,
        thresholds=thresholds,
    )


def drawn(asked, seed=0):
    return replay.drawn(asked, random.Random(seed))


def test_no_more_rows_are_drawn_than_are_bounded_and_each_once():
    found = drawn(answered())
    assert len(found) == len(set(found)) == replay.ROWS
    assert sorted(drawn(answered(rows=20))) == list(range(20))


def test_every_group_is_there_and_a_small_one_is_not_drowned():
    asked = answered()
    groups = Counter(asked.groups["sex"].to_pylist()[place] for place in drawn(asked))
    assert groups == {"F": 40, "M": 260}


def test_the_rows_are_spread_over_all_scores():
    asked = answered()
    score = asked.point[drawn(asked)]
    assert min(np.histogram(score, bins=10, range=(0, 1))[0]) >= 15


def test_another_seed_draws_other_rows_so_that_nobody_knows_them_before():
    one, other = (set(drawn(answered(), seed)) for seed in (1, 2))
    assert len(one & other) < replay.ROWS / 2


def test_more_groups_than_rows_are_drawn_from_by_lot():
    asked = answered()
    many = dataclasses.replace(asked, groups=pa.table({"id": list(range(ROWS))}))
    assert len(drawn(many)) == replay.ROWS
    assert set(drawn(many, 1)) != set(drawn(many, 2))


def test_without_protected_attributes_there_is_one_group():
    asked = answered()
    alone = dataclasses.replace(asked, groups=pa.table({}))
    assert len(drawn(alone)) == replay.ROWS


def test_a_row_at_a_threshold_comes_last_since_another_processor_may_decide_otherwise():
    score = answered().point
    limit = float(np.sort(score)[ROWS // 2])
    place = int(np.flatnonzero(score == limit)[0])
    asked = answered(thresholds=[limit + 1e-9])
    assert not any(place in drawn(asked, seed) for seed in range(30))
    few = answered(rows=10, thresholds=list(score[:10]))
    assert len(drawn(few)) == 10  # naming every score as a threshold hides no row


def test_the_document_holds_rows_and_answers_in_one_order_and_no_more():
    asked = answered(rows=30)
    document = replay.of(asked, random.Random(0))
    assert set(document) == {
        "version",
        "fields",
        "features",
        "rows",
        "questions",
        "challenger",
        "champion",
    }
    assert document["features"] == ["age", "sex"]
    assert list(document["fields"]) == ["score", "selected", "label"]
    for (place, *_), answer in zip(document["rows"], document["challenger"], strict=True):
        score = asked.point[place]
        assert answer == [score, score > 0.5, "yes" if score > 0.5 else "no"]
    assert document["champion"] == document["challenger"]
    assert replay.of(answered(rows=3, champion=False), random.Random(0))["champion"] is None


def test_rows_of_long_texts_are_fewer():
    asked = answered(rows=300, essay=["x" * 2**16] * 300)
    assert 10 < len(replay.of(asked, random.Random(0))["rows"]) <= replay.BYTES / 2**16


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (3, 3),
        (0.1, 0.1),
        (True, True),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        ("a", "a"),
        (dt.date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_a_value_is_sent_as_json_has_it(value, sent):
    assert replay._plain(value) == sent


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({"default": 0.5, "groups": [{"levels": ["F"], "threshold": 0.4}]}, [0.5, 0.4]),
        ({}, []),
        ({"default": "high", "groups": 3}, []),
        ({"default": float("nan"), "groups": [3, {"threshold": None}]}, []),
    ],
)
def test_thresholds_are_read_as_far_as_they_are_numbers(named, found):
    assert replay.thresholds({"settings": {"thresholds": named}}) == found


def test_answers_without_thresholds_have_none():
    assert replay.thresholds({"settings": {"reach": 3.0}}) == []


def test_what_is_written_is_named_by_its_digest(tmp_path):
    section = replay.write(answered(rows=5), tmp_path)
    body = (tmp_path / "replay" / "replay.json").read_bytes()
    assert section["rows"] == len(json.loads(body)["rows"]) == 5
    assert len(section["digest"]) == 64
