"""Does whatever somebody or something says fit the parameter and the description of a run?"""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from factory import reasons
from factory.training import plan

ENTITY = {"L", "M", "Z", "S", "N", "P"}
"""Classes of characters that EntityDescription of SageMaker's API takes; PipelineParameter.Value
takes all. Both take 1,024."""


def fits(text):
    return len(text) <= 1024 and all(
        unicodedata.category(c)[0] in ENTITY and unicodedata.category(c) not in {"Zl", "Zp"}
        for c in text
    )


@given(st.text(max_size=3000))
def test_a_reason_of_any_length_and_letters_fits(text):
    assert fits(reasons.shown(text, plan.LONGEST))


def test_a_reason_that_grows_with_the_columns_is_cut_and_says_so():
    text = ", ".join(f"column_{n}" for n in range(500)) + " drifted: incident 1"
    shown = reasons.shown(text, plan.LONGEST)
    assert fits(shown)
    assert shown.endswith("...")
    assert shown.startswith("column_0, column_1")
    assert not fits(text)
