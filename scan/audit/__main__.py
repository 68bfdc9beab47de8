"""Which known vulnerabilities do our lock files pin? `python -m scan.audit [LOCK...]` answers.

It fails on a vulnerability, and also when no service could be reached.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from scan.audit import AuditUnavailable, node, python

LOCKS = (
    "requirements.txt",
    "requirements-sdk.txt",
    "requirements-clients.txt",
    "requirements-scan.txt",
    "requirements-ministack.txt",
    "requirements-awscli.txt",
    "requirements-peers.txt",
    "requirements-toolkit.txt",
    "requirements-recipes.txt",
    "requirements-toolkit-build.txt",
)


def main(locks: Sequence[str]) -> int:
    """Audit *locks*, or everything that the repository pins; return the exit code."""
    paths = [python.ROOT / lock for lock in locks or LOCKS]
    failed = _report("pip-audit", lambda: python.audit(paths, python.trusted_service()))
    if not locks:
        failed |= _report("npm audit", _npm)
    return int(failed)


def _npm() -> list[str]:
    node.check_canary()
    return node.audit(python.ROOT)


def _report(auditor: str, audit: Callable[[], list[str]]) -> bool:
    """Print what *auditor* found; return whether that is anything but a clean result."""
    try:
        found = audit()
    except AuditUnavailable as reason:
        print(f"{auditor}: NOT AUDITED, no service answered: {reason}")
        return True
    print(
        "\n".join(f"{auditor}: {vulnerability}" for vulnerability in found)
        or f"{auditor}: no known vulnerabilities"
    )
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
