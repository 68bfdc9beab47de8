"""Is an answer recognised as the one that was judged, in every form, and as nobody else's?"""

import csv
import io
import json
import random

import numpy as np
import pytest

from factory.errors import Refused
from factory.serving import replay
from factory.serving.replay import REQUESTS, SIZES, Replay, Seen, Whose
from factory.tasks.answers import CSV, JSON, documented
from pipelines.measure import wire
from tests.factory.tasks.specs import MODELS

ROWS = [[n, 0.1 * n, f'a "{n}", or so', None, bool(n % 2)] for n in range(40)]
FIELDS = MODELS["binary"].task.ANSWER


def answer(score, selected):
    return score, selected, "yes" if selected else "no"


OWN = [answer(n / 100, n > 20) for n in range(40)]
OLD = [answer(n / 100 + 0.3 * (n == 7), n > 20) for n in range(40)]
FEATURES = ["age", "share", "name", "empty", "flag"]
KNOWN = Replay(features=FEATURES, rows=ROWS, challenger=OWN, champion=OLD, fields=FIELDS)
FIRST = Replay(features=FEATURES, rows=ROWS, challenger=OWN, champion=None, fields=FIELDS)


def said(answers, accept):
    """Return the words of an answer as the serving code writes them."""
    columns = zip(*answers, strict=True)
    arrays = {name: np.array(c) for name, c in zip(FIELDS, columns, strict=True)}
    return (wire.csv_of if accept == CSV else wire.json_of)(wire.Said(arrays))


def asked(known=KNOWN, seed=0):
    return list(replay.requests(known, random.Random(seed)))


def of(request, answers):
    """Return *answers* to the rows of *request*, which are told by the version's own score."""
    return [answers[OWN.index(answer)] for answer in request.challenger]


def test_a_round_comes_in_every_form_in_which_traffic_does():
    found = [request for seed in range(20) for request in asked(seed=seed)]
    assert len(found) == 20 * REQUESTS
    assert {(r.content_type, r.accept) for r in found} == {
        (kind, accept) for kind in (CSV, JSON) for accept in (CSV, JSON)
    }
    assert {len(r.challenger) for r in found} == {min(size, len(ROWS)) for size in SIZES}


def test_a_request_holds_its_rows_and_nothing_else():
    for request in asked():
        rows = [ROWS[OWN.index(answer)] for answer in request.challenger]
        if request.content_type == JSON:
            body = json.loads(request.body)
            assert body == {"instances": [dict(zip(FEATURES, row, strict=True)) for row in rows]}
        else:
            texts = list(csv.reader(io.StringIO(request.body)))
            assert [row[2] for row in texts] == [row[2] for row in rows]
            assert {row[3] for row in texts} == {""}
            assert [float(row[1]) for row in texts] == [row[1] for row in rows]
            assert [row[4] for row in texts] == [str(row[4]).lower() for row in rows]


@pytest.mark.parametrize("accept", [CSV, JSON])
def test_an_answer_in_either_form_is_read_as_it_was_written(accept):
    assert replay.read(said(OWN, accept), accept, FIELDS) == OWN


@pytest.mark.parametrize(
    ("words", "accept"),
    [
        ("", JSON),
        ("[]", JSON),
        ('{"predictions": 3}', JSON),
        ('{"predictions": [{"score": "x", "selected": true, "label": "yes"}]}', JSON),
        ('{"predictions": [{"score": 0.5, "selected": 1, "label": "yes"}]}', JSON),
        ('{"predictions": [{"score": 0.5, "selected": true, "label": 1}]}', JSON),
        ('{"predictions": [{"score": 0.5, "selected": true}]}', JSON),
        ("[" * 100_000, JSON),
        ("0.5", CSV),
        ("0.5,1", CSV),
        ("0.5,yes,yes", CSV),
        ("x,1,yes", CSV),
        ("nan,1,yes", CSV),
        ("0.5,1,yes,yes", CSV),
        (said(OWN, CSV), JSON),
        (said(OWN, JSON), CSV),
    ],
)
def test_what_is_no_answer_is_read_as_none(words, accept):
    assert replay.read(words, accept, FIELDS) is None


@pytest.mark.parametrize(
    ("score", "selected", "is_same"),
    [
        (0.5, True, True),
        (0.5 + 1e-12, True, True),
        (0.5 + 1e-4, True, False),
        (0.5, False, False),
        (float("nan"), True, False),
        (float("inf"), True, False),
    ],
)
def test_only_the_last_bits_of_a_score_may_differ(score, selected, is_same):
    assert replay.same([answer(score, selected)], [answer(0.5, True)], FIELDS) is is_same


def test_another_word_is_another_answer():
    assert not replay.same([(0.5, True, "yes")], [(0.5, True, "no")], FIELDS)


@pytest.mark.parametrize(
    ("kind", "one", "near", "far"),
    [
        ("regression", (9e6, 8e6, 1e7), (9e6 + 1e-4, 8e6, 1e7), (9e6 + 1e3, 8e6, 1e7)),
        ("regression", (9.5, 8.0, 11.0), (9.5, 8.0, 11.0 + 1e-12), (9.5, 8.0, float("nan"))),
        ("count", (2.5, 0.5), (2.5, 0.5 - 1e-12), (2.5, 0.6)),
        ("multiclass", ("a", 0.6, (0.6, 0.4)), ("a", 0.6, (0.6, 0.4 + 1e-12)),
         ("a", 0.6, (0.5, 0.5))),
        ("multiclass", ("a", 0.6, (0.6, 0.4)), ("a", 0.6, (0.6, 0.4)), ("a", 0.6, (0.6,))),
        ("multiclass", ("a", 0.6, (0.6, 0.4)), ("a", 0.6, (0.6, 0.4)), ("b", 0.6, (0.6, 0.4))),
    ],
)  # fmt: skip
def test_answers_of_every_kind_are_compared_by_their_fields(kind, one, near, far):
    fields = MODELS[kind].task.ANSWER
    assert replay.same([one], [near], fields)
    assert not replay.same([one], [far], fields)
    assert not replay.same([far], [one], fields)


def test_fewer_or_more_answers_are_not_the_same():
    assert not replay.same(OWN[:3], OWN, FIELDS)
    assert not replay.same([], OWN, FIELDS)
    assert not replay.same(None, OWN, FIELDS)


CONSTANT = [answer(0.999, True)] * 40
TELLING = next(r for r in asked() if r.telling)
DULL = next(r for r in asked() if not r.telling)
UNKNOWN = asked(FIRST)[0]


@pytest.mark.parametrize(
    ("request_", "answers", "alone", "expected"),
    [
        (TELLING, OWN, False, Whose.OWN),
        (TELLING, OLD, False, Whose.OLD),
        (TELLING, OLD, True, Whose.OTHER),
        (TELLING, CONSTANT, False, Whose.OTHER),
        (DULL, OWN, False, Whose.EITHER),
        (DULL, OWN, True, Whose.OWN),
        (DULL, CONSTANT, False, Whose.OTHER),
        (UNKNOWN, OWN, False, Whose.OWN),
        (UNKNOWN, CONSTANT, False, Whose.OLD),
        (UNKNOWN, CONSTANT, True, Whose.OTHER),
    ],
)
def test_an_answer_tells_whose_it_is(request_, answers, alone, expected):
    words = said(of(request_, answers), request_.accept)
    assert replay.whose(request_, 200, words, alone=alone) is expected


@pytest.mark.parametrize("status", [0, 400, 415, 500, 503])
def test_what_was_answered_in_the_exam_is_answered_again(status):
    assert replay.whose(DULL, status, "", alone=False) is Whose.NONE


def round_(ask, *, alone=False, late=lambda: False, known=KNOWN):
    return replay.ask_all(known, ask, random.Random(3), alone=alone, late=late)


def answering(answers):
    return lambda request: (200, said(of(request, answers), request.accept))


def test_an_honest_version_alone_gives_its_own_answers_only():
    assert round_(answering(OWN), alone=True) == Seen(asked=REQUESTS, alone=REQUESTS)


def test_beside_the_champion_only_telling_answers_count_for_the_version():
    seen = round_(answering(OWN))
    assert (seen.asked, seen.alone, seen.wrong) == (REQUESTS, 0, ())
    assert 0 < seen.own == seen.telling < REQUESTS
    assert round_(answering(OLD)).own == 0


def test_a_version_that_answers_otherwise_is_wrong_each_time_and_the_words_hold_no_value():
    seen = round_(answering(CONSTANT))
    assert len(seen.wrong) == REQUESTS
    assert all("neither the version's nor the champion's" in words for words in seen.wrong)
    assert not any("or so" in words or "0.999" in words for words in seen.wrong)


def test_what_is_answered_too_late_is_held_against_the_fleet():
    times = iter([False, False, True])
    seen = round_(answering(OWN), late=lambda: next(times))
    assert seen.asked == 2
    assert seen.wrong == (f"only 2 of {REQUESTS} requests were answered in time",)


def test_nothing_is_asked_where_no_row_was_drawn():
    empty = Replay(features=FEATURES, rows=[], challenger=[], champion=None, fields=FIELDS)
    assert round_(answering(OWN), known=empty) == Seen()


def test_what_the_gates_write_is_read():
    document = {
        "version": 2,
        "fields": documented(FIELDS),
        "features": FEATURES,
        "rows": ROWS,
        "challenger": OWN,
        "champion": None,
    }
    read = replay.parse(json.dumps(document).encode())
    assert (read.features, read.rows, read.challenger) == (FEATURES, ROWS, OWN)
    assert read.champion is None
    assert replay.same(OWN, read.challenger, read.fields)


def test_rows_of_an_earlier_factory_are_refused_in_words():
    document = {"version": 1, "features": FEATURES, "rows": ROWS, "challenger": OWN}
    with pytest.raises(Refused, match="in version 1 of their document, 2 is read: train the model"):
        replay.parse(json.dumps(document).encode())


def test_shares_that_the_gates_write_are_read():
    fields, answers = MODELS["multiclass"].task.ANSWER, [("a", 0.6, (0.6, 0.4))]
    document = {"version": 2, "fields": documented(fields), "features": ["age"], "rows": [[1]],
                "challenger": answers, "champion": answers}  # fmt: skip
    read = replay.parse(json.dumps(document).encode())
    assert read.challenger == read.champion == answers


def test_answers_in_a_tiny_unit_are_told_apart():
    fields = MODELS["regression"].task.ANSWER
    judged = [(n * 1e-9, 0.0, 1e-7) for n in range(40)]
    other = [(n * 1.01e-9, 0.0, 1e-7) for n in range(40)]
    tiny = Replay(features=FEATURES, rows=ROWS, challenger=judged, champion=other, fields=fields)
    for request in asked(tiny):
        assert request.says(request.challenger, request.challenger)
        assert request.telling == any(answer[0] for answer in request.challenger)
