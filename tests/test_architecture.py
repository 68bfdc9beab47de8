"""Who may import whom? The table of docs/reference/imports.md, enforced over every file."""

import ast
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from bundling import wheels
from docgen.import_rules import ALLOWED
from factory.tasks.task import Task
from pipelines import source

ROOT = Path(__file__).parent.parent
STDLIB = set(sys.stdlib_module_names)
ROOMS = {place.split("/")[0].removesuffix(".py") for place in ALLOWED}


def place_of(path):
    """Return the narrowest key of the table that *path* is in."""
    name = path.relative_to(ROOT).as_posix()
    return max((key for key in ALLOWED if fnmatchcase(name, _files(key))), key=len)


def _files(key):
    return f"{key}*" if key.endswith("/") else key


def own(path):
    """Return the package of the folder that the table has a row for: its files share it."""
    folders = place_of(path).count("/")
    return ".".join(path.relative_to(ROOT).parts[: max(folders, 1)]).removesuffix(".py")


def allows(rule, name):
    if rule == "*":
        return name.split(".")[0] not in ROOMS
    return name == rule or name.startswith(f"{rule}.")


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


def outside(path):
    """Return the names that *path* imports of others than Python and its own folder."""
    names = set(imports(path))
    return {n for n in names if n.split(".")[0] not in STDLIB and not allows(own(path), n)}


def brought(path):
    """Return the packages of the wheels that *path* brings, if it is a recipe."""
    names = source.literal(path, "WHEELS", ()) if path.name == "recipe.py" else ()
    return {entry.stem for name in names for entry in wheels.path(name).iterdir()}


def offences(path):
    """Return the imports of *path* that the table does not allow, nor its own wheels."""
    may = ALLOWED[place_of(path)].allowed | brought(path)
    return sorted(n for n in outside(path) if not any(allows(rule, n) for rule in may))


AT = {place: [path for path in sources() if place_of(path) == place] for place in ALLOWED}


@pytest.mark.parametrize("path", list(sources()), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_file_imports_only_what_its_room_may(path):
    assert offences(path) == []


@pytest.mark.parametrize("place", ALLOWED)
def test_no_folder_is_allowed_what_none_of_its_files_imports(place):
    used = {name for path in AT[place] for name in outside(path)}
    assert not {rule for rule in ALLOWED[place].allowed if not any(allows(rule, n) for n in used)}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("report/page.py", ["cli.status"]),
        ("factory/settings.py", ["boto3"]),
        ("lambdas/watch/handler.py", ["lambdas.respond.handler", "boto3"]),
        ("stacks/access/permission.py", ["stacks.constructs.store"]),
        ("cli/status/records.py", ["botocore.exceptions"]),
    ],
)
def test_a_forbidden_import_is_seen(path, names):
    may = ALLOWED[place_of(ROOT / path)].allowed
    assert not [n for n in names if any(allows(r, n) for r in may) or allows(own(ROOT / path), n)]


def test_a_recipe_may_import_the_wheels_that_it_brings_and_no_others(tmp_path):
    recipe = tmp_path / "recipe.py"
    recipe.write_text('WHEELS = ("lightgbm",)\n')
    assert "lightgbm" in brought(recipe)
    recipe.write_text("")
    assert brought(recipe) == set()


KINDS = {
    path.stem: Task.named(path.stem).__name__
    for path in sorted((ROOT / "factory" / "tasks").glob("*.py"))
    if "\nTASK = " in path.read_text(encoding="utf-8")
}
NAMING = (
    *("benchmarks/", "demo/", "factory/tasks/", "models/", "pipelines/measure/", "cli/new.py"),
    "localcloud/",  # it knows nothing of models
)
"""Who may name a kind of question: its own two files, specs and those who write them, recipes."""
MEANT_OTHERWISE = {"factory/products/refusal.py": ["count"]}
"""A field of a refusal says how many rows there are."""


def kinds_named(path):
    """Return the kinds that *path* imports, or names by a word of its own."""
    modules = {
        f"{room}.{kind}": kind for room in ("factory.tasks", "pipelines.measure") for kind in KINDS
    }
    found = {kind for name in imports(path) for at, kind in modules.items() if allows(at, name)}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and node.value in KINDS:
            found.add(node.value)
        elif isinstance(node, ast.Name) and node.id in KINDS.values():
            found.add(node.id)
    return sorted(found)


def test_no_file_names_a_kind_of_question_but_its_own():
    assert len(KINDS) >= 6
    others = [
        path
        for path in sources()
        if not path.relative_to(ROOT).as_posix().startswith(NAMING) and path.name != "recipe.py"
    ]
    assert {
        str(p.relative_to(ROOT)): named for p in others if (named := kinds_named(p))
    } == MEANT_OTHERWISE


@pytest.mark.parametrize(
    "line",
    [
        "from factory.tasks.count import Count",
        "from factory.tasks import count",
        "import pipelines.measure.forecast",
        "if model.task.KIND == 'binary': pass",
        "SHAPES = {'ranking': 1}",
    ],
)
def test_a_kind_that_is_named_elsewhere_is_seen(line, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(line)
    assert kinds_named(path)


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


LOG = "aws/log.py"
"""The one place below the commands that prints: there every line is bounded and quoted."""


@pytest.mark.parametrize("folder", ["aws", "engines", "factory", "lambdas"])
def test_nothing_is_printed_but_through_the_log(folder):
    printing = {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    }
    assert printing <= {LOG}
