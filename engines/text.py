"""How is a landed file read that may be a bomb? In lines, and no further than its bounds."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path

MOST_BYTES = 512 * 2**20
"""Of what a file unpacks to: what is made of it must fit the function's disk several times."""
MOST_FIELDS = 2**17
"""Of one record: each is a value in memory, and may be of one character or none."""
MOST_LINES = 10_000_000
"""Read in about a minute; a function has five."""
MOST_TOGETHER = 16 * 2**20
"""Characters of one record, with all lines that a quotation joins to it."""


class TooLargeError(Exception):
    """A file that goes on beyond a bound; the words say which."""


class Lines:
    """The lines of a .csv.gz, as csv's reader wants them; each is read in bounded steps."""

    def __init__(self, packed: Path) -> None:
        self._packed, self._record, self._commas = packed, 0, 0
        self.read = 0
        """How many lines were read."""

    def __iter__(self) -> Iterator[str]:
        """Yield the lines; raise TooLargeError at a bound, and csv.Error at what is no text."""
        with (
            gzip.open(self._packed) as unpacked,
            TextIOWrapper(unpacked, encoding="utf-8", newline="") as file,
        ):
            while line := file.readline(MOST_TOGETHER):
                self._count(line, unpacked.tell())
                if "\0" in line:
                    raise csv.Error("a NUL byte, as text in UTF-16 has")
                yield line

    def record_ended(self) -> None:
        """Begin to count the characters of another record."""
        self._record = self._commas = 0

    def _count(self, line: str, unpacked: int) -> None:
        self.read += 1
        self._record += len(line)
        self._commas += line.count(",")
        if unpacked > MOST_BYTES:
            raise TooLargeError(f"more than {MOST_BYTES} bytes of text; land it in parts")
        if self._commas >= MOST_FIELDS:
            raise TooLargeError(f"a record of more than {MOST_FIELDS} fields; end its lines")
        if self.read > MOST_LINES:
            raise TooLargeError(f"more than {MOST_LINES} lines; land it in parts")
        if self._record >= MOST_TOGETHER:
            raise TooLargeError(f"a record of {MOST_TOGETHER} characters or more; end its lines")
