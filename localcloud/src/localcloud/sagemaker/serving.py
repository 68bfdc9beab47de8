"""How is a model's process kept running?"""

from __future__ import annotations

import http.client
import subprocess
import threading
import time
from typing import Any

from localcloud import places, service_roles
from localcloud.realtime import Deadline
from localcloud.sagemaker import asking, container, folders, models, networks, objects
from localcloud.sagemaker.api import SageMakerError
from localcloud.sagemaker.asking import Answer
from localcloud.sagemaker.joblogs import Stream

START_SECONDS = 600  # until a model answers /ping: a bound for one that hangs
ANSWER_SECONDS = 60  # SageMaker's own limit for real-time answers
POLL_SECONDS = 0.02
RESTART_SECONDS = 0.2


class NotServingError(Exception):
    """A model that did not come up; the text is the endpoint's FailureReason."""


class MovedError(Exception):
    """A request that reached a process just being closed: another one answers for it now."""


class Server:
    """One variant's process: started again when it dies, until it is closed."""

    def __init__(self, endpoint: str, variant: dict[str, Any]) -> None:
        self.variant = variant
        self.model = models.hosted(variant["ModelName"])
        group = f"/aws/sagemaker/Endpoints/{endpoint}"
        self.log = Stream(group, f"{variant['VariantName']}/i-{id(self):017x}")
        self._ready, self._closed = threading.Event(), threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._sandbox: folders.Sandbox | None = None
        self._failure = ""
        self._thread = threading.Thread(
            target=places.bound(self._live), name=f"endpoint {endpoint}", daemon=True
        )

    def start(self) -> None:
        """Return when the model answers /ping; raise `NotServingError` when it will not."""
        self._thread.start()
        deadline = Deadline(START_SECONDS)
        while not self._ready.wait(POLL_SECONDS):
            if self._failure or deadline.over:
                self.close()
                raise NotServingError(self._failure or self._unhealthy("no answer in time"))

    def close(self) -> None:
        """End the process and the thread that keeps it."""
        self._closed.set()
        if self._process is not None:
            container.end(self._process)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(ANSWER_SECONDS)

    def ask(self, body: bytes, headers: dict[str, str]) -> Answer:
        """Send one request to /invocations; waits while the process is being restarted.

        Raises `MovedError` when the server is closed meanwhile.
        """
        deadline = Deadline(START_SECONDS)
        while not self._ready.wait(POLL_SECONDS):
            if self._closed.is_set():
                raise MovedError
            if deadline.over:
                return Answer(503, b"The model's process does not answer.", "text/plain")
        try:
            return self._request("POST", "/invocations", body, headers, ANSWER_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            if self._closed.is_set():
                raise MovedError from error
            text = f"The model's process ended or did not answer: {error!r}"
            return Answer(500, text.encode(), "text/plain")

    def _live(self) -> None:
        """Run the process again and again; the first failure to come up ends it all."""
        came_up = False
        while not self._closed.is_set():
            try:
                came_up = self._run() or came_up
            except (objects.TransferError, SageMakerError, service_roles.NotAssumable) as error:
                self._failure = self._unfetched(str(error))
                self.log.line(self._failure)
                self.log.flush()
            except Exception as error:
                self._failure = f"InternalServerError: {error!r}"
                raise
            if not came_up:
                self._failure = self._failure or self._unhealthy(self.log.tail(300))
                return
            self._closed.wait(RESTART_SECONDS)

    def _run(self) -> bool:
        """Fetch the model, run its process to its end; return whether it ever answered."""
        self._sandbox = sandbox = folders.Sandbox()
        try:
            self._fetch(sandbox)
            self._process = container.start(sandbox, self._command())
            if self._closed.is_set():
                container.end(self._process)
            reader = threading.Thread(target=self._follow, args=(self._process,), daemon=True)
            reader.start()
            answered = self._await_ping(self._process)
            self._process.wait()
            reader.join()
            return answered
        finally:
            self._ready.clear()
            sandbox.remove()

    def _fetch(self, sandbox: folders.Sandbox) -> None:
        networks.demand_of_role(self.model.role, self.model.network)
        session = service_roles.as_role(self.model.role, "SageMaker", "sagemaker.amazonaws.com")
        archive = sandbox.path / "model.tar.gz"
        objects.fetch(session.client("s3"), self.model.data, archive)
        objects.unpack(archive, sandbox.path / "model")
        archive.unlink()

    def _command(self) -> container.Command:
        role = None if self.model.isolated else self.model.role
        return container.Command(("serve",), self.model.environment, role)

    def _follow(self, process: subprocess.Popen[str]) -> None:
        container.follow(process, self.log.line)
        self.log.flush()

    def _await_ping(self, process: subprocess.Popen[str]) -> bool:
        while process.poll() is None and not self._closed.is_set():
            try:
                if self._request("GET", "/ping", b"", {}, 2).status == http.HTTPStatus.OK:
                    self._ready.set()
                    return True
            except (OSError, http.client.HTTPException):
                time.sleep(POLL_SECONDS)  # the socket is not there yet
        return False

    def _request(
        self, method: str, path: str, body: bytes, headers: dict[str, str], limit: float
    ) -> Answer:
        if self._sandbox is None:
            raise ConnectionError("there is no process")
        return asking.ask(self._sandbox.path / "server.sock", method, path, body, headers, limit)

    def _unhealthy(self, reason: str) -> str:
        return (
            f"The primary container for production variant {self.variant['VariantName']} did not"
            f" pass the ping health check. Please check CloudWatch logs for this endpoint. {reason}"
        )

    def _unfetched(self, reason: str) -> str:
        return (
            f"Failed to download model data for container from URL: {self.model.data}. Please"
            f" ensure that there is an object located at the URL and that the role passed to"
            f" CreateModel has permissions to download the object. {reason}"
        )
