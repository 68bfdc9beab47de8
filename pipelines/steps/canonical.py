"""What are the canonical values of a column of Arrow's? Those of `factory.values`, all at once.

Whatever a snapshot's Parquet files hold, a step sees a text, a whole number of 64 or 32 bits, a
float of 64 bits, a boolean, a date or a time of microseconds: one type for each of the contract's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory import values
from factory.errors import Refused

STORED: dict[str, pa.DataType] = {
    values.TEXT: pa.string(),
    values.WHOLE: pa.int64(),
    values.WHOLE_32: pa.int32(),
    values.NUMBER: pa.float64(),
    values.BOOLEAN: pa.bool_(),
    values.DATE: pa.date32(),
    values.TIMESTAMP: pa.timestamp("us"),
}
"""As what Arrow holds the values of each physical type of a contract."""


WRITTEN = {values.WHOLE, values.WHOLE_32, values.BOOLEAN, values.DATE}
"""The types of which Arrow writes values as `factory.values.text` does."""
PLAIN = (1e-3, 1e9)
"""The sizes of fractions that it writes so."""
BLANKS = "".join(blank for blank in values.BLANKS if blank.isascii())


def kind(stored: pa.DataType) -> str:
    """Return the physical type of a contract whose values *stored* holds; KeyError if of none."""
    types = pa.types
    if types.is_dictionary(stored):
        return kind(stored.value_type)
    if types.is_string(stored) or types.is_large_string(stored):
        return values.TEXT
    if types.is_integer(stored):
        return values.WHOLE_32 if stored == pa.int32() else values.WHOLE
    if types.is_floating(stored) or types.is_decimal(stored):
        return values.NUMBER
    if types.is_timestamp(stored) and stored.tz is None:
        return values.TIMESTAMP
    return {pa.bool_(): values.BOOLEAN, pa.date32(): values.DATE, pa.date64(): values.DATE}[stored]


def table(found: pa.Table) -> pa.Table:
    """Return *found* with every column in its canonical form; what has none stays as it is."""
    for place, field in enumerate(found.schema):
        found = found.set_column(place, field.name, column(field.name, found.column(place)))
    return found


def column(name: str, found: pa.ChunkedArray) -> pa.Array:
    """Return the column called *name* in canonical form; Refused where a value has none."""
    whole = found.combine_chunks()
    try:
        of_kind = kind(whole.type)
    except KeyError:
        return whole
    try:
        exact = whole.cast(STORED[of_kind])
        return _FORMS.get(of_kind, _same)(exact)
    except (pa.ArrowInvalid, values.NotAValueError) as exc:
        raise Refused(f"{name}: a value is not {values.WORDS[of_kind]}; land it as one") from exc


def texts(found: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return the canonical text of each value; what is missing stays missing."""
    whole = _whole(found)
    of_kind = kind(whole.type)
    if of_kind == values.NUMBER:
        return _number_texts(whole)
    if of_kind in WRITTEN:
        return whole.cast(pa.string())
    if whole.type == pa.string():
        return _tidy_texts(whole)
    return _mapped(whole, lambda value: values.text(values.read(value, of_kind)))


def equal(found: pa.ChunkedArray | pa.Array, value: str) -> pa.Array:
    """Say of each value whether it is the one that *value* writes; the missing is none.

    NotAValueError tells that *value* is none of the column's type.
    """
    whole = _whole(found)
    wanted = values.read(value, kind(whole.type))
    return pc.fill_null(pc.equal(whole, pa.scalar(wanted, whole.type)), False)


def floats(found: pa.Array) -> pa.Array:
    """Return numbers or booleans as floats, rounded as `factory.values.number` rounds."""
    return found.cast(pa.float64(), safe=False)


def _whole(found: pa.ChunkedArray | pa.Array) -> pa.Array:
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _tidy_texts(found: pa.Array) -> pa.Array:
    """Let ASCII without blanks around it be what it is, and ask for each of the others."""
    bare = pc.equal(pc.ascii_trim(found, characters=BLANKS), found)
    odd = pc.fill_null(pc.invert(pc.and_(pc.string_is_ascii(found), bare)), False)
    if not pc.any(odd).as_py():
        return found
    others = _mapped(found.filter(odd), lambda value: values.text(values.read(value, values.TEXT)))
    return pc.replace_with_mask(found, odd, others)


def _number_texts(found: pa.Array) -> pa.Array:
    """Let Arrow write what it writes as `factory.values.text` does; ask for each of the others."""
    known = found.to_numpy(zero_copy_only=False)
    size = np.abs(known)
    integral = (known == np.floor(known)) & (size < values.EXACT)
    plain = (size >= PLAIN[0]) & (size < PLAIN[1])
    as_int = pa.array(np.where(integral, known, 0).astype(np.int64)).cast(pa.string())
    written = pc.if_else(pa.array(integral), as_int, found.cast(pa.string()))
    odd = ~(integral | plain | np.isnan(known))
    others = [values.text(value) for value in known[odd].tolist()]
    written = pc.replace_with_mask(written, pa.array(odd), pa.array(others, pa.string()))
    return pc.if_else(pa.array(np.isnan(known)), None, written)


def _same(found: pa.Array) -> pa.Array:
    return found


def _texts(found: pa.Array) -> pa.Array:
    return _mapped(found, lambda value: values.read(value, values.TEXT))


def _numbers(found: pa.Array) -> pa.Array:
    """Ask for each distinct float that 32 bits hold; any other is what it is, but for -0."""
    known = found.to_numpy(zero_copy_only=False) + 0.0
    missing = np.isnan(known)
    if np.isinf(known).any():
        raise values.NotAValueError("it is infinite")
    with np.errstate(over="ignore"):
        single = (known.astype(np.float32) == known) & (known != np.floor(known))
    distinct, places = np.unique(known[single], return_inverse=True)
    short = [values.read(value, values.NUMBER) for value in distinct.tolist()]
    known[single] = np.array(short, float)[places]
    return pa.array(known, mask=missing)


def _mapped(found: pa.Array, change: Any) -> pa.Array:
    encoded = found.dictionary_encode()
    changed = pa.array(map(change, encoded.dictionary.to_pylist()), pa.string())
    return changed.take(encoded.indices)


_FORMS: dict[str, Any] = {values.TEXT: _texts, values.NUMBER: _numbers}
