"""Which rows teach, and which judge? One way of splitting a class.

`pipelines.steps.splitting` does it. A row is known by its key, or by the entity whose row it is,
and never by its features: people of one kind are not one person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from typing import ClassVar

from factory.duration import duration
from factory.variant import Variant

LEAST, MOST = 0.05, 0.5
"""The shares that may judge: of less nothing is shown, of more nothing is learned."""
HASHES = 2**64
FEWEST_ENTITIES = 12
"""Entities of which a hash must let some judge: of fewer somebody has chosen which ones."""
FEWEST, MOST_ORIGINS = 12, 500
"""Test origins of a forecast: with fewer no interval by t over origins holds."""


@dataclass(frozen=True, kw_only=True)
class Split(Variant):
    """The base of all ways to tell the rows that teach from those that judge."""

    TIMES: ClassVar[tuple[str, ...]] = ()
    """The fields that name a column of dates or times."""
    COLUMNS: ClassVar[tuple[str, ...]] = ("entity",)
    """The fields that name a column, or none."""

    def violations(self) -> Iterator[str]:
        """Yield what is wrong with it, as `field: the fact; the remedy`."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.default is MISSING and isinstance(value, str) and not value.strip():
                yield f"split.{field.name}: is empty; say it in words"

    def misfits(self) -> Iterator[str]:
        """Yield why it cannot be learned and judged so, as `field: the fact; the remedy`."""
        yield from ()

    @property
    def teaches(self) -> str:
        """Return the data product that holds the rows to learn from."""
        raise NotImplementedError

    @property
    def judges(self) -> str:
        """Return the data product that holds the test rows; it may be the same."""
        raise NotImplementedError

    @property
    def products(self) -> Mapping[str, str]:
        """Return the data products by what the spec calls them, each once."""
        return {"split.product": self.teaches}

    @property
    def columns(self) -> Mapping[str, str]:
        """Return the columns that it names, by field."""
        named = {field: str(getattr(self, field)) for field in self.COLUMNS}
        return {field: column for field, column in named.items() if column}

    @property
    def entity_column(self) -> str:
        """Return the column that says whose a row is; empty where each row is its own."""
        return str(getattr(self, "entity", ""))


@dataclass(frozen=True, kw_only=True)
class Published(Split):
    """Somebody else has split the data: two data products, of which one judges."""

    KIND: ClassVar[str] = "published"
    train: str
    """The data product it learns from."""
    test: str
    """The data product it is judged on."""
    entity: str = ""
    """The column that says whose a row is, of whom no row may be in both; empty for the key."""

    @property
    def teaches(self) -> str:
        """Return the data product that holds the rows to learn from."""
        return self.train

    @property
    def judges(self) -> str:
        """Return the data product that holds the test rows."""
        return self.test

    @property
    def products(self) -> Mapping[str, str]:
        """Return both."""
        return {"train": self.train, "test": self.test}

    def misfits(self) -> Iterator[str]:
        """Yield it when both are one."""
        if self.train == self.test:
            yield (
                f"split.test: {self.test!r} is also what it learns from; it would be judged by "
                "rows that it knows: land a test split of its own, or let the factory split it, "
                f"as Hashed(product={self.test!r})"
            )


@dataclass(frozen=True, kw_only=True)
class Hashed(Split):
    """A share of one data product judges, chosen by a hash of whose row it is.

    The hash has no seed. A row, or a person with many rows, is on one side in every snapshot.
    """

    KIND: ClassVar[str] = "hashed"
    COLUMNS: ClassVar[tuple[str, ...]] = ("key",)
    product: str
    """The data product."""
    key: str = ""
    """The column that says whose a row is; empty for the model's key."""
    test: float = 0.2
    """The share of entities that judge."""

    @property
    def teaches(self) -> str:
        """Return the data product."""
        return self.product

    @property
    def judges(self) -> str:
        """Return the data product."""
        return self.product

    @property
    def entity_column(self) -> str:
        """Return the column that is hashed; empty for the model's key."""
        return self.key

    def violations(self) -> Iterator[str]:
        """Yield what is wrong with it, as `field: the fact; the remedy`."""
        yield from super().violations()
        if not LEAST <= self.test <= MOST:
            yield f"split.test: {self.test} is not in [{LEAST}, {MOST}]; 0.2 is usual"

    def judging(self, entity: str) -> bool:
        """Say whether the rows of *entity*, a canonical text, judge.

        They do when the first eight bytes of its SHA-256, as a share of 2**64, are below the test
        share.
        """
        digest = hashlib.sha256(entity.encode()).digest()
        return int.from_bytes(digest[:8], "big") < self.test * HASHES


@dataclass(frozen=True, kw_only=True)
class After(Split):
    """The last rows of one data product judge, and earlier ones teach."""

    KIND: ClassVar[str] = "after"
    TIMES: ClassVar[tuple[str, ...]] = ("time",)
    COLUMNS: ClassVar[tuple[str, ...]] = ("time", "entity")
    product: str
    """The data product."""
    time: str
    """The column that says when a row was asked about."""
    test: str = "90 days"
    """How long before the latest row of the product those begin that judge."""
    delay: str = "0 days"
    """How long after *time* the label is known. Rows whose label was not known when the first row
    that judges was asked about teach nothing."""
    entity: str = ""
    """The column that says whose a row is, of whom no row may be on both sides; empty where the
    same may be asked about again later."""

    @property
    def teaches(self) -> str:
        """Return the data product."""
        return self.product

    @property
    def judges(self) -> str:
        """Return the data product."""
        return self.product

    def violations(self) -> Iterator[str]:
        """Yield what is wrong with it, as `field: the fact; the remedy`."""
        yield from super().violations()
        for field in ("test", "delay"):
            try:
                long = duration(getattr(self, field))
            except ValueError as wrong:
                yield f"split.{field}: {wrong}"
                continue
            if field == "test" and not long:
                yield "split.test: nothing judges; say how long, for example '90 days'"

    @property
    def judged(self) -> timedelta:
        """Return how long the rows last that judge."""
        return duration(self.test)

    @property
    def unknown(self) -> timedelta:
        """Return how long a label stays unknown."""
        return duration(self.delay)


@dataclass(frozen=True, kw_only=True)
class Origins(Split):
    """Rolling origins, for forecasts: the last moments of the data judge, a horizon apart.

    The model learns from what came before the first of them, and is asked from each what follows.
    """

    KIND: ClassVar[str] = "origins"
    COLUMNS: ClassVar[tuple[str, ...]] = ()
    product: str
    """The data product that is split."""
    count: int = 12
    """How many origins judge; with fewer than 12 no interval holds."""

    @property
    def teaches(self) -> str:
        """Return the data product that holds the rows to learn from."""
        return self.product

    @property
    def judges(self) -> str:
        """Return the data product that holds the test rows: the same."""
        return self.product

    def violations(self) -> Iterator[str]:
        """Yield what is wrong with it."""
        yield from super().violations()
        if not FEWEST <= self.count <= MOST_ORIGINS:
            yield f"split.count: {self.count} is not in {FEWEST} to {MOST_ORIGINS} origins"
