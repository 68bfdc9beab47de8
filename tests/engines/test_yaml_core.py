"""Is YAML read as version 1.2 says, in bounded work, and refused by its line?"""

import time

import pytest

from engines import yaml_core
from factory.errors import InvalidContract

LAUGHS = "a0: &a0 [ha, ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
MERGES = "m0: &m0 {k: v}\n" + "".join(
    f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 12)
)


def read(text, encoding="utf-8"):
    return yaml_core.read(text.encode(encoding)).value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("08", 8),
        ("1_000", "1_000"),
        ("24:00", "24:00"),
        ("1:30:00", "1:30:00"),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("", None),
        ("~", None),
        ("null", None),
        ("2024-01-31", "2024-01-31"),
        ("1e3", 1000.0),
        ("+1.", 1.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("'010'", "010"),
        ('"true"', "true"),
        ("!!str 010", "010"),
        ("!!int '7'", 7),
        ("!!float 7", 7.0),
        ("=", "="),
        ("1.2.3", "1.2.3"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars_are_those_of_the_core_schema(text, value):
    found = read(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))


def test_what_is_not_a_number_is_one():
    assert read("a: .nan")["a"] != read("a: .nan")["a"]


def test_keys_are_texts_whatever_they_look_like():
    assert read("1: a\ntrue: b\nnull: c\n010: d\non: e") == {
        "1": "a", "true": "b", "null": "c", "010": "d", "on": "e",
    }  # fmt: skip


def test_merge_keys_bring_what_is_not_said_already():
    base = "base: &base {type: text, size: 1}\nmore: &more {size: 2, kind: x}\n"
    assert read(base + "c: {<<: *base, size: 3}")["c"] == {"type": "text", "size": 3}
    assert read(base + "c: {<<: [*base, *more]}")["c"] == {"type": "text", "size": 1, "kind": "x"}
    assert read("c: {'<<': 1}")["c"] == {"<<": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines_make_no_difference(encoding, end):
    assert read(end.join(["a: é", "b:", "  - 1", ""]), encoding) == {"a": "é", "b": [1]}


def test_every_value_has_its_line():
    document = yaml_core.read(b"a: 1\nb:\n  - c: 2\n    d: 3\n")
    assert document.lines == {"a": 1, "b": 2, "b[0]": 3, "b[0].c": 3, "b[0].d": 4}
    assert document.line("b[0].x.y") == 3
    assert document.line("x") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: 'a' is there twice"),
        ("1: a\n'1': b", "line 2: '1' is there twice"),
        ("a:\n\t- 1", "line 2: is not YAML: found character '\\t'"),
        ("a: [1\nb: 2", "is not YAML"),
        ("a: 1\n---\nb: 2", "line 2: is not YAML: but found another document"),
        ("a: *nowhere", "line 1: is not YAML: found undefined alias 'nowhere'"),
        ("a: &a\n  b: *a", "line 1: holds itself, by an alias"),
        ("? [a]\n: b", "line 1: a key is not text"),
        ("c: {<<: 1}", "line 1: a merge key (<<) takes a mapping"),
        ("a: !!python/object:os.system x", "has the tag 'tag:yaml.org,2002:python/object:os.sys"),
        ("a: !secret x", "line 1: has the tag '!secret'"),
        ("a: !!int x", "line 1: 'x' is not a int"),
        ("a: !!set {x}", "has the tag 'tag:yaml.org,2002:set'"),
        ("a: " + "1" * 5000, "line 1: has a number of more than 300 digits"),
        ("a: \x1b[31m", "is not YAML: unacceptable character #x001b"),
        ("a: \x00", "is not YAML: unacceptable character #x0000"),
        ("[" * 100_000, "is more than 60 levels deep"),
        ("a: " + "{b: " * 70 + "}" * 70, "is more than 60 levels deep"),
        (LAUGHS, "says more than 200000 keys and values"),
        (MERGES, "says more than 200000 keys and values"),
        ("a: b\n" * 2**19, "has 2621440 bytes, and 2097152 are read"),
    ],
)
def test_what_is_not_read_is_refused_soon_and_by_its_line(text, words):
    begun = time.process_time()
    with pytest.raises(InvalidContract) as refused:
        read(text)
    assert words in str(refused.value)
    assert len(str(refused.value)) < 500
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("encoding", ["latin-1", "utf-32", "utf-16-le"])
def test_other_encodings_are_refused(encoding):
    with pytest.raises(InvalidContract, match="is not YAML"):
        read("a: é", encoding)
