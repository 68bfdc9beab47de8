"""A cloud on a folder that can be killed, ended and served again by a test."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from localcloud.client import Client

SOURCE = Path(__file__).parent.parent.parent / "src"


class Served:
    """One process of a cloud."""

    def __init__(self, folder, log, *more):
        self.log = log
        words = ["-m", "localcloud", "serve", "--port", "0", *more]
        words += ["--state", str(folder)] if folder else []
        with log.open("a") as errors:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, "PYTHONPATH": str(SOURCE)},
            )
        line = self.process.stdout.readline()
        self.ready = line.startswith("ready ")
        self.client = Client(line.split()[1]) if self.ready else None

    def end(self, number):
        """End the process by this signal, if it has not ended, and return its exit code."""
        self.process.send_signal(number)
        self.process.stdout.close()
        return self.process.wait(60)


@contextlib.contextmanager
def served(folder, log):
    """Serve a cloud on this folder (None: without one); what lives at the block's end is killed."""
    cloud = Served(folder, log)
    try:
        assert cloud.ready, log.read_text()
        yield cloud
    finally:
        cloud.end(signal.SIGKILL)


def snapshot_of(folder):
    """Return what the latest snapshot names, or nothing."""
    with contextlib.suppress(FileNotFoundError):
        return json.loads((folder / "manifest.json").read_text())["snapshot"]
    return None
