"""Which pipeline definitions can be revoked?"""

from http import HTTPStatus

from factory.commands.definition import accept
from factory.commands.request import Caller, RevokeDefinition
from tests.factory.commands.test_request import declined
from tests.factory.promotion.test_origin import RECORDED, REVOKED

ADA = Caller(person="ada", duty="operator", request="r")
COMMAND = RevokeDefinition(recipe="boosting", digest=RECORDED.digest, reason="it leaks")


def test_a_definition_that_a_deploy_has_brought_is_revoked_by_whoever_asks():
    accepted = accept(COMMAND, ADA, RECORDED)
    event = accepted.event
    assert (event.actor, event.reason, event.key) == ("person/ada", "it leaks", RECORDED.digest)
    assert (event.recipe, event.digest) == ("boosting", RECORDED.digest)
    assert accepted.answer == {"recipe": "boosting", "digest": RECORDED.digest, "by": "ada"}


def test_a_definition_that_nobody_has_deployed_is_unknown():
    words = f"recipe 'boosting' has no pipeline definition {RECORDED.digest[:12]}"
    declined(HTTPStatus.NOT_FOUND, words, accept, COMMAND, ADA, None)


def test_a_definition_is_revoked_once_and_the_first_reason_is_told():
    words = "grace has revoked pipeline definition"
    declined(HTTPStatus.CONFLICT, words, accept, COMMAND, ADA, REVOKED)
