"""Which holes are known in what the locks pin? `python -m scan.audit [LOCK...]` answers.

It fails on a hole, and as well if nobody could be asked.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from scan.audit import Unanswered, node, python

LOCKS = (
    "requirements.txt",
    "requirements-sdk.txt",
    "requirements-scan.txt",
    "requirements-ministack.txt",
)


def main(locks: Sequence[str]) -> int:
    """Ask about *locks*, or about everything that the repository pins; return the exit code."""
    named = [python.ROOT / lock for lock in locks or LOCKS]
    bad = _told("pip-audit", lambda: python.audit(named, python.trusted()))
    if not locks:
        bad |= _told("npm audit", _npm)
    return int(bad)


def _npm() -> list[str]:
    node.trust()
    return node.audit(python.ROOT)


def _told(who: str, ask: Callable[[], list[str]]) -> bool:
    """Print what *who* found; return whether that is anything but a clean answer."""
    try:
        found = ask()
    except Unanswered as reason:
        print(f"{who}: NOT AUDITED, no service answered: {reason}")
        return True
    print("\n".join(f"{who}: {hole}" for hole in found) or f"{who}: no known holes")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
