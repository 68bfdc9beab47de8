"""One report, as a factory that had lived told it; each test has a copy of its own."""

import json
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent / "example.json"


@pytest.fixture
def report():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


@pytest.fixture
def newborn(report):
    """A model that the catalogue names and that has done nothing yet."""
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
