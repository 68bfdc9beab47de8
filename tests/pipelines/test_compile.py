import json

import pytest

from factory.gates.card import complete
from pipelines.code import ROOT
from pipelines.compile import recipes


def test_every_recipe_compiles_to_the_committed_bytes_without_aws(sdk):
    done = sdk("-m", "pipelines.compile", "--check")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_card_is_one_that_sagemaker_knows(sdk, per_group):
    reads = (
        "import sys; from sagemaker.core.shapes import model_card_shapes as m;"
        "print(m.ModelCardContent.model_validate_json(sys.stdin.read()).model_dump_json())"
    )
    card = complete(per_group.json("gates/evidence/card.json"), per_group.model)
    done = sdk("-c", reads, text=json.dumps(card))
    assert done.returncode == 0, done.stderr
    kept = json.loads(done.stdout)
    assert kept["additional_information"] == card["additional_information"]
    assert kept["intended_uses"].items() >= card["intended_uses"].items()
    assert kept["model_overview"]["model_owner"] == per_group.model.owner
    metrics = kept["evaluation_details"][0]["metric_groups"]
    assert [g["name"] for g in metrics] == [
        "quality",
        "selected by sex",
        "selected by race",
    ]


@pytest.mark.parametrize("recipe", recipes())
def test_a_definition_is_committed_in_the_form_that_diffs_well(recipe):
    text = (ROOT / "pipelines" / recipe / "pipeline.json").read_text()
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
