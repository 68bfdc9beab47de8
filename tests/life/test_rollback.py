"""Does an earlier version serve again at one command, and who may give it?"""

import pytest

from factory.events.model import ModelDeployed, ModelPromoted
from factory.events.people import RollbackRequested
from factory.exit_code import ExitCode
from factory.layout import names
from tests.life import people
from tests.life.approvals import send, status
from tests.life.commands import operator, post, refused
from tests.life.rollouts import COMMAND, MODEL
from tests.life.telling import others


def test_nobody_without_a_signature_commands(session):
    assert post(session, None, COMMAND)[0] == 403


@pytest.mark.parametrize(
    ("person", "role", "words"),
    [
        ("ada", "Builder", "ada is not a session of the role of operator"),
        ("grace", "Approver", "Forbidden"),  # IAM: not even the function hears of it
    ],
)
def test_other_duties_do_not_roll_back(session, person, role, words):
    code, said = post(session, people.in_role(session, person, role), COMMAND)
    assert code == 403
    assert said.startswith(words)


def test_not_even_an_administrator_commands_as_nobody(session):
    code, words = post(session, session.cloud.session(), COMMAND)
    assert code == 403
    assert "is not a session of the role of builder or operator" in words


def test_a_builder_does_not_operate(session):
    code, answer = session.factory("ada", "rollback", MODEL, "--reason", "it selects too few")
    assert code == ExitCode.ERROR
    assert "is not authorized to perform: sts:AssumeRole" in answer["error"]


@pytest.mark.parametrize(
    ("name", "identity"), [("alan", "grace"), ("grace", "alan"), ("alan", "alan")]
)
def test_no_operator_takes_the_name_of_another(session, name, identity):
    assume = people.as_themselves(session, "grace").client("sts").assume_role
    role = session.output("OperatorRoleArn")
    people.denied(assume, RoleArn=role, RoleSessionName=name, SourceIdentity=identity)


def test_an_operator_does_not_call_the_function_itself_where_they_could_say_who_they_are(session):
    name = names.command("dev")
    assert session.aws("lambda").get_function(FunctionName=name), "it is there"
    people.denied(operator(session).client("lambda").invoke, FunctionName=name, Payload=b"{}")


ANSWERS = {
    "no reason": (400, "a command without a reason is not carried out"),
    "a missing reason": (400, "a command without a reason is not carried out"),
    "another command": (400, "a command is"),
    "an unknown model": (404, "model 'outcome' is not in the catalogue"),
    "no endpoint": (409, "income-plain serves nothing"),
    "the version that serves": (409, "serves version 3 already"),
    "a later version": (409, "version 4 is Rejected in the registry; only an approved version"),
    "an unknown version": (404, "has no version 9"),
    "a version that nobody approved": (409, "only an approved version may serve"),
}


@pytest.mark.parametrize("wrong", ANSWERS)
def test_what_cannot_be_rolled_back_is_answered_in_words(rollouts, wrong):
    code, words = rollouts.declined[0][wrong]
    assert (code, ANSWERS[wrong][1] in words) == (ANSWERS[wrong][0], True), words


def test_nothing_comes_of_a_command_that_is_declined(rollouts):
    assert rollouts.declined[1] == []


def test_the_command_line_wants_a_reason(session):
    code, answer = session.factory("grace", "rollback", MODEL, "--reason", " ")
    assert (code, answer["kind"]) == (ExitCode.FAILED, "Refused")


def test_a_version_that_the_registry_alone_calls_approved_is_refused_twice(rollouts):
    (code, words), told = rollouts.unchecked
    assert (code, "was never approved: promotion has no record" in words) == (409, True), words
    assert told == f"{MODEL} version 2 was never checked and recorded"


def test_promotion_refuses_a_version_whose_approval_was_taken_back(session, rollouts):
    assert rollouts.fell_back
    words = refused(session, rollouts.brittle.package, rollouts.serves, "taken back")
    assert words == f"the registry says Rejected of {MODEL} version 4"


def test_promotion_refuses_when_something_else_serves_than_the_person_saw(session, rollouts):
    assert rollouts.fell_back
    words = refused(session, rollouts.first.package, "another-v7-00000000", "changed since")
    assert words.endswith(f"serves {rollouts.serves} now, no longer another-v7-00000000")


def test_one_command_lets_the_version_before_serve_again(session, rollouts):
    _, endpoint = rollouts.rolled_back
    assert endpoint["EndpointStatus"] == "InService"
    assert endpoint["EndpointConfigName"] == rollouts.config(rollouts.first)
    first, again = (
        session.aws("sagemaker").describe_model(ModelName=config)["PrimaryContainer"]
        for config in (rollouts.first_serves["EndpointConfigName"], rollouts.serves)
    )
    assert first == again
    assert first["ModelDataUrl"].endswith(f"{rollouts.first.result['artifact']}.tar.gz")


def test_it_moves_all_traffic_at_once_and_nobody_rolls_back_meanwhile(rollouts):
    ((code, answer), endpoint), _ = rollouts.rolled_back
    (stage,) = endpoint["PendingDeploymentSummary"]["ProductionVariants"][0]["VariantStatus"]
    assert "full capacity of 2 instance" in stage["StatusMessage"]
    assert code == ExitCode.FAILED
    assert "its alarms take it back by themselves; try again when" in answer["error"]


def test_the_ledger_knows_who_rolled_back_and_why(rollouts):
    assert rollouts.rolled_back
    kinds = {e["type"]: e for e in rollouts.about(rollouts.first)}
    asked, done = kinds[RollbackRequested.TYPE], kinds[ModelPromoted.TYPE]
    assert (asked["actor"], asked["reason"]) == ("person/grace", "it selects too few")
    assert done["reason"] == "grace rolled back: it selects too few"
    assert kinds[ModelDeployed.TYPE]["detail"]["config"] == rollouts.serves


def test_what_was_rolled_back_from_is_no_champion_any_more(session, rollouts):
    assert rollouts.rolled_back
    package = rollouts.second.package
    assert status(session, package) == "Rejected"
    found = session.aws("sagemaker").describe_model_package(ModelPackageName=package)
    assert found["ApprovalDescription"].endswith("grace rolled back: it selects too few")
    assert status(session, rollouts.first.package) == "Approved"


def test_a_deployment_that_holds_closes_the_incident(rollouts):
    assert rollouts.rolled_back
    assert set(rollouts.incidents.values()) == {"closed"}


def test_a_command_that_is_told_again_later_rolls_back_nothing(session, rollouts):
    assert rollouts.rolled_back
    heard, serves = session.event_ids(), rollouts.serves
    (asked,) = [e for e in session.events(RollbackRequested) if e["detail"]["model"] == MODEL]
    send(session, "promote", asked, RollbackRequested.TYPE)
    assert (others(session, heard), rollouts.serves) == ([], serves)
