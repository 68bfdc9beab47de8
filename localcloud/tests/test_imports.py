from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCES = Path(__file__).parent.parent / "src"
HOUSE = {path.stem for path in SOURCES.parent.parent.iterdir()} - {"localcloud"}


def module(path, root):
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(text):
    """Yield each dotted name that a module imports, wherever in it: in functions too."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "a relative import hides what it leads to"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages(name):
    """Return a module's packages, outermost first: importing it runs theirs before."""
    parts = name.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts))]


def graph(root):
    """Return for each module under *root* the modules that have to be there before it."""
    files = {module(path, root): path.read_text() for path in root.rglob("*.py")}
    needs = {}
    for name, text in files.items():
        found = set()
        for wanted in imported(text):
            target = wanted if wanted in files else wanted.rpartition(".")[0]
            found |= {target, *packages(target)} & set(files)
        needs[name] = found - {name, *packages(name)}
    return needs


def circle(needs):
    """Return the modules of a circle, in its order, or nothing if there is none."""
    done = set()

    def visit(name, way):
        if name in way:
            return [*way[way.index(name) :], name]
        if name not in done:
            for other in sorted(needs[name]):
                if found := visit(other, [*way, name]):
                    return found
        done.add(name)
        return []

    return next((found for name in sorted(needs) if (found := visit(name, []))), [])


def test_no_module_needs_itself_by_way_of_others():
    assert circle(graph(SOURCES)) == []


def test_nothing_of_the_house_around_is_imported():
    names = {
        (path.name, name)
        for path in SOURCES.rglob("*.py")
        for name in imported(path.read_text())
        if name.partition(".")[0] in HOUSE
    }
    assert names == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("from box.sub import two", "import box.one"),
        ("from box.sub.two import word", "from box import one"),
        ("def f():\n    import box.sub.two", "def g():\n    from box.one import word"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from box.sub import two",
            "from box import one",
        ),
        ("import box.sub.three", ""),
    ],
    ids=["plain", "names", "in functions", "for types", "by a package"],
)
def test_a_circle_is_found_however_it_hides(tmp_path, one, other):
    for name, text in {
        "__init__": "",
        "one": one,
        "sub/__init__": "import box.one" if not other else "",
        "sub/two": other,
        "sub/three": "",
    }.items():
        path = tmp_path / "box" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = circle(graph(tmp_path))
    assert found[0] == found[-1]
    assert "box.one" in found


def test_what_only_goes_down_is_no_circle(tmp_path):
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "__init__.py").write_text("from box import two")
    (tmp_path / "box" / "one.py").write_text("")
    (tmp_path / "box" / "two.py").write_text("from box import one")
    assert circle(graph(tmp_path)) == []
