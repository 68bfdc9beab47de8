"""Does one value have one form, and what is no value a refusal in words?"""

import math
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory import values
from factory.products.contract import TYPES

BIG = 2**53
AT = datetime.fromisoformat("2026-01-02T03:04:05.600")
MIDNIGHT = datetime.fromisoformat("2026-01-02")
PHYSICAL = [physical for stored in TYPES.values() for physical in stored]
ONE = {
    "VARCHAR": [
        ("a", ["a", " a ", "\ta\u2009", "\u3000a"]),
        ("\u00e9", ["\u00e9", "e\u0301"]),
        (None, ["", "  ", None, math.nan, pd.NA]),
        ("NA", ["NA"]), ("nan", ["nan"]), ("None", ["None"]), ("007", ["007"]), ("3.0", ["3.0"]),
    ],
    "BIGINT": [
        (3, [3, 3.0, "3", "3.0", "3e0", "03", "+3", " 3 ", np.int64(3), np.float64(3), Decimal(3)]),
        (BIG + 1, [BIG + 1, str(BIG + 1), np.int64(BIG + 1), Decimal(BIG + 1)]),
        (0, [0, -0.0, "-0", "0.0"]),
        (None, [None, "", math.nan, np.float64("nan"), pd.NA]),
    ],
    "INTEGER": [(-5, [-5, "-5", -5.0, np.int32(-5)])],
    "DOUBLE": [
        (1.1, [1.1, "1.10", "11e-1", Decimal("1.10"), np.float64(1.1)]),
        (0.1, [0.1, np.float32(0.1), float(np.float32(0.1)), "0.10000000149011612"]),
        (0.0, [0, -0.0, "-0.0", ".0"]),
        (3.0, [3, "3", "3.0", 3.0, "3."]),
        (float(BIG), [BIG + 1, str(BIG + 1), float(BIG)]),
        (None, [None, "", math.nan, Decimal("NaN"), pd.NA]),
    ],
    "BOOLEAN": [
        (True, [True, "true", "True", "TRUE", 1, 1.0, "1", "1.0", np.bool_(1), Decimal(1)]),
        (False, [False, "false", "False", 0, -0.0, "0"]),
        (None, [None, "", pd.NA]),
    ],
    "DATE": [
        (date(2026, 1, 2), [
            "2026-01-02", "2026-01-02T00:00:00", "2026-01-02 00:00:00.000", date(2026, 1, 2),
            MIDNIGHT, pd.Timestamp("2026-01-02"), np.datetime64("2026-01-02"),
        ]),
        (None, [None, "", pd.NaT]),
    ],
    "TIMESTAMP": [
        (AT, [
            "2026-01-02T03:04:05.6", "2026-01-02 03:04:05.600000000",
            AT, pd.Timestamp("2026-01-02 03:04:05.6"),
        ]),
        (MIDNIGHT, ["2026-01-02", "2026-01-02T00:00:00", date(2026, 1, 2)]),
        (None, [None, "", pd.NaT]),
    ],
}  # fmt: skip
NONE = {
    "VARCHAR": [3, 3.0, True, ["a"], {}, b"a"],
    "BIGINT": [
        True, "true", 3.5, "3.5", "nan", "NA", "1_0", "0x1", "\u0663", 2**63, -(2**63) - 1,
        float(BIG), str(float(BIG + 2)), "9007199254740993.0", 1e400, "9" * 500, [1], b"1",
    ],
    "INTEGER": [2**31, -(2**31) - 1, "2147483648", 2147483648.0],
    "DOUBLE": [
        True, "true", "nan", "NaN", "inf", "-inf", 1e400, "1e400", 10**400, "1_0", "1,5", [],
    ],
    "BOOLEAN": ["yes", "t", 2, "2", 0.5, "nan", [True]],
    "DATE": [
        1767312000000, "2026-1-2", "02.01.2026", "2026-02-30", "2026-01-02T10:00:00", "0000-01-01",
        "2026-01-02T00:00:00Z", "2026-01-02+01:00", True,
    ],
    "TIMESTAMP": [
        "2026-01-02T03:04", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+01:00",
        "2026-01-02T03:04:05.1234567", pd.Timestamp("2026-01-02T03:04:05.000000001"),
        pd.Timestamp("2026-01-02", tz="UTC"), "2026-01-02T24:00:00", 0,
    ],
}  # fmt: skip


def test_every_type_of_a_contract_is_known():
    assert set(ONE) == set(NONE) == set(PHYSICAL) == set(values.WORDS) - {values.UNSTATED}


@pytest.mark.parametrize(
    ("kind", "wanted", "form"),
    [(kind, one, form) for kind, known in ONE.items() for one, forms in known for form in forms],
)
def test_one_value_has_one_form_however_it_is_written(kind, wanted, form):
    found = values.read(form, kind)
    assert (found, type(found)) == (wanted, type(wanted))
    assert str(found) == str(wanted)  # 0.0 and -0.0 are equal


@pytest.mark.parametrize(("kind", "wrong"), [(kind, each) for kind in NONE for each in NONE[kind]])
def test_what_is_no_value_of_the_type_is_told_what_would_be(kind, wrong):
    with pytest.raises(values.NotAValueError) as told:
        values.read(wrong, kind)
    assert f"; send {values.WORDS[kind]}" in str(told.value)
    assert len(str(told.value)) < 250


def test_a_caller_who_sends_a_number_for_a_text_is_told_the_text():
    with pytest.raises(values.NotAValueError, match=r"^3\.0; send a text, as '3'$"):
        values.read(3.0, "VARCHAR")


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
CANONICAL = {
    "VARCHAR": st.text(),
    "BIGINT": st.integers(-(2**63), 2**63 - 1),
    "INTEGER": st.integers(-(2**31), 2**31 - 1),
    "DOUBLE": NUMBERS,
    "BOOLEAN": st.booleans(),
    "DATE": st.dates(),
    "TIMESTAMP": st.datetimes(),
}
TYPED = st.sampled_from(PHYSICAL).flatmap(lambda kind: st.tuples(st.just(kind), CANONICAL[kind]))


@given(TYPED)
def test_the_text_of_a_value_is_read_as_that_value(typed):
    kind, value = typed
    found = values.read(value, kind)
    assert values.read(found, kind) == found
    assert values.read(values.text(found), kind) == found


@given(st.sampled_from(PHYSICAL), st.text() | st.floats() | st.integers() | st.none())
def test_whatever_is_sent_is_a_value_or_is_refused(kind, anything):
    try:
        found = values.read(anything, kind)
    except values.NotAValueError:
        return
    assert values.read(values.text(found), kind) == found


@given(st.floats(min_value=2**-60, max_value=2.0**60, width=32))
def test_a_float_of_32_bits_is_the_decimal_that_a_file_shows(single):
    found = values.read(single, "DOUBLE")
    shown = str(np.float32(single))
    assert found == values.read(shown, "DOUBLE") or single.is_integer()
