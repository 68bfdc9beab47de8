"""Is a value written so that Markdown shows it as it is?"""

from docgen import markdown


def test_a_cell_is_one_line_and_keeps_its_bars():
    assert (
        markdown.table(("A",), [("one\ntwo | three",)]) == "| A |\n| --- |\n| one two \\| three |\n"
    )


def test_prose_is_wrapped_and_a_list_stays():
    text = "word " * 40 + "\n\n- one\n- two"
    lines = markdown.prose(text).splitlines()
    assert max(map(len, lines)) <= 120
    assert lines[-2:] == ["- one", "- two"]


def test_names_are_code():
    assert markdown.codes(["a", "b"]) == "`a`, `b`"
