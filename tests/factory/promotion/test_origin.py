"""Is a package accepted only from a run that was allowed to make it, and as that run made it?"""

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from factory.catalogue.definition import Definition, digest
from factory.errors import Refused
from factory.promotion import origin
from factory.promotion.found import Found
from tests.factory.promotion.boundruns import registration
from tests.factory.promotion.test_approval import ARN, CONTAINER, PACKAGE

REGISTER = {
    "Type": "RegisterModel",
    "Arguments": {
        "InferenceSpecification": {
            "Containers": [{k: CONTAINER[k] for k in ("Image", "Environment")}]
        }
    },
}
DEFINITION = json.dumps(
    {"Steps": [{"Type": "Condition", "Arguments": {"IfSteps": [REGISTER], "ElseSteps": []}}]}
)
BEGAN, ENDED = "2026-01-01T10:00:00.000+00:00", "2026-01-01T14:00:00.000+00:00"
RECORDED = Definition(recipe="boosting", digest=digest(DEFINITION), periods=((BEGAN, ""),))
REVOKED = dataclasses.replace(
    RECORDED, revoked={"by": "person/grace", "reason": "it leaks", "key": "k"}
)


def found(**changes):
    known = Found(
        artifact=None,
        evidence=None,
        baseline=None,
        replay=None,
        registration=registration(DEFINITION),
        bound=None,
        became="",
        definition=RECORDED,
        judged=None,
        champion="none",
    )
    return dataclasses.replace(known, **changes)


def test_the_package_that_the_run_itself_registered_is_accepted():
    origin.check(PACKAGE, found())


def test_a_definition_that_was_replaced_while_its_run_was_under_way_is_accepted():
    replaced = dataclasses.replace(RECORDED, periods=((BEGAN, ENDED),))
    origin.check(PACKAGE, found(definition=replaced))


@pytest.mark.parametrize(
    ("claims", "there", "words"),
    [
        ({}, {"registration": None}, "its run registered nothing that is written down"),
        (
            {},
            {"registration": registration(DEFINITION, PipelineExecutionArn="arn:other")},
            "what is written down of its run is of another run: arn:other",
        ),
        ({"arn": "arn:by:hand"}, {}, f"its run registered {ARN}, not arn:by:hand"),
        ({}, {"definition": None}, "which no deploy had in force then; start a new run"),
        (
            {},
            {
                "registration": registration(
                    DEFINITION, began=datetime(2026, 1, 1, 9, 59, 59, 999000, UTC)
                )
            },
            f"09:59:59.999+00:00 with pipeline definition {RECORDED.digest[:12]}, which no deploy",
        ),
        (
            {},
            {
                "registration": registration(
                    DEFINITION, began=datetime(2026, 1, 1, 14, tzinfo=UTC)
                ),
                "definition": dataclasses.replace(RECORDED, periods=((BEGAN, ENDED),)),
            },
            "which no deploy had in force then",
        ),
        (
            {},
            {"definition": REVOKED},
            f"{RECORDED.digest[:12]}, which grace has revoked: it leaks; start a new run",
        ),
        ({"containers": [{**CONTAINER, "Image": "evil:1"}]}, {}, "image or environment is not"),
        ({"containers": [{**CONTAINER, "Environment": {}}]}, {}, "image or environment is not"),
        ({"containers": [CONTAINER, CONTAINER]}, {}, "image or environment is not"),
        ({"containers": []}, {}, "image or environment is not"),
        (
            {},
            {"registration": dataclasses.replace(registration(DEFINITION), containers=())},
            "image or environment is not",
        ),
    ],
)
def test_any_other_package_is_refused_with_the_reason(claims, there, words):
    with pytest.raises(Refused) as caught:
        origin.check(dataclasses.replace(PACKAGE, **claims), found(**there))
    assert words in str(caught.value)
