"""What does a split hold, as a kind of model measures it? See `pipelines.measure.measure.Rows`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.errors import Refused
from pipelines.steps import canonical, tables


@dataclass(frozen=True)
class Rows:
    """The columns of *table* as arrays; each is made when it is asked for first."""

    table: pa.Table

    def __len__(self) -> int:
        """Return how many rows there are."""
        return int(self.table.num_rows)

    def numbers(self, column: str) -> np.ndarray:
        """Return numbers, or booleans as 0 and 1, as floats; NaN where one is missing."""
        found = self.table.column(column).combine_chunks()
        if not tables.is_number(found.type):
            raise Refused(f"{column}: {found.type} is no number; choose another column")
        return np.asarray(canonical.floats(found).to_numpy(zero_copy_only=False), float)

    def texts(self, column: str) -> np.ndarray:
        """Return canonical texts as objects; an empty one where a value is missing."""
        if column not in self._texts:
            found = pc.fill_null(canonical.texts(self.table.column(column)), "")
            self._texts[column] = found.to_numpy(zero_copy_only=False)
        return self._texts[column]

    def values(self, column: str) -> np.ndarray:
        """Return numbers as floats, times as datetime64, and texts as objects or None."""
        found = self.table.column(column).combine_chunks()
        if tables.is_number(found.type):
            return self.numbers(column)
        if pa.types.is_date(found.type) or pa.types.is_timestamp(found.type):
            return np.asarray(found.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False))
        return np.asarray(found.to_numpy(zero_copy_only=False))

    @cached_property
    def _texts(self) -> dict[str, np.ndarray]:
        return {}
