"""How does a builder run her own training code? The deployed pipeline takes it as a parameter."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping

import aws
import models
from aws import registry
from demo.session import Session
from factory.catalogue import document
from factory.events.data import DataProductPublished
from factory.layout import objects
from factory.layout.files import NO_CHAMPION
from factory.layout.names import pipeline, resource
from factory.layout.objects import no_champion, training_code
from factory.stage import DEV
from factory.training.parameters import Parameters

Edits = Mapping[str, tuple[str, str]]
"""By file of the recipe's code: the text to replace, and its replacement."""


def upload(session: Session, person: str, name: str, edits: Edits) -> str:
    """Upload the deployed code with *edits* as *person*; return its URI.

    Only the training step runs it, and what it packs into the artifact; the evaluation steps run
    the deployed code.
    """
    with aws.calling_as(session.cloud.session()):
        deployed = aws.s3_get(_deployed())
    uri = training_code(session.output("WorkBucket"), person, name)
    with aws.calling_as(session.assume_role(person, "BuilderRoleArn")):
        aws.s3_put(uri, apply_edits(deployed, edits))
    return uri


def apply_edits(archive: bytes, edits: Edits) -> bytes:
    """Return the zip with *edits*; raise ValueError for a missing file or text."""
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(body, "w") as new:
        if missing := set(edits) - set(old.namelist()):
            raise ValueError(f"the recipe's code has no {', '.join(sorted(missing))}")
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, _replace(name, text, *edits[name]) if name in edits else text)
    return body.getvalue()


def _replace(name: str, text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"{name} does not contain {old!r}; fix the edit")
    return text.replace(old, new)


def start_run(session: Session, person: str, model: str, code: str, reason: str) -> str:
    """Start the deployed pipeline with *code* as *person*; return the execution's ARN.

    It trains on the newest snapshots and is compared with the champion, as any run is.
    """
    spec_uri, spec_digest = spec_reference(session, model)
    with aws.calling_as(session.assume_role(person, "BuilderRoleArn")):
        champion = registry.champion(resource(DEV.name, model))
        parameters = Parameters(
            model=model,
            spec_uri=spec_uri,
            spec_digest=spec_digest,
            **_snapshots(session),
            champion_uri=champion.uri if champion else no_champion(session.output("WorkBucket")),
            champion_digest=champion.digest if champion else NO_CHAMPION,
            champion_answers=champion.answers if champion else "",
            train_code_uri=code,
            reason=reason,
        )
        answer = aws.sagemaker(
            "start_pipeline_execution",
            model,
            PipelineName=pipeline(DEV.name, "tabular"),
            PipelineParameters=parameters.request(),
        )
    return str(answer["PipelineExecutionArn"])


def spec_reference(session: Session, model: str) -> tuple[str, str]:
    """Return URI and digest of the spec that runs of *model* get."""
    digest = document.digest(document.judged_text(models.catalogue()[model]))
    return objects.judged(session.output("SpecsBucket"), model, digest), digest


def _deployed() -> str:
    name = pipeline(DEV.name, "tabular")
    answer = aws.sagemaker("describe_pipeline", name, PipelineName=name)
    parameters = json.loads(answer["PipelineDefinition"])["Parameters"]
    return str(next(p["DefaultValue"] for p in parameters if p["Name"] == "TrainCodeUri"))


def _snapshots(session: Session) -> dict[str, str]:
    newest = {e["detail"]["product"]: e for e in session.events(DataProductPublished)}
    return {
        "train_uri": newest["census_train"]["detail"]["uri"],
        "test_uri": newest["census_test"]["detail"]["uri"],
    }
