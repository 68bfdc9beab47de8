"""Is each dependency declared once, and is the lock of what is declared?"""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCALCLOUD = tomllib.loads((ROOT / "localcloud" / "pyproject.toml").read_text(encoding="utf-8"))
OURS = "-r requirements.in"
ITS = "localcloud (localcloud/pyproject.toml)"


def house():
    """Return what requirements.in asks for."""
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(text) for line in lines if (text := line.partition("#")[0].strip())]


def cloud():
    """Return what the local cloud asks for, as its pyproject.toml says."""
    return [Requirement(text) for text in LOCALCLOUD["project"]["dependencies"]]


def names(requirements):
    return {canonicalize_name(each.name) for each in requirements}


def locked(text):
    """Return the pins of a lock: name, version, marker, and who asked for it."""
    pin = re.compile(r"^([a-z0-9.\-]+)(?:\[[a-z,]+\])?==(\S+)(?: ; (.*?))? \\$")
    found = []
    for line in text.splitlines():
        if match := pin.match(line):
            found.append((*match.groups(), []))
        elif found and line.startswith("    # "):
            found[-1][3].append(line.removeprefix("    # ").removeprefix("via").strip())
        elif found and line.startswith("    #   "):
            found[-1][3].append(line.removeprefix("    #   "))
    return found


def asked(lock, asker):
    return {name for name, _, _, askers in lock if asker in askers}


@pytest.fixture(scope="module")
def lock():
    return locked((ROOT / "requirements.txt").read_text(encoding="utf-8"))


def test_the_lock_pins_what_the_house_declares_and_nothing_else_in_its_name(lock):
    assert asked(lock, OURS) == names(house())


def test_the_lock_pins_what_the_local_cloud_declares_and_nothing_else_in_its_name(lock):
    assert asked(lock, ITS) == names(cloud())


@pytest.mark.parametrize("wanted", [*house(), *cloud()], ids=str)
def test_every_pin_is_of_a_version_that_is_asked_for(lock, wanted):
    pins = [pin for pin in lock if pin[0] == canonicalize_name(wanted.name)]
    if wanted.marker:
        bound = re.search(r'"3\.\d+"', str(wanted.marker))[0]
        sign = "<" if "<" in str(wanted.marker) else ">="
        pins = [pin for pin in pins if pin[2] and sign in pin[2] and bound[1:-1] in pin[2]]
    assert pins
    assert [pin for pin in pins if not wanted.specifier.contains(pin[1])] == []


def test_what_only_the_local_cloud_uses_is_declared_there_alone():
    assert {"moto", "packaging", "starlette", "time-machine", "uvicorn"} <= names(cloud())
    assert names(house()) & names(cloud()) == {"boto3", "pyyaml"}  # both use these themselves


def test_what_the_tests_of_the_local_cloud_need_is_pinned_for_the_house():
    test = [Requirement(each) for each in LOCALCLOUD["project"]["optional-dependencies"]["test"]]
    assert names(test) <= names(house())


def test_both_are_for_the_same_pythons():
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert LOCALCLOUD["project"]["requires-python"] == ours["project"]["requires-python"]


@pytest.mark.parametrize(
    ("line", "pins"),
    [
        ("moto==5.2.5 \\\n    --hash=sha256:1\n    # via -r requirements.in\n", {"moto"}),
        ("moto==5.2.5 \\\n    # via\n    #   -r requirements.in\n    #   x\n", {"moto"}),
        ("moto==5.2.5 \\\n    # via x\n", set()),
    ],
)
def test_a_pin_tells_who_asked_for_it(line, pins):
    assert asked(locked(line), OURS) == pins
