"""Has traffic drifted from what the model learned?"""

from __future__ import annotations

from factory.drift.baseline import Baseline, parse
from factory.drift.bin_counts import BinCounts, empty, merged, of_file
from factory.drift.comparison import judge

__all__ = ["Baseline", "BinCounts", "empty", "judge", "merged", "of_file", "parse"]
