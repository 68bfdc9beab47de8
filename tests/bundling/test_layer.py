import hashlib
import os
import zipfile

import pytest

from bundling import layer


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "duckdb.whl"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("duckdb/__init__.py", "duckdb/tests/test.py", "_duckdb.abi3.so"):
            file.writestr(name, name)
        file.writestr("duckdb-2.0.0.dist-info/METADATA", "Version: 2.0.0")
    return path


def test_a_layer_holds_what_the_wheel_installs_without_its_tests(tmp_path, wheel):
    layer.pack(wheel, tmp_path / "layer.zip")
    with zipfile.ZipFile(tmp_path / "layer.zip") as packed:
        assert packed.namelist() == [
            "python/_duckdb.abi3.so",
            "python/duckdb-2.0.0.dist-info/METADATA",
            "python/duckdb/__init__.py",
        ]
        assert packed.read("python/duckdb/__init__.py") == b"duckdb/__init__.py"


def test_the_same_wheel_gives_the_same_bytes_at_any_time(tmp_path, wheel):
    layer.pack(wheel, tmp_path / "a.zip")
    os.utime(wheel, (0, 0))
    layer.pack(wheel, tmp_path / "b.zip")
    digests = {hashlib.sha256((tmp_path / f"{n}.zip").read_bytes()).digest() for n in "ab"}
    assert len(digests) == 1


def test_another_lock_is_another_layer(tmp_path):
    lock = tmp_path / "requirements.txt"
    names = set()
    for pin in ("--hash=sha256:aa", "--hash=sha256:bb"):
        lock.write_text(
            f"boto3==1 \\\n    --hash=sha256:cc\nduckdb==2.0.0 \\\n    {pin}\nflask==3\n"
        )
        assert layer.locked(lock) == f"duckdb==2.0.0 \\\n    {pin}\n"
        names.add(layer.name(layer.locked(lock)))
    assert len(names) == 2


def test_the_lock_of_the_repository_pins_hashes():
    version, *hashes = layer.locked().splitlines()
    assert version.startswith("duckdb==")
    assert hashes
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)


def test_a_missing_layer_is_named_with_its_mend(tmp_path):
    with pytest.raises(FileNotFoundError, match="is not built; run `make build/layers/ready`"):
        layer.path(tmp_path)


def test_a_layer_that_is_there_is_not_made_again(tmp_path):
    there = tmp_path / layer.name(layer.locked())
    there.write_bytes(b"made before")
    assert layer.make(tmp_path) == layer.path(tmp_path) == there
    assert there.read_bytes() == b"made before"
