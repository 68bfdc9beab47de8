from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.errors import LedgerBroken
from factory.events.training import ModelTrained
from factory.layout.objects import segment_key
from factory.ledger import chain, record
from factory.ledger.chain import Head, Segment
from factory.ledger.check import verify


def recorded(number, **detail):
    body = {
        "subject": f"model/income/{number}",
        "actor": "function/run_events",
        "reason": "the run succeeded",
        "key": str(number),
        "detail": detail,
    }
    return record.of_envelope(
        {
            "detail-type": ModelTrained.TYPE,
            "source": "modelworks.run_events",
            "time": "2026-11-12T00:00:00Z",
            "detail": body,
        }
    )


def chained(*sizes):
    """Return segments of *sizes* events as (key, bytes), and the head after them."""
    head, stored, number = Head(), [], 0
    for size in sizes:
        events = [recorded(number + n) for n in range(size)]
        number += size
        data = chain.after(head, events, recorded_at="2026-11-12T00:00:01Z").encode()
        head = Head(index=head.index + 1, digest=chain.digest(data))
        stored.append((segment_key(head.index), data))
    return stored, head


def kinds(stored, head):
    return [(f.kind, f.index, f.line) for f in verify(stored, head).findings]


def rechained(stored, begin):
    """Return *stored* with the segments from *begin* on written anew, as an attacker would."""
    result, prev = (
        stored[: begin - 1],
        chain.digest(stored[begin - 2][1]) if begin > 1 else "0" * 64,
    )
    for index, (_, data) in enumerate(stored[begin - 1 :], start=begin):
        segment = dataclasses.replace(chain.decode(data), index=index, prev=prev)
        result = [*result, (segment_key(index), segment.encode())]
        prev = chain.digest(segment.encode())
    return result


def edited(data, line=2, old=b"succeeded", new=b"was great"):
    lines = data.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(old, new)
    return b"".join(lines)


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


def test_a_number_that_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        recorded(1, loss=float("nan"))


# What is detected, and where


def test_a_whole_ledger_is_sound():
    stored, head = chained(3, 1, 2)
    report = verify(stored, head)
    assert report.sound
    assert (report.segments, report.events, report.tail) == (3, 6, head)


def test_an_empty_ledger_is_sound_when_nothing_was_written():
    assert verify([], Head()).sound
    assert verify([], None).sound


def test_one_segment_beyond_the_head_is_what_a_crash_leaves():
    stored, _ = chained(1, 1)
    first = Head(index=1, digest=chain.digest(stored[0][1]))
    assert verify(stored, first).sound
    assert kinds(stored, Head()) == [("head", 2, None)]


def test_an_edited_event_is_found_on_its_line():
    stored, head = chained(3, 1)
    stored[0] = (stored[0][0], edited(stored[0][1], line=3))
    assert kinds(stored, head) == [("bytes", 1, 3), ("chain", 2, 1)]
    assert str(verify(stored, head).findings[0]) == (
        "seg/000000000001.jsonl line 3: bytes: line 3: is not the event that the header lists"
    )


def test_an_edited_event_with_a_fixed_header_breaks_the_chain_to_the_next():
    stored, head = chained(3, 1)
    segment = chain.decode(stored[0][1])
    events = ({**segment.events[0], "reason": "x"}, *segment.events[1:])
    stored[0] = (stored[0][0], dataclasses.replace(segment, events=events).encode())
    assert kinds(stored, head) == [("chain", 2, 1)]


def test_an_edit_and_a_new_chain_are_found_by_the_head():
    stored, head = chained(3, 1, 1)
    segment = chain.decode(stored[0][1])
    events = ({**segment.events[0], "reason": "x"}, *segment.events[1:])
    stored[0] = (stored[0][0], dataclasses.replace(segment, events=events).encode())
    assert kinds(rechained(stored, 2), head) == [("head", 3, None)]


def test_an_edited_last_segment_is_found_by_the_head():
    stored, head = chained(1, 1)
    segment = chain.decode(stored[1][1])
    events = ({**segment.events[0], "actor": "person/else"},)
    stored[1] = (stored[1][0], dataclasses.replace(segment, events=events).encode())
    assert kinds(stored, head) == [("head", 2, None)]


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_deleted_segment_is_a_gap_the_last_included(gone):
    stored, head = chained(1, 1, 1)
    del stored[gone - 1]
    assert kinds(stored, head) == [("gap", gone, None)]


def test_a_whole_ledger_that_is_gone_is_a_sequence_of_gaps():
    assert kinds([], chained(1, 1)[1]) == [("gap", 1, None), ("gap", 2, None)]


def test_a_deleted_and_renumbered_segment_is_found():
    stored, head = chained(1, 1, 1)
    renamed = [stored[0], (segment_key(2), stored[2][1])]
    assert kinds(renamed, head) == [("moved", 2, 1), ("chain", 2, 1), ("gap", 3, None)]
    assert kinds(rechained([stored[0], stored[2]], 2), head) == [("gap", 3, None)]


def test_two_swapped_segments_are_found():
    stored, head = chained(1, 1, 1)
    stored[0], stored[1] = (stored[0][0], stored[1][1]), (stored[1][0], stored[0][1])
    assert [k for k in kinds(stored, head) if k[0] == "moved"] == [("moved", 1, 1), ("moved", 2, 1)]


def test_an_event_that_was_put_in_is_found():
    stored, head = chained(1, 1)
    extra = chain.canonical(recorded(9))
    stored[0] = (stored[0][0], stored[0][1] + extra)
    assert kinds(stored, head)[0] == ("bytes", 1, 1)


def test_an_event_that_is_there_twice_is_found_at_its_second_place():
    first = chain.after(Head(), [recorded(1)], recorded_at="now").encode()
    head = Head(index=1, digest=chain.digest(first))
    second = chain.after(head, [recorded(2), recorded(1)], recorded_at="now").encode()
    stored = [(segment_key(1), first), (segment_key(2), second)]
    assert kinds(stored, None) == [("twice", 2, 3)]


def test_an_event_under_another_ones_id_is_found():
    forged = {**recorded(1), "id": recorded(2)["id"]}
    data = chain.after(Head(), [forged], recorded_at="now").encode()
    assert kinds([(segment_key(1), data)], None) == [("event", 1, 2)]


def test_another_way_to_write_the_same_json_is_found():
    stored, head = chained(1, 1)
    spaced = stored[0][1].replace(b'":', b'": ')
    stored[0] = (stored[0][0], spaced)
    assert kinds(stored, head) == [("bytes", 1, 1), ("chain", 2, 1)]


def test_a_second_object_of_the_same_number_is_found():
    stored, head = chained(1, 1)
    assert kinds([stored[0], *stored], head) == [("overlay", 1, None)]


@pytest.mark.parametrize("key", ["seg/1.jsonl", "seg/000000000000.jsonl", "notes.txt", "seg/²"])
def test_an_object_that_is_not_a_segment_is_found(key):
    stored, head = chained(1)
    (finding,) = verify([*stored, (key, b"")], head).findings
    assert (finding.kind, finding.key) == ("stray", key)


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b"17", b"\xff", b"{}\n", b'{"index":1}\n'])
def test_a_segment_that_is_not_one_is_found(data):
    stored, head = chained(1, 1, 1)
    stored[1] = (stored[1][0], data)
    assert ("bytes", 2, 1) in kinds(stored, head)


def test_a_header_of_other_types_is_not_a_header():
    line = chain.canonical({"index": "1", "prev": "", "recorded_at": "", "lines": []})
    with pytest.raises(LedgerBroken, match="line 1: is not a header"):
        chain.decode(line)


@settings(max_examples=150)
@given(st.data())
def test_no_change_of_any_byte_goes_unnoticed(data):
    stored, head = chained(2, 1, 3)
    place = data.draw(st.integers(0, 2))
    body = bytearray(stored[place][1])
    spot = data.draw(st.integers(0, len(body) - 1))
    change = data.draw(st.sampled_from(["flip", "cut", "insert", "truncate"]))
    if change == "flip":
        body[spot] ^= 1 << data.draw(st.integers(0, 7))
    elif change == "cut":
        del body[spot]
    elif change == "insert":
        body.insert(spot, data.draw(st.integers(0, 255)))
    else:
        del body[spot:]
    if bytes(body) == stored[place][1]:
        return
    stored[place] = (stored[place][0], bytes(body))
    report = verify(stored, head)
    assert not report.sound
    assert report.findings[0].index in (place + 1, place + 2)


@settings(max_examples=80)
@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_no_other_order_and_no_omission_goes_unnoticed(order, gone):
    stored, head = chained(1, 2, 1, 1, 1)
    bodies = [stored[place][1] for place in order if place not in gone]
    renumbered = [(segment_key(n), body) for n, body in enumerate(bodies, start=1)]
    assert verify(renumbered, head).sound == (renumbered == stored)
