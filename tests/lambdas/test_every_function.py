"""Does every function have what each must have?"""

import json
from pathlib import Path

import pytest

from factory import settings

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS = sorted(p.parent.name for p in (ROOT / "lambdas").glob("*/handler.py"))


def class_of(function):
    return "".join(part.title() for part in function.split("_")) + "Settings"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_has_a_handler_an_example_event_and_settings(function):
    folder = ROOT / "lambdas" / function
    assert "def handle(" in (folder / "handler.py").read_text()
    assert isinstance(json.loads((folder / "event.json").read_text()), dict)
    assert class_of(function) in {kind.__name__ for kind in settings.Settings.__subclasses__()}


def test_every_settings_class_belongs_to_one_function_and_one_construct():
    built = "\n".join(p.read_text() for p in (ROOT / "stacks").rglob("*.py"))
    for kind in settings.Settings.__subclasses__():
        users = [f for f in FUNCTIONS if class_of(f) == kind.__name__]
        assert len(users) == 1, kind
        handler = (ROOT / "lambdas" / users[0] / "handler.py").read_text()
        assert f"{kind.__name__}.from_env(os.environ)" in handler
        assert built.count(f"{kind.__name__}(") == 1, kind


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_handler_catches_what_it_cannot_fix(function):
    if function == "catalogue":
        return  # it must answer CloudFormation with the failure, and raises it again
    for path in (ROOT / "lambdas" / function).glob("*.py"):
        assert "except Exception" not in path.read_text(), path


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_has_a_test_of_its_own(function):
    tests = Path(__file__).parent
    assert (tests / f"test_{function}.py").is_file() or (tests / function).is_dir()
