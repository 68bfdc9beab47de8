"""Which jobs are there?"""

from __future__ import annotations

from localcloud.sagemaker import store
from localcloud.sagemaker.api import Request
from localcloud.sagemaker.jobs import Kind
from localcloud.sagemaker.store import Record


def show(kind: Kind, request: Request) -> Record:
    """Describe one job."""
    return store.answer(kind.shelf.find(request.params[kind.key("Name")]))


def listing(kind: Kind, request: Request) -> Record:
    """List jobs, newest first unless told otherwise."""
    params = request.params
    status, part = params.get("StatusEquals"), params.get("NameContains") or ""
    found = [
        each
        for each in list(kind.shelf.values())
        if part in each[kind.key("Name")] and status in {None, each[kind.key("Status")]}
    ]
    end = kind.started.replace("Start", "End")
    keys = [kind.key(p) for p in ("Name", "Arn", "Status")]
    keys += ["CreationTime", "LastModifiedTime", end]
    return store.page(
        found,
        params,
        result=f"{kind.noun}Summaries",
        show=lambda each: {key: each[key] for key in keys if each.get(key) is not None},
        by={"Name": kind.key("Name"), "Status": kind.key("Status")},
    )
