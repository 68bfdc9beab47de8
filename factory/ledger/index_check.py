"""Does the ledger's index know what the segments hold, no less and no more?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from factory.layout.tables import LEDGER_EVENT, LEDGER_HEAD, LEDGER_SEGMENT, PK
from factory.ledger.chain import Head
from factory.ledger.walk import Place, Walk


class Index:
    """The index beside the segments of *walk*, item by item; only ids are kept."""

    def __init__(self, walk: Walk) -> None:
        """Compare with what *walk* has seen, and will have."""
        self.walk = walk
        self.known: set[str] = set()
        """The events that the index has where they are."""
        self.expected: set[int] = set()
        """The segments whose very bytes the writer was to write."""
        self.unseen: list[Mapping[str, Any]] = []
        """What nothing read so far explains; it may have been written meanwhile."""

    def read(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Compare all *items*; those that nothing explains yet are kept for later."""
        self.unseen += [item for item in items if not self._explained(item)]

    def compare(self, head: Head, expects: Callable[[int, str], bool]) -> None:
        """Note what differs; the index must know every event of the segments up to *head*.

        *expects* asks the index about a segment that was written while it was read.
        """
        for item in self.unseen:
            if not self._explained(item):
                self._more(str(item[PK]))
        missing = Counter(
            place.segment
            for id_, place in self.walk.seen.items()
            if place.segment <= head.index and id_ not in self.known
        )
        for index, count in sorted(missing.items()):
            self.walk.find("index", index, f"the index does not know {count} of its events")
        for index, digest in sorted(self.walk.digests.items()):
            if index not in self.expected and not expects(index, digest):
                words = "the index does not know these bytes: its writer was not to write them"
                self.walk.find("index", index, words)

    def _explained(self, item: Mapping[str, Any]) -> bool:
        """Tell whether an item is what the segments read so far make of it."""
        key = str(item[PK])
        if key.startswith(LEDGER_EVENT):
            id_ = key.removeprefix(LEDGER_EVENT)
            place = self.walk.seen.get(id_)
            if place is None or place != _place(item):
                return False
            self.known.add(id_)
            return True
        return key == LEDGER_HEAD or self._expected(key)

    def _expected(self, key: str) -> bool:
        """Tell whether a segment was to be written; another writer may have been first."""
        number, _, digest = key.removeprefix(LEDGER_SEGMENT).partition("#")
        if not key.startswith(LEDGER_SEGMENT) or not (number.isascii() and number.isdigit()):
            return False
        index = int(number)
        if self.walk.digests.get(index) == digest:
            self.expected.add(index)
        return index <= self.walk.tail.index + 1

    def _more(self, key: str) -> None:
        if key.startswith(LEDGER_EVENT):
            words = "the index has this event where no segment has it: a later one would be dropped"
        elif key.startswith(LEDGER_SEGMENT):
            words = "the index expects a segment beyond the last one"
        else:
            words = "is no item of the index"
        self.walk.find("index", None, words, key=key)


def _place(item: Mapping[str, Any]) -> Place | None:
    try:
        return Place(item["segment"], item["line"], item["content"])
    except KeyError:
        return None
