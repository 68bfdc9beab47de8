from __future__ import annotations

import functools
import gzip

import pytest

from tests.engines.examining import contract, examined, integer, reasons

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
