"""What does a check have at hand? The stage as it is deployed, names of its own, and patience."""

from __future__ import annotations

import re
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, TypeVar

import aws
from aws import buckets
from aws.calls import ask
from cli.smoke.belief import Refuted, Skipped
from cli.smoke.journal import Journal
from factory.errors import AccessDenied, ServiceError, Throttled, Unreachable
from factory.layout import objects
from factory.layout.names import pipeline, stack
from factory.stage import TAG

Found = TypeVar("Found")
TAG_SMOKE = "modelworks:smoke"
"""On all that a smoke run makes: which run."""
EVERY = 5.0  # seconds between two looks at what takes time
TOLD = 60  # seconds between two words of progress


def new_run() -> str:
    """Return the name of a run: when it began, and something nobody else has."""
    return f"{datetime.now(UTC):%y%m%d%H%M%S}-{secrets.token_hex(4)}"


def tell(words: str) -> None:
    """Tell a person how far it is; results are printed elsewhere."""
    print(words, file=sys.stderr, flush=True)


@dataclass
class Bench:
    """One run of the smoke test."""

    stage: str
    outputs: Mapping[str, str]
    """Of the stage's stacks in this account."""
    journal: Journal
    every: float = EVERY
    made: dict[str, Any] = field(default_factory=dict)
    """What one check has made that later ones use, by a name that they agree on."""

    def name(self, suffix: str = "") -> str:
        """Return a name of this run's own."""
        return f"{self.journal.prefix}-{suffix}" if suffix else self.journal.prefix

    def tags(self, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
        """Return the tags of whatever is made, as most services want them."""
        pairs = {TAG_SMOKE: self.journal.run, TAG: self.stage}
        return [{key: name, value: text} for name, text in pairs.items()]

    def tagged(self) -> dict[str, str]:
        """Return the same tags as an object."""
        return {each["Key"]: each["Value"] for each in self.tags()}

    def output(self, name: str) -> str:
        """Return an output of the stage; Skipped when no stack of it has one here."""
        if name not in self.outputs:
            raise Skipped(f"no stack of {self.stage} in this account has the output {name}")
        return self.outputs[name]

    def resources(self, duty: str) -> dict[str, str]:
        """Return the physical ids of a stack's resources, by logical id; Skipped without it."""
        name = stack(self.stage, duty)
        if not aws.stack_found(name):
            raise Skipped(f"the stack {name} is not in this account")
        return aws.stack_resources(name)

    def resource(self, duty: str, pattern: str) -> str:
        """Return the physical id of the one resource whose logical id has this *pattern*."""
        found = [p for name, p in self.resources(duty).items() if re.fullmatch(pattern, name)]
        if len(found) != 1:
            raise Skipped(f"{len(found)} resources of {stack(self.stage, duty)} match {pattern}")
        return found[0]

    @property
    def recipe(self) -> str:
        """Return the pipeline of a recipe: the first of them."""
        return self.recipes[0]

    @cached_property
    def recipes(self) -> list[str]:
        """Return the pipelines of all recipes of the stage; Skipped where there is none."""
        ids = self.resources("training").values()
        own = pipeline(self.stage, "")
        found = sorted(i for i in ids if i.startswith(own) and "-" not in i.removeprefix(own))
        if not found:
            raise Skipped(f"the stage {self.stage} has no pipeline in this account")
        return found

    def group(self) -> str:
        """Return the name of a group of packages of this run's own; it is made once."""
        name = self.name()
        if "group" not in self.made:
            self.journal.note("group", name)
            aws.sagemaker(
                "create_model_package_group",
                name,
                ModelPackageGroupName=name,
                ModelPackageGroupDescription="of factory smoke; it goes when that ends",
                Tags=self.tags(),
            )
            self.made["group"] = name
        return name

    def bucket(self) -> str:
        """Return the name of a bucket of this run's own, which takes no key but the stage's."""
        name = self.name()
        if "bucket" not in self.made:
            self.journal.note("bucket", name)
            buckets.make(name, tags=self.tags(), key=self.key())
            self.made["bucket"] = name
        return name

    def place(self, *parts: str) -> str:
        """Return the URI of what this run keeps under these *parts* of a key."""
        return objects.kept(self.bucket(), *parts)

    def key(self) -> str:
        """Return the ARN of the stage's key."""
        known = self.resource("foundation", r"Key[0-9A-F]{8}")
        found = ask("kms", "describe_key", known, KeyId=known)
        return str(found["KeyMetadata"]["Arn"])

    def until(self, what: str, look: Callable[[], Found | None], *, seconds: float) -> Found | None:
        """Return what *look* finds, or None after so many *seconds*; say now and then what for."""
        start = told = time.monotonic()
        while (found := look()) is None:
            now = time.monotonic()
            if now - start > seconds:
                return None
            if now - told > TOLD:
                tell(f"   waiting for {what}: {now - start:.0f} of {seconds:.0f} s at most")
                told = now
            time.sleep(self.every)
        return found

    def demand(self, what: str, look: Callable[[], Found | None], *, seconds: float) -> Found:
        """Return what *look* finds; Refuted when there is nothing after so many *seconds*."""
        found = self.until(what, look, seconds=seconds)
        if found is None:
            raise Refuted(f"waited {seconds:.0f} s for {what}, in vain")
        return found


def holds(call: Callable[[], Found], *, as_role: bool = False) -> Found:
    """Return the answer to a *call* that AWS must take; Refuted in its words when it does not.

    A denial refutes only where the rights of a role are in question (*as_role*). What the caller
    may not do, what has to be tried later and what is over a quota says nothing about the belief.
    """
    try:
        return call()
    except (Throttled, Unreachable):
        raise
    except ServiceError as no:
        if unanswered(no) or (isinstance(no, AccessDenied) and not as_role):
            raise
        raise Refuted(str(no)) from no


def refused(what: str, call: Callable[[], object]) -> str:
    """Return AWS's words about a *call* that it must deny; Refuted when it does *what*."""
    try:
        call()
    except AccessDenied as no:
        return str(no)
    raise Refuted(f"AWS let it: {what}")


def unanswered(error: Exception) -> bool:
    """Tell whether a local cloud says that it does not have what was asked for."""
    return "NotImplementedByLocalCloud" in str(error)
