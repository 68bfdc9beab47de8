import pytest

from factory.errors import Refused
from pipelines.steps import evaluate, score


@pytest.fixture
def folders(tmp_path):
    for name in ("model", "champion"):
        (tmp_path / name).mkdir()
    (tmp_path / "model" / "model.tar.gz").touch()
    return tmp_path / "model", tmp_path / "champion"


def test_without_an_approved_champion_only_the_challenger_is_asked(folders):
    (folders[1] / "none.json").touch()
    assert list(evaluate.artifacts(*folders)) == ["challenger"]


def test_an_approved_champion_is_asked_first(folders):
    (folders[1] / "model.tar.gz").touch()
    assert list(evaluate.artifacts(*folders)) == ["champion", "challenger"]


def test_the_request_is_csv_in_the_order_of_the_artifact(ten):
    assert score.request(ten.slice(1, 2), ["plan", "spend"]) == b'"a",2\n"a",\n'


def test_values_with_commas_arrive_whole(ten):
    table = ten.slice(0, 1).set_column(2, "plan", [['a,"b']])
    assert score.request(table, ["plan", "spend"]) == b'"a,""b",1\n'


@pytest.mark.parametrize("row", [["0.5"], ["nan", "1"], ["0.5", "yes"], ["0.5", "1", "x"]])
def test_an_answer_that_is_no_score_and_decision_is_refused(row):
    with pytest.raises(Refused, match="row 7: the artifact answers"):
        score._answer(7, row)


def test_an_artifact_without_serving_code_is_refused(tmp_path):
    with pytest.raises(Refused, match=r"no code/inference.py; it cannot be served"):
        score._serving_code(tmp_path)
