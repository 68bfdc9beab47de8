"""Which modules does a recipe's job receive? What its steps import, and nothing else.

An edit anywhere else changes neither the code that runs nor the definition that names its digest.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from factory.errors import InvalidRecipe
from factory.training import steps
from pipelines import wheels
from pipelines.source import literal

ROOT = Path(__file__).parent.parent
ENTRY = "pipelines.steps.__main__"
SHARED = (
    "factory",
    "pipelines.contract",
    "pipelines.measure",
    "pipelines.serving_files",
    "pipelines.steps",
)
"""What a recipe may import of ours, besides its own folder."""


def stage(recipe: str, into: Path, tree: Path = ROOT) -> Path:
    """Lay out below *into*, which must be empty or new, what the jobs of *recipe* run.

    Modules keep their place in *tree*, but for `__main__.py`, which is at the root: zipped, it is
    run with `python3 code.zip STEP`. The wheels that the recipe brings are unpacked beside the
    steps. The same sources give the same files.
    """
    if not (tree / "pipelines" / recipe / "recipe.py").is_file():
        raise InvalidRecipe(
            f"recipe {recipe!r}: pipelines/{recipe}/recipe.py is not there; name another, or "
            "write it"
        )
    if into.is_dir() and any(into.iterdir()):
        raise FileExistsError(f"{into} is not empty; stage into a new folder")
    for module in sorted(closure(recipe, tree)):
        source = _file(module, tree)
        target = into / ("__main__.py" if module == ENTRY else source.relative_to(tree))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes() if source.is_file() else b"")
    brought = wheels.lay(recipe, tree, into)
    wheels.check_imports(recipe, (into / "pipelines" / recipe).rglob("*.py"), brought)
    return into


def closure(recipe: str, tree: Path = ROOT) -> set[str]:
    """Return the modules that the steps and *recipe* import, directly or through each other.

    Raises InvalidRecipe, naming both, when one imports something of ours that does not ship.
    """
    shared = (*SHARED, f"pipelines.{recipe}")
    left = [(root, ROOT.name) for root in _roots(recipe, tree)]
    found: set[str] = set()
    while left:
        module, importer = left.pop()
        if module in found:
            continue
        if module != "pipelines" and not any(f"{module}.".startswith(f"{s}.") for s in shared):
            raise InvalidRecipe(
                f"recipe {recipe!r}: {importer} imports {module}, which does not ship with a job; "
                f"import of ours only {', '.join(shared)}"
            )
        found.add(module)
        left += [(imported, module) for imported in _imported(module, tree)]
    return found


def _roots(recipe: str, tree: Path) -> list[str]:
    """Return what is imported by name only: entry, steps, serving code, recipe, and its tasks."""
    jobs = (f"pipelines.steps.{step.name}" for step in steps.STEPS)
    kinds = [
        f"{room}.{task}"
        for task in literal(tree / "pipelines" / recipe / "recipe.py", "TASKS", ())
        for room in ("factory.tasks", "pipelines.measure")
    ]
    return [ENTRY, *jobs, "pipelines.steps.inference", f"pipelines.{recipe}.recipe", *kinds]


def _imported(module: str, tree: Path) -> Iterator[str]:
    """Yield each module of ours that *module* imports anywhere, and the packages that hold it."""
    if "." in module:
        yield module.rpartition(".")[0]
    source = _file(module, tree)
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    for node in ast.walk(ast.parse(text, source)):
        for name in _names(
            node, module if source.name == "__init__.py" else module.rpartition(".")[0]
        ):
            if (found := _module(name, tree)) is not None:
                yield found


def _names(node: ast.AST, package: str) -> Iterator[str]:
    """Yield the dotted names that *node* imports within *package*; the last part may be a value."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        parts = package.split(".")
        above = parts[: len(parts) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _module(name: str, tree: Path) -> str | None:
    """Return the module of *tree* that *name* is, or is a value of; None when it is not ours."""
    while name:
        if _file(name, tree).is_file() or (tree / name.replace(".", "/")).is_dir():
            return name
        name = name.rpartition(".")[0]
    return None


def _file(module: str, tree: Path) -> Path:
    """Return the source of *module*; of a folder its `__init__.py`, which need not exist."""
    folder = tree / module.replace(".", "/")
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
