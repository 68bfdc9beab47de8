"""What could somebody send to an endpoint? Good requests, and what can be wrong with them."""

import csv
import gzip
import io
import json
import math
import re

from hypothesis import strategies as st

CSV, JSON = "text/csv", "application/json"
KINDS = (CSV, JSON, "TEXT/CSV; charset=utf-8", "application/x-npy", "text/plain", "a/b/c", "é")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp500")
VALUES = (
    "", " ", "0", "-1", "39", " 39 ", "3.9e1", "1e400", "-1e400", "inf", "-Infinity", "nan", "NaN",
    "1_000", "٣٩", "0x10", "1e-400", "true", "None", "null", "\x00", "\ufeff39", "\u2028", "é",
    "😀", 'a"b', "a,b", "a\nb", "a\r\nb", "'; DROP TABLE x; --", "../../etc/passwd", "x" * 5000,
    "9" * 400, "9" * 5000,
)  # fmt: skip
PLAIN = (None, True, False, 0, -1, 39, 3.9, 1e308, 10**400, [], {}, [39], {"a": 1}, "\ud800")
"""What JSON can hold beside text; the last one is half of a character."""
WHOLE = re.compile(r"[+-]?[0-9]{1,400}")
NUMERAL = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]*)?([eE][+-]?[0-9]+)?")


def written(rows):
    """Write rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def changed_rows(row):
    """Return a strategy of a few rows in which some values are others, too many or too few."""
    change = st.tuples(st.integers(0, len(row) - 1), st.sampled_from(VALUES))
    other = st.lists(change, max_size=2).map(lambda some: _with(row, some))
    longer = st.sampled_from([lambda r: r, lambda r: r[:-1], lambda r: [*r, "1"]])
    return st.lists(st.builds(lambda r, f: f(r), other, longer), min_size=1, max_size=3)


def _with(row, some):
    return [dict(some).get(n, value) for n, value in enumerate(row)]


def documents(features, row):
    """Return a strategy of JSON bodies: rows with odd values or names, or no rows at all."""
    good = dict(zip(features, row, strict=True))
    odd = st.tuples(
        st.sampled_from([*features, "\ud800", "", "é"]), st.sampled_from(PLAIN + VALUES)
    )
    rows = st.lists(st.lists(odd, max_size=2).map(lambda some: good | dict(some)), max_size=3)
    shapes = (
        lambda r: {"instances": r},
        lambda r: {"instances": r[:1]},
        lambda r: {"instances": {"0": r}},
        lambda r: {"rows": r},
        lambda r: r,
    )
    return st.builds(lambda f, r: json.dumps(f(r)), st.sampled_from(shapes), rows)


def bodies(features, row):
    """Return a strategy of bytes and the content type they come with, mostly its own."""
    lines = st.tuples(changed_rows(row).map(written), st.just(CSV))
    objects = st.tuples(documents(features, row), st.just(JSON))
    other = st.tuples(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=50), st.sampled_from(KINDS)
    )
    plain = st.one_of(lines, objects, other).map(lambda said: (said[0].encode(), said[1]))
    coded = st.builds(_coded, st.one_of(lines, objects), st.sampled_from(ENCODINGS))
    torn = st.builds(
        lambda said, n: (said[0][: len(said[0]) - n], said[1]), plain, st.integers(0, 9)
    )
    packed = plain.map(lambda said: (gzip.compress(said[0], mtime=0), said[1]))
    nested = st.integers(1, 3000).map(lambda n: (b'{"instances": ' + b"[" * n, JSON))
    noise = st.tuples(st.binary(max_size=100), st.sampled_from(KINDS))
    return st.one_of(plain, plain, plain, coded, torn, packed, nested, noise)


def _coded(said, encoding):
    return said[0].encode(encoding, "replace"), said[1]


def valid(body, kind, features, numbers):
    """Say by the words of the card alone whether a request can be answered."""
    try:
        text = body.decode()
        rows = _rows(text, kind.split(";")[0].strip().lower(), features)
    except (ValueError, RecursionError, KeyError, TypeError, csv.Error):
        return False
    return bool(rows) and all(_row_is_valid(row, numbers) for row in rows)


def _rows(text, kind, features):
    if kind == CSV:
        rows = [row for row in csv.reader(io.StringIO(text)) if row]
        return [dict(zip(features, row, strict=True)) for row in rows]
    if kind != JSON:
        return []
    rows = json.loads(text)["instances"]
    if not isinstance(rows, list) or any(set(row) != set(features) for row in rows):
        return []
    return rows


def _row_is_valid(row, numbers):
    return all(_is_whole(v) if name in numbers else _is_text(v) for name, v in row.items())


def _is_missing(value):
    return value is None or (isinstance(value, float) and math.isnan(value))


def _is_text(value):
    return _is_missing(value) or isinstance(value, str)


def _is_whole(value):
    """Say whether it is a whole number of 64 bits, or blank; of a float one that is exact."""
    if _is_missing(value) or (isinstance(value, str) and not value.strip()):
        return True
    if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, str) and NUMERAL.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, float):
        return value.is_integer() and abs(value) < 2**53
    return type(value) is int and -(2**63) <= value < 2**63
