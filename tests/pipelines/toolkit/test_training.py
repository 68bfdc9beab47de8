"""Does AWS's own training toolkit find in a job's folders what it finds in the service's?

The local cloud lays the folders; the toolkit's `train` reads them and runs the recipe's own step,
which then needs none of the definition's variables but the one for the number of threads.
"""

import dataclasses
import shutil
import types

import pytest

from localcloud.sagemaker import training
from pipelines.contract import ONE_THREAD
from tests.pipelines.toolkit import container
from tests.pipelines.toolkit.container import Container
from tests.pipelines.toolkit.jobs import STEPS

ENTRY = """#!/bin/sh
env > /opt/ml/output/data/env
exec python3 ./code.zip train "$@"
"""
RECORD = {
    "TrainingJobName": "job",
    "OutputDataConfig": {"S3OutputPath": "s3://bucket"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    "InputDataConfig": [
        {"ChannelName": name, "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix"}}}
        for name in ("code", "spec", "train")
    ],
}


@dataclasses.dataclass
class Trained:
    """What a job has left, and what the service would say of it."""

    job: Container
    code: int
    said: str

    def text(self, name):
        return (self.job.sandbox.path / "output" / name).read_text()

    @property
    def reason(self):
        found = types.SimpleNamespace(sandbox=self.job.sandbox, log=None)
        return training._reason(found, self.code)


@pytest.fixture(params=["sagemaker_training", "sagemaker_containers"])
def train(whole, request):
    """Let a toolkit train *model* in folders as the local cloud lays them.

    The image has two that bring a program called `train`.
    """
    words = ("python", "-m", f"{request.param}.cli.train")
    with container.running(Container(words, ONE_THREAD)) as job:

        def run(model):
            parameters = {
                "sagemaker_program": "entry.sh",
                "sagemaker_submit_directory": "/opt/ml/input/data/code",
                "model": model,
            }
            record = RECORD | {"HyperParameters": parameters}
            training._prepare(types.SimpleNamespace(sandbox=job.sandbox, record=record))
            for name, source in {"code": "code", "spec": "spec", "train": "prepare/train"}.items():
                place = job.sandbox.path / "input" / "data" / name
                shutil.copytree(whole.home / source, place)
            (job.sandbox.path / "input" / "data" / "code" / "entry.sh").write_text(ENTRY)
            return Trained(job, *job.wait())

        yield run


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_toolkits_train_makes_the_model_that_the_job_makes(train, whole):
    trained = train(whole.model.name)
    assert trained.code == 0, trained.said
    assert files(trained.job.sandbox.path / "model") == files(whole.home / "model")
    told = dict(line.partition("=")[::2] for line in trained.text("data/env").splitlines())
    ours = STEPS["Train"]["Environment"]
    places = {k: v for k, v in ours.items() if k.startswith(("SM_CHANNEL_", "SM_MODEL_"))}
    assert len(places) == 4
    assert {name: told.get(name) for name in places} == places
    assert told["SM_HP_MODEL"] == whole.model.name
    assert (told["SM_HOSTS"], told["SM_CURRENT_HOST"]) == ('["algo-1"]', "algo-1")
    if "sagemaker_training.cli.train" in trained.job.words:  # the newer one tells more
        assert told["SM_CURRENT_INSTANCE_TYPE"] == "ml.m5.large"
        assert told["SM_CURRENT_INSTANCE_GROUP_HOSTS"] == '["algo-1"]'
        assert told["SM_INSTANCE_GROUPS"] == '["homogeneousCluster"]'


def test_what_the_toolkit_says_of_a_failure_is_the_jobs_reason(train):
    trained = train("nobody")
    assert trained.code == 1
    assert trained.text("failure").startswith("ExecuteUserScriptError")
    assert trained.reason.startswith("AlgorithmError: ExecuteUserScriptError")
    assert trained.reason.endswith("exit code: 1")
