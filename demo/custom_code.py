"""How does a builder run her own training code? She brings it, and asks the factory for a run."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import aws
import models
from demo.session import Session
from factory.catalogue import document
from factory.layout import objects
from factory.layout.names import pipeline
from factory.stage import DEV

Edits = Mapping[str, tuple[str, str]]
"""By file of the recipe's code: the text to replace, and its replacement."""


def edited(session: Session, edits: Edits) -> bytes:
    """Return the deployed code with *edits*, as a zip.

    Only the training step runs it, and what it packs into the artifact; the other steps run the
    deployed code.
    """
    with aws.calling_as(session.cloud.session()):
        return apply_edits(aws.s3_get(_deployed()), edits)


def apply_edits(archive: bytes, edits: Edits) -> bytes:
    """Return the zip with *edits*; raise ValueError for a missing file or text."""
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(body, "w") as new:
        if missing := set(edits) - set(old.namelist()):
            raise ValueError(f"the recipe's code has no {', '.join(sorted(missing))}")
        for name in old.namelist():
            text = old.read(name).decode()
            changed = _replace(name, text, *edits[name]) if name in edits else text
            new.writestr(zipfile.ZipInfo(name), changed)  # no time: the same edits, the same bytes
    return body.getvalue()


def _replace(name: str, text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"{name} does not contain {old!r}; fix the edit")
    return text.replace(old, new)


def ask(session: Session, person: str, model: str, edits: Edits, reason: str) -> None:
    """Ask, as *person* and with the CLI, for a run with the deployed code and *edits*.

    It trains on the newest snapshots and is compared with the champion, as any run is.
    """
    with TemporaryDirectory() as folder:
        code = Path(folder, "code.zip")
        code.write_bytes(edited(session, edits))
        status, answer = session.factory(
            person, "train", model, "--code", str(code), "--reason", reason
        )
    if status:
        raise RuntimeError(f"exit code {status}: {answer}")


def spec_reference(session: Session, model: str) -> tuple[str, str]:
    """Return URI and digest of the spec that runs of *model* get."""
    digest = document.digest(document.judged_text(models.catalogue()[model]))
    return objects.judged(session.output("SpecsBucket"), model, digest), digest


def _deployed() -> str:
    name = pipeline(DEV.name, "boosting")
    answer = aws.sagemaker("describe_pipeline", name, PipelineName=name)
    parameters = json.loads(answer["PipelineDefinition"])["Parameters"]
    return str(next(p["DefaultValue"] for p in parameters if p["Name"] == "TrainCodeUri"))
