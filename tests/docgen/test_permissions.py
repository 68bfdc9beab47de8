"""Does the page of permissions say all that the templates grant?"""

import pytest

from docgen import permissions
from docgen.assembly import Assembly
from factory.events.incident import IncidentOpened


@pytest.fixture(scope="module")
def built(assembly):
    return Assembly(assembly)


FED = {
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
}
"""What the construct library grants to a function that a queue feeds."""


def test_every_action_that_a_policy_names_has_a_sentence_but_those_of_a_queue(built):
    said = {(p.path.split("/")[0], action) for p in built.permissions() for action in p.actions}
    without = built.granted() - said
    assert said < built.granted()
    assert {action for _, action in without} == FED
    assert all(f"`{action}`" in permissions.page(built) for action in FED)


def test_every_permission_has_a_sentence_unless_it_is_denied(built):
    page = permissions.page(built)
    assert "| ingest reads whatever lands | `s3:GetObject`" in page
    denied = [p for p in built.permissions() if not p.sentence]
    assert denied
    assert page.count(permissions.DENIED) == len(denied)


def test_resources_are_named_by_their_place_and_never_by_what_a_deploy_makes_up(built):
    words = [resource for p in built.permissions() for resource in p.resources]
    assert "Data/Landing/*" in words
    assert "Training/Work/code/${aws:SourceIdentity}/*" in words  # a variable of IAM's, not ours
    made_up = [w.replace("${aws:SourceIdentity}", "") for w in words]
    assert [w for w in made_up if "{" in w or "Fn::" in w or "ExportsOutput" in w] == []


def test_an_asset_is_not_named_by_its_bytes(built):
    assert "an asset of the deployment" in {r for p in built.permissions() for r in p.resources}


def test_subscribers_of_an_event_are_the_functions_that_its_rules_feed(built):
    assert built.subscribers()[IncidentOpened.TYPE] == ["incident"]
