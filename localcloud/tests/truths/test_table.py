"""Can every row of the table fail, be found and be judged?"""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from localcloud.truths import __main__, things, trial
from localcloud.truths.opinion import Verdict, opinions
from localcloud.truths.row import TABLE, Other, Row, table, truth

ROWS = table()


def row(answer="yes", ministack=None, attempt=lambda _: "yes", name="area/row"):
    return Row(
        id=name,
        area="area",
        needs=frozenset({"area"}),
        says="It says yes.",
        source="Guide",
        answer=answer,
        attempt=attempt,
        ministack=ministack,
    )


def test_every_row_has_words_of_its_own_and_a_source():
    assert len({each.id for each in ROWS}) == len(ROWS)
    assert len({each.says for each in ROWS}) == len(ROWS)
    assert [each.id for each in ROWS if not (each.says.endswith(".") and each.source)] == []


@pytest.mark.parametrize("area", [
    "iam", "sts", "s3", "sqs", "sns", "events", "lambda", "dynamodb", "cloudwatch", "kms",
    "cloudformation", "sagemaker", "ssm", "logs", "glue", "ecr", "scheduler", "states", "pipes",
    "athena",
])  # fmt: skip
def test_every_emulated_area_has_a_row(area):
    assert any(each.area == area for each in ROWS)


def test_a_row_that_is_entered_is_in_the_table():
    before = list(TABLE)
    try:

        @truth("area", "Guide", "yes", needs="s3 sqs")
        def it_says_yes(_world):
            """It says
            yes."""

        (made,) = TABLE[len(before) :]
    finally:
        TABLE[:] = before
    assert (made.id, made.says) == ("area/it-says-yes", "It says yes.")
    assert made.needs == {"s3", "sqs"}


@pytest.mark.parametrize(
    ("answer", "recorded", "verdict"),
    [
        ("yes", None, Verdict.AGREED),
        ("no", None, Verdict.OPEN),
        ("no", Other("no", "the guide says yes"), Verdict.SETTLED),
        ("maybe", Other("no", "the guide says yes"), Verdict.OPEN),
        ("yes", Other("no", "the guide says yes"), Verdict.OUTDATED),
    ],
)
def test_another_answer_is_settled_by_what_the_row_says_alone(answer, recorded, verdict):
    (found,) = opinions([row(ministack=recorded)], {"area/row": answer})
    assert found.verdict is verdict
    assert ("the guide says yes" in str(found)) == (verdict is Verdict.SETTLED)


def test_what_could_not_be_tried_is_no_agreement():
    (found,) = opinions([row()], {})
    assert found.verdict is Verdict.LACKING


def test_an_error_that_the_row_did_not_expect_is_an_answer():
    def refused(_world):
        raise ClientError({"Error": {"Code": "Gone", "Message": "it is"}}, "GetIt")

    rows = [row(attempt=refused), row(attempt=lambda world: world.nothing, name="area/other")]
    found = trial.answers(rows, "http://localhost:1")
    assert found["area/row"] == "GetIt: Gone"
    assert found["area/other"].startswith("AttributeError: ")


def test_an_attempt_that_took_too_long_is_made_again_until_patience_ends(monkeypatch):
    clock = iter([0, 0, 5, 5, 6, 6.5, 6.5])
    monkeypatch.setattr(things.time, "perf_counter", lambda: next(clock))
    answers = iter("ab")
    assert things.in_time(2, lambda: next(answers)) == ("b", True)
    clock = iter([0, 50, 60, 60])
    assert things.in_time(2, lambda: "late") == ("late", False)


@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("no", 1)])
def test_a_disagreement_without_a_verdict_fails_the_second_opinion(
    monkeypatch, capsys, answer, code
):
    class Nowhere:
        def __init__(self, program):
            assert program == "there/ministack"

        def __enter__(self):
            return "http://localhost:1"

        def __exit__(self, *_):
            return False

    monkeypatch.setattr(__main__.ministack, "served", Nowhere)
    monkeypatch.setattr(__main__.ministack, "services", lambda _: frozenset({"area"}))
    assert __main__.second_opinion([row(attempt=lambda _: answer)], "there/ministack") == code
    reported = capsys.readouterr().out
    assert ("MiniStack: 'no'" in reported) == bool(code)


def test_a_wrong_answer_fails_a_trial_and_is_reported(capsys):
    rows = [row(), row(attempt=lambda _: "no", name="area/wrong")]
    assert __main__.try_(rows, "http://localhost:1") == 1
    reported = capsys.readouterr().out
    assert "area/wrong: 'no', and not 'yes' (Guide)" in reported
    assert "1 of 2 rows are as AWS says" in reported


def test_the_table_is_printed_with_what_we_and_ministack_say(capsys):
    assert __main__.main(["show", "--only", "scheduler/"]) == 0
    reported = capsys.readouterr().out
    assert "AWS says: CreateSchedule makes a schedule" in reported
    assert "we say: 'NotImplementedByLocalCloud'" in reported
    assert __main__.main(["--only", "sts/a-sessions-name"]) == 0
    assert "MiniStack says: ['done', 'done']" in capsys.readouterr().out
    assert __main__.main(["--only", "no such row"]) == 0
    assert "0 rows" in capsys.readouterr().out


def test_a_missing_ministack_says_how_to_get_it(tmp_path, capsys):
    asked = ["second-opinion", "--ministack", str(tmp_path / "ministack")]
    assert __main__.main(asked) == 1
    reported = capsys.readouterr().err
    assert f"{tmp_path}/ministack is not there" in reported
    assert "`pip install ministack`" in reported
