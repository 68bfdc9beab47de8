"""Has every file an answer, also one that the engine does not manage?"""

import errno
import gzip

import duckdb
import pytest

from engines import database, ingestion, landing, snapshot
from factory.products.contract import Column
from tests.engines.examining import contract, integer

TEXT = Column(name="s", kind="string", type="VARCHAR")


@pytest.fixture
def examine(tmp_path):
    def examine(content, promised):
        packed = tmp_path / "landed.csv.gz"
        packed.write_bytes(gzip.compress(content.encode()))
        return ingestion.examine(packed, promised, tmp_path, tmp_path / "rows.parquet")

    return examine


def test_a_file_that_keeps_its_contract_is_written(examine, tmp_path):
    found = examine("k,n\na,1\nb,2\n", contract(integer()))
    assert (found.violations, found.rows) == ((), 2)
    assert (tmp_path / "rows.parquet").stat().st_size > 0


def test_a_file_that_breaks_it_is_not(examine, tmp_path):
    found = examine("k,n\na,x\n", contract(integer()))
    assert [v.rule for v in found.violations] == ["type"]
    assert not (tmp_path / "rows.parquet").exists()


def test_what_the_engine_has_no_memory_for_is_refused_in_words_of_ours(examine, monkeypatch):
    small = {"memory_limit": "4MB", "max_temp_directory_size": "1MB"}
    monkeypatch.setattr(database, "CONFIG", {**database.CONFIG, **small})
    rows = "".join(f"{n},{'secret' * 50}{n}\n" for n in range(60_000))
    (violation,) = examine(f"k,s\n{rows}", contract(TEXT)).violations
    assert violation.rule == "engine"
    assert "OutOfMemoryException); land it in parts" in str(violation)
    assert "secret" not in str(violation)


@pytest.mark.parametrize(
    "error", [duckdb.InternalException("secret"), MemoryError(), OSError(errno.ENOSPC, "full")]
)
@pytest.mark.parametrize(("module", "name"), [(landing, "_write"), (snapshot, "write")])
def test_whatever_gives_up_on_a_file_is_a_reason(examine, monkeypatch, error, module, name):
    def give_up(*_given):
        raise error

    monkeypatch.setattr(module, name, give_up)
    (violation,) = examine("k,s\na,b\n", contract(TEXT)).violations
    assert (violation.rule, "secret" in str(violation)) == ("engine", False)


def test_rows_that_the_engine_reads_otherwise_than_they_were_written_are_a_reason(
    examine, monkeypatch
):
    real = landing._write

    def write(records, columns, plain):
        rows = real(records, columns, plain)
        plain.write_text(plain.read_text() + '"4","secret"\n')
        return rows

    monkeypatch.setattr(landing, "_write", write)
    (violation,) = examine("k\na\nb\n", contract()).violations
    assert (violation.rule, "secret" in str(violation)) == ("engine", False)
    assert "found 2 rows were written and 3 were read" in str(violation)


def test_a_fault_of_the_machine_is_none_of_the_file(examine, monkeypatch):
    def fail(*_given):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(landing, "_write", fail)
    with pytest.raises(OSError, match="broken"):
        examine("k,s\na,b\n", contract(TEXT))
