"""Who built it, and who decides? Attacks on what keeps the two apart."""

import pytest

from factory.events.model import ApprovalRefused
from tests.life.approvals import decide, refusal


@pytest.mark.attack("who builds a model by its spec approves a version of it")
def test_a_builder_of_the_spec_does_not_approve(session, runs, stopped):
    package = runs["twin"].package
    words = refusal(session, package, lambda: decide(session, "alan", package, "it is mine"))
    assert words == "alan builds income and may not approve it; somebody who does not build it must"
    (told,) = [
        event
        for event in session.events(ApprovalRefused)
        if event["detail"]["package"] == package and event["reason"] == words
    ]
    stopped(words, told)
