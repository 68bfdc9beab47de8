"""Do Python's lock files pin a package with a known vulnerability? pip-audit checks."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scan.audit import AuditUnavailable

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".venv-scan" / "bin" / "pip-audit"
SERVICES = ("pypi", "osv")
CANARY = "jinja2==2.10"  # CVE-2019-10906: a service must know it to be trusted
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
Report = Mapping[str, Any]


def pins(lock: Path) -> list[str]:
    """Return what *lock* pins for every platform, as `name==version`; refuse an empty lock."""
    pinned = [f"{name}=={version}" for name, version in PIN.findall(lock.read_text("utf-8"))]
    if not pinned:
        raise ValueError(f"{lock}: it pins nothing; create it with `make lock`")
    return pinned


def batches(pinned: Iterable[str]) -> Iterator[list[str]]:
    """Split *pinned* into lists with one version per package: markers let a lock hold several."""
    remaining = sorted(set(pinned))
    while remaining:
        batch = list({pin.split("==")[0]: pin for pin in reversed(remaining)}.values())
        yield sorted(batch)
        remaining = [pin for pin in remaining if pin not in batch]


def trusted_service(services: Sequence[str] = SERVICES) -> str:
    """Return the first of *services* that knows the canary's vulnerability; raise if none does."""
    reasons = []
    for service in services:
        try:
            if vulnerabilities(ask(service, [CANARY])):
                return service
            reasons.append(f"{service}: it knows no vulnerability in {CANARY}, which has several")
        except AuditUnavailable as exc:
            reasons.append(str(exc))
    raise AuditUnavailable("; ".join(reasons))


def audit(locks: Iterable[Path], service: str) -> list[str]:
    """Return a sentence for each vulnerability that *service* knows in what *locks* pin."""
    pinned = {pin for lock in locks for pin in pins(lock)}
    return sorted(
        found for batch in batches(pinned) for found in vulnerabilities(ask(service, batch))
    )


def ask(service: str, pinned: Sequence[str]) -> Report:
    """Return pip-audit's report on *pinned*; raise AuditUnavailable unless it covers every one."""
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text("\n".join(pinned) + "\n", encoding="utf-8")
        command = [str(PROGRAM), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        command += ["--format", "json"]
        done = subprocess.run(
            [*command, "--vulnerability-service", service, "-r", str(requirements)],
            capture_output=True,
            text=True,
            check=False,
        )
    if not done.stdout.strip():
        raise AuditUnavailable(f"{service}: {_last(done.stderr)}")
    return require_complete(json.loads(done.stdout), service, pinned)


def require_complete(report: Report, service: str, pinned: Sequence[str]) -> Report:
    """Return *report* if it covers every one of *pinned*; raise AuditUnavailable otherwise."""
    skipped = [d["skip_reason"] for d in report["dependencies"] if "skip_reason" in d]
    if skipped:
        raise AuditUnavailable(
            f"{service}: {skipped[0]} ({len(skipped)} of {len(pinned)} not audited)"
        )
    if len(report["dependencies"]) != len(pinned):
        audited = len(report["dependencies"])
        raise AuditUnavailable(f"{service}: it audited {audited} packages of {len(pinned)}")
    return report


def vulnerabilities(report: Report) -> list[str]:
    """Return a sentence for each vulnerability in *report*: package, id and fixed versions."""
    return [
        f"{package['name']} {package['version']}: {found['id']}, "
        f"fixed in {', '.join(found['fix_versions']) or 'no version yet'}"
        for package in report["dependencies"]
        for found in package["vulns"]
    ]


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it printed nothing"
