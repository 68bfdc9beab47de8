"""Which rows were chosen to judge and to teach, of all that the data products have?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.gates import spelling
from pipelines.steps import canonical, cells, groups, tables
from pipelines.steps.columns import MOST_LEVELS

FIFTHS = 5  # groups of a protected number


@dataclass(frozen=True)
class Chosen:
    """All rows of both data products, and those that are the model's."""

    model: Judged
    splits: Mapping[str, tuple[pa.Table, pa.Table]]

    def measure(self, manifest: Mapping[str, Any]) -> dict[str, Any]:
        """Return the section of the evidence; *manifest* is that of the test split."""
        stated = manifest.get("protected")
        protected = dict.fromkeys([*(stated or ()), *self.model.gates.fairness.attributes])
        whole, taken = self.splits["test"]
        return {
            "train": self._rows("train"),
            "test": self._rows("test"),
            "label": self._label(),
            "contract_says_protected": isinstance(stated, list),
            "groups": [
                column
                for column in stated or ()
                if column in whole.column_names and _has_groups(whole.column(column))
            ],
            "protected": {
                column: self._kept(whole.column(column), taken.column(column))
                for column in protected
                if column in whole.column_names
            },
        }

    def _rows(self, split: str) -> dict[str, int]:
        whole, taken = self.splits[split]
        return {"rows_of_product": whole.num_rows, "rows": taken.num_rows}

    def _label(self) -> dict[str, Any]:
        """Say how many classes there are, and which are spellings of one; numbers have none."""
        if not self.model.task.DECIDES:
            return {"classes": 0, "alike": []}
        texts = [
            canonical.texts(whole.column(self.model.task.target)).drop_null()
            for whole, _ in self.splits.values()
        ]
        known = pc.unique(pa.concat_arrays(texts)).to_pylist()
        alike = [sorted(names) for names in spelling.one_level(known)]
        return {"classes": len(known), "alike": alike[:FIFTHS]}

    def _kept(self, whole: pa.ChunkedArray, taken: pa.ChunkedArray) -> dict[str, dict[str, int]]:
        """Count the rows of each level, or of each fifth of a number, in all rows and in ours."""
        both = pa.chunked_array([*whole.chunks, *taken.chunks], whole.type)
        names, codes = _levels(both, len(whole))
        before = np.bincount(codes[: len(whole)], minlength=len(names))
        after = np.bincount(codes[len(whole) :], minlength=len(names))
        return {
            name: {"of_product": int(n), "rows": int(m)}
            for name, n, m in zip(names, before, after, strict=True)
        }


def _has_groups(column: pa.ChunkedArray) -> bool:
    """Say whether the levels of *column* are groups of people, and not numbers or free text."""
    return len(pc.unique(column)) <= (FIFTHS if tables.is_number(column.type) else MOST_LEVELS)


def _levels(column: pa.ChunkedArray, split: int) -> tuple[list[str], np.ndarray]:
    names, codes = groups.joint(pa.table({"level": column}), ["level"], times=2)
    if len(names) <= (FIFTHS if tables.is_number(column.type) else MOST_LEVELS):
        return [name for (name,) in names], codes
    if not tables.is_number(column.type):
        return ["any"], np.zeros(len(column), np.int64)
    values = cells.numbers(column.combine_chunks())
    codes = cells.quantiles(values, FIFTHS, split)
    return [f"part {part} of {FIFTHS}" for part in range(int(codes.max()) + 1)], codes
