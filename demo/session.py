"""What do the steps of the demo share? A deployed factory, its users, and its ledger."""

from __future__ import annotations

import configparser
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from factory.events.event import Event
from factory.layout.objects import SEGMENTS, prefix
from factory.ledger.chain import decode
from local.deployment import LocalDeployment
from local.synth import ROOT
from localcloud.client import Client

OUTPUT = ROOT / "build" / "demo"
TIMEOUT = 120  # seconds that a step may wait at most


@dataclass
class Session:
    """One run of the demo, or one set of tests, against one deployment."""

    resources: ExitStack
    """Everything that must be closed with the session."""
    started: LocalDeployment | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    """What one step found and a later one needs."""
    segments: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    """A cache of the events in each segment, by its key and ETag."""

    @property
    def deployment(self) -> LocalDeployment:
        """The deployed factory; raise RuntimeError before it is deployed."""
        if self.started is None:
            raise RuntimeError("the factory is not deployed because step 1 failed")
        return self.started

    @property
    def cloud(self) -> Client:
        """The local cloud."""
        return self.deployment.cloud

    def aws(self, service: str) -> Any:
        """Return a boto3 client for *service* with the administrator's keys."""
        return self.cloud.aws(service)

    def output(self, name: str) -> str:
        """Return a stack output."""
        return self.deployment.outputs[name]

    def factory(self, person: str, *arguments: str) -> tuple[int, dict[str, Any]]:
        """Run the `factory` command as *person* and return its exit code and its JSON."""
        done = self._run(person, *arguments, "--json")
        if not done.stdout:
            raise RuntimeError(f"factory {' '.join(arguments)} printed nothing: {done.stderr}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, answer

    def factory_text(self, person: str, *arguments: str) -> tuple[int, str]:
        """Run the `factory` command as *person* and return its exit code and its output."""
        done = self._run(person, *arguments)
        return done.returncode, (done.stdout + done.stderr).rstrip()

    def _run(self, person: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        environment = {**inherited, **self.deployment.environment, "AWS_PROFILE": person}
        return subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def assume_role(self, person: str, role: str) -> Any:
        """Return a boto3 session of *person* in the role that the stack output *role* names."""
        profiles = configparser.ConfigParser()
        profiles.read(self.deployment.credentials)
        profile = profiles[person]
        pair = profile["aws_access_key_id"], profile["aws_secret_access_key"]
        keys = (
            self.cloud.session(*pair)
            .client("sts")
            .assume_role(RoleArn=self.output(role), RoleSessionName=person, SourceIdentity=person)[
                "Credentials"
            ]
        )
        return self.cloud.session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
        )

    def events(self, *classes: type[Event]) -> list[dict[str, Any]]:
        """Return the events in the ledger, in order; only those of *classes* when any is given."""
        s3, bucket = self.aws("s3"), self.output("LedgerBucket")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix(SEGMENTS))
        segments = sorted((o["Key"], o["ETag"]) for page in pages for o in page.get("Contents", []))
        for key, tag in segments:
            if (key, tag) not in self.segments:
                body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
                self.segments[key, tag] = [dict(event) for event in decode(body).events]
        events = [event for segment in segments for event in self.segments[segment]]
        wanted = {each.TYPE for each in classes}
        return [e for e in events if not wanted or e["type"] in wanted]

    def new_events(self, known: set[str], *classes: type[Event]) -> list[dict[str, Any]]:
        """Return the events whose ids are not *known*."""
        return [e for e in self.events(*classes) if e["id"] not in known]

    def event_ids(self) -> set[str]:
        """Return the ids of all events so far."""
        return {e["id"] for e in self.events()}

    def advance_until(self, what: str, condition: Callable[[], Any], *, minutes: int = 60) -> Any:
        """Advance the cloud's clock by the minute until *condition* returns something true."""
        for _ in range(minutes):
            if result := condition():
                return result
            self.cloud.advance(60)
            self.cloud.settle(TIMEOUT)
        raise RuntimeError(
            f"waited {minutes} minutes of the cloud's time for {what}; {self._recent_activity()}"
        )

    def _recent_activity(self) -> str:
        """Describe the last events, failed invocations of functions, and failures of the cloud."""
        cloud = self.cloud
        events = [f"{e['time']} {e['type']} {e['subject']}: {e['reason']}" for e in self.events()]
        failed = [f"{r['function']}: {r['error']}" for r in cloud.invocations() if r["error"]]
        broken = [each["traceback"] for each in cloud.failures()]
        return "\n".join(["the most recent activity:", *events[-6:], *failed[-3:], *broken[-2:]])

    def wait_for(self, what: str, condition: Callable[[], Any]) -> Any:
        """Return the result of *condition* once it is true; raise RuntimeError after TIMEOUT."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            if result := condition():
                return result
            time.sleep(0.2)
        raise RuntimeError(f"waited {TIMEOUT} seconds for {what}")


@contextmanager
def open_session() -> Iterator[Session]:
    """Yield a session and close everything that it started."""
    with ExitStack() as resources:
        yield Session(resources)
