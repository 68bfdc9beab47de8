from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.sagemaker import container, folders
from tests.processes import alive, descendants
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
    made = folders.Sandbox()
    yield made
    made.remove()


def run(sandbox, *words, **environment):
    lines = []
    process = container.start(sandbox, container.Command(words, environment))
    return container.follow(process, lines.append), lines


def test_a_command_finds_its_directory_where_it_is_put(mode, sandbox):
    (sandbox.path / "model").mkdir()
    code, lines = run(sandbox, "python3", "-c", SCRIPT, "/opt/ml/model", DATA="/opt/ml/input")
    where = folders.ML if mode == "namespace" else str(sandbox.path)
    assert (code, lines) == (0, [f"{where}/model {where}/input True"])


def test_a_jobs_one_machine_has_an_address(mode, sandbox):
    if mode == "namespace":  # elsewhere it is the machine's to say
        ask = "import socket; print(*map(socket.gethostbyname, ('algo-1', 'localhost')))"
        assert run(sandbox, "python3", "-c", ask) == (0, ["127.0.0.1 127.0.0.1"])


def test_an_exit_code_and_both_streams_come_back(mode, sandbox):
    assert run(sandbox, "sh", "-c", "echo out; echo err >&2; exit 4") == (4, ["out", "err"])


def test_a_path_outside_is_not_the_containers(sandbox):
    for path in ("/etc/passwd", "/opt/ml/../x"):
        with pytest.raises(ValueError, match="is not under"):
            sandbox.host(path)


SEEN = """
import json, os
seen = {
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
    "homes": [place for place in ("/home", "/root/.aws", "/var", "/srv") if os.path.exists(place)],
    "host": os.path.exists(HOST),
    "here": sorted(os.listdir("/opt")),
}
for place in ("/", "/usr", "/etc", os.path.dirname(os.__file__)):
    try:
        open(os.path.join(place, "written"), "w")
    except OSError as error:
        seen.setdefault("refused", []).append(error.strerror)
open("/tmp/written", "w")
open("/opt/ml/written", "w")
print(json.dumps(seen))
"""


def test_a_container_sees_nothing_of_the_machine_and_writes_only_in_its_folders(
    apart, sandbox, tmp_path
):
    (tmp_path / "secret").write_text("x")
    program = SEEN.replace("HOST", repr(str(tmp_path / "secret")))
    code, lines = run(sandbox, "python3", "-c", program)
    assert code == 0, lines
    assert json.loads(lines[-1]) == {
        "processes": [1, 2],
        "homes": [],
        "host": False,
        "here": ["ml"],
        "refused": ["Read-only file system"] * 4,
    }
    assert (sandbox.path / "written").exists()
    assert not Path("/tmp/written").exists()


BREAKING = """
import ctypes, os
library = ctypes.CDLL(None, use_errno=True)
answers = [
    library.umount2(b"/usr", 2),
    library.mount(b"none", b"/usr", None, 32 | 4096, None),  # MS_REMOUNT | MS_BIND
    library.mount(b"/proc", b"/mnt", b"proc", 0, None),
    library.sethostname(b"mine", 4),
]
if not library.unshare(0x10000000 | 0x20000):  # a user and a mount namespace, to be root in them
    answers += [library.umount2(b"/usr", 2), library.mount(b"none", b"/usr", None, 32 | 4096, None)]
print(set(answers))
"""


def test_a_container_cannot_change_what_it_sees(apart, sandbox):
    assert run(sandbox, "python3", "-c", BREAKING) == (0, ["{-1}"])


def test_what_a_command_leaves_behind_ends_with_it(apart, sandbox):
    left = "import os, time; os.setsid(); open('/opt/ml/left', 'w'); time.sleep(3600)"
    program = (
        "import os, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, '-c', {left!r}], close_fds=True)\n"
        "while not os.path.exists('/opt/ml/left'): time.sleep(0.01)"
    )
    assert run(sandbox, "python3", "-c", program) == (0, [])


@pytest.mark.parametrize("signal", [9, 11, 15])
def test_a_signal_is_told_as_one(mode, sandbox, signal):
    kill = f"import os; os.kill(os.getpid(), {signal})"
    assert run(sandbox, "python3", "-c", kill)[0] == -signal


def test_a_link_that_leads_out_is_no_file_of_the_containers(sandbox, tmp_path):
    (tmp_path / "secret").write_text("x")
    (sandbox.path / "own").write_text("y")
    for name, target in {
        "out": tmp_path / "secret",
        "up": "../../../etc/passwd",
        "there": "/opt/ml/own",
        "none": "/opt/ml/nothing",
    }.items():
        (sandbox.path / name).symlink_to(target)
    for name in ("out", "up"):
        with pytest.raises(folders.OutsideError, match=f"{name} is a link that leads out"):
            sandbox.file(sandbox.path / name)
    assert sandbox.file(sandbox.path / "there").read_text() == "y"
    assert sandbox.file(sandbox.path / "none") is None


LAUNCH = """
from localcloud.sagemaker import container, folders
command = container.Command(("sh", "-c", "echo up; exec sleep 3600"), {})
process = container.start(folders.Sandbox(), command)
print(process.pid, process.stdout.readline(), flush=True)
process.wait()
"""


def test_a_command_dies_with_a_cloud_that_was_killed():
    words = [sys.executable, "-c", LAUNCH]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as cloud:
        family = [*descendants(int(cloud.stdout.readline().split()[0]))]
        assert family
        cloud.kill()
    until(lambda: not any(map(alive, family)))
