"""What do the steps of the story share? A standing factory, its people, and its ledger."""

from __future__ import annotations

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

from cli.synth import ROOT
from cli.up import Standing
from factory.ledger import decode

FOLDER = ROOT / "build" / "demo"
PATIENCE = 120  # seconds that a step may take at most


@dataclass
class Life:
    """One telling of the story."""

    ending: ExitStack
    """Whatever must be ended with the story is entered here."""
    up: Standing | None = None
    notes: dict[str, Any] = field(default_factory=dict)
    """What one step saw and a later one needs."""

    @property
    def standing(self) -> Standing:
        """The factory, once it is deployed."""
        if self.up is None:
            raise RuntimeError("the factory is not deployed: step 1 has failed")
        return self.up

    def aws(self, service: str) -> Any:
        """Return a client of *service* with the administrator's keys."""
        return self.standing.cloud.session().client(service)

    def output(self, name: str) -> str:
        """Return an output of the stacks."""
        return self.standing.outputs[name]

    def factory(self, person: str, *words: str) -> tuple[int, dict[str, Any]]:
        """Run the `factory` command as *person* and return its exit code and its JSON."""
        environment = {**os.environ, **self.standing.environment, "AWS_PROFILE": person}
        done = subprocess.run(
            [sys.executable, "-m", "cli", *words, "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if not done.stdout:
            raise RuntimeError(f"factory {' '.join(words)} said nothing: {done.stderr}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return done.returncode, answer

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """Return the events in the ledger, in order; only those of *kind* when it is given."""
        s3, bucket = self.aws("s3"), self.output("LedgerBucket")
        keys = [o["Key"] for o in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
        found = [
            dict(event)
            for key in sorted(k for k in keys if k.startswith("seg/"))
            for event in decode(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).events
        ]
        return [e for e in found if not kind or e["type"] == kind]

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
