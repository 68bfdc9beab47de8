"""Which of two files landed later, whatever their names say and in whatever order they come?"""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.layout.products import Snapshot
from factory.products import pointer as pointers
from factory.products.landed import Landed, moment

MONDAY, TUESDAY = "2026-11-09T06:00:00Z", "2026-11-10T06:00:00Z"


def landed(time=MONDAY, key="a", sequencer=""):
    return Landed(time=time, key=key, sequencer=sequencer)


def people(number):
    return Snapshot("products", "people", number)


def test_of_two_keys_the_time_decides():
    assert landed(TUESDAY, "a", "01").later_than(landed(MONDAY, "b", "FF"))
    assert not landed(MONDAY, "b", "FF").later_than(landed(TUESDAY, "a", "01"))


def test_of_the_versions_of_one_key_the_count_of_s3_decides_even_against_the_time():
    assert landed(MONDAY, sequencer="0056").later_than(landed(TUESDAY, sequencer="0055"))


@pytest.mark.parametrize(("later", "earlier"), [("0055A1", "0055A"), ("B", "0A"), ("0a1", "0A")])
def test_a_shorter_count_has_zeros_at_its_end(later, earlier):
    assert landed(sequencer=later).later_than(landed(sequencer=earlier))
    assert not landed(sequencer=earlier).later_than(landed(sequencer=later))
    assert not landed(sequencer=earlier + "00").later_than(landed(sequencer=earlier))


def test_the_time_zone_counts_and_not_how_a_time_is_spelled():
    assert landed("2026-11-09T06:00:01Z").later_than(landed("2026-11-09T07:00:00+01:00"))


@pytest.mark.parametrize("text", ["", "now", "2026-11-09T06:00:00", "2026-13-09T06:00:00Z"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        moment(text)


FILES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("ab")), min_size=1, max_size=5)


@given(FILES)
def test_in_whatever_order_files_come_the_same_one_is_the_newest(files):
    """Times repeat, and S3 counts each key's versions in the order in which they were written."""
    times = sorted(files)
    all_ = [
        landed(f"2026-11-09T06:00:{second:02d}Z", key, f"{n:06X}")
        for n, (second, key) in enumerate(times, 1)
    ]
    ends = set()
    for order in itertools.islice(itertools.permutations(all_), 30):
        pointer = None
        for number, each in enumerate(order, 1):
            to = people(number)
            pointer = pointer.moved(to, each) if pointer else pointers.first(to, each)
        ends.add(pointer.landed)
        assert pointer.last == len(order)
    assert len(ends) == 1


def test_where_nothing_tells_which_landed_later_the_higher_number_is_the_newer_one():
    pointer = pointers.first(people(1), landed())
    assert pointer.moved(people(2), landed()).newest == people(2)
    assert pointer.moved(people(2), landed()).moved(people(1), landed()).newest == people(2)


def test_a_late_file_takes_a_number_and_leaves_the_newest_where_it_is():
    pointer = pointers.first(people(1), landed(TUESDAY)).moved(people(2), landed(MONDAY))
    assert (pointer.newest, pointer.last) == (people(1), 2)
    assert pointer.overtakes(landed(MONDAY))
    assert not pointer.overtakes(landed(TUESDAY))


def test_a_pointer_is_read_as_it_was_stored():
    pointer = pointers.first(people(3), landed(sequencer="0A"))
    assert pointers.Pointer.of(pointer.document, "products", "people") == pointer


def test_what_a_pointer_of_before_does_not_say_is_before_everything():
    old = pointers.Pointer.of(
        b'{"snapshot": 4, "uri": "s3://p/people/000004/"}', "products", "people"
    )
    assert old.last == 4
    assert old.moved(people(5), landed()).newest == people(5)
