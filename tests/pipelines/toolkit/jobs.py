"""How do the jobs of the compiled pipeline run in the image, one by one, without a cloud?

Their words, variables and folders are those of `pipeline.json`; what a job gets comes from the
folders of a run, and what it leaves goes there.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass

from pipelines.code import ROOT
from tests.pipelines.runner import Run
from tests.pipelines.toolkit import container
from tests.pipelines.toolkit.container import Container

DEFINITION = json.loads((ROOT / "pipelines" / "boosting" / "pipeline.json").read_text())
STEPS = {step["Name"]: step["Arguments"] for step in DEFINITION["Steps"]}
CHANNELS = "/opt/ml/input/data"


def registered():
    """Return the container as the pipeline registers it, in which the endpoint will be."""
    (found,) = _containers(DEFINITION)
    return found


def _containers(value):
    if isinstance(value, dict):
        if "ModelDataUrl" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _containers(each)


@dataclass
class Jobs:
    """The jobs of one run."""

    run: Run

    def processing(self, name, **folders):
        """Run a processing job on *folders* of the run; its outputs are in the folder *name*."""
        asked = STEPS[name]
        specification = asked["AppSpecification"]
        places = {
            each["InputName"]: each["S3Input"]["LocalPath"] for each in asked["ProcessingInputs"]
        }
        outputs = [
            each["S3Output"]["LocalPath"] for each in asked["ProcessingOutputConfig"]["Outputs"]
        ]
        with self._job(specification, asked["Environment"], places, folders) as job:
            for place in (*outputs, "/opt/ml/output"):
                job.sandbox.host(place).mkdir(parents=True, exist_ok=True)
            _demand_success(job)
            for place in outputs:
                found = job.sandbox.host(place)
                shutil.copytree(found, self.run.home / name.lower() / found.name)

    def training(self, **folders):
        """Run the training job; the artifact is packed as the service does."""
        asked = STEPS["Train"]
        places = {name: f"{CHANNELS}/{name}" for name in folders}
        with self._job(
            asked["AlgorithmSpecification"], asked["Environment"], places, folders
        ) as job:
            for place in ("/opt/ml/model", "/opt/ml/output"):
                job.sandbox.host(place).mkdir(parents=True)
            _demand_success(job)
            shutil.copytree(job.sandbox.host("/opt/ml/model"), self.run.home / "model")
        self.run.pack()

    def _job(self, specification, environment, places, folders):
        words = [*specification["ContainerEntrypoint"], *specification["ContainerArguments"]]
        told = {key: self._value(value) for key, value in environment.items()}
        made = Container([self._value(word) for word in words], told)
        for name, place in places.items():
            source = self.run.home / folders[name.replace("-", "_")]
            shutil.copytree(source, made.sandbox.host(place))
        return container.running(made)

    def _value(self, value):
        """Return what stands for a reference of the definition."""
        if not isinstance(value, dict):
            return value
        return {
            "Parameters.Model": self.run.model.name,
            "Parameters.TrainUri": "s3://products/train/000001/",
            "Parameters.TestUri": "s3://products/test/000001/",
            "Parameters.SpecDigest": self.run.spec_digest,
            "Parameters.Request": "asked",
            "Parameters.ChampionDigest": "none",
            "Parameters.ChampionAnswers": "none",
            "Parameters.Look": "1",
            "Parameters.TrainCodeDigest": "recipe",
            "Execution.PipelineExecutionArn": "arn:run",
        }[value["Get"]]


def _demand_success(job):
    code, said = job.wait()
    assert code == 0, said
