"""Which objects go, or change their storage class, at midnight?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from moto.s3.models import FakeDeleteMarker, s3_backends

from localcloud import clock, nightly, places
from localcloud.alarms.datapoints import seconds
from localcloud.events import objects
from localcloud.lifecycle.configuration import rules

if TYPE_CHECKING:
    from moto.s3.models import S3Backend

    from localcloud.lifecycle.rules import Rule


def install() -> None:
    """Let the rules act each midnight, as long as a bucket has any."""
    nightly.do(lambda: any(True for _ in _governed()), _act)


def _governed() -> Iterator[tuple[S3Backend, Any]]:
    for backend in places.stores(s3_backends):
        for bucket in list(backend.buckets.values()):
            if getattr(bucket, "rules", None):
                yield backend, bucket


def _act() -> None:
    now = clock.now()
    for backend, bucket in [*_governed()]:
        for rule in rules(bucket):
            _abort(bucket, rule, now)
            for name in [*bucket.keys]:
                _one(backend, bucket, name, rule, now)


def _abort(bucket: Any, rule: Rule, now: float) -> None:
    for upload, multipart in [*bucket.multiparts.items()]:
        begun = getattr(multipart, "initiated", None)
        if begun and rule.chooses(multipart.key_name, 0, {}) and rule.aborts(begun, now):
            del bucket.multiparts[upload]


def _one(backend: S3Backend, bucket: Any, name: str, rule: Rule, now: float) -> None:
    """Apply one rule to all versions of one object, the oldest first."""
    versions = bucket.keys.getlist(name, [])
    with objects.by_lifecycle():
        for place, version in enumerate(versions[:-1]):
            newer = len(versions) - place - 2
            _noncurrent(backend, bucket, version, rule, (_written(versions[place + 1]), newer, now))
        rest = bucket.keys.getlist(name, [])
        if rest:
            _current(backend, bucket, rest, rule, now)


def _noncurrent(backend: S3Backend, bucket: Any, version: Any, rule: Rule,
                age: tuple[float, int, float]) -> None:  # fmt: skip
    since, newer, now = age
    if not rule.chooses(version.name, _size(version), _tags(backend, version)):
        return
    if rule.expires_noncurrent(since, newer, now):
        if not _locked(version):
            backend.delete_object(bucket.name, version.name, version.version_id)
    elif not isinstance(version, FakeDeleteMarker):
        _move(bucket, version, rule.noncurrent_class(since, newer, _size(version), now))


def _current(backend: S3Backend, bucket: Any, versions: list[Any], rule: Rule, now: float) -> None:
    current = versions[-1]
    since, size = _written(current), _size(current)
    if not rule.chooses(current.name, size, _tags(backend, current)):
        return
    if isinstance(current, FakeDeleteMarker):
        if len(versions) == 1 and rule.drops_marker(since, now):
            backend.delete_object(bucket.name, current.name, current.version_id)
    elif rule.expires(since, now):
        backend.delete_object(bucket.name, current.name)
    else:
        _move(bucket, current, rule.storage_class(since, size, now))


def _move(bucket: Any, version: Any, wanted: str | None) -> None:
    if wanted and wanted != version.storage_class:
        version.set_storage_class(wanted)
        objects.moved(bucket, version, wanted)


def _written(version: Any) -> float:
    return seconds(version.last_modified)


def _size(version: Any) -> int:
    return 0 if isinstance(version, FakeDeleteMarker) else int(version.size)


def _tags(backend: S3Backend, version: Any) -> dict[str, str]:
    if isinstance(version, FakeDeleteMarker):
        return {}
    found: dict[str, str] = backend.tagger.get_tag_dict_for_resource(version.arn)
    return found


def _locked(version: Any) -> bool:
    return not isinstance(version, FakeDeleteMarker) and version.is_locked(governance_bypass=False)
