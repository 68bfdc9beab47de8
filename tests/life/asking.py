"""How does a test have retrain start a run that nobody could ask for? By its own code and role."""

import hashlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import aws
import models
from demo import custom_code
from factory.layout import objects
from factory.settings import RetrainSettings
from factory.training.parameters import INSTANCE_TYPE, Parameters
from factory.training.run_policy import Request
from factory.training.run_request import Code, RunRequest, told
from lambdas.retrain import starting
from tests.life import commands, inside, people

NUMBERS = itertools.count(1)
"""Tells apart what tests ask for: the same request twice would be the same run."""


def bring(session, person, edits):
    """Let *person* bring the deployed code with *edits*; return what a request says of it."""
    body = custom_code.edited(session, edits)
    digest = hashlib.sha256(body).hexdigest()
    place = aws.place(objects.training_code(session.output("WorkBucket"), person, digest))
    builder = people.in_role(session, person, "Builder").client("s3")
    builder.put_object(**place, Body=body, IfNoneMatch="*")
    return Code(digest, person)


def parameters(session, *, model, spec, snapshots, champion, look, code=None):
    """Return what a run is given: *spec* by URI and digest, *champion* also by its answers."""
    work = session.output("WorkBucket")
    (uri, digest), (train, test) = spec, snapshots
    return Parameters(
        model=model,
        spec_uri=uri,
        spec_digest=digest,
        train_uri=train,
        test_uri=test,
        champion_uri=champion[0],
        champion_digest=champion[1],
        champion_answers=champion[2],
        look=str(look),
        reason="a test of the life",
        request="",
        train_code_uri=objects.training_code(work, code.person, code.sha256) if code else "",
        train_code_digest=code.sha256 if code else "",
        instance_type=INSTANCE_TYPE,
    )


def wanted(recipe, given, *, asked_by, code=None):
    """Return the request of a run; whoever asks is written down as whoever asks."""
    return RunRequest(
        model=given.model,
        recipe=recipe,
        definition="",
        cause=f"a test of the life, {next(NUMBERS)}",
        asked_by=asked_by,
        behind="",
        spec_by="",
        builders=models.catalogue()[given.model].builders,
        code=code,
        parameters=told(given),
    )


def started(session, request, **changes):
    """Let retrain write the request down and start what it asks for; return the execution.

    *changes* are what the execution is given instead.
    """
    policy = Request(
        model=request.model, train=request.cause, test="", champion="", judged="", definition=""
    )
    values = {**request.parameters, **changes, "Request": request.digest}
    asked = Given(request.model, request.recipe, request.digest, values)
    with inside.acting(session, "retrain", RetrainSettings) as settings:
        starting.write(request, settings)
        return starting.start(asked, policy.key, settings)


def declined(session, who, body):
    """Send a command signed as the session *who*; return status and words of its refusal."""
    return commands.post(session, who, body)


@dataclass(frozen=True)
class Given:
    """What retrain starts: a request, or its name beside other values."""

    model: str
    recipe: str
    digest: str
    values: Mapping[str, str]

    def given(self):
        return [{"Name": name, "Value": value} for name, value in self.values.items()]
