"""Does the README say what the code does?"""

import re
from pathlib import Path

from cli.main import parser
from factory.gates import GATES
from story import CHAPTERS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_every_verb_stands_in_the_table_and_every_one_in_the_table_exists():
    told = set(re.findall(r"^\| `factory (\w+)", README, re.MULTILINE))
    told |= {"reject"} if "`factory approve\\|reject" in README else set()
    verbs = next(a for a in parser()._actions if a.choices).choices
    assert told == set(verbs)


def test_every_make_target_that_is_told_of_exists():
    told = set(re.findall(r"make ([a-z-]+)", README)) - {"a", "sense"}
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert told <= targets


def test_the_last_line_of_the_demo_is_the_one_that_is_promised():
    assert f"`demo: {len(CHAPTERS)} steps passed, 0 failed`" in README


def test_every_gate_is_told_of():
    for gate in GATES:
        assert f"`{gate}`" in README


def test_every_path_in_the_readme_exists():
    paths = re.findall(r"`((?:[a-z_]+/)+[a-z_0-9.]*)`", README)
    made = ("build/",)
    missing = [p for p in paths if not p.startswith(made) and not (ROOT / p).exists()]
    assert missing == []


def test_every_room_stands_in_the_table_of_imports():
    told = re.findall(r"^\| ([a-z]+)[/ ]", README, re.MULTILINE)
    rooms = {"factory", "models", "engines", "pipelines", "lambdas", "stacks", "localcloud", "cli"}
    assert rooms <= set(told)


def test_the_readme_keeps_its_order():
    order = ["Two commands", "Add a model", "Deploy", "Who may import whom", "Cost", "not proven"]
    places = [
        README.index(f"## {words}") if words != "not proven" else README.index(words)
        for words in order
    ]
    assert places == sorted(places)
