from __future__ import annotations

import gzip

import duckdb
import pytest

from engines import checks, snapshot
from engines.database import confined
from tests.engines.examining import contract, integer


def test_a_snapshot_has_the_same_bytes_whatever_the_order_of_the_rows(tmp_path):
    rows = [f"r{number:05d},{number % 7}" for number in range(5000)]
    promised, found = contract(integer()), []
    for number, order in enumerate((rows, rows[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "landed").write_bytes(gzip.compress("\n".join(["k,n", *order]).encode()))
        with confined(folder) as database:
            assert checks.examine(folder / "landed", promised, database, folder) == ()
            assert snapshot.write(promised, database, folder / "data.parquet") == 5000
        found.append((folder / "data.parquet").read_bytes())
    assert found[0] == found[1]


def test_the_engine_can_read_nothing_outside_its_folder(tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (tmp_path / "folder").mkdir()
    with (
        confined(tmp_path / "folder") as database,
        pytest.raises(duckdb.PermissionException, match="disabled by configuration"),
    ):
        database.execute(f"SELECT * FROM read_csv('{tmp_path}/secret.csv')")
