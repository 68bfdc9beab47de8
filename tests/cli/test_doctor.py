"""Does the doctor name what is broken, and say how to get it? Each test breaks something."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cli.doctor import pins

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("cli", "factory", "bundling", "local", "pipelines")
FILES = ("requirements.txt", "requirements-sdk.txt", "pyproject.toml", "package.json")
LOCKS = ("requirements-recipes.in", "requirements-recipes.txt")


@pytest.fixture
def checkout(tmp_path):
    """What the doctor looks at: copied where a test breaks it, linked where it only looks."""
    for name in ROOMS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (*FILES, *LOCKS):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "build").mkdir()
    for name in (".venv", ".venv-sdk", "node_modules", "build/layers", "build/wheels"):
        if (ROOT / name).exists():
            (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def doctor(checkout, python=sys.executable, **environment):
    """Run the doctor as a bare Python would: nothing that is installed can be imported."""
    done = subprocess.run(
        [python, "-I", "-S", "-c", START, str(checkout), "doctor", "--json"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.stderr
    answer = json.loads(done.stdout)
    return done.returncode, {f["what"]: f for f in answer["checks"]}, answer["ready"]


START = """
import sys
sys.path.insert(0, sys.argv[1])
from cli.main import main
sys.exit(main(sys.argv[2:]))
"""


def edited(checkout, name, before, after):
    text = (checkout / name).read_text()
    assert before in text
    (checkout / name).write_text(text.replace(before, after))


def test_a_machine_that_can_run_the_tests_is_ready(checkout):
    code, found, ready = doctor(checkout)
    assert (code, ready) == (0, True)
    assert {f["state"] for f in found.values() if not f["purpose"]} == {"ok"}
    assert found["pinned packages"]["found"].endswith("of requirements.txt")


def test_an_empty_path_lacks_make(checkout, tmp_path):
    code, found, ready = doctor(checkout, PATH=str(tmp_path))
    assert (code, ready) == (1, False)
    assert (found["make"]["state"], found["git"]["state"]) == ("missing", "missing")
    assert found["make"]["fix"] == "install make with your system's package manager"


def test_the_mend_is_the_command_of_this_systems_own_tool(checkout, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "dnf").write_text("")
    (tmp_path / "bin" / "dnf").chmod(0o755)
    _, found, _ = doctor(checkout, PATH=str(tmp_path / "bin"))
    assert found["make"]["fix"] == "sudo dnf install make"


def test_a_tool_that_does_not_run_is_wrong(checkout, tmp_path):
    shim = tmp_path / "bin" / "make"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\necho not set up >&2; exit 1\n")
    shim.chmod(0o755)
    code, found, _ = doctor(checkout, PATH=f"{shim.parent}:{os.environ['PATH']}")
    assert code == 1
    assert found["make"]["state"] == "wrong"
    assert found["make"]["found"] == f"{shim} does not run: not set up"


def test_a_package_in_another_version_than_pinned_is_named_with_both(checkout):
    version = pins.installed(ROOT / ".venv")["boto3"]
    edited(checkout, "requirements.txt", f"\nboto3=={version}", "\nboto3==0.0.1")
    code, found, _ = doctor(checkout)
    assert code == 1
    assert f"boto3 {version}, pinned 0.0.1" in found["pinned packages"]["found"]
    assert found["pinned packages"]["fix"] == "rm -f .venv/ready; make .venv/ready"


def test_a_package_that_is_not_installed_is_named(checkout):
    with (checkout / "requirements.txt").open("a") as lock:
        lock.write("never-heard-of==1.0 \\\n")
    assert "1 of " in doctor(checkout)[1]["pinned packages"]["found"]
    assert "never-heard-of absent, pinned 1.0" in doctor(checkout)[1]["pinned packages"]["found"]


def test_without_an_environment_it_says_how_to_make_one(checkout):
    (checkout / ".venv").unlink()
    code, found, _ = doctor(checkout)
    assert code == 1
    assert (found["environment"]["state"], found["environment"]["fix"]) == (
        "missing",
        "make .venv/ready",
    )
    assert found["pinned packages"]["state"] == "missing"
    assert found["Node for the CDK"]["state"] == "missing"


def test_an_environment_whose_python_is_gone_is_wrong(checkout):
    (checkout / ".venv").unlink()
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to("/nowhere/python")
    code, found, _ = doctor(checkout)
    assert code == 1
    assert found["environment"]["state"] == "wrong"
    assert found["environment"]["fix"] == "rm -rf .venv && make .venv/ready"


def test_a_python_that_the_project_does_not_support_is_wrong(checkout, tmp_path):
    edited(
        checkout, "pyproject.toml", 'requires-python = ">=3.11,<3.14"', 'requires-python = ">=3.39"'
    )
    code, found, _ = doctor(checkout, PATH=str(tmp_path))
    assert code == 1
    assert found["Python"]["state"] == "wrong"
    assert "; >=3.39 is wanted" in found["Python"]["found"]
    assert found["environment"]["state"] == "wrong"


def test_another_node_than_the_locks_is_wrong(checkout, tmp_path):
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v4.0.0\n")
    node.chmod(0o755)
    code, found, _ = doctor(checkout, JSII_NODE=str(node))
    assert code == 1
    assert f"{node} says v4.0.0; the lock says v" in found["Node for the CDK"]["found"]


def test_a_layer_of_another_lock_is_missing(checkout):
    (checkout / "build" / "layers").unlink()
    (checkout / "build" / "layers").mkdir()
    (checkout / "build" / "layers" / "duckdb-000000000000.zip").touch()
    code, found, _ = doctor(checkout)
    assert code == 1
    assert found["DuckDB layer"]["state"] == "missing"
    assert found["DuckDB layer"]["fix"] == "make layers"


def test_wheels_that_are_not_laid_out_are_missing(checkout):
    (checkout / "build" / "wheels").unlink()
    code, found, _ = doctor(checkout)
    assert code == 1
    assert found["wheels of recipes"]["state"] == "missing"
    assert found["wheels of recipes"]["fix"] == "make wheels"


@pytest.mark.parametrize("broken", [lambda p: p.unlink(), lambda p: p.write_text("{")])
def test_a_recipe_that_is_not_compiled_is_named(checkout, broken):
    broken(checkout / "pipelines" / "boosting" / "pipeline.json")
    code, found, _ = doctor(checkout)
    assert code == 1
    assert found["compiled pipelines"]["found"].startswith("boosting: pipeline.json is not there")


def test_what_only_a_deployment_needs_does_not_make_the_machine_unready(checkout):
    (checkout / "node_modules").unlink(missing_ok=True)
    (checkout / ".venv-sdk").unlink(missing_ok=True)
    code, found, ready = doctor(checkout)
    assert (code, ready) == (0, True)
    assert found["CDK command line"]["fix"] == "npm ci"
    assert found[".venv-sdk"]["fix"] == "make .venv-sdk/ready"


def test_another_cdk_than_the_packages_is_wrong(checkout):
    (checkout / "node_modules").unlink(missing_ok=True)
    package = checkout / "node_modules" / "aws-cdk" / "package.json"
    package.parent.mkdir(parents=True)
    package.write_text('{"version": "1.0.0"}')
    found = doctor(checkout)[1]["CDK command line"]
    assert found["state"] == "wrong"
    assert found["found"].startswith("1.0.0; package.json says 2.")


def test_a_port_that_is_taken_is_told_and_another_offered(checkout):
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        edited(checkout, "cli/main.py", "default=5055", f"default={port}")
        code, found, _ = doctor(checkout)
    assert code == 0
    assert (found[f"port {port}"]["state"], found[f"port {port}"]["fix"]) == (
        "wrong",
        "factory up --port 0",
    )


def test_too_little_disk_and_memory_are_told(checkout):
    edited(checkout, "cli/doctor/machine.py", "DISK = 3 * GIB", "DISK = 2**70")
    edited(checkout, "cli/doctor/machine.py", "MEMORY = 2 * GIB", "MEMORY = 2**70")
    code, found, _ = doctor(checkout)
    assert code == 1
    assert (found["disk"]["state"], found["memory"]["state"]) == ("wrong", "wrong")


def test_in_words_every_lack_is_followed_by_its_mend(checkout):
    (checkout / ".venv").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "doctor"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    place = lines.index("missing  environment: .venv is not there")
    assert lines[place + 1] == "         get it: make .venv/ready"
    assert lines[-1].startswith("not ready: environment, pinned packages, Node")


@pytest.mark.parametrize(
    ("marker", "true"),
    [
        ("python_full_version < '3.12'", True),
        ("python_full_version >= '3.9'", True),
        ("python_full_version >= '3.12'", False),
        ("sys_platform == 'win32' or python_version == '3.11'", True),
        ("sys_platform == 'win32' and python_version == '3.11'", False),
        ("(sys_platform != 'win32') and platform_python_implementation != 'Jython'", True),
    ],
)
def test_the_conditions_of_pins_are_understood(marker, true):
    assert pins.holds(marker, "3.11.7") is true


def test_a_condition_of_an_unknown_kind_is_an_error_and_not_a_guess():
    with pytest.raises(ValueError, match="not known here"):
        pins.holds("'linux' in sys_platform", "3.11.7")
    with pytest.raises(KeyError):
        pins.holds("os_mood == 'good'", "3.11.7")
