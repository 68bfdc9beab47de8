"""How does a test act as a function does there, but in its own process and with its own facts?"""

from contextlib import contextmanager

import aws
from factory.settings import PromoteSettings
from tests.life import people


@contextmanager
def acting(session, function, settings):
    """Act here as a function does there: in its role and with its *settings*, which are yielded."""
    listed = session.aws("lambda").list_functions()["Functions"]
    handler = f"lambdas/{function}/handler.handle"
    (found,) = [f["Environment"]["Variables"] for f in listed if f["Handler"] == handler]
    role = f"{function.title().replace('_', '')}Role"
    with people.as_service(session, role) as aws_session, aws.calling_as(aws_session):
        yield settings.from_env(found)


def promoting(session):
    """Act here as promotion does there."""
    return acting(session, "promote", PromoteSettings)
