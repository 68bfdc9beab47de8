"""Each member of an answered operation's input is in exactly one class."""

from __future__ import annotations

import tomllib

import pytest

from localcloud import operations
from tests.probes import search

SERVICES = sorted(operations.services())


def classes(service):
    """Yield each member with the classes that it is in: of entries, the most precise ones count."""
    known = operations.of(service)
    harmless = [one for every in known.harmless.values() for one in every]
    honoured = [one for every in known.honoured.values() for one in every]
    for operation in sorted(known.answered):
        read = search.read(service, operation)
        for path in search.members(service, operation):
            found = {
                "dropped": search.depth(known.dropped.get(operation, ()), path),
                "stored": search.depth(known.stored.get(operation, ()), path),
                "some values": search.depth(known.values.get(operation, ()), path),
                "harmless": search.pattern_depth(harmless, operation, path),
                "honoured": search.pattern_depth(honoured, operation, path),
            }
            most = max(found.values())
            listed = [name for name, depth in found.items() if most and depth == most]
            yield operation, path, listed or ["read"] * (path in read)


@pytest.mark.parametrize("service", SERVICES)
def test_each_member_is_in_one_class(service):
    wrong = [
        (operation, path, found) for operation, path, found in classes(service) if len(found) != 1
    ]
    assert wrong == [], "read how moto answers it, and list it in the service's file"


@pytest.mark.parametrize("service", SERVICES)
def test_a_member_is_refused_as_dropped_or_as_stored_by_whether_it_is_read(service):
    known = operations.of(service)
    for table, is_read in ((known.dropped, False), (known.stored, True)):
        wrong = [
            (operation, path)
            for operation, paths in table.items()
            for path in paths
            if path in search.members(service, operation)
            and (path in search.read(service, operation)) is not is_read
        ]
        assert wrong == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_file_has_no_table_that_nobody_reads(service):
    text = (operations.FOLDER / f"{service}.toml").read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) <= set(operations.Service.__dataclass_fields__)


@pytest.mark.parametrize("service", SERVICES)
def test_every_entry_is_about_something(service):
    known = operations.of(service)
    assert known.answered <= search.had(service)
    for table in (known.dropped, known.stored, known.values):
        assert set(table) <= known.answered
        for operation, paths in table.items():
            tops = {path.split(".")[0] for path in search.members(service, operation)}
            assert {path.split(".")[0] for path in paths} <= tops
    every = [(o, p) for o in known.answered for p in search.members(service, o)]
    for patterns in (*known.harmless.values(), *known.honoured.values()):
        for pattern in patterns:
            assert any(search.pattern_depth([pattern], o, p) for o, p in every), pattern
