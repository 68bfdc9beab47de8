"""Does the page of the command say what the command itself says?"""

import pytest

from cli.main import parser
from docgen import cli

VERBS = dict(cli.verbs(parser()))


def test_a_verb_within_a_verb_is_found():
    assert "audit verify" in VERBS
    assert "audit" not in VERBS


@pytest.mark.parametrize("words", VERBS)
def test_every_option_of_a_verb_stands_on_the_page(words):
    section = cli.page().partition(f"\n## {words}\n")[2].partition("\n## ")[0]
    options = {o for a in VERBS[words]._actions for o in a.option_strings} - {"-h", "--help"}
    assert options
    assert [option for option in options if f"`{option}" not in section] == []


def test_what_may_be_left_out_is_in_brackets():
    assert "factory status [MODEL] [--json] [--stage STAGE]" in cli.page()
    assert "factory approve MODEL [VERSION] [--json] [--stage STAGE] --reason REASON" in cli.page()
