"""Does a spec with any value in any field end in words? Never in a traceback."""

import dataclasses
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from factory.catalogue.catalogue import Catalogue, parse, render
from factory.catalogue.split import Split
from factory.errors import InvalidSpec
from factory.tasks.task import Task
from models.income import MODEL
from tests.factory.tasks.specs import MODELS

ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, -0.0, 1.5, 2**70, 10**400, 1e308, float("inf"), float("nan"), 1j),
    *("", " ", "x" * 5000, "a\x1b[31m", "\u202eabc", "a\nb", "\ud800", "${x}", "../x", b"x"),
    *((), [], {}, set(), (None,), ("",), ("a", "a"), ("x" * 300,), [1], {1: 2}, {"a": None}),
    *({"a": float("nan")}, {"a": {"b": 1}}, object(), type, range(3), lambda: 0),
    *(Task(), Task, Split(), MODEL.task, MODEL.split, MODEL.gates.floor),
)


def fields(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of each field of *value*, also of those within."""
    for field in dataclasses.fields(value):
        found = getattr(value, field.name)
        yield (*path, field.name)
        if dataclasses.is_dataclass(found):
            yield from fields(found, (*path, field.name))


def put(value: Any, path: tuple[str, ...], odd: Any) -> Any:
    """Return *value* with *odd* in one field."""
    first, *rest = path
    return dataclasses.replace(
        value, **{first: put(getattr(value, first), tuple(rest), odd) if rest else odd}
    )


ASKED = [
    (model, ("task", *path)) for model in MODELS.values() for path in [*fields(model.task), ()]
]


@pytest.mark.parametrize(
    ("model", "path"),
    [*((MODEL, path) for path in fields(MODEL)), *ASKED],
    ids=lambda value: ".".join(value) if isinstance(value, tuple) else value.name,
)
def test_any_value_in_a_field_is_taken_as_it_is_or_refused_in_words(model, path):
    for odd in ODD:
        changed = put(model, path, odd)
        try:
            catalogue = Catalogue.of([changed])
        except InvalidSpec as refusal:
            text = str(refusal)
            assert len(text) < 2000
            assert all(unicodedata.category(c) not in {"Cc", "Cf"} for c in text)
        else:
            assert dict(parse(render(catalogue)).models) == dict(catalogue.models)
