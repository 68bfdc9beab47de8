"""How does a test act as promotion does there, but in its own process and with its own facts?"""

from contextlib import contextmanager

import aws
from factory.settings import PromoteSettings
from tests.life import people


@contextmanager
def promoting(session):
    """Act here as promotion does there: in its role and with its settings, which are yielded."""
    listed = session.aws("lambda").list_functions()["Functions"]
    handler = "lambdas/promote/handler.handle"
    (found,) = [f["Environment"]["Variables"] for f in listed if f["Handler"] == handler]
    with people.as_service(session, "PromoteRole") as aws_session, aws.calling_as(aws_session):
        yield PromoteSettings.from_env(found)
