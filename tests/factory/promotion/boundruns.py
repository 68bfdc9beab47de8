"""Which run made the package of these tests, and what is written down about it?"""

from datetime import UTC, datetime

from factory.training import bound
from factory.training import registration as registrations
from factory.training.registration import Registration
from factory.training.seen import Seen
from tests.factory.promotion.test_approval import ARN, RUN
from tests.factory.training import test_bound as runs

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def seen(definition, began=NOON, parameters=None, **says):
    """Return what SageMaker says of the run."""
    said = runs.described(**{"PipelineExecutionArn": RUN, "CreationTime": began, **says})
    given = {**runs.ASKED.parameters, "Request": runs.ASKED.digest}
    return Seen.of(said, parameters or given, definition)


def registration(definition, package=ARN, **says):
    """Return what is written down of the package that the run has registered."""
    found = registrations.containers(definition)
    return Registration(package=package, containers=found, seen=seen(definition, **says))


def record(definition, request=runs.ASKED, **says):
    """Return the bound record of the run."""
    given = {**request.parameters, "Request": request.digest}
    return bound.bind(seen(definition, parameters=given, **says), request, runs.RETRAIN)
