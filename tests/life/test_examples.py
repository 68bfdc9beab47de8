"""Does every deployed function run its own example event under its deployed role?"""

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FUNCTIONS = sorted(p.parent.name for p in (ROOT / "lambdas").glob("*/handler.py"))
ANSWERING = "catalogue"  # it answers CloudFormation's URL; every deployment runs it
COMMANDED = "command"  # it answers people, over its own URL


def deployed(session, function):
    """Return the deployed function whose handler lies in the folder *function*."""
    pages = session.aws("lambda").get_paginator("list_functions").paginate()
    handlers = {f["Handler"]: f["FunctionName"] for page in pages for f in page["Functions"]}
    found = [
        name
        for handler, name in handlers.items()
        if f"lambdas/{function}/" in f"{handler}/" or f"lambdas.{function}." in handler
    ]
    assert len(found) == 1, handlers
    return found[0]


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f != ANSWERING])
def test_the_example_event_is_understood(session, function):
    answer = session.aws("lambda").invoke(
        FunctionName=deployed(session, function),
        Payload=(ROOT / "lambdas" / function / "event.json").read_bytes(),
    )
    said = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, said
    if function == COMMANDED:
        words = json.loads(said["body"])["message"]
        assert "is not a session of the role of builder or operator" in words
    else:
        assert set(said) == {"batchItemFailures"}


def test_the_one_that_answers_cloudformation_is_deployed_too(session):
    assert deployed(session, ANSWERING)
