from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud.sagemaker import container, folders, warm
from localcloud.sagemaker.warm import forkserver
from tests.processes import alive, descendants
from tests.waiting import until

MODULE = """
import os, pathlib
state = []
os.environ["MADE_BY_A_MODULE"] = "yes"
with open(pathlib.Path(__file__).with_name("imported"), "a") as file:
    file.write("once\\n")
"""


@pytest.fixture(scope="module")
def heavy(tmp_path_factory):
    """A module that writes a line whenever it is imported; its folder is on every path."""
    place = tmp_path_factory.mktemp("modules")
    (place / "heavy.py").write_text(MODULE)
    return place


@pytest.fixture(scope="module", autouse=True)
def _preloaded(heavy):
    warm.preload(("heavy", "numpy", "there_is_no_such_module"))
    yield
    warm.preload(())


@pytest.fixture
def sandbox():
    made = folders.Sandbox()
    yield made
    made.remove()


@pytest.fixture
def script(sandbox):
    """Return a function that writes a script and returns the path at which a container sees it."""

    def write(text, name="script.py"):
        (sandbox.path / name).write_text(text)
        return f"{folders.ML}/{name}"

    return write


@pytest.fixture
def run(heavy, sandbox):
    """Return a function that runs a command in a container and returns code and lines."""

    def runs(*words, **environment):
        lines = []
        variables = {"PYTHONPATH": str(heavy), **environment}
        process = container.start(sandbox, container.Command(words, variables))
        return container.follow(process, lines.append), lines

    return runs


def test_a_module_is_imported_once_for_all_scripts(run, script, heavy):
    path = script("import heavy; print(len(heavy.state)); heavy.state.append(1)")
    assert [run("python3", path) for _ in range(3)] == [(0, ["0"])] * 3
    assert (heavy / "imported").read_text() == "once\n"


def test_what_early_variables_say_holds(run, script, heavy):
    before = (heavy / "imported").read_text()
    path = script("import sys, heavy; print(hash('a'))")
    fixed = run("python3", path, PYTHONHASHSEED="7")
    plain = [sys.executable, "-c", "print(hash('a'))"]
    seeded = {**os.environ, "PYTHONHASHSEED": "7"}
    expected = subprocess.run(plain, env=seeded, capture_output=True, text=True, check=True)
    assert fixed == (0, [expected.stdout.strip()])
    assert (heavy / "imported").read_text() == before + "once\n"


def test_words_and_variables_arrive(run, script):
    path = script("import os, sys; print(*sys.argv[1:], os.environ['DATA'], os.getcwd())")
    assert run("sh", "-c", f"cd / && exec python3 {path} a 'b c'", DATA="x") == (0, ["a b c x /"])


def test_a_module_next_to_the_script_is_found(run, script):
    script("said = 'beside'", "neighbour.py")
    assert run("python3", script("import neighbour; print(neighbour.said)")) == (0, ["beside"])


def test_a_folder_with_a_main_is_run(run, script):
    script("import neighbour; print(neighbour.__file__)", "__main__.py")
    script("", "neighbour.py")
    assert run("python3", folders.ML) == (0, [f"{folders.ML}/neighbour.py"])


VARIABLES = "import os; print(sorted(os.environ))"


def test_variables_that_an_import_makes_stay_and_others_of_the_server_do_not(run, script):
    path = script(VARIABLES)
    ((code, (line,)), plain) = run("python3", path), run("python3", "-c", VARIABLES)
    expected = {*eval(plain[1][0]), "MADE_BY_A_MODULE"}
    assert code == 0
    assert set(eval(line)) - {"PWD", "_"} == expected - {"PWD", "_"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("raise SystemExit(3)", 3), ("import os; os._exit(4)", 4), ("1 / 0", 1), ("", 0)],
)
def test_an_exit_code_comes_back(run, script, text, code):
    assert run("python3", script(text))[0] == code


def test_a_signal_comes_back(run, script):
    assert run("python3", script("import os; os.kill(os.getpid(), 11)"))[0] == -11


def test_an_error_is_reported_on_its_last_line(run, script):
    assert run("python3", script("raise ValueError('why')"))[1][-1] == "ValueError: why"


def test_a_script_is_in_its_containers_namespaces(run, script):
    path = script(
        "import os, socket\nprint(os.path.isdir('/opt/ml'))\n"
        "try: socket.create_connection(('192.0.2.1', 80), 1)\n"
        "except OSError as error: print(error.strerror)\n"
    )
    assert run("python3", path) == (0, ["True", "Network is unreachable"])


def test_scripts_draw_different_numbers(run, script):
    path = script("import random, numpy; print(random.random(), numpy.random.rand())")
    (one, other) = (run("python3", path)[1][0].split() for _ in range(2))
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_a_script_may_run_another_by_its_interpreter(run, script, heavy):
    before = (heavy / "imported").read_text()
    inner = script("import heavy; print('inner')", "inner.py")
    outer = f"import subprocess, sys; subprocess.run([sys.executable, {inner!r}], check=True)"
    assert run("python3", script(outer)) == (0, ["inner"])
    assert (heavy / "imported").read_text() == before


def test_what_a_stand_in_cannot_do_the_interpreter_does(run):
    assert run("python3", "-c", "import sys; print(sys.argv)", "a") == (0, ["['-c', 'a']"])
    assert run("python3", "-m", "this")[1][0].startswith("The Zen")


LIVING = """
import fcntl, time
file = open("/opt/ml/living", "w")
fcntl.flock(file, fcntl.LOCK_EX)
print("up", flush=True)
time.sleep(3600)
"""


def lives(sandbox):
    """Tell whether a script that runs LIVING is still there: it has a lock as long as it lives."""
    with (sandbox.path / "living").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_killed_command_takes_its_script_along(heavy, script, sandbox):
    command = container.Command(("python3", script(LIVING)), {"PYTHONPATH": str(heavy)})
    process = container.start(sandbox, command)
    assert process.stdout.readline() == "up\n"
    assert lives(sandbox)
    container.end(process)
    container.follow(process, print)
    until(lambda: not lives(sandbox))


LAUNCH = """
import pathlib, sys
from localcloud.sagemaker import container, folders, warm
warm.preload(("json",))
sandbox = folders.Sandbox(pathlib.Path(sys.argv[1]))
(sandbox.path / "script.py").write_text(sys.argv[2])
process = container.start(sandbox, container.Command(("python3", "/opt/ml/script.py"), {}))
print(process.stdout.readline(), flush=True)
process.wait()
"""


def test_a_script_dies_with_a_cloud_that_was_killed(tmp_path):
    words = [sys.executable, "-c", LAUNCH, str(tmp_path), LIVING]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as cloud:
        assert cloud.stdout.readline() == "up\n"
        family = [*descendants(cloud.pid)]
        assert len(family) > 2  # the container, and the server that its script is a copy of
        cloud.kill()
    until(lambda: not any(map(alive, family)))


CALLER = """
import os, socket, subprocess, sys
folder = next(p for p in os.environ["PATH"].split(":") if os.path.exists(f"{p}/door"))
def called():
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.connect(f"{folder}/door")
    return door
"""
LEAKING = """
for _ in range(30):
    door, (end, _) = called(), os.pipe()
    for _ in range(2):  # the first is never read by the copy, the second is one too many
        socket.send_fds(door, [b"run"], [end] * 4)
    while door.recv(16):
        pass
"""
HOLDING = """
held = [called() for _ in range(300)]
subprocess.run(["python3", __file__.replace("holding", "another")], check=True)
print(sum(door.recv(1) == b"" for door in held[200:]))
"""


def servers():
    """Return how many files each fork server holds."""
    found = {}
    for process in map(str, descendants(os.getpid())):
        with contextlib.suppress(OSError):  # it has just ended
            if "forkserver.py" in Path("/proc", process, "cmdline").read_text():
                found[process] = len([*Path("/proc", process, "fd").iterdir()])
    return found


def test_a_container_leaves_nothing_with_the_server(run, script):
    run("python3", script(""))
    before = until(servers, lambda now: now == servers())
    assert run("python3", script(CALLER + LEAKING))[0] == 0
    until(servers, lambda now: now == before)


def test_a_container_that_asks_too_much_runs_without_and_leaves_the_rest_to_others(run, script):
    script("print('ran', flush=True)", "another.py")
    assert run("python3", script(CALLER + HOLDING, "holding.py")) == (0, ["ran", "100"])


def test_nobody_who_does_not_listen_is_waited_for(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
        door.bind(str(tmp_path / "door"))
        door.listen()
        server = forkserver.Server(door)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asking:
            asking.connect(str(tmp_path / "door"))
            server._open()
            (taken,) = server._events.get_map().values()
            assert not taken.fileobj.getblocking()
            taken.fileobj.close()


def test_who_has_ended_is_not_taken_for_who_gets_its_number(tmp_path):
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "door"))
        door.listen()
        program = "import socket, sys; s = socket.socket(1); s.connect(sys.argv[1]); input()"
        words = [sys.executable, "-c", program, str(tmp_path / "door")]
        with subprocess.Popen(words, stdin=subprocess.PIPE) as calling:
            with door.accept()[0] as asking:
                peer = forkserver.Peer(asking)
            assert peer.process == calling.pid
            peer.demand_alive()
            calling.kill()
        with pytest.raises(ProcessLookupError):
            peer.demand_alive()
        peer.forget()
