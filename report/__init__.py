"""How does a model live? One page that a person would like to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from report import facts, page


def write(aws: Any, model: str, path: Path) -> Path:
    """Write what the cloud of the session *aws* knows of *model* as one HTML file at *path*.

    The caller must be allowed to read the registry, the tables, the metrics and the buckets of
    evidence, findings, captures, approved models and ledger.
    """
    html = page.render(facts.gather(aws, model))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")
    return path
