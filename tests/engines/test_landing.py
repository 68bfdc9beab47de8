from __future__ import annotations

import functools
import gzip
import sys
import time

import pytest

from engines import landing, text
from factory.products.contract import Column
from tests.engines.examining import contract, examined, integer, reasons, seen

zipped = functools.partial(gzip.compress, mtime=0)  # the same bytes, and so names, at any time


@pytest.mark.parametrize(
    ("packed", "words"),
    [
        (b"", "found nothing: the file is empty"),
        (zipped(b""), "found nothing: the file is empty"),
        (b"k\na\n", "found bytes that are not gzip"),
        (zipped(b"k\n" + b"a\n" * 999)[:-1], "it is truncated"),
        (zipped(b"k\n" + b"a\n" * 999)[:20], "it is truncated"),
        (zipped(b"k\na\n") + b"more", "found bytes that are not gzip"),
        (zipped("k\né\n".encode("latin-1")), "found bytes that are not UTF-8"),
        (zipped("k\né".encode()[:-1]), "found bytes that are not UTF-8"),
        (zipped(b"k\na\0b\n"), "what is not CSV: a NUL byte"),
        (zipped(b"k\n"), "rowCount: expected at least 1 rows; found 0 rows"),
        (zipped(b"j\na\n"), "header: expected the columns k; found k missing"),
        (zipped(b"k,j\na,b\n"), "header: expected the columns k; found j not in the"),
        (zipped(b"k,k\na,b\n"), "header: expected the columns k; found k there twice"),
        (zipped(b"k\na,b\n"), "found 1 with too many fields (for example line 2)"),
        (zipped(b'k\n"a\n'), "row: expected one field per column in every line"),
        (zipped(b'k\n"a"b\n'), "row: expected one field per column in every line"),
    ],
)
def test_what_is_not_a_table_is_refused_in_words(packed, words):
    assert words in " | ".join(map(str, examined(packed, contract())))


def test_a_line_with_a_field_too_few_is_named():
    assert reasons("k,n\na,1\nb\n", contract(integer())) == [
        (
            "row: expected one field per column in every line; "
            "found 1 with too few fields (for example line 3)"
        )
    ]


def test_columns_may_come_in_any_order():
    assert reasons("n,k\n1,a\n", contract(integer(maximum=1))) == []


JANE = "Jane Doe,1970,jane@example.com\nJohn Roe,1980,john@example.com\n"
PEOPLE = contract(integer(), Column(name="mail", kind="string", type="VARCHAR"))


def told(text, promised=PEOPLE):
    return " | ".join(reasons(text, promised))


def test_a_file_without_header_is_refused_without_a_word_of_its_first_row():
    assert told(JANE) == (
        "header: expected the columns k, n, mail; found k, n, mail missing | "
        "header: expected the columns k, n, mail; found 3 names not in the contract"
    )
    assert told("Jane\nJohn\n").endswith("found 1 name not in the contract")


def test_names_of_a_header_beyond_doubt_are_told_while_they_are_few():
    assert told("k,n,mail,age,phone\n").endswith("found age, phone not in the contract")
    assert told("k,n,mail,Jane Doe\n").endswith("found 1 name not in the contract")
    assert told("k,n,mail,a,b,c,d,e,f\n").endswith("found 6 names not in the contract")


@pytest.mark.parametrize("first", ["\ufeffk", " k", "K", "k\u200b", "k "])
def test_what_nobody_sees_in_a_header_is_told(first):
    said = told(f"{first},n,mail\n1,2,3\n")
    assert "found k missing (k but for case, blanks or an invisible mark)" in said


@pytest.mark.parametrize(("mark", "words"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_other_delimiters_are_told(mark, words):
    said = told(f"k{mark}n{mark}mail\n1{mark}2{mark}3\n")
    assert f"missing: the fields are parted by {words}, and commas are wanted" in said


def test_no_cell_is_told_whatever_is_wrong_with_it():
    said = told("k,n,mail\nJane,Doe,jane@example.com\nJane,,\n1970\n")
    said += told("k,n,mail\nJane,Doe,jane@example.com\nJane,,\n")
    assert "line 2" in said
    for cell in ("Jane", "Doe", "1970", "@"):
        assert cell not in said


def test_a_file_that_is_all_header_is_refused_soon():
    """Its lines end in nothing that ends a line: a hundred thousand names."""
    begun = time.process_time()
    said = told(",".join(f"v{n}" for n in range(100_000)))
    assert said.endswith("found 100000 names not in the contract")
    assert len(said) < 1000
    assert time.process_time() - begun < 5


def test_a_file_of_many_columns_that_are_all_wrong_is_refused_soon():
    columns = [
        Column(name=f"m{n}", kind="number", type="DOUBLE", required=True) for n in range(600)
    ]
    promised = contract(*columns)
    row = ",".join(['"1,5"'] * len(columns))
    begun = time.process_time()
    found = reasons(",".join(promised.names) + f"\na,{row}\nb,{row}\n", promised)
    assert len(found) == len(columns)
    assert time.process_time() - begun < 30


def test_a_bomb_is_refused_after_a_part_of_it(monkeypatch):
    monkeypatch.setattr(text, "MOST_BYTES", 10_000)
    assert told("k,n,mail\n" + "a,1,b\n" * 9000).endswith("land it in parts")
    assert told("k,n,mail\n" + "a,1,\U0001f600\n" * 1500).endswith("land it in parts")
    monkeypatch.setattr(text, "MOST_LINES", 100)
    assert told("k,n,mail\n" + "\n" * 101).endswith("found more than 100 lines; land it in parts")


@pytest.mark.parametrize("bomb", ["k" * 2000, '"x\n",' * 500, "," * 1500])
def test_a_record_without_end_is_refused(monkeypatch, bomb):
    monkeypatch.setattr(text, "MOST_TOGETHER", 1000)
    assert told(f"k,n,mail\n{bomb}").endswith("a record of 1000 characters or more; end its lines")
    assert told("k,n,mail\n" + "".join(f"a{n},1,b\n" for n in range(1000))) == ""


def test_a_record_of_too_many_fields_is_refused(monkeypatch):
    monkeypatch.setattr(text, "MOST_FIELDS", 1000)
    assert told("k,n,mail\n" + "," * 1001).endswith("more than 1000 fields; end its lines")
    assert told("k,n,mail\n" + "".join(f"a{n},1,b\n" for n in range(1000))) == ""


def test_odd_rows_are_counted_and_not_kept():
    said = told("k,n,mail\n" + "a\n" * 5000 + "a,b,c,d\n" * 3)
    assert (
        "found 5000 with too few fields (for example line 2, line 3, line 4, line 5, line 6)"
        in said
    )
    assert "found 3 with too many fields" in said


TEXT = Column(name="s", kind="string", type="VARCHAR", required=True)


@pytest.mark.parametrize("value", ["x  ", '" x"', "\tx\xa0", "\u3000x\u2009"])
def test_a_text_is_the_same_with_blanks_around_it(value):
    found, rows = seen(zipped(f"k,s\na,{value}\n".encode()), contract(TEXT))
    assert (found, rows) == ((), [("a", "x")])


def test_a_text_of_blanks_alone_is_missing():
    assert "required: expected a value in every row" in told("k,s\na,   \n", contract(TEXT))


def test_keys_that_differ_by_blanks_are_one():
    assert "column k: unique" in told("k\na\na \n", contract())


def test_a_number_has_no_blanks_around_it():
    assert "n: type: expected a whole number" in told("k,n\na, 1\n", contract(integer()))


def test_blanks_are_those_that_an_endpoint_takes_away():
    assert set(landing.BLANKS) == {c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace()}


def test_a_header_within_a_file_is_no_row():
    said = told("k,s\na,b\nk,s\nc,d\n", contract(TEXT))
    assert said.endswith(
        "found 1 with the header again, as where files were joined (for example line 3)"
    )
