"""How does a model stand, for a person to read? A page, written from what is deployed."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Any

import report
from cli.result import Result
from factory.errors import AccessDenied, ServiceError


def run(arguments: Any) -> Result:
    """Write the page of one model, or of all, under the caller's own rights; print its path."""
    path = _written(arguments.model, Path(arguments.to), arguments.stage).resolve()
    if arguments.open and not webbrowser.open(path.as_uri()):
        raise ServiceError(f"{path} is written, and there is no browser to open it in; open it")
    return Result((str(path),), {"path": str(path)})


def _written(model: str | None, folder: Path, stage: str) -> Path:
    try:
        if model is None:
            return report.write_fleet(folder / "index.html", stage)
        return report.write(model, folder / "models" / f"{model}.html", stage)
    except AccessDenied as denied:
        raise AccessDenied(
            f"{denied}; a page shows evidence, findings, traffic and the whole ledger, so whoever "
            "has it written must be allowed to read all of these: an administrator is"
        ) from denied
