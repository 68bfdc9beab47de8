"""Which wheels does a recipe bring, and how do they get into the code of its jobs? Unpacked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from bundling import wheels
from factory.errors import InvalidRecipe
from pipelines import contract, source

PLACE = PurePosixPath("pipelines", "steps", contract.LIBRARIES)
"""Where the steps look for them: beside their own modules, whatever the recipe is called."""


def lay(recipe: str, tree: Path, into: Path, built: Path = wheels.FOLDER) -> list[str]:
    """Copy the wheels of *recipe* below *into*, and return the packages that they bring.

    Raises InvalidRecipe for wheels that are not pinned, or cannot be in an artifact, and
    FileNotFoundError for those that are not *built*.
    """
    names = source.literal(tree / "pipelines" / recipe / "recipe.py", "WHEELS", ())
    if lacks := list(contract.wheel_violations(names)):
        raise InvalidRecipe(f"recipe {recipe!r}: {lacks[0]}")
    try:
        folders = [wheels.path(name, built) for name in names]
    except LookupError as unknown:
        raise InvalidRecipe(f"recipe {recipe!r}: WHEELS: {unknown.args[0]}") from unknown
    for folder in folders:
        if odd := list(_odd(folder)):
            raise InvalidRecipe(
                f"recipe {recipe!r}: WHEELS: {folder.name} has {odd[0]!r}, a name that no artifact "
                "may hold; do without that wheel"
            )
        shutil.copytree(folder, into / PLACE, dirs_exist_ok=True)
    entries = (entry.name for folder in folders for entry in folder.iterdir())
    return sorted({name.partition(".")[0] for name in entries})


def check_imports(recipe: str, modules: Iterator[Path], brought: list[str]) -> None:
    """Refuse modules of *recipe* that import at their top what its wheels have *brought*.

    A recipe's module is read on laptops and by the gates, where its wheels are not.
    """
    for module in modules:
        if early := set(source.imported(module)).intersection(brought):
            raise InvalidRecipe(
                f"recipe {recipe!r}: {module.name} imports {', '.join(sorted(early))} at its top; "
                "import it inside `estimator`, for the wheels are there only where that is called"
            )


def _odd(folder: Path) -> Iterator[str]:
    """Yield the names below *folder* that no artifact may hold, and those that differ by case."""
    seen: set[str] = set()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = f"{contract.LIBRARIES}/{file.relative_to(folder).as_posix()}"
        if not contract.is_library(name) or name.casefold() in seen:
            yield name
        seen.add(name.casefold())
