import importlib
from pathlib import Path

import pytest

from factory import settings

ROOT = Path(__file__).parents[2]
NAMES = sorted(p.parent.name for p in ROOT.glob("lambdas/*/handler.py"))
CLASSES = {c.__name__.removesuffix("Settings"): c for c in settings.Settings.__subclasses__()}


def fields(name):
    return set(CLASSES[name.title().replace("_", "")].__dataclass_fields__)


def test_every_folder_of_lambdas_is_deployed_exactly_once(dev):
    handlers = [f["Handler"] for f in dev.all("AWS::Lambda::Function").values()]
    assert sorted(handlers) == [f"lambdas/{name}/handler.handle" for name in NAMES]


def test_every_handler_that_is_deployed_can_be_called():
    for name in NAMES:
        assert callable(importlib.import_module(f"lambdas.{name}.handler").handle)


def test_every_settings_class_belongs_to_one_function():
    assert sorted(n.title().replace("_", "") for n in NAMES) == sorted(CLASSES)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_told_exactly_what_its_settings_ask_for(dev, name):
    told = dev.function(name)["Environment"]["Variables"]
    assert {variable.lower() for variable in told} == fields(name)
    assert all(told.values())


def test_every_function_has_a_role_and_a_log_of_its_own(dev):
    functions = dev.all("AWS::Lambda::Function")
    assert len({f["Role"] for f in functions.values()}) == len(functions)
    assert len({f["LoggingConfig"]["LogGroup"] for f in functions.values()}) == len(functions)


def test_every_function_runs_on_the_python_of_the_wheels(dev):
    runtimes = {
        (f["Runtime"], *f["Architectures"]) for f in dev.all("AWS::Lambda::Function").values()
    }
    assert runtimes == {("python3.12", "x86_64")}


def test_ingest_alone_has_a_layer(dev):
    layered = [f["Handler"] for f in dev.all("AWS::Lambda::Function").values() if "Layers" in f]
    assert layered == ["lambdas/ingest/handler.handle"]


@pytest.mark.parametrize("name", NAMES)
def test_the_package_holds_what_is_allowed_and_nothing_else(dev, name):
    rooms = ["factory", *(["engines"] if name == "ingest" else [])]
    expected = {p for room in rooms for p in (ROOT / room).rglob("*.py")}
    expected |= {ROOT / "lambdas/__init__.py", *(ROOT / "aws").glob("*.py")}
    expected |= set((ROOT / "lambdas" / name).glob("*.py"))
    assert packed(dev, name) == {str(p.relative_to(ROOT)) for p in expected}


def packed(world, name):
    folder = world.folder / f"asset.{Path(world.function(name)['Code']['S3Key']).stem}"
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
