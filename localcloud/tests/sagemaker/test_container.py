from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.sagemaker import container
from tests.waiting import until

SCRIPT = "import os, sys; print(sys.argv[1], os.environ['DATA'], os.path.isdir(sys.argv[1]))"


@pytest.fixture(params=["namespace", "rewrite"])
def mode(request, monkeypatch):
    if request.param == "namespace" and container.mode() != "namespace":
        pytest.skip("this kernel gives no user namespaces")
    monkeypatch.setattr(container, "mode", lambda: request.param)
    return request.param


@pytest.fixture
def sandbox():
    made = container.Sandbox()
    yield made
    made.remove()


def run(sandbox, *words, **environment):
    lines = []
    process = container.start(sandbox, container.Command(words, environment))
    return container.follow(process, lines.append), lines


def test_a_command_finds_its_directory_where_it_is_put(mode, sandbox):
    (sandbox.path / "model").mkdir()
    code, lines = run(sandbox, "python3", "-c", SCRIPT, "/opt/ml/model", DATA="/opt/ml/input")
    where = container.ML if mode == "namespace" else str(sandbox.path)
    assert (code, lines) == (0, [f"{where}/model {where}/input True"])


def test_an_exit_code_and_both_streams_come_back(mode, sandbox):
    assert run(sandbox, "sh", "-c", "echo out; echo err >&2; exit 4") == (4, ["out", "err"])


def test_a_path_outside_is_not_the_containers(sandbox):
    for path in ("/etc/passwd", "/opt/ml/../x"):
        with pytest.raises(ValueError, match="is not under"):
            sandbox.host(path)


LAUNCH = """
from localcloud.sagemaker import container
command = container.Command(("sh", "-c", "echo $$; exec sleep 3600"), {})
process = container.start(container.Sandbox(), command)
print(process.stdout.readline(), flush=True)
process.wait()
"""


def test_a_command_dies_with_a_cloud_that_was_killed():
    words = [sys.executable, "-c", LAUNCH]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as cloud:
        child = int(cloud.stdout.readline())
        cloud.kill()
    until(lambda: not alive(child))


def alive(number):
    try:
        state = (
            Path(f"/proc/{number}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        )
    except OSError:
        return False
    return state != "Z"
