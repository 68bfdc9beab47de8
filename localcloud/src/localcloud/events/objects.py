"""Which events does S3 send about its objects, to EventBridge and to whom a bucket names?"""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

from moto.s3 import notifications as moto_notifications
from moto.s3.models import S3Backend

from localcloud import moto_patches, sessions
from localcloud.events import notifications
from localcloud.events.bus import emit

EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"
_REMOVED = "s3:ObjectRemoved:"
_REASONS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
}


def install() -> None:
    """Send Object Created and Object Deleted as AWS does; of other object events S3 sends none."""
    moto_patches.replace(
        moto_notifications,
        "send_event",
        _send,
        fixes="sends inside the call, with invented values, and twice after a multipart upload",
        upstream="policy: delivery is ours, by the reactor and under the targets' policies",
    )
    moto_patches.wrap(
        S3Backend,
        "delete_object",
        _deleting,
        fixes="sends Object Deleted without deletion-type and version",
        upstream="getmoto/moto#7363",
    )


def _send(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    """Build the event now, for the object may change; what removes it is told by `_deleting`."""
    del account_id
    name = str(event_name.value)
    configuration = bucket.notification_configuration
    if configuration is None or _doubled(name, key) or name.startswith(_REMOVED):
        return
    sequencer = _sequencer()
    if configuration.event_bridge is not None:
        _created(bucket, name, key, sequencer)
    about = {"key": key.name, "size": key.size, "eTag": key.etag.strip('"')}
    if bucket.is_versioned:
        about["versionId"] = key.version_id
    notifications.announce(bucket, name, {**about, "sequencer": sequencer})


def _doubled(event_name: str, key: Any) -> bool:
    """Tell whether moto reports the end of a multipart upload as a put, which it does as well."""
    return event_name == "s3:ObjectCreated:Put" and bool(getattr(key, "multipart", None))


def _created(bucket: Any, event_name: str, key: Any, sequencer: str) -> None:
    reason = _REASONS.get(event_name)
    if reason is None:
        return
    about = {"key": key.name, "size": key.size, "etag": key.etag.strip('"')}
    if bucket.is_versioned:
        about["version-id"] = key.version_id
    _emit(bucket, "Object Created", {**about, "sequencer": sequencer}, {"reason": reason})


def _deleting(delete: Any) -> Any:
    def delete_object(
        self: S3Backend,
        bucket_name: str,
        key_name: str,
        version_id: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        bucket = self.get_bucket(bucket_name)
        was = _version(bucket, key_name, version_id)
        done, answer = delete(self, bucket_name, key_name, version_id, *args, **kwargs)
        configuration = bucket.notification_configuration
        if done and was is not None and configuration:
            _deleted(bucket, key_name, version_id, answer)
        return done, answer

    return delete_object


def _version(bucket: Any, key_name: str, version_id: str | None) -> Any:
    versions = bucket.keys.getlist(key_name, [])
    if version_id is None:
        return versions[-1] if versions else None
    return next((item for item in versions if str(item.version_id) == str(version_id)), None)


def _deleted(bucket: Any, key_name: str, version_id: str | None, answer: dict[str, Any]) -> None:
    marked = bucket.is_versioned and version_id is None
    version = answer["version-id"] if marked else version_id
    about = {"key": key_name, "sequencer": _sequencer()}
    if bucket.notification_configuration.event_bridge is not None:
        kind = "Delete Marker Created" if marked else "Permanently Deleted"
        which = {"etag": EMPTY_ETAG} if marked else {}
        which |= {"version-id": version} if version is not None else {}
        more = {"reason": "DeleteObject", "deletion-type": kind}
        _emit(bucket, "Object Deleted", {**about, **which}, more)
    shown = {"eTag": EMPTY_ETAG} if marked else {}
    shown |= {"versionId": version} if version is not None else {}
    name = f"{_REMOVED}{'DeleteMarkerCreated' if marked else 'Delete'}"
    notifications.announce(bucket, name, {**about, **shown})


def _sequencer() -> str:
    """Return a text that is greater than all before, also while time stands still."""
    with _counting:
        _counted[0] = max(_counted[0] + 1, time.time_ns())
        return f"{_counted[0]:018X}"


_counting = threading.Lock()
_counted = [0]


def _emit(bucket: Any, detail_type: str, about: dict[str, Any], more: dict[str, Any]) -> None:
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": about,
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": sessions.ACCOUNT,
        "source-ip-address": "127.0.0.1",
        **more,
    }
    emit("aws.s3", detail_type, detail, [bucket.arn])
