"""Which events does S3 send about its objects, to EventBridge and to whom a bucket names?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from moto.s3 import notifications as moto_notifications
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from localcloud import moto_patches, reactor
from localcloud.events import bridged, notifications

_S3 = "s3.amazonaws.com"
EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"
_REMOVED, _EXPIRED = "s3:ObjectRemoved:", "s3:LifecycleExpiration:"
_PARTS = ("s3:ObjectTagging:Put", "s3:ObjectAcl:Put")
"""Events of an object's parts, which have none of their own when they come with a new object."""
_asked: ContextVar[bool] = ContextVar("asked", default=False)
"""Whether a call is just changing an object's tags or access control list alone."""
_doer: ContextVar[tuple[str, str]] = ContextVar("doer", default=("DeleteObject", ""))
"""The reason for which objects go, and who asked for it: empty for a call's own account."""


def install() -> None:
    """Send the events that S3 sends about objects as AWS does."""
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
    moto_patches.wrap(
        S3Response,
        ("put_object_tagging", "put_object_acl"),
        _changing,
        fixes="sends an event of tags that come with a new object",
        upstream=moto_patches.UNREPORTED,
    )


def _send(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    """Build the event now, for the object may change; what removes it is told by `_deleting`."""
    del account_id
    _notify(str(event_name.value), bucket, key)
    if event_name.value == "s3:ObjectRestore:Post":  # moto restores when it is looked at
        reactor.submit(f"restore {key.name}", lambda: key.status)


def _notify(event_name: str, bucket: Any, key: Any) -> None:
    configuration = bucket.notification_configuration
    if configuration is None or _doubled(event_name, key) or _comes_along(event_name):
        return
    if configuration.event_bridge is not None:
        bridged.created(bucket, event_name, key)
        bridged.changed(bucket, event_name, key)
    if not event_name.startswith(_REMOVED):
        _announce(bucket, event_name, key)


def _announce(bucket: Any, event_name: str, key: Any) -> None:
    about = {"key": key.name, "size": key.size, "eTag": key.etag.strip('"')}
    if bucket.is_versioned:
        about["versionId"] = key.version_id
    notifications.announce(bucket, event_name, {**about, "sequencer": bridged.sequencer()})


def _doubled(event_name: str, key: Any) -> bool:
    """Tell whether moto reports the end of a multipart upload as a put, which it does as well."""
    return event_name == "s3:ObjectCreated:Put" and bool(getattr(key, "multipart", None))


def _comes_along(event_name: str) -> bool:
    return event_name in _PARTS and not _asked.get()


def _changing(change: Any) -> Any:
    def changed(self: S3Response, *args: Any, **kwargs: Any) -> Any:
        token = _asked.set(True)
        try:
            return change(self, *args, **kwargs)
        finally:
            _asked.reset(token)

    return changed


def moved(bucket: Any, key: Any, storage_class: str) -> None:
    """Send the event of an object that a lifecycle rule gave another storage class."""
    configuration = bucket.notification_configuration
    if configuration and configuration.event_bridge is not None:
        about = {"key": key.name, "size": key.size, "etag": key.etag.strip('"')}
        if bucket.is_versioned:
            about["version-id"] = key.version_id
        more = {"destination-storage-class": storage_class, "requester": _S3}
        bridged.send(bucket, "Object Storage Class Changed", about, more)
    _announce(bucket, "s3:LifecycleTransition", key)


@contextlib.contextmanager
def by_lifecycle() -> Iterator[None]:
    """Let objects that go meanwhile have gone because of a lifecycle rule."""
    token = _doer.set(("Lifecycle Expiration", _S3))
    try:
        yield
    finally:
        _doer.reset(token)


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
        if done and was is not None and bucket.notification_configuration:
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
    reason, doer = _doer.get()
    if bucket.notification_configuration.event_bridge is not None:
        about = {"key": key_name, **({"etag": EMPTY_ETAG} if marked else {})}
        about |= {"version-id": version} if version is not None else {}
        kind = "Delete Marker Created" if marked else "Permanently Deleted"
        more = {"reason": reason, "deletion-type": kind} | ({"requester": doer} if doer else {})
        bridged.send(bucket, "Object Deleted", about, more)
    shown = {"key": key_name, **({"eTag": EMPTY_ETAG} if marked else {})}
    shown |= {"versionId": version} if version is not None else {}
    name = f"{_EXPIRED if doer else _REMOVED}{'DeleteMarkerCreated' if marked else 'Delete'}"
    notifications.announce(bucket, name, {**shown, "sequencer": bridged.sequencer()})
