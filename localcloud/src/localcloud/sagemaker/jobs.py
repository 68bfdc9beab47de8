"""How does a job live, from its creation to its end?"""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from localcloud import events, places, reactor, service_roles
from localcloud.sagemaker import container, folders, store
from localcloud.sagemaker.api import Request, invalid
from localcloud.sagemaker.joblogs import Stream
from localcloud.sagemaker.objects import TransferError
from localcloud.sagemaker.store import Record, Shelf
from localcloud.state import kept

REASON_LIMIT = 1024  # characters of FailureReason and ExitMessage
DAY = 86400


class JobFailedError(Exception):
    """A job that ended badly; its text is the FailureReason."""


class JobStoppedError(Exception):
    """A job that somebody stopped, or whose time was over."""


@dataclass(frozen=True)
class Kind:
    """What tells processing from training jobs."""

    noun: str
    """As it stands in every key: ``ProcessingJob``."""
    shelf: Shelf
    log_group: str
    work: Callable[[Running], None]

    def key(self, part: str) -> str:
        """Spell a key of this kind, e.g. ``ProcessingJobStatus``."""
        return f"{self.noun}{part}"

    @property
    def started(self) -> str:
        """Spell the key of the start, e.g. ``ProcessingStartTime``."""
        return f"{self.noun.removesuffix('Job')}StartTime"


class Running:
    """A job on its way."""

    def __init__(self, kind: Kind, record: Record) -> None:
        self.kind, self.record = kind, record
        self.name: str = record[kind.key("Name")]
        self.sandbox = folders.Sandbox()
        self.stopping = threading.Event()
        self.ended = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self._late = False
        self.log: Stream | None = None

    def s3(self) -> Any:
        """Return an S3 client of the job's own role."""
        role = self.record["RoleArn"]
        try:
            session = service_roles.as_role(role, "SageMaker", "sagemaker.amazonaws.com")
        except service_roles.NotAssumable as error:
            raise TransferError(f"ClientError: AccessDenied: {error}") from error
        return session.client("s3")

    def run(self, command: container.Command, limit: int) -> int:
        """Run the job's command for at most *limit* seconds and return its exit code."""
        stream = Stream(self.kind.log_group, f"{self.name}/{folders.HOST}-{int(time.time())}")
        self.log = stream
        if self.stopping.is_set():
            raise JobStoppedError
        self._process = container.start(self.sandbox, command)
        if self.stopping.is_set():  # since it was looked at: who stops found no process to end
            container.end(self._process)
        timer = threading.Timer(limit, self._time_out)
        timer.daemon = True
        timer.start()
        try:
            code = container.follow(self._process, stream.line)
        finally:
            timer.cancel()
            stream.flush()
        if self.stopping.is_set():
            raise JobStoppedError
        return code

    def _time_out(self) -> None:
        self._late = True
        self.stop()

    @property
    def late(self) -> bool:
        """Whether the job was stopped by its own StoppingCondition."""
        return self._late

    def stop(self) -> None:
        """Make the job end soon, as Stopped."""
        self.stopping.set()
        if self._process is not None:
            container.end(self._process)


_running: dict[str, Running] = {}
"""By ARN; their processes end with the cloud's."""


def create(kind: Kind, request: Request, record: Record) -> Record:
    """Put a new job on its way and answer with its ARN."""
    name = request.params[kind.key("Name")]
    made = store.now()
    record |= {
        kind.key("Arn"): kind.shelf.arn(name),
        kind.key("Status"): "InProgress",
        "CreationTime": made,
        "LastModifiedTime": made,
    }
    kind.shelf.add(name, record)
    job = _running[record[kind.key("Arn")]] = Running(kind, record)
    announce(kind, record)
    reactor.spawn(f"{kind.noun} {name}", lambda: _live(job))
    return {kind.key("Arn"): record[kind.key("Arn")]}


def _live(job: Running) -> None:
    """Do the job's work; however it ends, it ends with a status."""
    kind, record = job.kind, job.record
    record[kind.started] = store.now()
    status, reason = "Completed", None
    try:
        kind.work(job)
    except (JobFailedError, TransferError) as failure:
        status, reason = "Failed", str(failure)[:REASON_LIMIT]
    except JobStoppedError:
        status = "Stopped"
    except BaseException as error:
        status, reason = "Failed", f"InternalServerError: {error!r}"[:REASON_LIMIT]
        raise
    finally:
        with store.lock:
            record |= {"FailureReason": reason, "LastModifiedTime": store.now()}
            record[kind.started.replace("Start", "End")] = store.now()
            record[kind.key("Status")] = status
        job.sandbox.remove()
        announce(kind, record)
        job.ended.set()


def end_interrupted(kind: Kind) -> None:
    """End the jobs that were under way when the cloud's process ended, as Failed."""
    for place, record in kind.shelf.everywhere():
        if record[kind.key("Status")] in {"InProgress", "Stopping"}:
            now = store.now()
            record |= {"FailureReason": kept.RESTARTED, "LastModifiedTime": now}
            record |= {kind.started.replace("Start", "End"): now, kind.key("Status"): "Failed"}
            with places.at(place):
                announce(kind, record)


def announce(kind: Kind, record: Record) -> None:
    """Send the state-change event of a job."""
    words = {"ProcessingJob": "Processing Job", "TrainingJob": "Training Job"}[kind.noun]
    detail = store.event_detail(store.answer(record))
    tags = {tag["Key"]: tag["Value"] for tag in record.get("Tags") or []}
    events.emit(
        "aws.sagemaker",
        f"SageMaker {words} State Change",
        {**detail, "Tags": tags},
        [record[kind.key("Arn")]],
    )


def wait(arn: str, stopping: threading.Event) -> Record:
    """Wait for a job's end and return its record; set *stopping* and it is stopped first."""
    job = _running[arn]
    while not job.ended.wait(0.05):
        if stopping.is_set() and not job.stopping.is_set():
            _ask_to_stop(job)
    return job.record


def stop(kind: Kind, name: str) -> None:
    """Ask a job to end; only one that runs can."""
    record = kind.shelf.find(name)
    job = _running.get(record[kind.key("Arn")])
    if job is None or not _ask_to_stop(job):
        status = record[kind.key("Status")]
        raise invalid(f"The request was rejected because the {kind.noun} is in status {status}.")


def _ask_to_stop(job: Running) -> bool:
    """Stop a job; False when it has been asked before, or has ended by itself."""
    with store.lock:
        if job.record[job.kind.key("Status")] != "InProgress":
            return False
        job.record[job.kind.key("Status")] = "Stopping"
    job.stop()
    return True


def stop_all() -> None:
    """Make all jobs end soon."""
    for job in list(_running.values()):
        if not job.ended.is_set():
            job.stop()


def message(sandbox: folders.Sandbox, name: str) -> str | None:
    """Read what a container left in its ``failure`` or ``message`` file."""
    try:
        file = sandbox.file(sandbox.path / "output" / name)
    except folders.OutsideError as error:
        return str(error)
    if file is None:
        return None
    with file.open("rb") as written:
        return written.read(4 * REASON_LIMIT).decode(errors="replace")[:REASON_LIMIT]


def one_machine(count: int) -> None:
    """Refuse clusters: everything here is one machine."""
    if count != 1:
        raise invalid(f"InstanceCount {count}: one machine runs every job here, so it must be 1.")


def limit(condition: Mapping[str, Any] | None) -> int:
    """Return how many real seconds a job may take; a day unless told."""
    return int((condition or {}).get("MaxRuntimeInSeconds") or DAY)
