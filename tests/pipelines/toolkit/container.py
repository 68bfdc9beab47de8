"""How does AWS's own serving toolkit run here as it does in its image, cut off from any network?

The environment `.venv-toolkit` has the packages of the image. Each container gets a writable one of
its own on top, at the image's place /opt/venv, since the toolkit installs the serving code there.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tarfile
import threading
import time
from pathlib import Path

import pytest

from localcloud.sagemaker import asking, container, folders
from pipelines.code import ROOT

TOOLKIT = ROOT / ".venv-toolkit"
PYTHON = TOOLKIT / "bin" / "python"
PARTS = Path(__file__).with_name("image")
"""What is in no registry: the module that serves, and what stands before gunicorn."""
PLACE = "/opt/venv"
CONFIGURATION = "/etc/sagemaker-nginx.conf"
SOCKET = "gunicorn.sock"
IMAGE = {
    "PATH": f"{PLACE}/bin:/usr/local/bin:/usr/bin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
    "SM_MODEL_DIR": "/opt/ml/model",
    "SAGEMAKER_SERVING_MODULE": "serving_module:main",
}
"""The image's variables, with the name of our module in the place of its own."""
PATIENCE, POLL = 120, 0.05


def demand():
    """Fail where the toolkit is not installed."""
    if not PYTHON.exists():
        pytest.fail(f"{PYTHON} is missing: `make .venv-toolkit/ready` builds it")


@contextlib.contextmanager
def running(made):
    """End a container, which begins when something is awaited of it or asked."""
    demand()
    if container.mode() != "namespace":
        pytest.skip("this kernel gives no user namespaces")
    try:
        yield made
    finally:
        made.close()


class Container:
    """One container of the image; what it prints is in `lines`."""

    def __init__(self, words=("serve",), environment=None):
        self.sandbox = folders.Sandbox()
        self.lines = []
        self.words, self._environment = words, IMAGE | (environment or {})
        self._process = self._thread = None

    def extract(self, archive):
        """Lay the artifact where an endpoint has it."""
        with tarfile.open(archive) as file:
            file.extractall(self.sandbox.path / "model", filter="data")
        return self

    def start(self):
        """Begin, if it has not; a thread reads what it prints until it ends."""
        if self._thread:
            return self
        started = threading.Event()
        self._thread = threading.Thread(target=self._live, args=(started,))
        self._thread.start()
        started.wait()
        return self

    def await_ping(self):
        """Return when it answers; raise AssertionError when it ends before, or never does."""
        self.start()
        late = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < late:
            with contextlib.suppress(OSError):
                if self.ask("/ping", method="GET").status == 200:
                    return self
            time.sleep(POLL)
        raise AssertionError("\n".join(["it does not come up:", *self.lines]))

    def ask(self, path="/invocations", body=b"", headers=None, method="POST"):
        """Return what it answers; raise OSError or HTTPException for no answer."""
        place = self.sandbox.folder / "tmp" / SOCKET
        return asking.ask(place, method, path, body, headers or {}, PATIENCE)

    def wait(self):
        """Return the exit code and what was printed; raise AssertionError when it does not end."""
        self.start()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "\n".join(["it does not end:", *self.lines])
        return self._process.returncode, "\n".join(self.lines)

    def processes(self):
        """Return the number of gunicorn's first process, and those of its workers."""
        mine = {n: parent for n, parent in _gunicorns() if self._own(n)}
        (first,) = [n for n, parent in mine.items() if parent not in mine]
        return first, {n for n, parent in mine.items() if parent == first}

    def _own(self, number):
        with contextlib.suppress(OSError):
            seen = Path("/proc", str(number), "root", "opt", "ml").stat()
            return seen.st_ino == self.sandbox.path.stat().st_ino
        return False

    def close(self):
        """End it, and all that it has started."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        if self._thread:
            self._thread.join()
        self.sandbox.remove()

    def _live(self, started):
        # it dies with the thread that starts it
        upper = _upper(self.sandbox.folder / "venv")
        written = self.sandbox.folder / "nginx.conf"
        written.touch()
        spec = {
            "apart": True,
            "runtime": str(container._RUNTIME),
            "root": str(self.sandbox.folder / "root"),
            "shown": [str(TOOLKIT), str(PARTS)],
            "own": {
                str(self.sandbox.path): folders.ML,
                str(self.sandbox.folder / "tmp"): "/tmp",
                str(upper): PLACE,
                str(written): CONFIGURATION,
            },
            "control": None,
            "host": folders.HOST,
            "port": None,
            "directory": "/",
        }
        script = [str(PYTHON), "-I", "-S", "-B", str(container._ISOLATION), json.dumps(spec)]
        self._process = subprocess.Popen(
            [*script, *self.words],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        started.set()
        with self._process:
            for line in self._process.stdout:
                self.lines.append(line.rstrip("\n"))


def _upper(place):
    """Make an environment that finds what `.venv-toolkit` has, and its programs under its name."""
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", place], check=True)
    (packages,) = place.glob("lib/python*/site-packages")
    (below,) = TOOLKIT.glob("lib/python*/site-packages")
    lines = (f"import site; site.addsitedir({str(below)!r})", str(PARTS))
    (packages / "image.pth").write_text("\n".join(lines))
    for name in ("serve", "gunicorn"):
        text = (TOOLKIT / "bin" / name).read_text().partition("\n")[2]
        _program(place / "bin" / name, f"#!{PLACE}/bin/python\n{text}")
    _program(place / "bin" / "nginx", f"#!/bin/sh\nexec {PLACE}/bin/python {PARTS / 'front.py'}\n")
    return place


def _program(path, text):
    path.write_text(text)
    path.chmod(0o755)


def _gunicorns():
    """Yield the number of every process of gunicorn's on this machine, and its parent's."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if "gunicorn" in (place / "cmdline").read_text():
                stat = (place / "stat").read_text().rpartition(")")[2].split()
                yield int(place.name), int(stat[1])
