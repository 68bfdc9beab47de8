"""Has traffic drifted from what the model learned?"""

from __future__ import annotations

from factory.drift.baseline import Baseline, parse
from factory.drift.bin_counts import Tally, empty, merged, of_file
from factory.drift.episode import Drifting, Episode, Verdict, Watched, after
from factory.drift.finding import Column, judge

__all__ = [
    "Baseline",
    "Column",
    "Drifting",
    "Episode",
    "Tally",
    "Verdict",
    "Watched",
    "after",
    "empty",
    "judge",
    "merged",
    "of_file",
    "parse",
]
