"""Does the reference page of events say what the classes say?"""

import re

import pytest

from docgen import events
from factory.events import wire
from factory.events.audit import MessageQuarantined
from factory.events.incident import DriftDetected, IncidentOpened
from factory.events.model import ModelDeployed
from factory.events.people import ModelApproved, RollbackRequested
from factory.events.registry import MODULES, TYPES

PAGE = events.page({ModelDeployed.TYPE: ("promote",)})
SECTIONS = dict(part.split("\n", 1) for part in re.split(r"^### ", PAGE, flags=re.MULTILINE)[1:])
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.*) \|$", re.MULTILINE)
PARTS = {"Change", "ColumnFinding", "ContractVersion", "IncidentReason", "Source", "Window"}


def rows(name):
    """Return type and meaning of the fields in a section."""
    return {field: (kind, meaning) for field, kind, meaning in ROW.findall(SECTIONS[name])}


def test_every_type_and_every_part_has_a_section():
    assert set(SECTIONS) == set(TYPES) | PARTS


def test_the_types_stand_in_the_sections_of_their_modules():
    titles = re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)
    assert titles == [m.__doc__.splitlines()[0] for m in MODULES] + ["Parts of a detail"]


@pytest.mark.parametrize("kind", TYPES)
def test_a_section_shows_every_field_of_the_detail(kind):
    assert list(rows(kind)) == [wire.name_of(field) for field in TYPES[kind].DETAIL]


@pytest.mark.parametrize("name", sorted([*TYPES, *PARTS]))
def test_every_field_has_a_meaning(name):
    intro = SECTIONS[name].partition("| Field")[0]
    assert [f for f, (_, words) in rows(name).items() if not words and f"`{f}`" not in intro] == []


def test_every_link_leads_to_a_section():
    anchors = {name.lower() for name in SECTIONS}
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= anchors


def test_a_section_says_who_emits_and_who_subscribes():
    deployed = SECTIONS[ModelDeployed.TYPE]
    assert "- Subject: `model/MODEL/VERSION`\n" in deployed
    assert "- Emitted by: `deployment_outcome`\n" in deployed
    assert "- Subscribers: `promote`, `audit_log`\n" in deployed
    assert "- Actor: the person\n" in SECTIONS[ModelApproved.TYPE]
    assert "- Emitted by: no function" in SECTIONS[MessageQuarantined.TYPE]


def test_types_are_in_words():
    assert rows(IncidentOpened.TYPE) == {
        "reasons": (
            "list of [IncidentReason](#incidentreason)",
            "What is wrong, one by one; empty when the event's reason says all.",
        ),
        "incident": ("text, optional", "The id under which it will be closed."),
        "finding": ("text, optional", "The URI of the finding of drift."),
        "product": ("text, optional", "The data product whose file was refused."),
        "source": ("[Source](#source) or null, optional", "The refused file."),
        "quarantined": ("text, optional", "The URI of the copy of the refused file."),
    }
    assert rows(DriftDetected.TYPE)["columns"][0] == (
        "object of [ColumnFinding](#columnfinding) by name"
    )
    assert rows(RollbackRequested.TYPE)["from"][0] == "text"
    assert rows("IncidentReason")["count"][0] == "whole number, optional"


def test_the_page_is_the_same_each_time():
    assert events.page({ModelDeployed.TYPE: ("promote",)}) == PAGE
