"""Is every look at test rows counted once, and for all rows that it may have seen?"""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.layout.tables import PK
from factory.training.exam import Exam, Looks, exam_of
from tests.factory.gates.test_gates import MODEL

EXAM = Exam(product="people", snapshot=3, label="left")


def member(**rows):
    return replace(EXAM, rows=rows)


class Table(dict):
    """The items by key; refuses to replace what is not as it was read."""

    def read(self, exam):
        return Looks.of(exam, self.get(exam.key), self.get(exam.own_key))

    def take(self, exam):
        """Take the next look and return its number."""
        looks = self.read(exam)
        for item, before in looks.writes():
            there = self.get(item[PK])
            assert (there is None) == (before is None)
            assert before is None or before.items() <= there.items()
        self.update({item[PK]: item for item, _ in looks.writes()})
        return looks.next


def test_looks_at_the_same_rows_are_numbered_from_one():
    table = Table()
    assert [table.take(EXAM) for _ in range(3)] == [1, 2, 3]


def test_the_exam_is_that_of_every_model_with_the_same_label_on_the_same_snapshot():
    table, renamed = Table(), replace(MODEL, name="other", features=("age",))
    assert table.take(exam_of(MODEL, 3)) == 1
    assert table.take(exam_of(renamed, 3)) == 2


def test_another_snapshot_label_or_product_is_another_exam():
    table = Table()
    others = [replace(EXAM, snapshot=4), replace(EXAM, label="l"), replace(EXAM, product="p")]
    assert [table.take(exam) for exam in (EXAM, *others)] == [1, 1, 1, 1]


def test_members_of_a_family_have_rows_of_their_own():
    table = Table()
    assert [table.take(member(country=c)) for c in ("FR", "DE", "FR")] == [1, 1, 2]


@pytest.mark.parametrize(
    "forms",
    [
        ("2024", "2024.0", "+2024", "02024", "2.024e3", " 2024 "),
        ("true", "True", "TRUE", "1"),
        ("2024-01-31", "2024-01-31T00:00:00", "2024-01-31 00:00:00.000"),
        ("caf\u00e9", "cafe\u0301 "),
    ],
)
def test_rows_are_the_same_however_their_value_is_written(forms):
    table = Table()
    looks = [table.take(member(by=form)) for form in forms]
    assert looks == list(range(1, len(forms) + 1))


def test_who_looks_at_all_rows_looks_at_every_member_s():
    table = Table()
    assert [table.take(member(country="FR")) for _ in range(3)] == [1, 2, 3]
    assert table.take(EXAM) == 4
    assert table.take(member(country="DE")) == 2
    assert table.take(member(country="FR")) == 5


def test_another_column_s_rows_may_be_the_same_ones():
    table = Table()
    assert table.take(member(country="FR")) == 1
    assert table.take(member(sex="F")) == 2
    assert table.take(member(country="FR", sex="F")) == 3


def test_a_member_s_first_look_leaves_what_the_others_share_as_it_was_read():
    """So that members that are taken up at the same time do not stand in each other's way."""
    table = Table()
    table.take(member(country="FR"))
    looks = table.read(member(country="DE"))
    (shared, before), (own, none) = looks.writes()
    assert shared == {PK: EXAM.key, **before}
    assert (own["looks"], none) == (1, None)


def test_the_words_name_label_product_and_snapshot():
    assert str(exam_of(MODEL, 7)) == "left of churn_test snapshot 7"


ROWS = st.fixed_dictionaries({}, optional={c: st.sampled_from("xy") for c in ("a", "b", "c")})


@given(st.lists(ROWS, max_size=12))
def test_no_row_has_had_as_many_looks_as_the_next_is_numbered(wheres):
    """Compared with counting every row of every combination of levels."""
    table, seen = Table(), Counter()
    rows = [dict(zip("abc", text, strict=True)) for text in ("xxx", "xxy", "xyx", "xyy")]
    rows += [{**row, "a": "y"} for row in rows]
    for where in wheres:
        number = table.take(member(**where))
        mine = [n for n, row in enumerate(rows) if where.items() <= row.items()]
        seen.update(mine)
        assert number >= max(seen[n] for n in mine)
