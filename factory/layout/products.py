"""Where are the files of a data product, from landing to snapshot or quarantine?"""

from __future__ import annotations

from dataclasses import dataclass

from factory.layout import files, objects

MANIFESTS, TABLES = f"*/{files.MANIFEST}", f"*/{files.DATA}"
LATEST, SOURCES = "*/latest.json", "*/sources/*"
"""Of any product: the pointer to its newest snapshot, and from where on files may be published."""
ID = 16  # characters of an arrival's digest that name its folder in quarantine


@dataclass(frozen=True)
class Snapshot:
    """One immutable version of a data product."""

    bucket: str
    product: str
    number: int
    """From 1."""

    @property
    def folder(self) -> str:
        """Return what a run gets and a table points at: a URI that ends in a slash."""
        return self.manifest.removesuffix(files.MANIFEST)

    @property
    def manifest(self) -> str:
        """Return where it is stated what the snapshot holds; written last."""
        return self._file(MANIFESTS)

    @property
    def data(self) -> str:
        """Return where its rows are."""
        return self._file(TABLES)

    def _file(self, pattern: str) -> str:
        return objects.uri(self.bucket, pattern, f"{self.product}/{self.number:06d}")


def latest(bucket: str, product: str) -> str:
    """Return where the number and folder of the newest snapshot are stored."""
    return objects.uri(bucket, LATEST, product)


def source(bucket: str, product: str, arrival: str) -> str:
    """Return where it is noted from which number on *arrival* may have been published."""
    return objects.uri(bucket, SOURCES, product, f"{arrival}.json")


def landed(bucket: str, product: str, name: str) -> str:
    """Return where a provider puts a file for *product*."""
    return objects.uri(bucket, "*/*", product, name)


def quarantined(bucket: str, product: str, arrival: str, name: str) -> str:
    """Return where the copy of a refused file is kept."""
    return objects.uri(bucket, "*/*/*", product, arrival[:ID], name)


def reasons(bucket: str, product: str, arrival: str) -> str:
    """Return where it is kept why a file was refused, beside its copy."""
    return quarantined(bucket, product, arrival, "reasons.json")
