"""Does it help a builder to submit one candidate after another to the same exam?"""

from contextlib import contextmanager

import pytest

import aws
import models
from demo import custom_code
from factory.events.training import ModelRefused, TrainingStarted
from factory.gates import bounds, estimates
from factory.gates.multiple import MOST_LOOKS
from factory.layout.tables import PK
from factory.settings import RetrainSettings
from factory.training.exam import Looks, exam_of
from tests.life import inside, people
from tests.redteam import bound

ITERATIONS = '"max_iter": parameters["iterations"]'
EXAM = exam_of(models.catalogue()["income"], 1)


def submitted(session, model, leave_out):
    """Let ada submit what she trains with a few trees less; return what started, and the run."""
    known = session.event_ids()
    edits = {"pipelines/boosting/recipe.py": (ITERATIONS, f"{ITERATIONS} - {leave_out}")}
    custom_code.ask(session, "ada", model, edits, f"{leave_out} trees less")
    session.cloud.settle()
    (started,) = session.new_events(known, TrainingStarted)
    return started["detail"], bound.run_of(session, started["detail"]["execution"], model)


def left(run):
    """Return the chance of an error that the floor of *run* has left to its bound."""
    (floor,) = (v["facts"] for v in run.result["verdicts"] if v["gate"] == "floor")
    measured = estimates.of(run.evidence["quality"]["metrics"][floor["metric"]])
    return bounds.chance(measured, floor["bound"])


@contextmanager
def counted(session, looks):
    """Let an administrator say that there were so many *looks*; put the true number back."""
    with inside.acting(session, "retrain", RetrainSettings) as settings:
        name = settings.runs_table
    with aws.calling_as(session.cloud.session()):
        found = aws.table_get_many(name, [EXAM.key, EXAM.own_key])
        before = Looks.of(EXAM, *map(found.get, (EXAM.key, EXAM.own_key)))
        said = Looks(exam=EXAM, own=looks - 1, most=before.most)
        for item, _ in said.writes():
            aws.table_put(name, item)
    yield
    with aws.calling_as(session.cloud.session()):
        for item, _ in before.writes():
            aws.table_put(name, item)


@pytest.mark.attack("one candidate after another is submitted until the test rows favour one")
def test_each_submission_to_the_same_exam_needs_more_proof(session, runs, stopped):
    bound.publish(session, runs)
    first, one = submitted(session, "income", 1)
    second, two = submitted(session, "income-plain", 2)
    assert first["exam"] == second["exam"] == "income of census_test snapshot 1"
    assert second["look"] == first["look"] + 1
    for started, run in ((first, one), (second, two)):
        look = started["look"]
        assert run.evidence["looks"]["look"] == look
        assert left(run) == pytest.approx(0.05 / (look * (look + 1)), rel=1e-6)
    assert left(two) < left(one)
    with counted(session, MOST_LOOKS):
        used, run = submitted(session, "income", 3)
    assert used["look"] == MOST_LOOKS + 1
    (words,) = run.against.values()
    assert words == (
        "the exam is used up: 21 looks at snapshot 1 of census_test, of 20 that it bears; land "
        "fresh rows, 16281 as the exam has"
    )
    (event,) = run.events(ModelRefused)
    assert words in event["reason"]
    stopped(words, event)


@pytest.mark.attack("a builder sets the count of looks back")
def test_nobody_but_retrain_counts_looks(session, stopped):
    with inside.acting(session, "retrain", RetrainSettings) as settings:
        table = settings.runs_table
    item = {PK: {"S": EXAM.key}}
    for person, role in (("ada", "Builder"), ("grace", "Approver"), ("grace", "Operator")):
        dynamodb = people.in_role(session, person, role).client("dynamodb")
        words = people.denied(dynamodb.put_item, TableName=table, Item=item)
        people.denied(dynamodb.delete_item, TableName=table, Key=item)
    for step in ("StepsTrainRole", "StepsGatesRole"):
        with people.as_service(session, step) as service:
            people.denied(service.client("dynamodb").put_item, TableName=table, Item=item)
    stopped(words, "nothing has happened: IAM refuses the call")
