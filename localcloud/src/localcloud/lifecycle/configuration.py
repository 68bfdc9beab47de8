"""Which lifecycle rules does a bucket take, and how are they read back?

The rules are kept as they were written, since moto forgets parts of them.
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.s3.exceptions import MalformedXML, NoSuchLifecycleConfiguration, S3ClientError
from moto.s3.models import FakeBucket, FakeMultipart
from moto.s3.responses import S3Response
from moto.s3.utils import STORAGE_CLASS

from localcloud import clock, moto_patches
from localcloud.lifecycle.rules import Rule, as_list

MOST_RULES, LONGEST_ID = 1000, 255
_LISTS = {
    "Transition": "Transitions",
    "NoncurrentVersionTransition": "NoncurrentVersionTransitions",
}


class InvalidRule(S3ClientError):
    """A rule that is well written and cannot be."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


def install() -> None:
    """Keep rules as they are written, refuse those that S3 refuses, and answer with them."""
    moto_patches.wrap(
        FakeBucket,
        "set_lifecycle",
        _setting,
        fixes="forgets NewerNoncurrentVersions of an expiration and sizes, takes rules that S3 "
        "refuses",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.replace(
        S3Response,
        "get_bucket_lifecycle",
        _get,
        fixes="answers with what it keeps of a rule",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        FakeMultipart,
        "__init__",
        _beginning,
        fixes="does not know when an upload in parts began",
        upstream=moto_patches.UNREPORTED,
    )


def _beginning(initialize: Any) -> Any:
    def begin(self: FakeMultipart, *args: Any, **kwargs: Any) -> None:
        initialize(self, *args, **kwargs)
        kept: Any = self
        kept.initiated = clock.now()

    return begin


def rules(bucket: Any) -> list[Rule]:
    """Return the bucket's enabled rules."""
    written = getattr(bucket, "lifecycle_rules", []) if bucket.rules else []
    return [Rule(each) for each in written if each["Status"] == "Enabled"]


def _setting(set_lifecycle: Any) -> Any:
    def set_rules(self: FakeBucket, written: list[dict[str, Any]]) -> None:
        if len(written) > MOST_RULES:
            raise MalformedXML
        for number, rule in enumerate(written):
            rule.setdefault("ID", f"rule-{number + 1}")
            _demand_valid(rule)
        if len({rule["ID"] for rule in written}) < len(written):
            raise InvalidRule("InvalidArgument", "Rule ID must be unique.")
        set_lifecycle(self, written)
        kept: Any = self
        kept.lifecycle_rules = written

    return set_rules


def _demand_valid(written: dict[str, Any]) -> None:
    if written.get("Status") not in {"Enabled", "Disabled"}:
        raise MalformedXML
    if len(written["ID"]) > LONGEST_ID:
        raise InvalidRule(
            "InvalidArgument", f"ID length should not exceed allowed limit of {LONGEST_ID}"
        )
    rule = Rule(written)
    try:
        wrong = [days for days in rule.days() if days < 1]
        classes = rule.classes()
    except (ValueError, KeyError, TypeError, AttributeError):
        raise MalformedXML from None
    if wrong:
        raise InvalidRule("InvalidArgument", "'Days' must be a positive integer")
    if set(classes) - set(STORAGE_CLASS):
        raise MalformedXML
    if not rule.acts():
        raise InvalidRule("InvalidRequest", "At least one action needs to be specified in a rule")


def _get(self: S3Response) -> Any:
    self.data["Action"] = "GetBucketLifecycleConfiguration"
    bucket: Any = self.backend.get_bucket(self.bucket_name)
    if not bucket.rules:
        raise NoSuchLifecycleConfiguration(bucket_name=self.bucket_name)
    answer = {
        "Rules": [_read(each) for each in bucket.lifecycle_rules],
        "TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
    }
    return self.serialized(ActionResult(answer))


def _read(written: dict[str, Any]) -> dict[str, Any]:
    """Return a rule with the names of the API instead of those of its XML."""
    rule = {_LISTS.get(name, name): value for name, value in written.items()}
    for name in _LISTS.values():
        if name in rule:
            rule[name] = as_list(rule[name])
    chosen = rule.get("Filter")
    if "Filter" in rule:
        rule["Filter"] = dict(chosen or {})
    if chosen and chosen.get("And"):
        both = dict(chosen["And"])
        if "Tag" in both:
            both["Tags"] = as_list(both.pop("Tag"))
        rule["Filter"] = {"And": both}
    for name in ("Prefix",):
        if name in rule:
            rule[name] = rule[name] or ""
        if rule.get("Filter", {}).get(name, "") is None:
            rule["Filter"][name] = ""
    return rule
