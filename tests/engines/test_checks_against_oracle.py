"""Is a wrong file ever passed? The checks against an oracle that does not know SQL."""

from __future__ import annotations

import csv
import gzip
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from factory.products.contract import TYPES, Column, Limit, Quality
from tests.engines import oracle
from tests.engines.examining import NONEMPTY, contract, examined, seen

NASTY = st.sampled_from(
    [
        "",
        " ",
        "0",
        "1",
        "-1",
        "01",
        "+1",
        "1.0",
        "1e3",
        ".5",
        "1.",
        "1_000",
        "0x10",
        "nan",
        "inf",
        "1e999",
        "1e-400",
        "-0.0",
        "9223372036854775807",
        "9223372036854775808",
        "2147483648",
        "true",
        "True",
        "t",
        "2024-01-31",
        "2023-02-29",
        "2024-1-31",
        "0000-01-01",
        "9999-12-31",
        "2024-01-31T23:59:59",
        "2024-01-31 24:00:00",
        "2024-01-31T23:59:60",
        "NULL",
        "null",
        "?",
        "a",
        "b",
        "ab",
        "é",
        "é",
        "🦆",
        "'",
        '"',
        "a,b",
        "a\nb",
        "a\r\nb",
        "\\",
        "\\N",
        "#",
        "2024-01-31T23:59:59.1234567",
        "2024-01-31T23:59:59.5",
        "\u0661",
        "a\rb",
        "\ufeff",
        "--",
        ";",
    ]
)
FIELD = st.one_of(NASTY, st.integers(-5, 20).map(str), st.text(max_size=4))
LIMIT = st.one_of(
    st.just(Limit()),
    st.builds(
        Limit,
        operator=st.sampled_from(
            ["mustBeLessThan", "mustBeLessOrEqualTo", "mustNotBe", "mustBeGreaterThan"]
        ),
        bounds=st.tuples(st.integers(0, 60)),
        unit=st.sampled_from(["rows", "percent"]),
    ),
)
MAYBE = st.none() | st.integers(-3, 12)
NUMERIC = dict.fromkeys(("minimum", "maximum", "exclusive_minimum", "exclusive_maximum"), MAYBE)
TEXTUAL = {
    "min_length": st.none() | st.integers(0, 3),
    "max_length": st.none() | st.integers(0, 3),
    "pattern": st.none() | st.sampled_from(["^a", "[0-9]+", "b$", "^.?$"]),
}
VALUES = {
    "string": st.sampled_from(["a", "b", "1", "'", "é"]),
    "integer": st.integers(-2, 5),
    "number": st.sampled_from([0, 0.5, 1, -1.0, 1000.0]),
}


@st.composite
def column(draw):
    kind = draw(st.sampled_from(sorted(TYPES)))
    rules = {"string": TEXTUAL, "integer": NUMERIC, "number": NUMERIC}.get(kind, {})
    metrics = ["nullValues", "duplicateValues"] + ["invalidValues"] * (kind in VALUES)
    quality = []
    for metric in draw(st.lists(st.sampled_from(metrics), max_size=2)):
        valid = st.lists(VALUES.get(kind, st.none()), min_size=1, max_size=3)
        allowed = tuple(draw(valid)) if metric == "invalidValues" else ()
        quality.append(Quality(metric=metric, limit=draw(LIMIT), allowed=allowed))
    return Column(
        name="n",
        kind=kind,
        type=draw(st.sampled_from(TYPES[kind])),
        required=draw(st.booleans()),
        unique=draw(st.booleans()),
        quality=tuple(quality),
        **{name: draw(values) for name, values in rules.items()},
    )


@st.composite
def promise(draw):
    quality = [NONEMPTY]
    if draw(st.booleans()):
        together = draw(st.sampled_from([("n",), ("k", "n")]))
        quality.append(Quality(metric="duplicateValues", limit=draw(LIMIT), columns=together))
    return contract(draw(column()), quality=tuple(quality))


@st.composite
def table(draw):
    rows = draw(st.lists(st.tuples(FIELD, FIELD), max_size=6))
    if draw(st.booleans()):
        rows = [(f"row-{number}", field) for number, (_, field) in enumerate(rows)]
    text = io.StringIO(newline="")
    style = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    ends = draw(st.sampled_from(["\n", "\r\n"]))
    csv.writer(text, quoting=style, lineterminator=ends).writerows([("k", "n"), *rows])
    return text.getvalue().encode("utf-8", "replace")


def assert_never_wrong(packed, promised):
    """A pass here is a pass there, and of the same fields."""
    reasons, rows = seen(packed, promised)
    if not reasons:
        assert oracle.broken(packed, promised) == set()
        read = oracle.table(packed, promised)
        assert rows == [tuple(row[c] for c in promised.names) for row in read]


@settings(max_examples=60, deadline=None)
@given(table(), promise())
def test_the_checks_find_what_a_naive_reader_finds(content, promised):
    packed = gzip.compress(content)
    found = {(r.rule, r.column) for r in examined(packed, promised)}
    assert found == oracle.broken(packed, promised)
    assert_never_wrong(packed, promised)


LENIENT = contract(Column(name="n", kind="string", type="VARCHAR"))


@settings(max_examples=60, deadline=None)
@given(st.data(), promise() | st.just(LENIENT))
def test_damaged_text_never_passes_where_a_naive_reader_refuses(data, promised):
    content = bytearray(data.draw(table()))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        piece = data.draw(
            st.sampled_from([b"", b"\n", b"\r", b",", b'"', b'""', b"\n\n", b"\xff", b"\0", b" "])
        )
        content[place : place + data.draw(st.integers(0, 3))] = piece
    assert_never_wrong(gzip.compress(bytes(content)), promised)


@settings(max_examples=30, deadline=None)
@given(table(), st.data())
def test_a_damaged_gzip_never_passes_unless_its_text_is_whole(content, data):
    packed = bytearray(gzip.compress(content, mtime=0))
    place = data.draw(st.integers(0, len(packed) - 1))
    if data.draw(st.booleans()):
        packed = packed[:place]
    else:
        packed[place] ^= 1 << data.draw(st.integers(0, 7))
    assert_never_wrong(bytes(packed), LENIENT)
