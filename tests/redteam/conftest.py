"""Attacks on the deployed factory: each is carried out to its end, and must be stopped and told."""

import textwrap
from pathlib import Path

import pytest

from tests.life.candidates import census
from tests.life.runs import Runs

HERE = Path(__file__).parent
COLUMNS = {"attack": 58, "stopped by": 62, "in the ledger": 40}
"""Of the table, with their widths."""


class Honest(Runs):
    """The runs that an attack begins from; one that needs more starts its own."""

    def learn(self):
        for name in ("good", "twin"):
            self._start(name)
        for run in self.values():
            run.ended()
        self.session.cloud.settle()
        return self


@pytest.fixture(scope="session")
def runs(session, tmp_path_factory):
    """Two honest runs, `good` and `twin`, that the attacks share; both have ended well."""
    return Honest(session, census(tmp_path_factory.mktemp("landing"))).learn()


@pytest.fixture
def stopped(request):
    """Say what stopped the attack, in the factory's own words, and what the ledger tells of it.

    *ledger* is an event of the ledger, or the words that say why there is none: an attack that
    AWS itself refuses, or one on what has not happened yet.
    """
    (attack,) = request.node.get_closest_marker("attack").args

    def tell(by, ledger):
        where = ledger if isinstance(ledger, str) else _named(ledger)
        request.node.user_properties.append(("attack", (attack, str(by), where)))

    yield tell
    if request.node.stash.get(PASSED, False):
        told = [name for name, _ in request.node.user_properties]
        assert "attack" in told, "the test does not say what stopped the attack"


def _named(event):
    return f"{event['type']} {event.get('subject', '')}".strip()


PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Note for `stopped` whether the test itself has passed."""
    report = yield
    if call.when == "call":
        item.stash[PASSED] = report.passed
    return report


def pytest_collection_modifyitems(items):
    """Demand of every test here that it names its attack."""
    for item in items:
        if item.path.is_relative_to(HERE) and item.get_closest_marker("attack") is None:
            raise pytest.UsageError(f"{item.nodeid} names no attack; mark it attack('...')")


def pytest_terminal_summary(terminalreporter):
    """Print a row for every attack; those that were not stopped are the failures above."""
    rows = [
        row
        for report in terminalreporter.stats.get("passed", [])
        for name, row in report.user_properties
        if name == "attack" and report.when == "call"
    ]
    if rows:
        terminalreporter.section(f"attacks stopped: {len(rows)}")
        for row in [tuple(COLUMNS), *sorted(rows)]:
            terminalreporter.write_line(_line(row))


def _line(row):
    """Return a row of the table, each cell in lines of its column's width."""
    cells = [
        textwrap.wrap(cell, width) or [""]
        for cell, width in zip(row, COLUMNS.values(), strict=True)
    ]
    height = max(map(len, cells))
    lines = zip(*(cell + [""] * (height - len(cell)) for cell in cells), strict=True)
    widths = list(COLUMNS.values())
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
