"""What do the rows of a checked file hold that are a model's own? In counts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engines.database import confined, name, text
from factory.catalogue.fit import MOST_LEVELS
from factory.catalogue.spec import Model
from factory.catalogue.suited import Profile


def measure(product: str, parquet: Path, model: Model) -> Profile:
    """Count what *model* needs of the snapshot in *parquet*, of whose contract it has all columns.

    Values are compared as text, as training does.
    """
    with confined(parquet.parent) as database:
        chosen = " AND ".join(f"{_text(c)} = {text(v)}" for c, v in model.where.items()) or "true"
        database.execute(
            f"CREATE VIEW own AS SELECT * FROM read_parquet({text(str(parquet))}) WHERE {chosen}"  # noqa: S608 - quoted
        )
        ((rows,),) = database.execute("SELECT count(*) FROM own").fetchall()
        attributes = model.gates.fairness.attributes
        return Profile(
            product=product,
            rows=rows,
            classes=dict(_counts(database, model.task.target)),
            distinct=_each(database, model.features, "count(DISTINCT {})"),
            missing=_each(database, model.features, "count(*) - count({})"),
            groups={a: tuple(n for _, n in _counts(database, a)) for a in attributes},
        )


def _text(column: str) -> str:
    """Return *column* as training writes it: whole numbers without a fraction."""
    field = name(column)
    return f"regexp_replace(CAST({field} AS VARCHAR), '^(-?[0-9]+)\\.0$', '\\1')"


def _counts(database: Any, column: str) -> list[tuple[str, int]]:
    found = database.execute(
        f"SELECT coalesce({_text(column)}, ''), count(*) AS n FROM own GROUP BY 1 "  # noqa: S608 - quoted
        f"ORDER BY n DESC, 1 LIMIT {MOST_LEVELS + 1}"
    )
    return [(value, int(count)) for value, count in found.fetchall()]


def _each(database: Any, columns: tuple[str, ...], counted: str) -> dict[str, int]:
    """Return an aggregate of each of *columns*, one query each: their plans stay small."""
    found = {}
    for column in columns:
        ((count,),) = database.execute(f"SELECT {counted.format(name(column))} FROM own").fetchall()  # noqa: S608 - quoted
        found[column] = int(count)
    return found
