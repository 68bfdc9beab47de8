"""How does a builder try code of her own? The deployed pipeline takes it as a parameter."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import aws
import models
from aws import registry
from factory.catalogue import document
from factory.events.data import DataProductPublished
from factory.layout import objects
from factory.layout.files import NO_CHAMPION
from factory.layout.names import pipeline
from factory.layout.objects import no_champion, training_code
from factory.training.parameters import Parameters
from story.session import Life

Edits = Mapping[str, tuple[str, str]]
"""By file of the recipe's code: what stands there, and what shall stand there instead."""


def brought(life: Life, person: str, name: str, edits: Edits) -> str:
    """Put the deployed code with *edits* where builders may bring theirs; return its URI.

    Only the training step runs it, and what it packs into the artifact; the steps that judge run
    the deployed code.
    """
    with aws.calling_as(life.standing.cloud.session()):
        deployed = aws.s3_get(_deployed())
    uri = training_code(life.output("WorkBucket"), person, name)
    with aws.calling_as(life.acting(person, "BuilderRoleArn")):
        aws.s3_put(uri, edited(deployed, edits))
    return uri


def edited(archive: bytes, edits: Edits) -> bytes:
    """Return the zip with *edits*; a file or a text that is not there is an error."""
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(body, "w") as new:
        if missing := set(edits) - set(old.namelist()):
            raise ValueError(f"the recipe's code has no {', '.join(sorted(missing))}")
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, _replaced(name, text, *edits[name]) if name in edits else text)
    return body.getvalue()


def _replaced(name: str, text: str, stands: str, shall: str) -> str:
    if stands not in text:
        raise ValueError(f"{name} does not say {stands!r}; mend the edit")
    return text.replace(stands, shall)


def run(life: Life, person: str, model: str, code: str, reason: str) -> str:
    """Start the deployed pipeline with *code* as *person*; return the execution's ARN.

    It learns from the newest snapshots and meets the champion, as any run does.
    """
    spec_uri, spec_digest = spec(life, model)
    with aws.calling_as(life.acting(person, "BuilderRoleArn")):
        champion = registry.champion(model)
        parameters = Parameters(
            model=model,
            spec_uri=spec_uri,
            spec_digest=spec_digest,
            **_snapshots(life),
            champion_uri=champion.uri if champion else no_champion(life.output("WorkBucket")),
            champion_digest=champion.digest if champion else NO_CHAMPION,
            train_code_uri=code,
            reason=reason,
        )
        answer = aws.sagemaker(
            "start_pipeline_execution",
            model,
            PipelineName=pipeline("tabular"),
            PipelineParameters=parameters.request(),
        )
    return str(answer["PipelineExecutionArn"])


def spec(life: Life, model: str) -> tuple[str, str]:
    """Return URI and digest of what runs of *model* are told of its spec."""
    digest = document.digest(document.judged_text(models.catalogue()[model]))
    return objects.judged(life.output("SpecsBucket"), model, digest), digest


def _deployed() -> str:
    name = pipeline("tabular")
    found = aws.sagemaker("describe_pipeline", name, PipelineName=name)
    parameters = json.loads(found["PipelineDefinition"])["Parameters"]
    return str(next(p["DefaultValue"] for p in parameters if p["Name"] == "TrainCodeUri"))


def _snapshots(life: Life) -> dict[str, str]:
    newest = {e["detail"]["product"]: e for e in life.events(DataProductPublished)}
    return {
        "train_uri": newest["census_train"]["detail"]["uri"],
        "test_uri": newest["census_test"]["detail"]["uri"],
    }
