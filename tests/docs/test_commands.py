"""Does every shell block do what the page says, or does it say why it is not run?"""

from pathlib import Path

import pytest

from tests.docs.commands import Command, Shell, commands, copy_of, follow, write
from tests.docs.reading import ROOT, Block, guides

SHELL = {"console", "bash", "sh", "shell"}
MARKS = {"", "not run", "file", "edit", "laptop"}
PAGES = [page for page in guides() if page.blocks]
COPIED = [
    p for p in PAGES if any(b.language == "console" and b.mark in {"", "edit"} for b in p.blocks)
]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_block_is_of_a_known_language_and_every_mark_is_known(page):
    for block in page.blocks:
        assert block.mark in MARKS, f"{block}: {block.mark!r}"
        assert block.language not in SHELL - {"console"}, f"{block}: call it console"
        if block.language == "console":
            assert commands(block.text), block


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_is_not_run_says_why_and_a_test_that_is_named_instead_is_there(page):
    for block in page.blocks:
        if block.mark == "not run":
            assert len(block.rest.split()) >= 3, f"{block}: say why"
            named = [word.strip(",;.") for word in block.rest.split() if "/" in word]
            assert [n for n in named if n.startswith("tests/") and not (ROOT / n).exists()] == []


@pytest.mark.parametrize("page", COPIED, ids=str)
def test_every_command_does_in_a_copy_of_the_repository_what_the_page_says(page, tmp_path):
    folder = copy_of(ROOT, tmp_path / "copy")
    shell = Shell(folder)
    for block in page.blocks:
        if block.mark == "file":
            write(folder / block.rest, block.text)
        elif block.language == "console" and block.mark in {"", "edit"}:
            _run(shell, block)


def _run(shell, block):
    """Run a block's commands; an edit that its mark asks for is taken back afterwards."""
    if block.mark == "edit":
        name, before, after = (part.strip() for part in block.rest.split(","))
        path = shell.folder / name
        text = path.read_text()
        assert before in text, block
        path.write_text(text.replace(before, after))
    follow(shell, block)
    if block.mark == "edit":
        path.write_text(text)


def test_a_block_is_read_as_commands_with_their_output():
    text = "$ one \\\n    two\n$ three\nout\n...\nend\n"
    assert commands(text) == [Command("one \\\n    two", ""), Command("three", "out\n...\nend\n")]
    with pytest.raises(ValueError, match="follows no command"):
        commands("out\n$ one\n")


def test_an_output_that_is_not_what_the_page_says_is_found():
    promised = Command("x", "a\n...\nb\n")
    assert not promised.wrong("a\n1\n2\nb\n")
    assert not promised.wrong("a\n1\nb")
    assert "Expected" in promised.wrong("a\n1\nc\n")


def block(text):
    return Block(page="page.md", line=1, language="console", text=text, mark="", rest="")


def test_a_block_that_does_what_it_says_passes(tmp_path):
    follow(Shell(tmp_path), block("$ echo one\none\n$ echo two; (exit 3)\ntwo\n"), code=3)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("$ (exit 3)\n", 0, "ended with 3"),
        ("$ true\n", 3, "ended with 0"),
        ("$ (exit 3)\n$ (exit 3)\n", 3, "ended with 3"),
        ("$ echo one\ntwo\n", 0, "Expected"),
    ],
)
def test_a_block_that_does_something_else_is_found(tmp_path, text, code, words):
    with pytest.raises(AssertionError, match=words):
        follow(Shell(tmp_path), block(text), code=code)


def test_variables_stay_from_one_command_to_the_next(tmp_path):
    shell = Shell(tmp_path)
    assert shell.run("""PLACE=$(echo "here  and 'there'")""")[0] == 0
    assert shell.run('echo "$PLACE"; (exit 3)') == (3, "here  and 'there'\n")
    shell.run("unset PLACE")
    assert shell.run("echo ${PLACE:-gone}") == (0, "gone\n")


def test_a_shell_has_what_its_reader_has_defined(tmp_path):
    shell = Shell(tmp_path, 'greet() { echo "hello $1"; }')
    assert shell.run("greet you") == (0, "hello you\n")


def test_a_copy_shares_nothing_but_the_environment(tmp_path):
    copy = copy_of(ROOT, tmp_path / "copy")
    links = {p.name for p in copy.iterdir() if p.is_symlink()}
    assert links == {".venv"}
    assert not Path(copy, "build").exists()
