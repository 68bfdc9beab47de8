"""What was shown to physicians, and how well was it received? A seeded fleet of recommenders.

Fifty members, ten drugs in five countries, in the shape that field forces have them: before each
visit a member ranks the contents at hand. Nothing here is real, as such data are not published.

A content's reception is its general appeal, the physician's tastes (his specialty's topics, the
channel that he last answered to), its age, and noise that no feature tells. The tastes weigh
differently in each member; in the last drug they weigh nothing, and there popularity is all that
can be learned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

SEED = 20261129
DRUGS = (
    *("alvexa", "bretoril", "cardimune", "dolvane", "ezolin"),
    *("fibrexa", "glutamod", "hepavir", "inmunol", "jardelin"),
)
COUNTRIES = ("BR", "DE", "ES", "JP", "US")
SPECIALTIES = ("cardiology", "endocrinology", "general", "oncology")
TOPICS = ("access", "dosing", "efficacy", "guideline", "safety")
CHANNELS = ("call", "email", "visit", "webinar")
HEADER = (
    *("row_id", "query", "item", "relevance", "at", "drug", "country"),
    *("specialty", "experience_years", "patients", "answered_channel", "days_since_contact"),
    *("topic", "channel", "minutes", "content_age_days"),
)
CONTENTS, CANDIDATES, DAYS = 30, 12, 364
FEWEST, MOST = 80, 140
"""How many contents a member has, how many are ranked at once, and over how many days; the fewest
and the most queries of a member."""
STEPS = (0.6, 1.3, 2.1)
"""The receptions from which a relevance is 1, 2 and 3."""
NOISE = 0.5
Row = tuple[object, ...]


@dataclass(frozen=True)
class _Contents:
    """What a member may show; one entry of each array is one content."""

    topic: Any
    channel: Any
    minutes: Any
    first_shown: Any
    """Days before the first query."""
    appeal: Any


def rows() -> Iterator[Row]:
    """Yield the header and one row for each candidate of each query; relevance is 0 to 3."""
    yield HEADER
    random = np.random.default_rng(SEED)
    likes = random.normal(size=(len(SPECIALTIES), len(TOPICS)))
    for number, drug in enumerate(DRUGS):
        for country in COUNTRIES:
            taste = random.uniform(0.7, 1.2) if number < len(DRUGS) - 1 else 0.0
            yield from _member(drug, country, taste * likes, random)


def _member(drug: str, country: str, likes: Any, random: np.random.Generator) -> Iterator[Row]:
    member, contents = f"{drug}-{country.lower()}", _contents(random)
    queries = int(random.integers(FEWEST, MOST + 1))
    for number, day in enumerate(np.sort(random.integers(0, DAYS, queries)).tolist(), start=1):
        query = f"{member}-q{number:03d}"
        at = (date(2025, 1, 1) + timedelta(days=day)).isoformat()
        who = _physician(random)
        items = random.choice(CONTENTS, CANDIDATES, replace=False)
        relevances = _relevances(contents, items, who, likes, random)
        for item, relevance in zip(items.tolist(), relevances.tolist(), strict=True):
            yield (
                *(f"{query}-c{item:02d}", query, f"{member}-c{item:02d}", relevance, at),
                *(drug, country),
                *(SPECIALTIES[who[0]], who[1], who[2], CHANNELS[who[3]], who[4]),
                *(TOPICS[contents.topic[item]], CHANNELS[contents.channel[item]]),
                *(int(contents.minutes[item]), int(contents.first_shown[item]) + day),
            )


def _contents(random: np.random.Generator) -> _Contents:
    return _Contents(
        topic=random.integers(0, len(TOPICS), CONTENTS),
        channel=random.integers(0, len(CHANNELS), CONTENTS),
        minutes=random.integers(1, 31, CONTENTS),
        first_shown=random.integers(0, 180, CONTENTS),
        appeal=random.normal(0, 0.4, CONTENTS),
    )


def _physician(random: np.random.Generator) -> tuple[int, int, int, int, int]:
    """Return specialty, years, patients a month, channel last answered, days since contact."""
    return (
        int(random.integers(0, len(SPECIALTIES))),
        int(random.integers(1, 40)),
        int(random.poisson(60)),
        int(random.integers(0, len(CHANNELS))),
        int(random.integers(1, 120)),
    )


def _relevances(
    contents: _Contents, items: Any, who: tuple[int, ...], likes: Any, random: np.random.Generator
) -> Any:
    """Return the grades of *items* as the physician *who* receives them."""
    tastes = likes[who[0]][contents.topic[items]]
    if likes.any():
        tastes = tastes + 0.8 * (contents.channel[items] == who[3])
    aged = -0.4 * contents.first_shown[items] / 180
    reception = contents.appeal[items] + tastes + aged + random.normal(0, NOISE, len(items))
    return np.searchsorted(STEPS, reception, side="right")
