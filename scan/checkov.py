"""Do the templates pass checkov, apart from what checkov.toml skips with a reason?

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
class FailedCheck:
    """A check that a resource failed."""

    check: str
    resource: str
    """As `Stack/LogicalId`, without the hash that the CDK appends."""
    description: str


@dataclass(frozen=True, kw_only=True)
class Skip:
    """The resources for which a check is skipped, and why."""

    check: str
    on: tuple[str, ...]
    """Shell-style patterns for `Stack/LogicalId`."""
    reason: str


def read(path: Path = SKIPS) -> list[Skip]:
    """Return the skips that *path* lists; raise ValueError for one without pattern or reason."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["skip"]
    for number, entry in enumerate(entries, start=1):
        missing = [field for field in ("check", "on", "reason") if not entry.get(field)]
        if missing:
            raise ValueError(f"{path.name}: skip {number} has no {' and no '.join(missing)}")
    return [Skip(check=e["check"], on=tuple(e["on"]), reason=e["reason"]) for e in entries]


def failed_checks(report: Mapping[str, Any]) -> set[FailedCheck]:
    """Return what failed according to *report*, checkov's JSON."""
    return {
        FailedCheck(check["check_id"], _resource(check), check["check_name"])
        for check in report["results"]["failed_checks"]
    }


def problems(failed: Iterable[FailedCheck], skips: Sequence[Skip]) -> list[str]:
    """Return a sentence for each failed check without a skip, and for each unused skip."""
    failed = sorted(failed)
    used = {(f, s.check, p) for f in failed for s in skips for p in s.on if _covers(s, p, f)}
    covered, needed = {f for f, *_ in used}, {tuple(rule) for _, *rule in used}
    unskipped = [f"{f.resource}: {f.description} ({f.check})" for f in failed if f not in covered]
    unused = [
        f"checkov.toml: {skip.check} fails nowhere on {pattern!r}; remove the skip"
        for skip in skips
        for pattern in skip.on
        if (skip.check, pattern) not in needed
    ]
    return unskipped + unused


def unchecked(report: Mapping[str, Any], templates: Iterable[Path]) -> list[str]:
    """Return a sentence for each of *templates* that *report* does not mention."""
    results = report.get("results", {})
    checks = [*results.get("passed_checks", []), *results.get("failed_checks", [])]
    checked = {Path(check["file_abs_path"]).resolve() for check in checks}
    missing = [path for path in templates if path.resolve() not in checked]
    return [f"{path}: checkov checked nothing in it" for path in missing]


def run(templates: Sequence[Path]) -> dict[str, Any]:
    """Return checkov's report on *templates*; raise ChildProcessError if it crashes."""
    command = [str(PROGRAM), "--framework", "cloudformation", "--output", "json", "--compact"]
    files = [argument for path in templates for argument in ("--file", str(path))]
    done = subprocess.run(
        [*command, "--soft-fail", *OFFLINE, *files], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ChildProcessError(f"checkov ended with {done.returncode}: {done.stderr.strip()}")
    return dict(json.loads(done.stdout))


def main(assemblies: Sequence[Path], skip_file: Path = SKIPS) -> int:
    """Print the problems of the templates of *assemblies*; return 1 if there are any."""
    templates = [path for folder in assemblies for path in sorted(folder.rglob("*.template.json"))]
    if not templates:
        print(f"no templates in {', '.join(map(str, assemblies))}: synthesize first")
        return 1
    skips, report = read(skip_file), run(templates)
    found = unchecked(report, templates)
    failed = set() if found else failed_checks(report)
    found = found or problems(failed, skips)
    print("\n".join(found) or f"checkov: {len(failed)} failed checks, each skipped for a reason")
    return 1 if found else 0


def _resource(check: Mapping[str, Any]) -> str:
    stack = Path(check["file_abs_path"]).name.split(".")[0]
    logical = check["resource"].rsplit(".", 1)[-1]
    return f"{stack}/{re.sub(r'[0-9A-F]{8}$', '', logical)}"


def _covers(skip: Skip, pattern: str, failed: FailedCheck) -> bool:
    return skip.check == failed.check and fnmatchcase(failed.resource, pattern)


if __name__ == "__main__":
    sys.exit(main([Path(folder) for folder in sys.argv[1:]]))
