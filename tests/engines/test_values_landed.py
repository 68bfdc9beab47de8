"""Is what a landed file holds the value that an endpoint reads of the same text?"""

import gzip
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines import checks, snapshot
from engines.database import confined
from factory import values
from factory.products.contract import TYPES, Column
from pipelines.steps import canonical
from tests.engines.examining import contract

KINDS = {physical: kind for kind, stored in TYPES.items() for physical in stored}
TEXTS = {
    "VARCHAR": ["a", " a ", "e\u0301", "\u00e9", "NA", "nan", "null", "1.10", "\u2003x\u00a0"],
    "BIGINT": ["3", "+3", "-0", "007", "9007199254740993", str(2**63 - 1), str(-(2**63))],
    "INTEGER": ["3", "+3", str(2**31 - 1), str(-(2**31))],
    "DOUBLE": ["0.1", "0.10", ".5", "5.", "1e3", "-0.0", "1e-320", "0.10000000149011612",
               "9007199254740993", "123456789012345678901234567890", "1.7976931348623157e308"],
    "BOOLEAN": ["true", "false"],
    "DATE": ["2026-01-02", "0001-01-01", "9999-12-31", "2024-02-29"],
    "TIMESTAMP": ["2026-01-02T03:04:05", "2026-01-02 03:04:05.6", "0001-01-01T00:00:00.000001"],
}  # fmt: skip
WRONG = {
    "BIGINT": ["3.0", "nan", "1_0"], "INTEGER": [str(2**31)], "DOUBLE": ["nan", "1e400"],
    "BOOLEAN": ["yes"], "DATE": ["0000-01-01", "2026-02-30"], "TIMESTAMP": ["2026-01-02T24:00:00"],
}  # fmt: skip
NUMERAL = {
    "BIGINT": st.integers(-(2**63), 2**63 - 1).map(str),
    "DOUBLE": st.floats(allow_nan=False, allow_infinity=False).map(repr)
    | st.decimals(-1000, 1000, places=3).map(str),
}


def landed(kind, texts):
    """Return what the file of *texts* becomes for steps, or the reasons why it is refused."""
    column = Column(name="x", kind=KINDS[kind], type=kind)
    rows = "".join(f"{number:06d},{text}\n" for number, text in enumerate(texts))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "landed").write_bytes(gzip.compress(f"k,x\n{rows}".encode()))
        with confined(folder) as database:
            found = checks.examine(folder / "landed", contract(column), database, folder)
            if found:
                return [str(reason) for reason in found]
            snapshot.write(contract(column), database, folder / "data.parquet")
        read = canonical.column("x", pq.read_table(folder / "data.parquet").column("x"))
        assert read.type == canonical.STORED[kind]
        return read.to_pylist()


@pytest.mark.parametrize("kind", TEXTS)
def test_a_landed_text_is_the_value_that_an_endpoint_reads(kind):
    found = landed(kind, [*TEXTS[kind], ""])
    assert [repr(value) for value in found] == [
        repr(values.read(text, kind)) for text in [*TEXTS[kind], ""]
    ]


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind in WRONG for text in WRONG[kind]])
def test_a_landed_text_that_is_no_value_is_refused(kind, text):
    (reason,) = landed(kind, [text])
    assert values.WORDS[kind] in reason


@settings(max_examples=20)
@given(
    st.sampled_from(sorted(NUMERAL)).flatmap(lambda k: st.tuples(st.just(k), st.lists(NUMERAL[k])))
)
def test_every_number_that_lands_is_the_number_that_an_endpoint_reads(typed):
    kind, texts = typed
    assert landed(kind, [*texts, "0"]) == [values.read(text, kind) for text in [*texts, "0"]]
