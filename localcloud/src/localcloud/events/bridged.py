"""How does EventBridge see what happens to an object?"""

from __future__ import annotations

import threading
import time
import uuid
from datetime import UTC
from typing import Any

from localcloud import places
from localcloud.events.bus import emit
from localcloud.events.envelope import timestamp
from localcloud.places import Place
from localcloud.state import kept

_REASONS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
}
_OTHERS = {
    "s3:ObjectTagging:Put": "Object Tags Added",
    "s3:ObjectTagging:Delete": "Object Tags Deleted",
    "s3:ObjectAcl:Put": "Object ACL Updated",
    "s3:ObjectRestore:Post": "Object Restore Initiated",
    "s3:ObjectRestore:Completed": "Object Restore Completed",
}


def created(bucket: Any, event_name: str, key: Any) -> None:
    """Send the event of a new object."""
    reason = _REASONS.get(event_name)
    if reason is None:
        return
    about = {"key": key.name, "size": key.size, "etag": key.etag.strip('"')}
    if bucket.is_versioned:
        about["version-id"] = key.version_id
    send(bucket, "Object Created", about, {"reason": reason})


def changed(bucket: Any, event_name: str, key: Any) -> None:
    """Send the event of what is neither a new object nor one that goes."""
    detail_type = _OTHERS.get(event_name)
    if detail_type is None:
        return
    about = {"key": key.name, "etag": key.etag.strip('"')}
    if bucket.is_versioned:
        about["version-id"] = key.version_id
    more = {}
    if "Restore" in detail_type:
        about["size"] = key.size
        more["source-storage-class"] = key.storage_class
    if detail_type == "Object Restore Completed":
        more["restore-expiry-time"] = timestamp(key._expiry.replace(tzinfo=UTC).timestamp())
    send(bucket, detail_type, about, more)


def sequencer() -> str:
    """Return a text that is greater than all before, also while time stands still."""
    with _counting:
        _counted[0] = max(_counted[0] + 1, time.time_ns())
        return f"{_counted[0]:018X}"


_counting = threading.Lock()
_counted = [0]
kept.keep_by("events/sequencer", lambda: _counted[0], lambda last: _counted.__setitem__(0, last))


def send(bucket: Any, detail_type: str, about: dict[str, Any], more: dict[str, Any]) -> None:
    """Send an event about an object to the bus; *more* is what its detail has besides."""
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": {**about, "sequencer": sequencer()},
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": bucket.account_id,
        "source-ip-address": "127.0.0.1",
        **more,
    }
    with places.at(Place(bucket.account_id, bucket.region_name)):
        emit("aws.s3", detail_type, detail, [bucket.arn])
