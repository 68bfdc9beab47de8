"""How does a model live? One page that a person would like to read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from factory.catalogue.spec import Model
from report import facts, fleet, page


def write(specs: Mapping[str, Model], model: str, path: Path) -> Path:
    """Write what the cloud knows of *model* as one HTML file at *path*.

    *specs* are those in force, of the model and of those beside it. Whoever calls AWS must be
    allowed to read the registry, the tables, the metrics and the buckets of evidence, findings,
    captures, approved models and ledger.
    """
    return _written(page.render(facts.gather(specs, model)), path)


def write_fleet(path: Path) -> Path:
    """Write how all models stand as one HTML file, with links to the pages in models/ beside it."""
    beside = {each.stem for each in (path.parent / "models").glob("*.html")}
    return _written(page.render_fleet(fleet.gather(), beside), path)


def _written(html: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path
