"""How is what the pipeline does tried with one small job? With its own last steps around that.

Conditions, registration and refusal stay as they are deployed. Only what is judged is made up.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import aws
from cli.smoke.bench import Bench
from factory.training.steps import GATES

JOB = """
import json, os, pathlib, sys

words = dict(zip(sys.argv[2::2], sys.argv[3::2]))
zips = [p.name for p in pathlib.Path(sys.argv[0]).parent.iterdir()]
if words["--do"] == "break":
    pathlib.Path(os.environ["SM_OUTPUT_FAILURE"]).write_text("smoke: the job says why")
    sys.exit(1)
verdicts = {
    "passed": words["--do"] == "pass",
    "reason": f"smoke: {len(zips)} file beside the code",
    "answers": "a" * 64,
    "artifact": "b" * 64,
    "evidence": "c" * 64,
}
folder = pathlib.Path(words["--out"])
folder.mkdir(parents=True, exist_ok=True)
(folder / words["--file"]).write_text(json.dumps(verdicts))
"""
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can say
SAID = "smoke: 1 file beside the code"
BROKE = "smoke: the job says why"


def container(bench: Bench) -> dict[str, Any]:
    """Return how a package of this run is served: in the image of the pipeline's jobs."""
    return {
        "Containers": [{"Image": image(bench), "ModelDataUrl": artifact(bench)}],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    }


def image(bench: Bench) -> str:
    """Return the image in which the deployed pipeline's jobs run."""
    return str(gates(bench)["Arguments"]["AppSpecification"]["ImageUri"])


def artifact(bench: Bench) -> str:
    """Return where a file is that stands for a model; nothing loads it."""
    uri = bench.place("artifact", "model.tar.gz")
    if "artifact" not in bench.made:
        aws.s3_put(uri, b"not a model")
        bench.made["artifact"] = uri
    return uri


def deployed(bench: Bench) -> dict[str, Any]:
    """Return the deployed definition of a recipe."""
    found = aws.sagemaker("describe_pipeline", bench.recipe, PipelineName=bench.recipe)
    return dict(json.loads(found["PipelineDefinition"]))


def gates(bench: Bench) -> dict[str, Any]:
    """Return the step in which the deployed pipeline judges."""
    steps = deployed(bench)["Steps"]
    return dict(next(step for step in steps if step["Name"] == GATES.title))


def tried(bench: Bench, role_arn: str) -> str:
    """Return a definition with one job of this run's own, and the deployed steps after it."""
    definition = deployed(bench)
    step = gates(bench)
    uri = artifact(bench)
    _simplify(bench, step, role_arn)
    last = [each for each in definition["Steps"] if each["Type"] == "Condition"]
    text = json.dumps({**definition, "Steps": [step, *last]})
    text = text.replace(bench.output("EvidenceBucket"), bench.bucket())
    artifacts = json.dumps({"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"})
    return text.replace(artifacts, json.dumps(uri))


def _code(bench: Bench) -> str:
    return bench.place("zips", "smoke.zip")


def _simplify(bench: Bench, step: dict[str, Any], role_arn: str) -> None:
    """Leave of a *step* what is believed of any: its container, its code, and what it leaves."""
    arguments, (verdicts,) = step["Arguments"], step["PropertyFiles"]
    inputs = [i for i in arguments["ProcessingInputs"] if i["InputName"] == "code"]
    inputs[0]["S3Input"]["S3Uri"] = _code(bench)
    outputs = arguments["ProcessingOutputConfig"]["Outputs"]
    kept = [o for o in outputs if o["OutputName"] == verdicts["OutputName"]]
    kept[0]["S3Output"]["S3Uri"] = bench.place("verdicts")
    arguments |= {"ProcessingInputs": inputs, "RoleArn": role_arn}
    arguments["ProcessingOutputConfig"]["Outputs"] = kept
    arguments["AppSpecification"]["ContainerArguments"] = [
        "--do",
        {"Get": "Parameters.Reason"},
        "--out",
        kept[0]["S3Output"]["LocalPath"],
        "--file",
        verdicts["FilePath"],
    ]


def bring_code(bench: Bench) -> None:
    """Write the job's code where it fetches it, as one zip."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py", EPOCH), JOB)
    aws.s3_put(_code(bench), body.getvalue())
