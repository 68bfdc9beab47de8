"""How is a model doing? An HTML page for one model, or for all of them."""

from __future__ import annotations

from pathlib import Path

from report import fleet, model_report, page


def write(model: str, path: Path, stage: str = "") -> Path:
    """Write the page about *model* as one HTML file at *path*.

    *stage* may be left out where only one is deployed.

    The caller must be allowed to read the registry, the tables, the metrics and the buckets
    of specs, evidence, findings, captures, approved models and ledger.
    """
    return _written(page.render(model_report.gather(model, stage)), path)


def write_fleet(path: Path, stage: str = "") -> Path:
    """Write the page about all models to *path*, with links to the pages in models/ next to it."""
    pages = {file.stem for file in (path.parent / "models").glob("*.html")}
    return _written(page.render_fleet(fleet.gather(stage), pages), path)


def _written(html: str, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path
