"""How does a test act as promotion does there, but in its own process and with its own facts?"""

from contextlib import contextmanager

import pytest

import aws
from factory.settings import PromoteSettings
from tests.life import people


@contextmanager
def promoting(life):
    """Act here as promotion does there: in its role and with its settings, which are yielded."""
    listed = life.aws("lambda").list_functions()["Functions"]
    handler = "lambdas/promote/handler.handle"
    (found,) = [f["Environment"]["Variables"] for f in listed if f["Handler"] == handler]
    with people.as_service(life, "PromoteRole") as session, pytest.MonkeyPatch.context() as here:
        keys = session.get_credentials()
        here.setenv("AWS_ENDPOINT_URL", life.standing.cloud.endpoint)
        here.setenv("AWS_DEFAULT_REGION", session.region_name)
        here.setenv("AWS_ACCESS_KEY_ID", keys.access_key)
        here.setenv("AWS_SECRET_ACCESS_KEY", keys.secret_key)
        here.setenv("AWS_SESSION_TOKEN", keys.token)
        aws.client.cache_clear()
        yield PromoteSettings.from_env(found)
    aws.client.cache_clear()
