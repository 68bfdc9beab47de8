"""Do the jobs of a run need no more than the image has, and is `serve` what the exam takes it for?

All run in it, without a network: the exam starts the toolkit's `serve` and asks it at port 8080.
"""

import pyarrow.parquet as pq

from factory.gates.exam import TOLERANCE


def answers(run):
    table = pq.read_table(run.home / "evaluate" / "predictions" / "answers.parquet")
    return {row["key"]: row for row in table.to_pylist()}


def test_the_exam_asks_the_toolkits_serve_and_gets_the_answers_of_the_local_one(whole, churn):
    found, known = answers(whole), answers(churn)
    assert found.keys() == known.keys()
    assert len(found) == 2000
    for key, row in known.items():
        assert abs(found[key]["score"] - row["score"]) <= TOLERANCE
        assert (found[key]["selected"], found[key]["label"]) == (row["selected"], row["label"])


def test_no_answer_depended_on_how_it_was_asked(whole):
    asked = whole.json("evaluate/predictions/asked.json")
    assert asked["different"] == 0
    assert all(asked["types"].values())


def test_the_verdicts_are_those_of_a_run_outside_the_image(whole, churn):
    assert whole.verdicts == churn.verdicts
    assert "exam" in whole.verdicts
