"""Which model is this run about? The judged part of its spec, and no word of the rest."""

from __future__ import annotations

from pathlib import Path

from factory.catalogue import judged_document
from factory.catalogue.judged import Judged
from factory.errors import Refused
from pipelines.steps import files


def read(name: str, folder: Path) -> Judged:
    """Return what the one file of *folder* says of the model called *name*.

    Refused when it is about another model, or when its bytes are not those that its name, the
    SHA-256 by which it is stored, promises: then two steps of a run could see two specs.
    """
    path = files.only_file(folder)
    found = files.sha256(path)
    if path.stem != found:
        raise Refused(
            f"the spec {path.name} has SHA-256 {found}: its bytes are not those it is named after; "
            "deploy the catalogue again"
        )
    model = judged_document.parse_judged(path.read_bytes())
    if model.name != name:
        raise Refused(
            f"the spec is that of model {model.name!r}, the run is about {name!r}; "
            "start it with the model's own spec"
        )
    return model


def check_digest(folder: Path, digest: str) -> None:
    """Refuse the one file of *folder* unless *digest*, which the run was started with, is its."""
    found = files.sha256(files.only_file(folder))
    if found != digest:
        raise Refused(
            f"the spec has SHA-256 {found}, the run was started with {digest}; "
            "start it with the digest of its spec"
        )
