"""How does a test command the factory, past the command line?"""

import json
import urllib.error
import urllib.request
from contextlib import contextmanager

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from factory.events.model import RollbackRefused
from factory.events.people import RollbackRequested
from tests.life import people
from tests.life.approvals import send
from tests.life.telling import others


def operator(session, person="grace"):
    return people.in_role(session, person, "Operator")


def post(session, aws_session, body):
    """Send a command to the function's URL, signed as *session* or not at all; return the no."""
    url, data = session.output("CommandUrl"), json.dumps(body).encode()
    signed = AWSRequest("POST", url, headers={"Content-Type": "application/json"}, data=data)
    if aws_session:
        SigV4Auth(aws_session.get_credentials(), "lambda", "us-east-1").add_auth(signed)
    request = urllib.request.Request(url, data, dict(signed.headers.items()), method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            raise AssertionError(f"it said yes: {answer.read()}")
    except urllib.error.HTTPError as no:
        answer = json.loads(no.read())
        return no.code, answer.get("message") or answer["Message"]


def refused(session, package, config, key):
    """Ask promotion itself, past the command's own checks; return why it refuses.

    *config* is what serves, as far as the person knew.
    """
    model, version = package.rsplit("/", 2)[1:]
    asked = {
        "subject": f"model/{model}/{version}",
        "actor": "person/grace",
        "reason": "it selects too few",
        "key": key,
        "detail": {
            "model": model,
            "version": int(version),
            "package": package,
            "from": config,
        },
    }
    heard = session.event_ids()
    send(session, "promote", asked, RollbackRequested.TYPE)
    (said,) = others(session, heard)
    assert (said["type"], said["detail"]["asked"]) == (RollbackRefused.TYPE, "person/grace")
    return said["reason"]


@contextmanager
def deaf(session, rule):
    """Let nobody hear what the one rule whose name holds *rule* matches, for a while."""
    events = session.aws("events")
    (name,) = [r["Name"] for r in events.list_rules()["Rules"] if rule in r["Name"]]
    events.disable_rule(Name=name)
    try:
        yield
        session.cloud.settle()
    finally:
        events.enable_rule(Name=name)
