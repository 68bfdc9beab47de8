"""How does a model live? One page that a person would like to read."""

from __future__ import annotations

from pathlib import Path

from report import facts, fleet, page


def write(model: str, path: Path) -> Path:
    """Write what the cloud knows of *model* as one HTML file at *path*.

    Whoever calls AWS must be allowed to read the registry, the tables, the metrics and the buckets
    of specs, evidence, findings, captures, approved models and ledger.
    """
    return _written(page.render(facts.gather(model)), path)


def write_fleet(path: Path) -> Path:
    """Write how all models stand as one HTML file, with links to the pages in models/ beside it."""
    beside = {each.stem for each in (path.parent / "models").glob("*.html")}
    return _written(page.render_fleet(fleet.gather(), beside), path)


def _written(html: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path
