"""Which changes of a ledger are found, and where?"""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.events.audit import EventRefused
from factory.events.envelope import identity
from factory.layout import tables
from factory.layout.objects import segment_key
from factory.ledger import chain
from factory.ledger.chain import Head
from factory.ledger.check import Remembered, verify
from factory.stage import DEV, PROD
from tests.factory.ledger.ledgers import NOW, kept, ledger, recorded, segment

MINUTES = dt.timedelta(minutes=1)


def edited(data, line=2, old=b"succeeded", new=b"was great"):
    lines = data.splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(old, new)
    return b"".join(lines)


def forged(made, place, **changes):
    """Change the first event of a segment, and its header with it."""
    found = chain.decode(made.stored[place].data)
    events = ({**found.events[0], **changes}, *found.events[1:])
    made.put(place, dataclasses.replace(found, events=events).encode())


def stamped(moment, *records):
    made = ledger(1)
    made.append(segment(made.head, *(records or [recorded(7)]), moment=moment))
    return made


# The segments


def test_a_whole_ledger_is_sound():
    made = ledger(3, 1, 2)
    report = made.report()
    assert report.sound
    assert (report.segments, report.events, report.tail) == (3, 6, made.head)


def test_an_edited_event_is_found_on_its_line():
    made = ledger(3, 1)
    made.put(0, edited(made.stored[0].data, line=3))
    assert made.kinds()[:2] == [("bytes", 1, 3), ("chain", 2, 1)]
    assert str(made.report().findings[0]) == (
        "seg/000000000001.jsonl line 3: bytes: line 3: is not the event that the header lists"
    )


def test_an_edited_event_with_a_fixed_header_breaks_the_chain_to_the_next():
    made = ledger(3, 1)
    forged(made, 0, reason="x")
    assert ("chain", 2, 1) in made.kinds()


def test_an_edit_and_a_new_chain_are_found_by_the_head_and_by_the_index():
    made = ledger(3, 1, 1)
    forged(made, 0, reason="x")
    made.rechain(2)
    assert ("head", 3, None) in made.kinds()
    made.head = Head(index=3, digest=chain.digest(made.stored[2].data))
    found = made.kinds()
    assert {index for kind, index, _ in found if kind == "index"} == {None, 1, 2, 3}


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_a_deleted_segment_is_a_gap_the_last_included(gone):
    made = ledger(1, 1, 1)
    del made.stored[gone - 1]
    assert [kind for kind in made.kinds() if kind[0] == "gap"] == [("gap", gone, None)]


def test_a_gap_of_any_length_is_one_finding():
    made = ledger(1, 1)
    made.stored.append(kept(segment_key(10**12 - 1), b""))
    (found,) = [f for f in made.report().findings if f.kind == "gap"]
    assert found.words == f"and all up to {10**12 - 2} are not there"
    made = ledger(1, 1)
    made.head = Head(index=10**15, digest="0" * 64)
    assert ("gap", 3, None) in made.kinds()


def test_a_deleted_and_renumbered_segment_is_found():
    made = ledger(1, 1, 1)
    made.stored = [made.stored[0], dataclasses.replace(made.stored[2], key=segment_key(2))]
    assert {("moved", 2, 1), ("chain", 2, 1), ("gap", 3, None)} <= set(made.kinds())
    made.rechain(2)
    assert ("gap", 3, None) in made.kinds()


def test_two_swapped_segments_are_found():
    made = ledger(1, 1, 1)
    first, second = made.stored[0].data, made.stored[1].data
    made.put(0, second)
    made.put(1, first)
    assert {("moved", 1, 1), ("moved", 2, 1)} <= set(made.kinds())


def test_an_event_that_was_put_in_is_found():
    made = ledger(1, 1)
    made.put(0, made.stored[0].data + chain.canonical(recorded(9)))
    assert made.kinds()[0] == ("bytes", 1, 1)


def test_an_event_that_is_there_twice_is_found_at_its_second_place():
    made = ledger(1)
    made.append(segment(made.head, recorded(2), recorded(0)))
    assert ("twice", 2, 3) in made.kinds()


def test_an_event_under_another_ones_id_is_found():
    made = ledger(1)
    made.append(segment(made.head, recorded(1, id=recorded(2)["id"])))
    assert ("event", 2, 2) in made.kinds()


@pytest.mark.parametrize(
    "changes", [{"actor": ""}, {"actor": 5}, {"detail": []}, {"more": "x"}, {"time": None}]
)
def test_a_line_that_is_no_event_is_found(changes):
    made = ledger(1)
    made.append(segment(made.head, recorded(1, **changes)))
    assert ("event", 2, 2) in made.kinds()


def test_a_segment_without_events_is_found():
    made = ledger(1)
    made.append(segment(made.head))
    assert made.kinds() == [("empty", 2, 1)]


def test_another_way_to_write_the_same_json_is_found():
    made = ledger(1, 1)
    made.put(0, made.stored[0].data.replace(b'":', b'": '))
    assert made.kinds()[:2] == [("bytes", 1, 1), ("chain", 2, 1)]


def test_a_second_version_of_a_segment_is_found():
    made = ledger(1, 1)
    made.stored.insert(0, made.stored[0])
    assert made.kinds() == [("overlay", 1, None)]


def test_a_marker_that_hides_a_segment_is_found():
    made = ledger(1, 1)
    made.stored.append(dataclasses.replace(made.stored[1], data=None))
    assert made.kinds() == [("deleted", 2, None)]


@pytest.mark.parametrize("key", ["seg/1.jsonl", "seg/000000000000.jsonl", "notes.txt", "seg/²"])
def test_an_object_that_is_not_a_segment_is_found_once(key):
    made = ledger(1)
    made.stored.append(kept(key, b""))
    (finding,) = made.report().findings
    assert (finding.kind, finding.key) == ("stray", key)


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b"17", b"\xff", b"{}\n", b'{"index":1}\n'])
def test_a_segment_that_is_not_one_is_found(data):
    made = ledger(1, 1, 1)
    made.put(1, data)
    assert ("bytes", 2, 1) in made.kinds()


# Who says what, of when, and when it was written down


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"type": "model.invented"}, "no event has this type"),
        ({"source": "modelworks.watch"}, "its source may not say events of this type"),
        ({"source": "aws.s3"}, "its source may not say events of this type"),
        ({"actor": "person/grace"}, "its source may not say that of this actor"),
        ({"actor": "function/promote"}, "its source may not say that of this actor"),
        ({"subject": "model/income/3"}, "it lacks what its type promises"),
        ({"detail": {}}, "it lacks what its type promises"),
    ],
)
def test_what_may_not_be_said_is_found_under_an_id_of_its_own_too(changes, words):
    odd = recorded(1, **changes)
    named = [odd[name] for name in ("source", "type", "subject", "key")]
    made = ledger(1)
    made.append(segment(made.head, odd | {"id": identity(*named)}))
    (finding,) = made.report().findings
    assert (finding.kind, finding.index, finding.line) == ("speaker", 2, 2)
    assert finding.words.endswith(words)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        ("2020-01-01T00:00:00Z", "more than 33 days before"),
        ("2026-11-12T00:05:02Z", "after it was recorded"),
        ("2026-11-12T00:00:00", "is no time"),
        ("yesterday", "is no time"),
    ],
)
def test_an_event_of_another_time_is_found(time, words):
    made = ledger(1)
    made.append(segment(made.head, recorded(1, time=time)))
    (finding,) = made.report().findings
    assert finding.kind == "time"
    assert words in finding.words


def test_an_event_that_was_long_on_its_way_is_none():
    made = ledger(1)
    made.append(segment(made.head, recorded(1, time="2026-10-12T00:00:00Z")))
    assert made.report().sound


@pytest.mark.parametrize("moment", ["now", "", "2026-11-12T00:00:01Z", "2026-13-12T00:00:01.000Z"])
def test_a_segment_that_does_not_say_when_is_found(moment):
    assert stamped(moment).kinds() == [("clock", 2, 1)]


def test_a_segment_that_says_it_is_older_than_the_one_before_is_found():
    assert stamped("2026-11-11T23:59:30.000Z").report().sound  # two clocks differ a little
    (finding,) = stamped("2026-11-11T23:59:00.000Z").report().findings
    assert finding.words == "says 2026-11-11T23:59:00.000Z, which is before the segment before it"


def test_a_segment_that_s3_took_at_another_time_is_found():
    """So a chain that is written anew is found, whatever else is changed with it."""
    made = ledger(1, 1)
    late = [dataclasses.replace(each, modified=NOW + 11 * MINUTES) for each in made.stored]
    made.stored, made.now = late, NOW + 12 * MINUTES
    found = [kind for kind in made.kinds() if kind[0] == "clock"]
    assert found == [("clock", 1, 1), ("clock", 2, 1)]


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": ""},
        {"until": None},
        {"until": NOW + 23 * 60 * MINUTES},
        {"mode": "", "until": None},
    ],
)
def test_a_segment_that_is_not_locked_for_as_long_as_its_stage_says_is_found(changes):
    made = ledger(1, 1)
    made.stored[1] = dataclasses.replace(made.stored[1], **changes)
    assert made.kinds() == [("lock", 2, None)]


def test_what_would_do_in_dev_is_found_in_prod():
    assert [f.kind for f in ledger(1, 1).report(stage=PROD).findings] == ["lock", "lock"]


# The head


def test_a_ledger_without_a_head_is_found():
    made = ledger(1, 1)
    made.head = None
    (finding,) = made.report().findings
    assert (finding.kind, finding.key) == ("head", "HEAD")


def test_an_empty_ledger_is_found_with_a_head_or_without():
    made = ledger()
    assert made.kinds() == [("empty", None, None)]
    made.head = None
    assert made.kinds() == [("empty", None, None), ("head", None, None)]


def test_a_whole_ledger_that_is_gone_is_a_gap():
    made = ledger(1, 1)
    made.stored = []
    assert {("empty", None, None), ("gap", 1, None)} <= set(made.kinds())


def test_an_edited_last_segment_is_found_by_the_head():
    made = ledger(1, 1)
    forged(made, 1, reason="x")
    assert ("head", 2, None) in made.kinds()


def test_one_young_segment_beyond_the_head_is_what_a_crash_leaves():
    made = ledger(1, 1)
    before = made.head
    made.append(segment(made.head, recorded(7)), moved=False)
    assert made.head == before
    assert made.report().sound
    made.now = NOW + 9 * MINUTES
    assert made.report().sound


def test_a_head_that_lags_for_minutes_is_found():
    made = ledger(1, 1)
    made.append(segment(made.head, recorded(7)), moved=False)
    made.now = NOW + 11 * MINUTES
    assert made.kinds() == [("head", 3, None)]


def test_two_segments_beyond_the_head_are_more_than_a_crash_explains():
    made = ledger(1)
    first = made.append(segment(made.head, recorded(7)), moved=False)
    made.append(segment(first, recorded(8)), moved=False)
    assert made.kinds() == [("head", 3, None)]


def test_an_invented_segment_beyond_the_head_is_found_at_once():
    """It is young, and it follows: but the writer was not to write it."""
    made = ledger(1, 1)
    made.stored.append(kept(segment_key(3), segment(made.head, recorded(7))))
    assert made.kinds() == [("index", 3, None)]


# The index


def test_an_event_that_the_index_knows_and_no_segment_holds_is_found():
    """It would be dropped when it happens: its id is known."""
    made = ledger(1, 1)
    key = tables.ledger_event(recorded(9)["id"])
    made.items[key] = {"pk": key, "segment": 2, "line": 3, "content": chain.content(recorded(9))}
    (finding,) = made.report().findings
    assert (finding.kind, finding.key) == ("index", key)
    assert "a later one would be dropped" in finding.words


@pytest.mark.parametrize("change", [{"segment": 1}, {"line": 9}, {"content": "x"}, {"line": None}])
def test_an_event_that_the_index_has_elsewhere_is_found(change):
    made = ledger(1, 1)
    key = tables.ledger_event(recorded(1)["id"])
    made.items[key] |= change
    assert made.kinds() == [("index", None, None), ("index", 2, None)]


def test_events_that_the_index_does_not_know_are_found_segment_by_segment():
    made = ledger(3, 1)
    made.items = {key: item for key, item in made.items.items() if key.startswith("S#")}
    assert [(f.index, f.words) for f in made.report().findings] == [
        (1, "the index does not know 3 of its events"),
        (2, "the index does not know 1 of its events"),
    ]


@pytest.mark.parametrize("key", ["S#000000000009#aa", "X", "S#²#aa", "HEAD2"])
def test_an_item_that_the_writer_does_not_write_is_found(key):
    made = ledger(1)
    made.items[key] = {"pk": key}
    (finding,) = made.report().findings
    assert (finding.kind, finding.key) == ("index", key)


def test_a_writer_that_lost_or_crashed_leaves_what_it_was_to_write():
    made = ledger(1, 1)
    for index in (1, 2, 3):
        key = tables.ledger_segment(index, "a" * 64)
        made.items[key] = {"pk": key}
    assert made.report().sound


def test_what_is_written_while_it_is_read_is_no_finding():
    made = ledger(1, 1)
    items = made.reading().items

    def busy():
        if len(made.stored) == 2:
            for number in (7, 8, 9):
                made.append(segment(made.head, recorded(number)))
        return items()

    reading = dataclasses.replace(made.reading(), items=busy)

    report = verify(reading, DEV)
    assert report.findings == ()
    assert (report.segments, report.tail) == (5, made.head)


# What others remember, and what was set aside


def remembered(index, digest, bucket=""):
    return Remembered(tail=Head(index=index, digest=digest), by="an auditor", bucket=bucket)


def test_what_is_remembered_is_compared():
    made = ledger(1, 1, 1)
    digests = [chain.digest(each.data) for each in made.stored]
    assert made.report(*(remembered(n, d) for n, d in enumerate(digests, start=1))).sound
    assert made.kinds(remembered(2, digests[0])) == [("tail", 2, None)]
    assert made.kinds(remembered(9, digests[0])) == [("tail", 9, None)]
    assert made.report(remembered(3, digests[2], "ledger")).sound


def test_another_ledger_than_the_remembered_one_is_found():
    made = ledger(1)
    (finding,) = made.report(remembered(1, "0" * 64, "another")).findings
    assert finding.words == "this is another ledger than another, which an auditor remembers"


def test_a_ledger_that_was_begun_anew_is_found_by_who_remembers():
    made = ledger(2, 1)
    assert made.report().sound
    (finding,) = made.report(remembered(2, "a" * 64)).findings
    assert finding.words == f"has other bytes, and an auditor remembers {'a' * 64}"


def test_what_was_set_aside_is_counted_and_no_finding():
    told = EventRefused(
        reason="no event has this type", key="k", type="model.invented", sender="s", size=3,
        claimed_source="modelworks.x", claimed_actor="person/grace",
    )  # fmt: skip
    body = {**told.body(), "type": told.TYPE, "source": told.origin}
    made = ledger(1)
    made.append(segment(made.head, body | {"time": "2026-11-12T00:00:00.000Z"}))
    assert made.report().findings == ()
    assert made.report().aside == {EventRefused.TYPE: 1}


# Any change at all


@settings(max_examples=150)
@given(st.data())
def test_no_change_of_any_byte_goes_unnoticed(data):
    made = ledger(2, 1, 3)
    place = data.draw(st.integers(0, 2))
    before = made.stored[place].data
    body = bytearray(before)
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
    if bytes(body) == before:
        return
    made.put(place, bytes(body))
    report = made.report()
    assert not report.sound
    assert report.findings[0].index in (place + 1, place + 2)


@settings(max_examples=80)
@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_no_other_order_and_no_omission_goes_unnoticed(order, gone):
    made = ledger(1, 2, 1, 1, 1)
    whole = list(made.stored)
    bodies = [made.stored[place].data for place in order if place not in gone]
    made.stored = [kept(segment_key(n), body) for n, body in enumerate(bodies, start=1)]
    assert made.report().sound == (made.stored == whole)
