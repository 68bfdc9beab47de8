"""What do the steps of the story share? A standing factory, its people, and its ledger."""

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
from pathlib import Path
from typing import Any

from factory.events.event import Event
from factory.layout.objects import SEGMENTS, prefix
from factory.ledger.chain import decode
from local.deployment import LocalDeployment
from local.synth import ROOT

FOLDER = ROOT / "build" / "demo"
PATIENCE = 120  # seconds that a step may take at most


@dataclass
class Life:
    """One telling of the story."""

    ending: ExitStack
    """Whatever must be ended with the story is entered here."""
    up: LocalDeployment | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    """What one step saw and a later one needs."""
    read: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    """The events of each segment that was read, by its key and ETag: it is not read again."""

    @property
    def standing(self) -> LocalDeployment:
        """The factory, once it is deployed."""
        if self.up is None:
            raise RuntimeError("the factory is not deployed: step 1 has failed")
        return self.up

    def aws(self, service: str) -> Any:
        """Return a client of *service* with the administrator's keys."""
        return self.standing.cloud.aws(service)

    def output(self, name: str) -> str:
        """Return an output of the stacks."""
        return self.standing.outputs[name]

    def factory(self, person: str, *words: str) -> tuple[int, dict[str, Any]]:
        """Run the `factory` command as *person* and return its exit code and its JSON."""
        done = self._run(person, *words, "--json")
        if not done.stdout:
            raise RuntimeError(f"factory {' '.join(words)} printed nothing: {done.stderr}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, answer

    def printed(self, person: str, *words: str) -> tuple[int, str]:
        """Run the `factory` command as *person* and return its exit code and what it prints."""
        done = self._run(person, *words)
        return done.returncode, (done.stdout + done.stderr).rstrip()

    def _run(self, person: str, *words: str) -> subprocess.CompletedProcess[str]:
        strange = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
        environment = {**strange, **self.standing.environment, "AWS_PROFILE": person}
        return subprocess.run(
            [sys.executable, "-m", "cli", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def acting(self, person: str, role: str) -> Any:
        """Return a session of the role that the stacks' output *role* names, taken by *person*."""
        profiles = configparser.ConfigParser()
        profiles.read(self.standing.credentials)
        own = profiles[person]
        pair = own["aws_access_key_id"], own["aws_secret_access_key"]
        keys = (
            self.standing.cloud.session(*pair)
            .client("sts")
            .assume_role(RoleArn=self.output(role), RoleSessionName=person, SourceIdentity=person)[
                "Credentials"
            ]
        )
        return self.standing.cloud.session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
        )

    def events(self, *classes: type[Event]) -> list[dict[str, Any]]:
        """Return the events in the ledger, in order; only those of *classes* when any is given."""
        s3, bucket = self.aws("s3"), self.output("LedgerBucket")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix(SEGMENTS))
        segments = sorted((o["Key"], o["ETag"]) for page in pages for o in page.get("Contents", []))
        for key, tag in segments:
            if (key, tag) not in self.read:
                body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
                self.read[key, tag] = [dict(event) for event in decode(body).events]
        found = [event for segment in segments for event in self.read[segment]]
        wanted = {each.TYPE for each in classes}
        return [e for e in found if not wanted or e["type"] in wanted]

    def since(self, heard: set[str], *classes: type[Event]) -> list[dict[str, Any]]:
        """Return the events that are not among those *heard*, by their ids."""
        return [e for e in self.events(*classes) if e["id"] not in heard]

    def heard(self) -> set[str]:
        """Return the ids of all events so far."""
        return {e["id"] for e in self.events()}

    def pass_time(self, what: str, seen: Callable[[], Any], *, minutes: int = 60) -> Any:
        """Let the cloud's clock run, minute by minute, until *seen* answers something true."""
        for _ in range(minutes):
            if found := seen():
                return found
            self.standing.cloud.advance(60)
            self.standing.cloud.settle(PATIENCE)
        raise RuntimeError(
            f"waited {minutes} minutes of the cloud's time for {what} in vain; {self._last()}"
        )

    def _last(self) -> str:
        """Tell what happened last: events, attempts of functions that failed, the cloud's own."""
        cloud = self.standing.cloud
        events = [f"{e['time']} {e['type']} {e['subject']}: {e['reason']}" for e in self.events()]
        failed = [f"{r['function']}: {r['error']}" for r in cloud.invocations() if r["error"]]
        broken = [each["traceback"] for each in cloud.failures()]
        return "\n".join(["the last that happened:", *events[-6:], *failed[-3:], *broken[-2:]])

    def wait(self, what: str, seen: Callable[[], Any]) -> Any:
        """Return what *seen* answers as soon as it is true; raise after PATIENCE."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := seen():
                return found
            time.sleep(0.2)
        raise RuntimeError(f"waited {PATIENCE} seconds for {what} in vain")


@contextmanager
def living() -> Iterator[Life]:
    """Yield a life and end whatever it started."""
    with ExitStack() as ending:
        yield Life(ending)


def text(path: Path) -> str:
    """Return *path* as a person would type it from the repository's root."""
    return str(path.relative_to(ROOT))
