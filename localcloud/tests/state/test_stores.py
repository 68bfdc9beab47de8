"""Every store of localcloud's is kept, or is named here with the reason why it may be lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

FOUND = """
import collections.abc as abc, dataclasses, importlib, pkgutil, sys
import localcloud
from moto.core.base_backend import BackendDict
from localcloud import cloud
from localcloud.state import kept

cloud.start()
SCRIPTS = ("isolation", "inference_server", "python_shim", "forkserver", "__main__")
for module in pkgutil.walk_packages(localcloud.__path__, "localcloud."):
    if not module.name.rpartition(".")[2].startswith(SCRIPTS) and (
        ".truths" not in module.name and ".runtime" not in module.name
    ):
        importlib.import_module(module.name)
KINDS = (abc.MutableMapping, abc.MutableSequence, abc.MutableSet)


def may_change(value):
    kind = type(value)
    if isinstance(value, KINDS):
        return True
    frozen = dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen
    return kind.__module__.startswith("localcloud.") and not frozen


names = {}
seen = {id(container): name for name, container in kept.containers.items()}
for name, module in sorted(sys.modules.items()):
    if not name.startswith("localcloud.") or ".truths" in name:
        continue
    for attribute, value in vars(module).items():
        if attribute.startswith("__") or not may_change(value) or attribute.isupper():
            continue
        if attribute.lstrip("_").isupper() or id(value) in seen:
            continue
        if isinstance(value, BackendDict):  # moto's own: all of them are kept
            continue
        names.setdefault(id(value), []).append(f"{name.removeprefix('localcloud.')}.{attribute}")
print(*("=".join(each) for each in names.values()), sep="\\n")
"""
REGISTERED = "filled while the process starts, by its own code"
PROCESSES = "stands for processes and threads, which end with the cloud's"
CACHE = "made anew when it is asked for"
RECORD = "tells what this process did: calls, runs and failures of another are not its own"
STORED = "stored by keep_by under another form"
PLANNED = "planned anew when the cloud's state is back"
MINUTE = "published within a minute; README's Limits say that the last one is lost"
MAY_BE_LOST = {
    "alarms.datapoints.steady": REGISTERED,
    "alarms.evaluation._queued": PLANNED,
    "alarms.evaluation._timers": PLANNED,
    "alarms.state._listeners": REGISTERED,
    "clock._listeners": REGISTERED,
    "cloudformation.custom._questions": PROCESSES,
    "cloudformation.resource_types.registered": REGISTERED,
    "events.bridged._counted": STORED,
    "events.schedules._timers": STORED,
    "functions.code._replacing": CACHE,
    "functions.code._unpacked": CACHE,
    "functions.gateway._doors": PROCESSES,
    "functions.gateway._make": REGISTERED,
    "functions.inprocess._warm": PROCESSES,
    "functions.pool.pool": PROCESSES,
    "functions.runs._runner": REGISTERED,
    "functions.runs.invocations": RECORD,
    "iam.decision.log": RECORD,
    "iam.grants._used": RECORD,
    "iam.resources.policy_sources": REGISTERED,
    "iam.resources.tag_sources": REGISTERED,
    "moto_patches.patches": REGISTERED,
    "nightly._planned": PLANNED,
    "nightly._works": REGISTERED,
    "operations.asked.boto3_service_name": REGISTERED,
    "own_metrics.measured": REGISTERED,
    "queues.polling._waiting": PLANNED,
    "queues.redrive_tasks._tasks": STORED,
    "reactor._reactor": STORED,
    "reactor.failures": RECORD,
    "resets._forgetting": REGISTERED,
    "sagemaker.api._operations": REGISTERED,
    "sagemaker.container._running": PROCESSES,
    "sagemaker.deployments._active": PROCESSES,
    "sagemaker.executions._executions": STORED,
    "sagemaker.fleets.running": STORED,
    "sagemaker.jobs._running": PROCESSES,
    "sagemaker.metrics._meter": MINUTE,
    "sagemaker.restarts._before": STORED,
    "sagemaker.store.shelves": REGISTERED,
    "sagemaker.warm._folders": PROCESSES,
    "scratch._locks": PROCESSES,
    "service_roles._credentials": CACHE,
    "state.kept._restored": REGISTERED,
    "state.kept.containers": REGISTERED,
    "state.kept.references": REGISTERED,
    "state.kept.stores": REGISTERED,
    "state.kept.works": REGISTERED,
    "state.objects._files": REGISTERED,
    "state.objects.found": CACHE,
    "state.parts._touched": CACHE,
    "state.snapshots._current": REGISTERED,
    "tables.stream_polling._readers": STORED,
    "tables.streams._listeners": REGISTERED,
    "turns._locks": PROCESSES,
    "turns._naming": PROCESSES,
}


@pytest.fixture(scope="module")
def found():
    """Return what modules of a cloud have that changes and that no `kept.keep` has named.

    Each comes with the names of all modules that have it.
    """
    done = subprocess.run(
        [sys.executable, "-c", FOUND], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.split("=") for line in done.stdout.split()]


def test_every_store_is_kept_or_may_be_lost_for_a_reason(found):
    unknown = [names for names in found if not set(names) & set(MAY_BE_LOST)]
    assert unknown == [], "let state.kept.keep have it, or say here why it may be lost"


def test_nothing_is_named_that_is_not_there(found):
    assert set(MAY_BE_LOST) <= {name for names in found for name in names}
