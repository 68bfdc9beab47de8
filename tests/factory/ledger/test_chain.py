from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.errors import LedgerBroken
from factory.ledger import chain
from factory.ledger.chain import Head, Segment
from tests.factory.ledger.ledgers import recorded

# What is written


def test_the_same_segment_has_the_same_bytes_for_ever():
    segment = Segment(
        index=1,
        prev="0" * 64,
        recorded_at="2026-11-12T00:00:00Z",
        events=({"id": "é", "detail": {"b": 1, "a": 1e-07}},),
    )
    line = b'{"detail":{"a":1e-07,"b":1},"id":"\\u00e9"}\n'
    digest = b"fed6afa17a4fb6305a39c32fad09eaf1e932512a90e82bb05ff13851c2e552f4"  # by sha256sum
    assert segment.encode() == (
        b'{"index":1,"lines":["' + digest + b'"],"prev":"' + b"0" * 64 + b'",'
        b'"recorded_at":"2026-11-12T00:00:00Z"}\n' + line
    )


@settings(max_examples=60)
@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.recursive(
                st.none()
                | st.booleans()
                | st.integers()
                | st.floats(allow_nan=False, allow_infinity=False)
                | st.text(max_size=5),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(max_size=3), inner, max_size=3)
                ),
                max_leaves=5,
            ),
            max_size=4,
        ),
        max_size=4,
    )
)
def test_what_is_decoded_is_what_was_encoded(events):
    segment = Segment(index=7, prev="ab", recorded_at="now", events=tuple(events))
    assert chain.decode(segment.encode()) == segment


def test_an_id_that_comes_twice_in_a_batch_is_kept_once_in_order():
    segment = chain.after(Head(), [recorded(1), recorded(2), recorded(1)], recorded_at="now")
    assert [e["key"] for e in segment.events] == ["1", "2"]


def test_what_could_not_be_read_again_is_not_written():
    odd = {**recorded(1), "detail": {"loss": float("nan")}}
    with pytest.raises(LedgerBroken, match=r"segment 1: cannot be written: .*not JSON compliant"):
        chain.after(Head(), [odd], recorded_at="now").readable()
    tuples = {**recorded(1), "detail": {"a": (1, 2)}}
    with pytest.raises(LedgerBroken, match="segment 1: is not read back as it was written"):
        chain.after(Head(), [tuples], recorded_at="now").readable()


def test_what_is_told_twice_says_the_same_at_another_time():
    again = {**recorded(1), "time": "2026-11-13T00:00:00Z"}
    assert chain.content(again) == chain.content(recorded(1))
    for name in ("reason", "actor", "detail", "source", "type", "subject", "key"):
        assert chain.content({**again, name: "else"}) != chain.content(recorded(1)), name


def test_a_header_of_other_types_is_not_a_header():
    line = chain.canonical({"index": "1", "prev": "", "recorded_at": "", "lines": []})
    with pytest.raises(LedgerBroken, match="line 1: is not a header"):
        chain.decode(line)
