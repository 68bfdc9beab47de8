"""What does a lock pin, and how is the one wheel of a pin fetched? pip checks its hash."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PYTHON_312 = (
    *("--platform", "manylinux_2_28_x86_64", "--platform", "manylinux_2_27_x86_64"),
    *("--platform", "manylinux2014_x86_64", "--python-version", "3.12"),
)
"""What Lambda runs, and SageMaker's image of scikit-learn."""
HASHED = ("--require-hashes", "--no-deps", "--only-binary=:all:")
_PIN = re.compile(r"^([a-z0-9][a-z0-9.\-]*)==", re.MULTILINE)


def names(requirements: Path) -> set[str]:
    """Return the distributions that the lock pins."""
    return set(_PIN.findall(requirements.read_text(encoding="utf-8")))


def pin(requirements: Path, package: str) -> str:
    """Return the lines of the lock that pin *package*: its version and its hashes.

    Raises LookupError, with the remedy, where it does not.
    """
    lines = requirements.read_text(encoding="utf-8").splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith(f"{package}==")]
    if not starts:
        raise LookupError(
            f"{package}: {requirements.name} does not pin it; add it to "
            f"{requirements.with_suffix('.in').name} and run `make lock`"
        )
    end = next(i for i in range(starts[0], len(lines)) if not lines[i].endswith("\\"))
    return "\n".join(lines[starts[0] : end + 1]) + "\n"


def download(pinned: str, folder: Path, platform: tuple[str, ...] = PYTHON_312) -> Path:
    """Fetch to *folder*, which must be empty or new, the wheel that *pinned* allows for a platform.

    Without a platform it is this machine's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = folder / "lock.txt"
    lines.write_text(pinned, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *HASHED, *platform, "--dest", str(folder), "-r", str(lines)], check=True)
    return next(folder.glob("*.whl"))
