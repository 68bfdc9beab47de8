"""Does everything that a reader can meet have a heading of its own?"""

from cli.main import parser
from docgen import cli, errors
from factory.catalogue import classes
from factory.catalogue.spec import Model
from factory.gates import GATES
from tests.docs.reading import ROOT, Page

REFERENCE = ROOT / "docs" / "reference"
ALARMS = ROOT / "docs" / "operate" / "alarms"


def headings(name):
    return set(Page(REFERENCE / f"{name}.md").headings)


def test_every_field_of_the_spec_has_a_heading():
    assert {leaf.path for leaf in classes.leaves(Model)} <= headings("spec")


def test_every_gate_has_a_heading():
    assert set(GATES) <= headings("gates")


def test_every_verb_has_a_heading():
    assert {words for words, _ in cli.verbs(parser())} <= headings("cli")


def test_every_error_has_a_heading():
    assert {kind.__name__ for kind in errors.kinds()} <= headings("errors")
