"""Does a member of a family learn from its own rows alone, and pass its gates honestly?"""

import pytest

from models.income_by_education import FAMILY
from tests.pipelines.cases import adult


@pytest.fixture(scope="module")
def bachelors(recipe):
    member = next(m for m in FAMILY if m.where["education"] == "Bachelors")
    return recipe(member, adult("train"), adult("test")).run()


def test_the_lineage_says_which_rows_were_taken_of_how_many(bachelors):
    lineage = bachelors.evidence["lineage"]
    assert lineage["where"] == {"education": "Bachelors"}
    assert lineage["rows"] == {
        "train": {"before": 32561, "after": 5355},
        "test": {"before": 16281, "after": 2670},
    }
    assert not any(lineage["left_out"].values())
    assert bachelors.evidence["leakage"]["train_rows"] == 5355


def test_every_later_step_works_on_the_members_rows(bachelors):
    assert bachelors.evidence["quality"]["rows"] == 2670
    assert bachelors.evidence["baseline"]["rows"] == 5355
    assert "education" not in bachelors.evidence["leakage"]["columns"]


def test_it_passes_its_gates_with_room(bachelors):
    verdicts = {v["gate"]: v for v in bachelors.result["verdicts"]}
    assert {v["verdict"] for v in verdicts.values()} == {"PASS"}
    assert verdicts["floor"]["facts"]["bound"] > bachelors.model.gates.floor.at_least + 0.01
    (sex,) = verdicts["fairness"]["facts"]["ratios"].values()
    assert min(sex["lower_bound"], sex["reverse_upper_bound"]) > 0.85
