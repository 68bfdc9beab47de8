from pathlib import Path

import pytest

from factory.training import steps
from pipelines.steps import arguments


def words(step):
    flags = (*step.values, *step.inputs, "out")
    return [word for flag in flags for word in (f"--{flag}", f"/{flag}")]


@pytest.mark.parametrize("step", steps.STEPS, ids=lambda s: s.name)
def test_a_step_gets_every_value_as_text_and_every_folder_as_a_path(step):
    found = vars(arguments.parse(step, words(step)))
    assert {v for v in found.values() if isinstance(v, str)} == {f"/{v}" for v in step.values}
    folders = {Path(f"/{name}") for name in (*step.inputs, "out")}
    assert {v for v in found.values() if isinstance(v, Path)} == folders


def test_a_training_job_finds_its_folders_in_the_variables_of_sagemaker(monkeypatch):
    monkeypatch.setenv("SM_CHANNEL_SPEC", "/opt/ml/input/data/spec")
    monkeypatch.setenv("SM_CHANNEL_TRAIN", "/opt/ml/input/data/train")
    monkeypatch.setenv("SM_MODEL_DIR", "/opt/ml/model")
    found = arguments.parse(steps.TRAIN, ["--model", "income"])
    assert (found.spec, found.train) == (
        Path("/opt/ml/input/data/spec"),
        Path("/opt/ml/input/data/train"),
    )
    assert found.out == Path("/opt/ml/model")


def test_a_folder_that_nobody_names_is_asked_for(capsys):
    with pytest.raises(SystemExit):
        arguments.parse(steps.TRAIN, ["--model", "income"])
    assert "required: --spec, --train, --out" in capsys.readouterr().err
