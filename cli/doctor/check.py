"""What was found when one thing that the factory needs was checked?"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD, MISSING, WRONG = "ok", "missing", "wrong"
TIMEOUT = 20  # seconds that a tool may take to print its version


@dataclass(frozen=True)
class Check:
    """One thing, its state, and the command that fixes it."""

    what: str
    state: str
    """`ok`, `missing` or `wrong` (there, but not as it must be)."""
    found: str
    fix: str
    """What to type at the root of the repository."""
    purpose: str = ""
    """What an optional thing is good for; empty when nothing works without it."""

    @property
    def good(self) -> bool:
        """Return whether nothing needs to be done."""
        return self.state == GOOD

    @property
    def required(self) -> bool:
        """Return whether the factory cannot do without it."""
        return not self.purpose


def answer(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> tuple[bool, str]:
    """Run *command* at the root; return whether it went well, and its last line of output."""
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        return False, str(exc)
    lines = (done.stdout if done.returncode == 0 else done.stderr + done.stdout).strip()
    return done.returncode == 0, (lines.splitlines() or ["no output"])[-1]


def by_system(apt: str, dnf: str, brew: str) -> str:
    """Return how this system's own tool installs a thing, which each of them calls differently."""
    for manager, packages in (("apt-get", apt), ("dnf", dnf), ("brew", brew)):
        if shutil.which(manager):
            rights = "" if manager == "brew" else "sudo "
            return f"{rights}{manager} install {packages}"
    return f"install {apt} with your system's package manager"
