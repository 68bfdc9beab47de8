"""What becomes of a run under way when other step code is deployed? It goes on with its own."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import pytest

from factory.layout.names import pipeline
from localcloud.deploy import deploy
from tests.life import asking
from tests.life.runs import start

PATIENT = "    joblib.dump(learned.estimator, folder / contract.ESTIMATOR)\n"
EDITED = "pipelines/steps/gates.py"
RECIPE = pipeline("dev", "boosting")


WAIT = """\
    import time
    Path("/opt/ml/output/waiting").touch()
    while not Path("/opt/ml/output/go").exists():
        time.sleep(0.1)
"""


def waiting():
    """Return the file of a training step that waits, where this machine has a job's folders.

    A job under network isolation sees nothing but them.
    """
    return next(Path(tempfile.gettempdir()).glob("localcloud-*/ml-*/ml/output/waiting"), None)


@pytest.fixture
def deployed(session, assembly, tmp_path):
    """Give a function that deploys other step code; afterwards the first is back."""

    def other():
        out = tmp_path / "cdk.out"
        shutil.copytree(assembly, out)
        _edit(out)
        deploy(out, session.cloud.session())

    yield other
    deploy(assembly, session.cloud.session())
    session.cloud.settle()


def _edit(out):
    """Change one step's code in an assembly, as synth would: the asset's name is its digest."""
    template = json.loads((out / "Training.template.json").read_text())
    kinds = {resource["Type"]: resource for resource in template["Resources"].values()}
    old = kinds["Custom::StepCode"]["Properties"]["Code"]["boosting"]["Digest"]
    new = hashlib.sha256(old.encode()).hexdigest()
    folder = (out / f"asset.{old}").rename(out / f"asset.{new}")
    edited = folder / EDITED
    edited.write_text(edited.read_text() + "\nEDITED = True\n")
    for name in ("Training.template.json", "Training.assets.json"):
        (out / name).write_text((out / name).read_text().replace(old, new))


def code(session):
    """Return where the deployed definition's steps find their code."""
    found = session.aws("sagemaker").describe_pipeline(PipelineName=RECIPE)["PipelineDefinition"]
    parameters = json.loads(found)["Parameters"]
    return next(p["DefaultValue"] for p in parameters if p["Name"] == "TrainCodeUri")


def test_a_run_under_way_goes_to_its_end_with_the_code_that_it_began_with(session, runs, deployed):
    edits = {"pipelines/steps/train.py": (PATIENT, WAIT + PATIENT)}
    slow = asking.bring(session, "ada", edits)
    places = {"train": runs.train_uri, "test": runs.test_uri}
    run = start(session, **places, model="income-plain", code=slow)
    file = session.wait_for("its training", waiting)
    first = code(session)
    deployed()
    assert code(session) != first
    assert run.steps["Train"]["StepStatus"] == "Executing"
    file.with_name("go").touch()
    run.ended()
    assert {name: step["StepStatus"] for name, step in run.steps.items()} == {
        **dict.fromkeys(
            ("Prepare", "Train", "Champion", "Evaluate", "Gates", "Decide"), "Succeeded"
        ),
        "Refuse": "Failed",
    }
    assert set(run.against) == {"fairness"}
