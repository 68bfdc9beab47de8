"""How does one program start a cloud for itself and end it again?"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from localcloud.client import Client, CloudError

if TYPE_CHECKING:
    from collections.abc import Iterator

END_SECONDS = 60  # for the last snapshot; a cloud that hangs is killed then


@contextlib.contextmanager
def start(
    port: int = 0,
    log: Path | None = None,
    preload: tuple[str, ...] = (),
    state: Path | None = None,
) -> Iterator[Client]:
    """Serve a cloud in a process of its own (port 0: a free one) and end it with the block.

    The process also ends when this one dies. What it prints goes to *log*, or to this process's
    stderr. *preload* names what containers' Python has imported before it starts. *state* is the
    folder that the cloud goes on from and keeps everything in; without one nothing outlasts it.
    """
    root = str(Path(__file__).resolve().parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    with log.open("w") if log else contextlib.nullcontext() as errors:
        process = subprocess.Popen(
            _command(port, preload, state),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        try:
            yield Client(_endpoint(process, log))
        finally:
            _end(process)


def _command(port: int, preload: tuple[str, ...], state: Path | None) -> list[str]:
    command = [sys.executable, "-m", "localcloud", "serve", "--port", str(port), "--until-eof"]
    command += ["--preload", ",".join(preload)] if preload else []
    return [*command, "--state", str(state.absolute())] if state else command


def _endpoint(process: subprocess.Popen[str], log: Path | None) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith("ready "):
        why = log.read_text().strip().splitlines()[-1:] if log else "the error above"
        raise CloudError(f"The cloud did not start: it printed {line!r} and ended with {why}.")
    return line.split()[1]


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
