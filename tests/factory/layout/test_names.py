"""Are names such that AWS takes them and nobody mistakes one for another?"""

import re

from factory.layout import names

LONGEST = "m" * 36
ENDPOINT = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")  # of CreateEndpointConfig's reference


def test_a_configuration_has_another_name_for_every_cause():
    found = {names.config("income", 1, artifact, cause) for artifact in "ab" for cause in "xy"}
    assert len(found) == 4


def test_the_longest_model_name_leaves_room_for_its_configurations():
    assert ENDPOINT.fullmatch(names.config(names.resource("longname", LONGEST), 9999, "a", "b"))


def test_a_model_is_known_by_its_resource_name_in_any_stage():
    assert names.resource("dev", "income-plain") == "mw-dev-income-plain"
    assert names.model_of("mw-prod-income-plain") == "income-plain"
    assert [names.model_of(other) for other in ("income", "mw-dev", "team-mw-dev-income")] == [
        ""
    ] * 3


def test_a_stack_tells_its_stage_and_no_other_stack_does():
    assert names.STACK.fullmatch(names.stack("prod", "ledger")).groups() == ("prod", "ledger")
    others = ("modelworks-ledger", "modelworks-prod-ledger-2", "my-modelworks-prod-ledger")
    assert not any(map(names.STACK.fullmatch, others))


def test_the_alarms_of_a_model_begin_with_its_name_and_no_other_models():
    begin = names.alarm("income")
    assert names.alarm("income", "drift").startswith(begin)
    assert not names.alarm("income-plain", "drift").startswith(begin)


def test_subjects_tell_a_model_from_its_versions():
    assert names.model_subject("income") == "model/income"
    assert names.package_subject("income", 3) == "model/income/3"


def test_actors_tell_functions_from_people():
    assert names.function_actor("watch") == "function/watch"
    assert names.person_actor("grace") == "person/grace"
