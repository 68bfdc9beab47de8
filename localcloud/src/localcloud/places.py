"""In which account and region is something done, or does something stand?"""

from __future__ import annotations

import contextlib
from collections.abc import MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ACCOUNT = "123456789012"
REGION = "us-east-1"
"""Of whoever names neither."""
PARTS = 6  # of an ARN: arn, partition, service, region, account, resource


K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Place:
    """One region of one account."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource that stands here."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


_DEFAULT = Place(ACCOUNT, REGION)
_here: ContextVar[Place] = ContextVar("place", default=_DEFAULT)


def here() -> Place:
    """Return the place of the call or work that goes on in this thread."""
    return _here.get()


def of(arn: str) -> Place:
    """Return where a resource stands; what its ARN does not name is that of this thread."""
    parts, now = arn.split(":", PARTS - 1), here()
    if len(parts) < PARTS:
        return now
    return Place(parts[4] or now.account, parts[3] or now.region)


def bucket_settings(region: str) -> dict[str, dict[str, str]]:
    """Return what CreateBucket has to be told for a bucket of a region."""
    where = {"LocationConstraint": region}
    return {} if region == REGION else {"CreateBucketConfiguration": where}


def stores(backends: Mapping[str, Mapping[str, V]]) -> list[V]:
    """Return moto's stores of one service, of all accounts and regions."""
    return [store for regions in list(backends.values()) for store in list(regions.values())]


@contextlib.contextmanager
def at(place: Place) -> Iterator[None]:
    """Do what follows at *place*."""
    token = _here.set(place)
    try:
        yield
    finally:
        _here.reset(token)


@dataclass(frozen=True)
class Bound:
    """Work that is done at its place, whichever thread does it."""

    work: Callable[[], object]
    place: Place

    def __call__(self) -> object:
        """Do the work; what it raises names the place."""
        with at(self.place):
            try:
                return self.work()
            except Exception as error:
                error.add_note(f"in account {self.place.account}, region {self.place.region}")
                raise


def bound(work: Callable[[], object], place: Place | None = None) -> Bound:
    """Return *work* as it is done at *place*, or here; what is bound already stays so."""
    return work if isinstance(work, Bound) else Bound(work, place or here())


class PerPlace(MutableMapping[K, V], Generic[K, V]):
    """A mapping of which each place has its own part: one sees what is here."""

    def __init__(self) -> None:
        self._held: dict[Place, dict[K, V]] = {}

    def _part(self) -> dict[K, V]:
        return self._held.setdefault(here(), {})

    def __getitem__(self, key: K) -> V:
        return self._part()[key]

    def __setitem__(self, key: K, value: V) -> None:
        self._part()[key] = value

    def __delitem__(self, key: K) -> None:
        del self._part()[key]

    def __iter__(self) -> Iterator[K]:
        return iter(list(self._part()))

    def __len__(self) -> int:
        return len(self._part())

    def everywhere(self) -> list[tuple[Place, V]]:
        """Return the values of all places."""
        parts = list(self._held.items())
        return [(place, value) for place, part in parts for value in list(part.values())]

    def parts(self) -> dict[Place, dict[K, V]]:
        """Return what each place has."""
        return {place: dict(part) for place, part in list(self._held.items())}

    def put_back(self, parts: Mapping[Place, Mapping[K, V]]) -> None:
        """Have these `parts` and no others."""
        self._held = {place: dict(part) for place, part in parts.items()}

    def clear(self) -> None:
        """Forget the values of all places."""
        self._held.clear()
