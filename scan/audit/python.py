"""Do the locks of Python pin a package with a known hole? pip-audit asks a public service."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scan.audit import Unanswered

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".venv-scan" / "bin" / "pip-audit"
SERVICES = ("pypi", "osv")
CANARY = "jinja2==2.10"  # CVE-2019-10906: whoever does not know it knows nothing
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
Report = Mapping[str, Any]


def pins(lock: Path) -> list[str]:
    """Return what *lock* pins on whatever machine, as `name==version`; refuse an empty lock."""
    found = [f"{name}=={version}" for name, version in PIN.findall(lock.read_text("utf-8"))]
    if not found:
        raise ValueError(f"{lock}: it pins nothing; make it with `make lock`")
    return found


def rounds(pinned: Iterable[str]) -> Iterator[list[str]]:
    """Deal *pinned* into lists with one version a package: markers let a lock hold several."""
    left = sorted(set(pinned))
    while left:
        now = list({pin.split("==")[0]: pin for pin in reversed(left)}.values())
        yield sorted(now)
        left = [pin for pin in left if pin not in now]


def trusted(services: Sequence[str] = SERVICES) -> str:
    """Return the first of *services* that knows the canary's hole; raise Unanswered without one."""
    reasons = []
    for service in services:
        try:
            if holes(ask(service, [CANARY])):
                return service
            reasons.append(f"{service}: it knows of no hole in {CANARY}, which has several")
        except Unanswered as told:
            reasons.append(str(told))
    raise Unanswered("; ".join(reasons))


def audit(locks: Iterable[Path], service: str) -> list[str]:
    """Return a sentence for each hole that *service* knows in what *locks* pin."""
    pinned = {pin for lock in locks for pin in pins(lock)}
    return sorted(hole for some in rounds(pinned) for hole in holes(ask(service, some)))


def ask(service: str, pinned: Sequence[str]) -> Report:
    """Return pip-audit's report on *pinned*; raise Unanswered unless it covers every one."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "requirements.txt")
        asked.write_text("\n".join(pinned) + "\n", encoding="utf-8")
        command = [str(PROGRAM), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        done = subprocess.run(
            [*command, "--format", "json", "--vulnerability-service", service, "-r", str(asked)],
            capture_output=True,
            text=True,
            check=False,
        )
    if not done.stdout.strip():
        raise Unanswered(f"{service}: {_last(done.stderr)}")
    return covering(json.loads(done.stdout), service, pinned)


def covering(report: Report, service: str, pinned: Sequence[str]) -> Report:
    """Return *report* if it judges every one of *pinned*; raise Unanswered with the first gap."""
    skipped = [d["skip_reason"] for d in report["dependencies"] if "skip_reason" in d]
    if skipped:
        raise Unanswered(f"{service}: {skipped[0]} ({len(skipped)} of {len(pinned)} not judged)")
    if len(report["dependencies"]) != len(pinned):
        judged = len(report["dependencies"])
        raise Unanswered(f"{service}: it judged {judged} packages of {len(pinned)}")
    return report


def holes(report: Report) -> list[str]:
    """Return a sentence for each hole in *report*: package, name of the hole, what mends it."""
    return [
        f"{package['name']} {package['version']}: {hole['id']}, "
        f"mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in report["dependencies"]
        for hole in package["vulns"]
    ]


def _last(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
