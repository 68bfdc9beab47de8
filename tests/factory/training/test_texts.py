"""Does whatever somebody or something says fit the parameter and the description of a run?"""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from factory import reasons
from factory.training import plan
from factory.training.exam import Looks, exam_of
from factory.training.parameters import RECIPE
from factory.training.request import Wanted
from tests.factory.gates.test_gates import MODEL
from tests.hostile import HOSTILE

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


def started(text):
    """Return what a run is given that somebody wants in hostile words."""
    said = {"cause": text, "reason": text, "asked_by": f"person/{text}", "behind": text}
    found = plan.plan(
        plan.Facts(
            wanted=Wanted(model=MODEL.name, **said),
            model=MODEL,
            judged="a" * 64,
            spec_uri="s3://specs/judged/churn/a.json",
            history=[],
            now=0.0,
            snapshots={product: f"s3://data/{product}/1/" for product in MODEL.products},
            looks=Looks(exam=exam_of(MODEL, 1)),
            champion=plan.Champion(uri="s3://evidence/champions/none", digest="none"),
            definition="b" * 64,
            spec_by="",
            code_uri=RECIPE,
        )
    )
    assert isinstance(found, plan.Start), found
    return found.document.parameters


@given(HOSTILE)
@settings(max_examples=25, deadline=None)
def test_a_run_is_given_what_sagemaker_takes_whatever_its_cause_says(text):
    """Its reason is the description of the package too."""
    found = started(text)
    assert fits(found["Reason"])
    assert all(len(value) <= 1024 for value in found.values())
    assert {name for name, value in found.items() if text in value} <= {"Reason"}
