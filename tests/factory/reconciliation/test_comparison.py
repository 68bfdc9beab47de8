"""Is every value that promotion asked for compared, and nothing that AWS adds by itself?"""

import pytest

from factory.reconciliation.comparison import LONGEST, unlike

ASKED = {
    "Role": "r",
    "On": False,
    "Count": 1,
    "Container": {"Image": "x", "Environment": {"A": "1"}},
    "Variants": [{"VariantName": "a", "Weight": 1.0}, {"VariantName": "b", "Weight": 2.0}],
    "Tags": [],
}
SAME = [
    ASKED,
    ASKED | {"Arn": "arn", "CreationTime": "now"},
    ASKED | {"Variants": list(reversed(ASKED["Variants"]))},
    ASKED | {"Variants": [{**each, "Current": 1} for each in ASKED["Variants"]]},
    ASKED | {"Count": 1.0},
    {k: v for k, v in ASKED.items() if k != "Tags"},
]
OTHER = {
    "another value": (ASKED | {"Role": "s"}, ["Role is s, and r was asked for"]),
    "a value that is gone": (
        {k: v for k, v in ASKED.items() if k != "Role"},
        ["Role is nothing, and r was asked for"],
    ),
    "what was off is on": (ASKED | {"On": True}, ["On is true, and false was asked for"]),
    "what was off is not said": (ASKED | {"On": None}, ["On is nothing, and false was asked for"]),
    "an environment with more in it": (
        ASKED | {"Container": {"Image": "x", "Environment": {"A": "1", "B": "2"}}},
        ["Container.Environment.B is 2, and nothing was asked for"],
    ),
    "a variant's weight": (
        ASKED | {"Variants": [ASKED["Variants"][0], {"VariantName": "b", "Weight": 9}]},
        ["Variants[1].Weight is 9, and 2.0 was asked for"],
    ),
    "what nobody asked for": (
        ASKED | {"Shadow": [{"VariantName": "s"}]},
        ["Shadow is there, and was not asked for"],
    ),
}


@pytest.mark.parametrize("found", SAME)
def test_what_aws_adds_is_no_difference(found):
    assert unlike(ASKED, found, ["Shadow"]) == []


@pytest.mark.parametrize("case", OTHER)
def test_a_difference_is_said_with_both_values(case):
    found, words = OTHER[case]
    assert unlike(ASKED, found, ["Shadow"]) == words


def test_a_list_of_another_length_differs_as_a_whole():
    (words,) = unlike({"Variants": [{"A": 1}]}, {"Variants": [{"A": 1}, {"A": 2}]})
    assert words == 'Variants is [{"A": 1}, {"A": 2}], and [{"A": 1}] was asked for'


def test_what_somebody_wrote_is_cut_and_drives_no_terminal():
    (words,) = unlike({"Role": "r"}, {"Role": "\x1b[31m" + "x" * 1000})
    assert "\x1b" not in words
    assert len(words) < LONGEST + 50
