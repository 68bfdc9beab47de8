"""Does an event say what, to what, by whom and why, in fields of the right types?"""

import dataclasses
import importlib
import json
import pkgutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import factory.events
from factory.errors import MalformedEvent
from factory.events import registry, wire
from factory.events.actor import FUNCTION, PERSON
from factory.events.data import DataProductPublished, Source
from factory.events.envelope import Envelope, identity
from factory.events.event import Event, PersonEvent, event
from factory.events.incident import DriftDetected, IncidentClosed, IncidentOpened
from factory.events.model import ApprovalRefused, ModelDeployed
from factory.events.people import ModelApproved, RollbackRequested
from factory.events.registry import TYPES
from factory.events.training import ModelRegistered, RetrainingRequested
from tests.factory.events.instances import delivered, events
from tests.factory.events.written import SINCE, WRITTEN

RESPOND = "function/respond"
SUBJECT = {"model": "income", "version": 1}
DECIDED = {"package": "p", "artifact": "a", "evidence": "e"}
OUTCOME = {"package": "arn:p", "endpoint": "income", "config": "c", "serves": "c"}
DEPLOYED = ModelDeployed(**SUBJECT, **OUTCOME, reason="it serves", key="c")
EVERY = sorted(TYPES.items())
FIELDS = [
    pytest.param(cls, field, id=f"{kind}-{field.name}")
    for kind, cls in EVERY
    for field in cls.DETAIL
]
VALID = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)
ONCE = settings(VALID, max_examples=3)


def written(kind, subject, detail):
    """Return the envelope of an event as a function emitted it before there were classes."""
    cls = TYPES[kind]
    function = cls.speakers()[0]
    actor = "person/ada" if issubclass(cls, PersonEvent) else f"function/{function}"
    body = {"subject": subject, "actor": actor, "reason": "r", "key": "k", "detail": detail}
    source = f"modelworks.{function}"
    return {"detail-type": kind, "source": source, "time": "2026-01-01", "detail": body}


def changed(envelope, **fields):
    """Return *envelope* with other fields in its detail."""
    body = envelope["detail"]
    return {**envelope, "detail": {**body, "detail": {**body["detail"], **fields}}}


def heard(cls, envelope):
    """Read *envelope*, also of what never comes over the bus."""
    return cls.of(envelope) if cls.EMITTERS else cls.told(Envelope.of(envelope))


@pytest.mark.parametrize(("kind", "cls"), EVERY, ids=[kind for kind, _ in EVERY])
@given(data=st.data())
@VALID
def test_an_event_comes_back_from_its_envelope(kind, cls, data):
    told = data.draw(events(cls))
    envelope = json.loads(json.dumps(delivered(told), allow_nan=False))
    assert heard(cls, envelope) == told
    assert envelope["detail"]["id"] == told.id


@pytest.mark.parametrize(("kind", "subject", "detail"), WRITTEN)
def test_what_stands_in_the_ledger_is_read_and_written_as_it_was(kind, subject, detail):
    found = heard(TYPES[kind], written(kind, subject, detail))
    assert found.detail() == detail
    assert found.subject == subject


def test_every_type_has_its_form_in_the_ledger_pinned():
    assert {kind for kind, _, _ in WRITTEN} | SINCE == set(TYPES)


@pytest.mark.parametrize(("cls", "field"), FIELDS)
@given(data=st.data())
@ONCE
def test_a_field_that_is_missing_is_named(cls, field, data):
    envelope = delivered(data.draw(events(cls)))
    name = wire.name_of(field)
    envelope["detail"]["detail"].pop(name, None)
    if wire.optional(field):
        assert getattr(heard(cls, envelope), field.name) == field.default
    else:
        with pytest.raises(MalformedEvent, match=rf"^{cls.TYPE}: detail.{name} is missing$"):
            heard(cls, envelope)


@pytest.mark.parametrize(("cls", "field"), FIELDS)
@given(data=st.data())
@ONCE
def test_a_field_of_the_wrong_type_is_named(cls, field, data):
    wrong = 7 if wire.hints(cls)[field.name] is not int else "7"
    name = wire.name_of(field)
    envelope = changed(delivered(data.draw(events(cls))), **{name: wrong})
    with pytest.raises(MalformedEvent, match=rf"^{cls.TYPE}: detail.{name} is .*7.*, which is not"):
        heard(cls, envelope)


@pytest.mark.parametrize(("kind", "cls"), EVERY, ids=[kind for kind, _ in EVERY])
@given(data=st.data())
@ONCE
def test_what_another_version_adds_is_passed_over(kind, cls, data):
    told = data.draw(events(cls))
    assert heard(cls, changed(delivered(told), added_later={"a": [1]})) == told


@pytest.mark.parametrize(
    ("cls", "kind", "where", "wrong", "words"),
    [
        (IncidentOpened, "incident.opened", ("reasons", 0, "words"), 3, "reasons[0].words is 3"),
        (IncidentOpened, "incident.opened", ("reasons", 0, "count"), "1", "reasons[0].count is"),
        (IncidentOpened, "incident.opened", ("source", "arrival"), None, "source.arrival is None"),
        (DriftDetected, "drift.detected", ("window", "from"), 1, "window.from is 1"),
        (DriftDetected, "drift.detected", ("columns", "age", "psi"), "x", "columns.age.psi is 'x'"),
        (
            DriftDetected,
            "drift.detected",
            ("columns", "age", "psi"),
            float("nan"),
            "columns.age.psi is nan",
        ),
        (DriftDetected, "drift.detected", ("breached",), 1, "breached is 1"),
        (DataProductPublished, "dataproduct.published", ("rows",), True, "rows is True"),
        (DataProductPublished, "dataproduct.published", ("rows",), 1.0, "rows is 1.0"),
    ],
)
def test_a_nested_value_of_the_wrong_type_is_named_by_its_path(cls, kind, where, wrong, words):
    subject, detail = next((s, json.loads(json.dumps(d))) for k, s, d in WRITTEN if k == kind)
    part = detail
    for step in where[:-1]:
        part = part[step]
    part[where[-1]] = wrong
    with pytest.raises(MalformedEvent) as refused:
        cls.of(written(kind, subject, detail))
    assert f"{kind}: detail.{words}" in str(refused.value)


@pytest.mark.parametrize("name", ["reason", "key", "actor"])
def test_an_event_without_who_or_why_is_refused(name):
    with pytest.raises(MalformedEvent, match=f"incident.closed: {name} is empty; say it"):
        IncidentClosed(
            **{"about": "model/m", "incident": "i", "actor": RESPOND, "reason": "r", "key": "k"}
            | {name: ""}
        )


@pytest.mark.parametrize("name", ["subject", "actor", "reason", "key", "detail"])
def test_an_envelope_that_lacks_a_field_is_refused(name):
    envelope = delivered(DEPLOYED)
    del envelope["detail"][name]
    with pytest.raises(MalformedEvent, match=f"model.deployed: the envelope has no '{name}'"):
        ModelDeployed.of(envelope)


@pytest.mark.parametrize("name", ["subject", "actor", "reason", "key"])
@pytest.mark.parametrize("wrong", [3, None, ["a"]])
def test_an_envelope_whose_words_are_not_texts_is_refused(name, wrong):
    envelope = delivered(DEPLOYED)
    envelope["detail"][name] = wrong
    with pytest.raises(MalformedEvent, match=rf"model.deployed: {name} is .*, which is not a text"):
        ModelDeployed.of(envelope)


@pytest.mark.parametrize("body", [None, "text", ["a"]])
def test_an_envelope_without_a_body_is_refused(body):
    with pytest.raises(MalformedEvent, match=r"model.deployed: the body is .* not an object"):
        ModelDeployed.of({**delivered(DEPLOYED), "detail": body})


@pytest.mark.parametrize("name", ["detail-type", "source", "time"])
def test_an_envelope_that_eventbridge_did_not_write_is_refused(name):
    envelope = delivered(DEPLOYED)
    del envelope[name]
    with pytest.raises(MalformedEvent, match=f"the envelope has no '{name}'"):
        ModelDeployed.of(envelope)


def test_an_event_of_another_type_is_refused():
    with pytest.raises(
        MalformedEvent, match=r"model.approved: the envelope holds a model.deployed"
    ):
        ModelApproved.of(delivered(DEPLOYED))


def test_an_event_from_a_function_that_may_not_emit_it_is_refused():
    envelope = delivered(DEPLOYED, source="modelworks.promote")
    with pytest.raises(MalformedEvent, match=r"model.deployed: modelworks.promote may not emit it"):
        ModelDeployed.of(envelope)


@pytest.mark.parametrize(
    "subject",
    ["model/income", "model/income/x", "model/income/1/2", "model//1", "model/income/-1", "x"],
)
def test_a_subject_of_another_form_is_refused(subject):
    envelope = delivered(DEPLOYED)
    envelope["detail"]["subject"] = subject
    with pytest.raises(MalformedEvent, match=r"^model.deployed: subject"):
        ModelDeployed.of(envelope)


@pytest.mark.parametrize("subject", ["model/income/01", "model/income/" + "1" * 5000])
def test_a_version_is_written_in_one_way(subject):
    envelope = delivered(DEPLOYED)
    envelope["detail"]["subject"] = subject
    with pytest.raises(MalformedEvent, match=r"^model.deployed: subject"):
        ModelDeployed.of(envelope)


def test_a_subject_that_belies_the_detail_is_refused():
    told = RetrainingRequested(model="income", incident="i", reason="r", key="k")
    envelope = changed(delivered(told), model="other")
    with pytest.raises(MalformedEvent, match="subject is model/income; its fields say model/other"):
        RetrainingRequested.of(envelope)


@pytest.mark.parametrize("model", ["", "a/1", "a/b"])
def test_a_name_that_would_be_another_subject_is_refused(model):
    with pytest.raises(MalformedEvent, match=r"model.deployed: subject is .*; it has the form"):
        dataclasses.replace(DEPLOYED, model=model)


@pytest.mark.parametrize("version", ["1", None, 1.0])
def test_an_emitter_that_gives_a_wrong_type_is_refused(version):
    with pytest.raises(MalformedEvent, match=r"model.deployed: "):
        dataclasses.replace(DEPLOYED, version=version)


def test_a_list_where_a_tuple_is_wanted_is_refused():
    with pytest.raises(MalformedEvent, match=r"incident.opened: reasons would be read as"):
        IncidentOpened(about="model/m", reasons=[], actor=RESPOND, reason="r", key="k")


def test_an_emitter_that_is_alone_need_not_say_who_it_is():
    assert DEPLOYED.actor == "function/deployment_outcome"


def test_one_of_several_emitters_must_say_who_it_is():
    with pytest.raises(MalformedEvent, match=r"incident.closed: actor is empty"):
        IncidentClosed(about="model/m", incident="i", reason="r", key="k")


def test_a_function_may_act_in_the_name_of_a_person():
    told = ApprovalRefused(
        **SUBJECT, package="p", approver="ada", actor="person/alan", reason="r", key="k"
    )
    assert ApprovalRefused.of(delivered(told)).actor == "person/alan"


@pytest.mark.parametrize("actor", ["", "person/", "function/promote", "personal/ada"])
def test_what_a_person_did_was_done_by_a_person(actor):
    with pytest.raises(MalformedEvent, match=r"model.approved: actor is"):
        ModelApproved(
            **SUBJECT, package="p", artifact="a", evidence="e", actor=actor, reason="r", key="k"
        )


def test_a_word_that_python_reserves_stands_on_the_wire_all_the_same():
    told = RollbackRequested(
        **SUBJECT, package="p", serving="config-2", actor="person/ada", reason="r", key="k"
    )
    assert told.detail()["from"] == "config-2"


def test_an_optional_field_that_is_unset_is_not_in_the_detail():
    opened = IncidentOpened(about="model/m", reasons=(), actor=RESPOND, reason="r", key="k")
    assert opened.detail() == {"reasons": []}
    source = Source(arrival="u", version_id=None, requester="r")
    assert dataclasses.replace(opened, source=source).detail()["source"] == {
        "arrival": "u",
        "version_id": None,
        "requester": "r",
    }


@given(st.text(min_size=1))
def test_the_identity_depends_on_what_happened_and_not_on_how_it_is_told(reason):
    told = dataclasses.replace(DEPLOYED, reason=reason)
    assert told.id == DEPLOYED.id
    assert dataclasses.replace(DEPLOYED, key=DEPLOYED.key + reason).id != DEPLOYED.id


def test_the_identity_is_the_one_that_ledgers_hold():
    told = ModelRegistered(
        model="m", version=3, execution="arn:e", artifact="a", reason="r", key="arn:e"
    )
    # SHA-256 of '["modelworks.run_events","model.registered","model/m/3","arn:e"]', by sha256sum
    assert told.id == "23dd78fc43e22d672803cbd3f2b83683f36f9db2052488e0c8abf5664a38cee0"


def test_nothing_moves_from_one_part_of_an_identity_to_another():
    moved = [
        ("s", "k", "a|b", "c"),
        ("s", "k", "a", "b|c"),
        ("s|k", "a", "b", "c"),
        ("s", "k|a", "b", "c"),
    ]
    assert len({identity(*parts) for parts in moved}) == len(moved)


def test_what_another_function_says_is_another_event():
    told = IncidentClosed(about="model/m", incident="i", actor=RESPOND, reason="r", key="k")
    other = dataclasses.replace(told, actor="function/deployment_outcome")
    assert (told.origin, other.origin) == ("modelworks.respond", "modelworks.deployment_outcome")
    assert told.id != other.id


@pytest.mark.parametrize(
    ("cls", "source", "actor", "words"),
    [
        (ModelApproved, "modelworks.promote", "function/promote", "is not a person"),
        (ModelApproved, "modelworks.command", "person/grace", "modelworks.command may not emit it"),
        (ModelApproved, "promote", "person/grace", "promote may not emit it"),
        (ModelApproved, "modelworks.modelworks.promote", "person/grace", "may not emit it"),
        (ModelDeployed, "modelworks.deployment_outcome", "person/grace", "is not the function"),
        (ModelDeployed, "modelworks.deployment_outcome", "function/promote", "is not the function"),
        (
            IncidentClosed,
            "modelworks.respond",
            "function/deployment_outcome",
            "is not the function",
        ),
        (ApprovalRefused, "modelworks.promote", "service/sagemaker", "is not the function that"),
    ],
)
def test_who_may_not_say_it_is_not_heard(cls, source, actor, words):
    kind, subject, detail = next(each for each in WRITTEN if each[0] == cls.TYPE)
    envelope = {**written(kind, subject, detail), "source": source}
    envelope["detail"]["actor"] = actor
    with pytest.raises(MalformedEvent, match=words):
        cls.of(envelope)


@pytest.mark.parametrize(
    "name", ["", "grace\n", "gr ace", "g" * 65, "gr\u0430ce", "grace/alan", "grace\x1b[31m"]
)
def test_a_person_is_named_as_aws_names_people(name):
    with pytest.raises(MalformedEvent, match="which is not a person"):
        ModelApproved(**SUBJECT, **DECIDED, actor=f"person/{name}", reason="r", key="k")


def test_one_of_several_functions_may_not_stand_for_people():
    with pytest.raises(ValueError, match=r"model.seen: one function may stand for others, and 2"):

        @event(
            "model.seen",
            by=("promote", "command"),
            subject="model/{model}",
            key="k",
            actors=(PERSON,),
        )
        class _Seen(Event):
            model: str


def test_the_table_of_speakers_has_every_type_and_only_declared_functions():
    rows = registry.speakers()
    assert {row.type for row in rows} == set(TYPES)
    people = {row.type for row in rows if PERSON in row.actors}
    assert people == {kind for kind, cls in TYPES.items() if issubclass(cls, PersonEvent)} | {
        "approval.refused"
    }
    assert {row.function for row in rows if row.type in people} == {"promote", "command"}
    assert all(row.actors == (FUNCTION,) for row in rows if row.type not in people)


def test_any_event_is_read_as_the_class_of_its_type():
    assert registry.parse(delivered(DEPLOYED)) == DEPLOYED


def test_an_event_of_no_type_is_refused():
    envelope = {**delivered(DEPLOYED), "detail-type": "model.deplyoed"}
    with pytest.raises(MalformedEvent, match=r"model.deplyoed: there is no such type of event"):
        registry.parse(envelope)


def test_two_classes_of_one_type_are_refused():
    with pytest.raises(ValueError, match=r"model.deployed is ModelDeployed already"):

        @event("model.deployed", by=("promote",), subject="model/{model}", key="k")
        class _Again(Event):
            model: str


def test_the_registry_imports_every_module_of_types():
    parts = [
        importlib.import_module(f"factory.events.{each.name}")
        for each in pkgutil.iter_modules(factory.events.__path__)
    ]
    declared = {
        cls.TYPE: cls
        for part in parts
        for cls in vars(part).values()
        if isinstance(cls, type) and issubclass(cls, Event) and hasattr(cls, "TYPE")
    }
    assert declared == TYPES
    assert {cls.__module__ for cls in TYPES.values()} == {m.__name__ for m in registry.MODULES}


@pytest.mark.parametrize(("kind", "cls"), EVERY, ids=[kind for kind, _ in EVERY])
def test_every_type_says_what_it_is(kind, cls):
    assert cls.__doc__
    assert cls.__dict__["__doc__"] is not Event.__doc__
    assert cls.KEY


def test_a_reason_is_one_bounded_line_that_drives_no_terminal():
    said = ModelDeployed(**SUBJECT, **OUTCOME, reason="it\x1b[2J\nserves\u202e", key="c").reason
    assert said == "it\\x1b[2J serves\\u202e"
    long = ModelDeployed(**SUBJECT, **OUTCOME, reason="it serves " * 10**5, key="c").reason
    assert len(long) == 4000
