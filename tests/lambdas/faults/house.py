"""Where are the functions walked? In the deployed factory, in this process, in which time stands.

Nothing goes on by itself there: no event, message or job moves unless a scene says so, so that
what a run of a function leaves is its own doing.
"""

from __future__ import annotations

import gc
import io
import itertools
import json
import random
import secrets
import threading
import time
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.response import addinfourl

import time_machine
from moto.iam.models import iam_backends

from local import users
from localcloud import check, cloud, endpoint, functions, places, reactor, server, sessions
from localcloud.cloudformation import custom
from localcloud.deploy import deploy
from localcloud.functions import inprocess, plans
from localcloud.functions.runtime import loop
from localcloud.sagemaker import execution, store
from tests.lambdas.faults import patching
from tests.lambdas.faults.gate import Gate

DELETED = " deleted"  # ends the name of the work in which an endpoint ends
ANSWERS = "https://localhost/_localcloud/cfn-response/"
"""Where functions answer CloudFormation: over urllib, and not over a socket."""


@dataclass(frozen=True)
class House:
    """The deployed factory."""

    outputs: dict[str, str]
    handlers: dict[str, str]
    """Folder below lambdas/ to the name of the deployed function."""
    names: dict[str, str]
    """Access keys of the people, by name."""

    def aws(self, service: str) -> Any:
        """Return the administrator's client."""
        return sessions.client(service)

    def function(self, folder: str) -> Any:
        """Return the deployed function of a folder."""
        return functions.function(self.handlers[folder])

    def setting(self, folder: str, name: str) -> str:
        """Return one variable of a function's environment."""
        return str(self.function(folder).environment_vars[name])

    def run(self, folder: str, event: Any) -> functions.Outcome:
        """Run a function on *event*, under its role."""
        return functions.run(self.function(folder), event)

    def done(self, folder: str, event: Any) -> None:
        """Run a function as part of making a world; it has to succeed."""
        outcome = self.run(folder, event)
        if outcome.error or "itemIdentifier" in outcome.text:
            raise RuntimeError(f"{folder}: {outcome.text}\n{outcome.output}")

    def warm(self, folder: str, services: set[str]) -> None:
        """Import a function's code and make its clients, as a run before has."""
        with inprocess.warm(*plans.of(self.function(folder))).entered():
            loop.load(self.function(folder).handler)
            client = __import__("aws", fromlist=["client"]).client
            for service in sorted(services):
                client(service)

    def approver(self, person: str) -> Any:
        """Return SageMaker's client of *person* in the approver's role."""
        key = self.names[person]
        (secret,) = self._secrets(key)
        sts = sessions.session(key, secret).client("sts")
        keys = sts.assume_role(
            RoleArn=self.outputs["ApproverRoleArn"], RoleSessionName=person, SourceIdentity=person
        )["Credentials"]
        own = (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return sessions.session(*own).client("sagemaker")

    def _secrets(self, key: str) -> list[str]:
        users = iam_backends[places.ACCOUNT]["aws"].users.values()
        return [k.secret_access_key for u in users for k in u.access_keys if k.access_key_id == key]


def stand(assembly: Path, folder: Path, gate: Gate) -> House:
    """Deploy an assembly into this process behind *gate*, let the people in, and stop time."""
    server.forget_aws()
    cloud.start()
    inprocess.install()
    endpoint.base = "https://localhost"
    urllib.request.install_opener(urllib.request.build_opener(_CloudFormation(gate)))
    stacks = deploy(assembly, sessions.admin(), problems=check.problems_here)
    outputs = {key: value for stack in stacks.values() for key, value in stack.items()}
    reactor.settle()
    keys = _keys(users.create(sessions.admin(), outputs, folder))
    gate.install()
    _stop()
    return House(outputs, _handlers(), keys)


class _CloudFormation(urllib.request.HTTPSHandler):
    """Takes the answers of custom resources, as CloudFormation's bucket does."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def https_open(self, request: urllib.request.Request) -> addinfourl:
        """Hear one answer."""
        said, token = json.loads(request.data), request.full_url.removeprefix(ANSWERS)
        self._gate.other("Answer", said, lambda: custom.receive(token, said))
        answer = addinfourl(io.BytesIO(b""), Message(), request.full_url, 200)
        answer.msg = "OK"
        return answer


def _keys(credentials: Path) -> dict[str, str]:
    lines = credentials.read_text().splitlines()
    names = [line.strip("[]") for line in lines if line.startswith("[")]
    keys = [line.split(" = ")[1] for line in lines if "access_key_id" in line]
    return dict(zip(names, keys, strict=True))


def _handlers() -> dict[str, str]:
    pages = sessions.client("lambda").get_paginator("list_functions").paginate()
    found = [f for page in pages for f in page["Functions"]]
    mine = [f for f in found if f["Handler"].startswith("lambdas/")]
    return {f["Handler"].split("/")[1]: f["FunctionName"] for f in mine}


def _stop() -> None:
    """Let asynchronous work only be noted from now on, and the clock stand.

    The reactor's thread waits for ever inside its own work, where it holds no lock: this process
    can be forked. Only an endpoint that is deleted is gone at once. What SageMaker stamps still
    differs from call to call, as it does at AWS.
    """
    inside = threading.Event()
    reactor.submit("stand still", lambda: (inside.set(), threading.Event().wait()))
    inside.wait()
    patching.replace(reactor, "spawn", _spawn)
    patching.replace(reactor, "start", _spawn)
    time_machine.travel(int(time.time()) + 1, tick=False).start()
    ticks = itertools.count(1)
    patching.replace(store, "now", lambda: datetime.now(UTC) + timedelta(milliseconds=next(ticks)))
    patching.replace(execution, "random", random.Random(0))  # names of runs: the same in every copy
    patching.replace(secrets, "token_hex", lambda size: "0" * 2 * size)
    patching.replace(random, "SystemRandom", _Chance)
    gc.collect()
    gc.freeze()


class _Chance(random.Random):
    """Draws the same however much was drawn before: a redelivery asks what a first one would."""

    def random(self) -> float:
        """Return no chance at all."""
        return 0.0

    def getrandbits(self, _count: int) -> int:
        """Return no chance at all."""
        return 0


def _spawn(name: str, work: Any) -> None:
    if name.endswith(DELETED):
        work()


def batch(*bodies: Any) -> dict[str, Any]:
    """Wrap what comes over the bus as Lambda gets it from SQS."""
    return {
        "Records": [
            {
                "messageId": f"m{number}",
                "receiptHandle": "r",
                "body": json.dumps(body),
                "attributes": {"SentTimestamp": "1700000000000", "SenderId": "AROAEXAMPLE:sender"},
                "eventSource": "aws:sqs",
                "awsRegion": places.REGION,
            }
            for number, body in enumerate(bodies)
        ]
    }
