"""Which files does a recipe's job receive?"""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent


def stage(recipe: str, into: Path) -> Path:
    """Lay out below *into*, which must be empty or new, what the jobs of *recipe* run.

    The root holds `__main__.py`, `steps/` and `factory/`: zipped, it is run with
    `python3 code.zip STEP`. Only Python sources are taken, so the same commit gives the same files.
    """
    home = ROOT / "pipelines" / recipe
    if not (home / "__main__.py").is_file():
        raise FileNotFoundError(f"recipe {recipe!r}: {home} has no __main__.py; name another")
    if into.is_dir() and any(into.iterdir()):
        raise FileExistsError(f"{into} is not empty; stage into a new folder")
    for source, name in _sources(home):
        target = into / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    return into


def _sources(home: Path) -> list[tuple[Path, Path]]:
    steps = [(p, p.relative_to(home)) for p in sorted((home / "steps").rglob("*.py"))]
    domain = [(p, p.relative_to(ROOT)) for p in sorted((ROOT / "factory").rglob("*.py"))]
    return [(home / "__main__.py", Path("__main__.py")), *steps, *domain]
