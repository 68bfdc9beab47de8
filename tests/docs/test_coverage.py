"""Does everything that a reader can meet have a heading of its own?"""

import re

import pytest

import models
from cli.main import parser
from docgen import cli, errors
from docgen.assembly import LOGICAL_ID, Assembly
from factory.catalogue import classes
from factory.catalogue.spec import Model
from factory.events.registry import TYPES
from factory.gates import GATES
from factory.serving import guardrails
from tests.docs.reading import ROOT, Page

REFERENCE = ROOT / "docs" / "reference"
ALARMS = ROOT / "docs" / "operate" / "alarms"
POINTER = re.compile(r"see docs/operate/alarms/([a-z-]+)\.md$")


def headings(name):
    return set(Page(REFERENCE / f"{name}.md").headings)


def test_every_field_of_the_spec_has_a_heading():
    assert {leaf.path for leaf in classes.leaves(Model)} <= headings("spec")


def test_every_gate_has_a_heading():
    assert set(GATES) <= headings("gates")


def test_every_type_of_event_has_a_heading():
    assert set(TYPES) <= headings("events")


def test_every_verb_has_a_heading():
    assert {words for words, _ in cli.verbs(parser())} <= headings("cli")


def test_every_error_has_a_heading():
    assert {kind.__name__ for kind in errors.kinds()} <= headings("errors")


@pytest.fixture(scope="module")
def built(assembly):
    return Assembly(assembly)


def described(built):
    """Return the descriptions of all alarms: of templates, and of those that functions make."""
    for _, _, alarm in built.resources("AWS::CloudWatch::Alarm"):
        yield alarm["Properties"]["AlarmDescription"]
    (model, *_) = models.catalogue()
    guarded = guardrails.Guarded(
        model=model, endpoint="mw-dev-income", config="mw-dev-income-v1-00000000", namespace="n"
    )
    for settings in guardrails.alarms(guarded, "arn").values():
        yield settings["AlarmDescription"]


def runbooks_in_code():
    """Return the names of the runbooks that any code points to."""
    rooms = ("factory", "lambdas", "stacks")
    texts = [p.read_text("utf-8") for room in rooms for p in (ROOT / room).rglob("*.py")]
    return {name for text in texts for name in re.findall(r"runbook\([\"']([a-z-]+)[\"']\)", text)}


def test_every_alarm_names_the_page_about_it(built):
    found = list(described(built))
    assert found
    assert [words for words in found if not POINTER.search(words)] == []


def test_whoever_makes_an_alarm_in_code_points_to_a_page():
    makers = [
        path
        for room in ("factory", "lambdas", "stacks")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"AlarmDescription|alarm_description", path.read_text("utf-8"))
    ]
    assert len(makers) >= 3
    assert [p for p in makers if "runbook" not in p.read_text("utf-8")] == []


def test_every_page_about_an_alarm_is_named_by_one_and_the_other_way_round():
    assert runbooks_in_code() == {path.stem for path in ALARMS.glob("*.md")}


def places(built):
    """Return where each function's queue is, as the alarm about its failed messages says."""
    found = {}
    for stack, constructs in built.metadata.items():
        for path, entries in constructs.items():
            ids = {(stack, entry["data"]) for entry in entries if entry["type"] == LOGICAL_ID}
            for function in {built.queues()[each] for each in ids & built.queues().keys()}:
                found[function] = path.removeprefix("/").removesuffix("/Queue/Resource")
    return found


def test_the_runbook_has_each_function_that_a_queue_feeds_and_the_place_of_its_queue(built):
    text = Page(ALARMS / "dead-letters.md").text.partition("## The functions")[2]
    inside = dict(re.findall(r"^### ([a-z_]+)\n\nQueue `(.*?)`\.", text, re.MULTILINE))
    assert inside == places(built)
    failed = [words for words in described(built) if words.endswith("/dead-letters.md")]
    assert {words.partition(":")[0] for words in failed} == set(inside.values())
