"""Is there a Python for the factory, an environment of its own, and in it what is pinned?"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from cli.doctor import pins
from cli.doctor.check import GOOD, MISSING, ROOT, WRONG, Check, answer, by_system

VENV, SDK = ROOT / ".venv", ROOT / ".venv-sdk"
LOCK, SDK_LOCK = ROOT / "requirements.txt", ROOT / "requirements-sdk.txt"
SETUP = "make .venv/ready"
PYTHON_PACKAGES = ("python3.12 python3.12-venv", "python3.12", "python@3.12")
SDK_PURPOSE = "compiles pipelines, make test"
BOUND = re.compile(r"(>=|<=|>|<)\s*([0-9.]+)")
NAMED = 8  # packages, that are named when they are wrong
NEWEST = 40  # minor version of Python that is looked for


def checks() -> Iterator[Check]:
    """Yield what was found of the interpreter, the environments and what they hold."""
    yield _python()
    yield _venv()
    yield _pins("pinned packages", VENV, LOCK, "")
    if SDK.is_dir():
        yield _pins("packages of .venv-sdk", SDK, SDK_LOCK, SDK_PURPOSE)
    else:
        yield Check(".venv-sdk", MISSING, "not there", "make .venv-sdk/ready", SDK_PURPOSE)


def supported(version: str) -> bool:
    """Return whether pyproject.toml allows a *version* of Python."""
    own = pins.numbers(version)
    compare = {">=": own.__ge__, "<=": own.__le__, ">": own.__gt__, "<": own.__lt__}
    return all(compare[sign](pins.numbers(bound)) for sign, bound in _bounds())


def _bounds() -> list[tuple[str, str]]:
    """Return what pyproject.toml demands; tomllib is not there in the Pythons that are too old."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    match = re.search(r'^requires-python\s*=\s*"([^"]+)"', text, re.MULTILINE)
    found = [BOUND.fullmatch(part.strip()) for part in match[1].split(",")] if match else [None]
    if not all(found):
        raise ValueError("pyproject.toml: requires-python is not bounds such as >=3.11,<3.14")
    return [(bound[1], bound[2]) for bound in found if bound]


def _python() -> Check:
    own = ".".join(map(str, sys.version_info[:3]))
    if supported(own) and find_spec("ensurepip"):
        return Check("Python", GOOD, own, "")
    for minor in range(NEWEST):
        command = shutil.which(f"python3.{minor}") if supported(f"3.{minor}") else None
        if command and answer([command, "-c", "import venv, ensurepip"])[0]:
            return Check("Python", GOOD, f"{command} (this one is {own})", "")
    wanted = ", ".join(map("".join, _bounds()))
    why = "it cannot make environments" if supported(own) else f"{wanted} is wanted"
    return Check("Python", WRONG, f"{own}; {why}", by_system(*PYTHON_PACKAGES))


def _venv() -> Check:
    what, anew = "environment", f"rm -rf .venv && {SETUP}"
    if not VENV.is_dir():
        return Check(what, MISSING, ".venv is not there", SETUP)
    runs, output = answer(
        [VENV / "bin" / "python", "-c", "import sys; print(sys.version.split()[0])"]
    )
    if not runs:
        return Check(what, WRONG, output, anew)
    if not supported(output):
        return Check(what, WRONG, f".venv has Python {output}", anew)
    if not (VENV / "bin" / "factory").exists():
        return Check(what, WRONG, ".venv has no command `factory`", f"rm -f .venv/ready; {SETUP}")
    used = "in use" if os.path.realpath(sys.prefix) == os.path.realpath(VENV) else "not in use now"
    return Check(what, GOOD, f".venv, Python {output}, {used}", "")


def _pins(what: str, venv: Path, lock: Path, purpose: str) -> Check:
    """Compare an environment with its lock."""
    again = f"rm -f {venv.name}/ready; make {venv.name}/ready"
    config = venv / "pyvenv.cfg"
    if not config.is_file():
        return Check(what, MISSING, f"{venv.name} is not set up", again, purpose)
    match = re.search(r"^version(?:_info)?\s*=\s*([0-9.]+)", config.read_text(), re.MULTILINE)
    python = match[1] if match else "0"
    wanted, there = pins.pinned(lock, python), pins.installed(venv)
    wrong = sorted(name for name, version in wanted.items() if there.get(name) != version)
    if not wrong:
        return Check(what, GOOD, f"all {len(wanted)} of {lock.name}", "", purpose)
    named = [f"{name} {there.get(name, 'absent')}, pinned {wanted[name]}" for name in wrong[:NAMED]]
    more = [f"{len(wrong) - NAMED} more"] if len(wrong) > NAMED else []
    found = f"{len(wrong)} of {len(wanted)} are not as pinned: {'; '.join([*named, *more])}"
    return Check(what, WRONG, found, again, purpose)
