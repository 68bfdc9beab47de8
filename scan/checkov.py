"""Do the templates pass checkov, but for what checkov.toml skips with a reason?

`python -m scan.checkov CDK_OUT...` runs it over the templates of each assembly, without network.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / ".venv-scan" / "bin" / "checkov"
SKIPS = ROOT / "scan" / "checkov.toml"
OFFLINE = ("--skip-download", "--download-external-modules", "False")


@dataclass(frozen=True, order=True)
class Finding:
    """A check that a resource fails."""

    check: str
    where: str
    """The resource as `Stack/LogicalId`, without the hash that the CDK appends."""
    words: str


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Where a check is not asked for, and why."""

    check: str
    on: tuple[str, ...]
    """Patterns of a shell for `Stack/LogicalId`."""
    reason: str


def read(path: Path = SKIPS) -> list[Skip]:
    """Return the skips that *path* lists; raise ValueError for one without place or reason."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["skip"]
    for number, entry in enumerate(entries, start=1):
        lacking = [field for field in ("check", "on", "reason") if not entry.get(field)]
        if lacking:
            raise ValueError(f"{path.name}: skip {number} has no {' and no '.join(lacking)}")
    return [Skip(check=e["check"], on=tuple(e["on"]), reason=e["reason"]) for e in entries]


def findings(report: Mapping[str, Any]) -> set[Finding]:
    """Return what fails in *report*, the JSON of checkov."""
    return {
        Finding(check["check_id"], _where(check), check["check_name"])
        for check in report["results"]["failed_checks"]
    }


def judge(found: Iterable[Finding], skips: Sequence[Skip]) -> list[str]:
    """Return a sentence for each finding that nothing skips, and for each skip of nothing."""
    found = sorted(found)
    used = {(f, s.check, p) for f in found for s in skips for p in s.on if _covers(s, p, f)}
    covered, needed = {f for f, *_ in used}, {tuple(rule) for _, *rule in used}
    stands = [f"{f.where}: {f.words} ({f.check})" for f in found if f not in covered]
    stale = [
        f"checkov.toml: {skip.check} fails nowhere on {pattern!r}; remove the skip"
        for skip in skips
        for pattern in skip.on
        if (skip.check, pattern) not in needed
    ]
    return stands + stale


def unread(report: Mapping[str, Any], templates: Iterable[Path]) -> list[str]:
    """Return a sentence for each of *templates* that *report* says nothing of."""
    results = report.get("results", {})
    checks = [*results.get("passed_checks", []), *results.get("failed_checks", [])]
    read_ones = {Path(check["file_abs_path"]).resolve() for check in checks}
    silent = [path for path in templates if path.resolve() not in read_ones]
    return [f"{path}: checkov checked nothing in it" for path in silent]


def run(templates: Sequence[Path]) -> dict[str, Any]:
    """Return checkov's report on *templates*; raise ChildProcessError if it breaks down."""
    command = [str(PROGRAM), "--framework", "cloudformation", "--output", "json", "--compact"]
    files = [argument for path in templates for argument in ("--file", str(path))]
    done = subprocess.run(
        [*command, "--soft-fail", *OFFLINE, *files], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ChildProcessError(f"checkov ended with {done.returncode}: {done.stderr.strip()}")
    return dict(json.loads(done.stdout))


def main(assemblies: Sequence[Path], skipped: Path = SKIPS) -> int:
    """Print what stands against the templates of *assemblies*; return 1 if anything does."""
    templates = [path for folder in assemblies for path in sorted(folder.rglob("*.template.json"))]
    if not templates:
        print(f"no templates in {', '.join(map(str, assemblies))}: synthesize first")
        return 1
    skips, report = read(skipped), run(templates)
    against = unread(report, templates)
    found = set() if against else findings(report)
    against = against or judge(found, skips)
    print("\n".join(against) or f"checkov: {len(found)} findings, each skipped for a reason")
    return 1 if against else 0


def _where(check: Mapping[str, Any]) -> str:
    stack = Path(check["file_abs_path"]).name.split(".")[0]
    logical = check["resource"].rsplit(".", 1)[-1]
    return f"{stack}/{re.sub(r'[0-9A-F]{8}$', '', logical)}"


def _covers(skip: Skip, pattern: str, finding: Finding) -> bool:
    return skip.check == finding.check and fnmatchcase(finding.where, pattern)


if __name__ == "__main__":
    sys.exit(main([Path(folder) for folder in sys.argv[1:]]))
