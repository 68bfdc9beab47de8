"""Which report do the tests use? One that a real factory wrote; each test gets a copy."""

import json
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent / "example.json"


@pytest.fixture
def report():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


@pytest.fixture
def empty_report(report):
    """The report of a model that is in the catalogue but has never been trained."""
    return report | {
        "serving": None,
        "judged": None,
        "gates": [],
        "fairness": None,
        "card": {},
        "traffic": None,
        "drift": report["drift"]
        | {"breached": False, "windows": [], "shown": None, "histograms": []},
        "incidents": [],
        "versions": [],
        "refused": [],
    }
