"""How does a person have a model learn? They bring the code, if it is their own, and ask."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

import aws
from aws import identity
from aws.outputs import outputs
from cli import command
from cli.result import Result
from factory.errors import Conflict, Refused
from factory.layout import objects

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can say


def run(arguments: Any) -> Result:
    """Ask the factory, under the builder role and in the caller's name, for a run of the model."""
    digest = _bring(arguments) if arguments.code else None
    answer, person = command.send(
        "train", arguments, roles=(command.BUILDER,), model=arguments.model, digest=digest
    )
    code = f"training code {digest[:12]} of their own" if digest else "the recipe's code"
    line = f"{answer['model']}: {person} asks for a run with {code}; retrain decides by the brakes"
    return Result((line,), answer)


def _bring(arguments: Any) -> str:
    """Write the code where only the caller can, by its digest; what is there already is the same.

    It is read again before the run is asked for, by whoever takes the command.
    """
    body = zipped(Path(arguments.code))
    found, person = outputs(arguments.stage), identity.caller_name()
    digest = hashlib.sha256(body).hexdigest()
    uri = objects.training_code(found["WorkBucket"], person, digest)
    with aws.calling_as(identity.assumed(found["BuilderRoleArn"])):
        try:
            aws.s3_put(uri, body, if_none_match=True)
        except Conflict:
            return digest
    return digest


def zipped(path: Path) -> bytes:
    """Return the zip at *path*, or one of the folder there: the same files are the same bytes."""
    if path.is_file() and zipfile.is_zipfile(path):
        return path.read_bytes()
    if not path.is_dir() or not (path / "__main__.py").is_file():
        raise Refused(f"{path} is neither a zip nor a folder with a __main__.py; name one of them")
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in path.rglob("*") if p.is_file()):
            name = file.relative_to(path).as_posix()
            if "__pycache__" not in file.parts:
                archive.writestr(zipfile.ZipInfo(name, EPOCH), file.read_bytes())
    return body.getvalue()
