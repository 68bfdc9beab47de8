from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import inventory
from localcloud.cloudformation import resource_types
from tests.waiting import PATIENCE

README = Path(__file__).parent.parent / "README.md"
BLOCK = re.compile(r"(?:<!-- ([^\n]*?) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
PORT = "5066"


def blocks(language):
    """Return mark and text of each block of a language."""
    found = BLOCK.findall(README.read_text())
    return [(mark, text) for mark, written, text in found if written == language]


def test_every_shell_block_runs_or_says_why_not(tmp_path, cli_folder):
    for _, text in blocks("python"):
        if name := re.match(r"# (\w+\.py)\n", text):
            (tmp_path / name[1]).write_text(text)
    with socket.create_server(("localhost", 0)) as free:
        port = str(free.getsockname()[1])
    run = [text.replace(PORT, port) for mark, text in blocks("bash") if not mark]
    assert len(run) > 5
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", "trap 'kill $(jobs -p)' EXIT\n" + "".join(run)],
        cwd=tmp_path,
        env=os.environ
        | {"PATH": f"{cli_folder}:{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=6 * PATIENCE,  # all blocks, one after the other
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    for said in (
        "QueueUrl = ",
        "'error': False",
        "1 passed",
        "AWS::SQS::Queue: ",
        "rows are as AWS",
    ):
        assert said in done.stdout


@pytest.mark.parametrize("mark", [mark for mark, _ in blocks("bash") if mark])
def test_a_block_that_is_not_run_has_a_reason(mark):
    assert re.fullmatch(r"not run: \w.+", mark)


def test_the_example_of_a_type_registers_it(monkeypatch):
    (example,) = [text for _, text in blocks("python") if "def install" in text]
    monkeypatch.setattr(resource_types, "registered", {})
    names = {}
    exec(compile(example, "README.md", "exec"), names)
    names["install"]()
    assert list(resource_types.registered) == ["AWS::Events::EventBus"]


def test_every_file_that_the_readme_names_is_there():
    named = re.findall(r"`((?:src|tests)/[\w/.]+)`|\]\((\w+\.md)\)", README.read_text())
    paths = [one or other for one, other in named]
    assert len(paths) > 4
    missing = [path for path in paths if not (README.parent / path).exists()]
    assert missing == ["src/localcloud/cloudformation/types/NAME.py"]


def test_the_tables_say_what_is_here():
    done = subprocess.run(
        [sys.executable, "-m", "localcloud", "types", "--markdown"],
        capture_output=True,
        text=True,
        check=True,
    )
    text = README.read_text()
    begin, end = text.index(inventory.BEGIN), text.index(inventory.END) + len(inventory.END)
    assert text[begin:end] == done.stdout.strip(), (
        "`python -m localcloud types --markdown` makes the tables anew"
    )


def test_properties_are_counted_with_those_that_they_are_made_of():
    shape = {"Name": None, "Rules": [{"Id": None, "Filter": {"Prefix": None}}]}
    assert inventory._properties(shape) == 5
