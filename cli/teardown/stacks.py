"""Which stacks are deployed, and how is one removed whose buckets are full?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import aws
from aws import buckets
from aws.calls import pages, translated, wait_for
from cli.teardown.buckets import Bucket
from cli.teardown.resource import Resource
from factory.errors import ServiceError
from factory.layout.names import stack

DUTIES = ("watch", "serving", "training", "data", "ledger", "foundation")
"""Each before those whose values it imports; the ledger records the end of the others."""
TRIES = 3  # S3 delivers access logs for a while after the last request
EVERY, TIMES = 5, 240  # seconds between two checks of a stack that is deleted, and checks


def deployed(stage: str) -> dict[str, list[Any]]:
    """Return the resources of each stack of *stage* that is here, in the order they can go."""
    here = {each["StackName"] for each in pages("cloudformation", "describe_stacks", "Stacks")}
    names = (stack(stage, duty) for duty in DUTIES)
    return {name: _resources(name) for name in names if name in here}


def _resources(name: str) -> list[Any]:
    """Return what is left of the stack, of which an earlier attempt may have deleted some."""
    listed = pages(
        "cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name
    )
    return [r for r in listed if r["ResourceStatus"] != "DELETE_COMPLETE"]


def found(stacks: Mapping[str, list[Any]], owned: Sequence[Bucket]) -> Iterator[Resource]:
    """Yield the stacks in the order in which they can go, each with the buckets that it keeps."""
    for bucket in owned:
        if not bucket.stack:
            yield Resource("bucket", bucket.name, partial(buckets.remove, bucket.name))
    for name, resources in stacks.items():
        own = [bucket for bucket in owned if bucket.stack == name]
        yield Resource("stack", name, partial(_remove, name, resources, own))
        for bucket in own:
            if bucket.lock:
                yield Resource("bucket", bucket.name, partial(buckets.remove, bucket.name))


def _remove(name: str, resources: list[Any], own: Sequence[Bucket]) -> None:
    """Delete the stack; what has come into its buckets meanwhile is deleted with the next try."""
    _detach(resources)
    for left in reversed(range(TRIES)):
        for bucket in own:
            buckets.empty(bucket.name)
        try:
            _delete(name)
        except ServiceError as exc:
            if not left:
                raise ServiceError(_why(name)) from exc
        else:
            return


def _delete(name: str) -> None:
    with translated(name):
        aws.client("cloudformation").delete_stack(StackName=name)
    wait_for("cloudformation", "stack_delete_complete", every=EVERY, times=TIMES, StackName=name)


def _why(name: str) -> str:
    """Return which resource could not be deleted, and what to do."""
    events = pages("cloudformation", "describe_stack_events", "StackEvents", StackName=name)
    failed = [e for e in events if e["ResourceStatus"] == "DELETE_FAILED"]
    first = next((e for e in failed if e["LogicalResourceId"] != name), None)
    what = (
        f"{first['LogicalResourceId']}: {first['ResourceStatusReason']}" if first else "no reason"
    )
    return f"stack {name} was not deleted ({what}); fix that and run the teardown again"


def _detach(resources: list[Any]) -> None:
    """Take the stack's policies from whom somebody has attached them to."""
    iam = aws.client("iam")
    for resource in resources:
        if resource["ResourceType"] == "AWS::IAM::ManagedPolicy":
            arn = resource["PhysicalResourceId"]
            for kind in ("User", "Group", "Role"):
                listed = f"Policy{kind}s"
                for holder in pages("iam", "list_entities_for_policy", listed, PolicyArn=arn):
                    take = getattr(iam, f"detach_{kind.lower()}_policy")
                    take(**{f"{kind}Name": holder[f"{kind}Name"], "PolicyArn": arn})
