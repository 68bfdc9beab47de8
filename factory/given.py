"""What does an organisation give instead of what the factory would make? A key, and a network."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from factory.errors import InvalidSettings

KEY = re.compile(r"arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key/(mrk-)?[0-9a-f-]{32,36}")
KINDS = {"vpc": "vpc", "subnets": "subnet", "security_groups": "sg"}
"""How the ids of each kind begin, by what the context calls it."""
NAMES = ("kms_key", *KINDS)
"""What the context may give."""
MOST = {"vpc": 1, "subnets": 16, "security_groups": 5}
"""How many SageMaker takes."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Where jobs and endpoints have their network interfaces; none of them can use one."""

    vpc: str
    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]

    @property
    def config(self) -> dict[str, list[str]]:
        """Return it as SageMaker's VpcConfig."""
        return {"SecurityGroupIds": list(self.security_groups), "Subnets": list(self.subnets)}


@dataclass(frozen=True, kw_only=True)
class Given:
    """What the factory uses in one account and does not own."""

    key: str | None = None
    """The ARN of a key of KMS."""
    network: Network | None = None

    @classmethod
    def of(cls, context: Mapping[str, Any], region: str | None = None) -> Self:
        """Return what *context* gives to an account whose stacks are in *region*, if that is known.

        InvalidSettings says what is wrong with it.
        """
        said = {name: _text(name, context.get(name)) for name in NAMES}
        return cls(key=_key(said["kms_key"], region), network=_network(said))


def by_stack(found: Any, name: str, home: str | None, stacks: Sequence[str]) -> Any:
    """Return what the context called *name* gives to the account of the stack *home*.

    A text is for every account. An object, or its JSON, has one by stack, for some of *stacks*.
    """
    if isinstance(found, str) and found.lstrip().startswith("{"):
        try:
            found = json.loads(found)
        except json.JSONDecodeError as exc:
            raise _wrong(name, f"{found!r} is not JSON ({exc})") from exc
    if isinstance(found, Mapping):
        if home is None:
            raise _wrong(name, "it is by stack, and one account has all; give one text")
        if unknown := sorted(set(found) - set(stacks)):
            raise _wrong(name, f"{', '.join(unknown)} is no stack; name {', '.join(stacks)}")
        return found.get(home)
    return found


def _text(name: str, found: Any) -> str | None:
    if found is not None and not isinstance(found, str):
        raise _wrong(name, f"{found!r} is not a text; put it in quotes")
    return found


def _key(found: str | None, region: str | None) -> str | None:
    if found is None:
        return None
    arn = KEY.fullmatch(found)
    if arn is None:
        raise _wrong(
            "kms_key",
            f"{found!r} is not the ARN of a key; say arn:aws:kms:REGION:ACCOUNT:key/ID, and no "
            "alias, which can come to mean another key",
        )
    if region and arn[1] != region:
        raise _wrong("kms_key", f"the key is of {arn[1]}, and the stacks are in {region}")
    return found


def _network(said: Mapping[str, str | None]) -> Network | None:
    given = {name: said[name] for name in KINDS}
    if not any(given.values()):
        return None
    if lacking := [name for name, found in given.items() if not found]:
        raise _wrong(
            lacking[0], f"it is not given; a network is all of {', '.join(KINDS)}, or none of them"
        )
    ids = {name: _ids(name, found or "") for name, found in given.items()}
    return Network(
        vpc=ids["vpc"][0], subnets=ids["subnets"], security_groups=ids["security_groups"]
    )


def _ids(name: str, found: str) -> tuple[str, ...]:
    """Return the ids in a text with commas, which CreateModel and the jobs take as they are."""
    ids = tuple(dict.fromkeys(each.strip() for each in found.split(",")))
    form = re.compile(rf"{KINDS[name]}-(?:[0-9a-f]{{8}}|[0-9a-f]{{17}})")
    if bad := [each for each in ids if not form.fullmatch(each)]:
        raise _wrong(name, f"{bad[0]!r} is not an id like {KINDS[name]}-0123456789abcdef0")
    if len(ids) > MOST[name]:
        raise _wrong(name, f"{len(ids)} are given, and SageMaker takes {MOST[name]} at most")
    return ids


def _wrong(name: str, why: str) -> InvalidSettings:
    return InvalidSettings(f"context {name}: {why}")


NOTHING = Given()
"""The factory makes a key of its own, and runs in no network of the account."""
