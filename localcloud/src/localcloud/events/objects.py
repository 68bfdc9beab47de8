"""Which events does S3 send about its objects?"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC
from typing import Any

from moto.s3 import notifications
from moto.s3.models import S3Backend
from moto.s3.responses import S3Response

from localcloud import moto_patches, reactor, sessions
from localcloud.events.bus import emit
from localcloud.events.envelope import timestamp
from localcloud.state import kept

_S3 = "s3.amazonaws.com"
EMPTY_ETAG = "d41d8cd98f00b204e9800998ecf8427e"
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
_PARTS = ("s3:ObjectTagging:Put", "s3:ObjectAcl:Put")
"""Events of an object's parts, which have none of their own when they come with a new object."""
_asked: ContextVar[bool] = ContextVar("asked", default=False)
"""Whether a call is just changing an object's tags or access control list alone."""
_doer: ContextVar[tuple[str, str]] = ContextVar("doer", default=("DeleteObject", ""))
"""The reason for which objects go, and who asked for it: empty for a call's own account."""


def install() -> None:
    """Send the events that S3 sends about objects as AWS does."""
    moto_patches.replace(
        notifications,
        "_send_event_bridge_message",
        _sent_already,
        fixes="delivers inside the call, with invented values, to disabled rules too",
        upstream="policy: delivery is ours, by the reactor and under the targets' policies",
    )
    moto_patches.wrap(
        notifications,
        "send_event",
        _later,
        fixes="sends notifications inside the call, and twice after a multipart upload",
        upstream="policy: delivery is ours, by the reactor",
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


def _later(send: Any) -> Any:
    def send_event(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
        """Build the event now, for the object may change, and deliver it later."""
        _notify(send, account_id, event_name, bucket, key)
        if event_name.value == "s3:ObjectRestore:Post":  # moto restores when it is looked at
            reactor.submit(f"restore {key.name}", lambda: key.status)

    return send_event


def _notify(send: Any, account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    configuration = bucket.notification_configuration
    if configuration is None or _doubled(event_name, key) or _comes_along(event_name):
        return
    if configuration.event_bridge is not None:
        _created(bucket, event_name, key)
        _changed(bucket, event_name, key)
    if configuration.cloud_function or configuration.queue or configuration.topic:
        reactor.submit(
            f"{event_name.value} of {key.name}",
            lambda: send(account_id, event_name, bucket, key),
        )


def _doubled(event_name: Any, key: Any) -> bool:
    """Tell whether moto reports the end of a multipart upload as a put, which it does as well."""
    return event_name.value == "s3:ObjectCreated:Put" and bool(getattr(key, "multipart", None))


def _comes_along(event_name: Any) -> bool:
    return event_name.value in _PARTS and not _asked.get()


def _changing(change: Any) -> Any:
    def changed(self: S3Response, *args: Any, **kwargs: Any) -> Any:
        token = _asked.set(True)
        try:
            return change(self, *args, **kwargs)
        finally:
            _asked.reset(token)

    return changed


def _sent_already(*_args: Any) -> None:
    """Leave the bus alone where moto serves the bucket's other notifications."""


def _created(bucket: Any, event_name: Any, key: Any) -> None:
    reason = _REASONS.get(event_name.value)
    if reason is None:
        return
    about = {"key": key.name, "size": key.size, "etag": key.etag.strip('"')}
    if bucket.is_versioned:
        about["version-id"] = key.version_id
    _emit(bucket, "Object Created", about, {"reason": reason})


def _changed(bucket: Any, event_name: Any, key: Any) -> None:
    """Send the event of what is neither a new object nor one that goes."""
    detail_type = _OTHERS.get(event_name.value)
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
    _emit(bucket, detail_type, about, more)


def moved(bucket: Any, key: Any, storage_class: str) -> None:
    """Send the event of an object that a lifecycle rule gave another storage class."""
    configuration = bucket.notification_configuration
    if configuration and configuration.event_bridge is not None:
        about = {"key": key.name, "size": key.size, "etag": key.etag.strip('"')}
        if bucket.is_versioned:
            about["version-id"] = key.version_id
        more = {"destination-storage-class": storage_class, "requester": _S3}
        _emit(bucket, "Object Storage Class Changed", about, more)


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
        configuration = bucket.notification_configuration
        if done and was is not None and configuration and configuration.event_bridge is not None:
            _deleted(bucket, key_name, version_id, answer)
        return done, answer

    return delete_object


def _version(bucket: Any, key_name: str, version_id: str | None) -> Any:
    versions = bucket.keys.getlist(key_name, [])
    if version_id is None:
        return versions[-1] if versions else None
    return next((item for item in versions if str(item.version_id) == str(version_id)), None)


def _deleted(bucket: Any, key_name: str, version_id: str | None, answer: dict[str, Any]) -> None:
    about = {"key": key_name}
    if bucket.is_versioned and version_id is None:
        about.update({"etag": EMPTY_ETAG, "version-id": answer["version-id"]})
        kind = "Delete Marker Created"
    else:
        kind = "Permanently Deleted"
        if version_id is not None:
            about["version-id"] = version_id
    reason, doer = _doer.get()
    more = {"reason": reason, "deletion-type": kind} | ({"requester": doer} if doer else {})
    _emit(bucket, "Object Deleted", about, more)


def _sequencer() -> str:
    """Return a text that is greater than all before, also while time stands still."""
    with _counting:
        _counted[0] = max(_counted[0] + 1, time.time_ns())
        return f"{_counted[0]:018X}"


_counting = threading.Lock()
_counted = [0]
kept.keep_by("events/sequencer", lambda: _counted[0], lambda last: _counted.__setitem__(0, last))


def _emit(bucket: Any, detail_type: str, about: dict[str, Any], more: dict[str, Any]) -> None:
    detail = {
        "version": "0",
        "bucket": {"name": bucket.name},
        "object": {**about, "sequencer": _sequencer()},
        "request-id": uuid.uuid4().hex[:16].upper(),
        "requester": sessions.ACCOUNT,
        "source-ip-address": "127.0.0.1",
        **more,
    }
    emit("aws.s3", detail_type, detail, [bucket.arn])
