"""What does a person bring as training code, and is the same code the same bytes?"""

import io
import os
import zipfile

import pytest

from cli.train import zipped
from factory.errors import Refused


@pytest.fixture
def folder(tmp_path):
    """A folder that Python runs, with what running it has left."""
    code = tmp_path / "code"
    for name in ("__main__.py", "b/step.py", "a.py", "__pycache__/a.pyc"):
        path = code / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n")
    return code


def test_a_folder_becomes_a_zip_of_its_files_in_order(folder):
    with zipfile.ZipFile(io.BytesIO(zipped(folder))) as archive:
        assert archive.namelist() == ["__main__.py", "a.py", "b/step.py"]
        assert archive.read("b/step.py") == b"# b/step.py\n"


def test_the_same_files_are_the_same_bytes_whenever_they_were_written(folder):
    first = zipped(folder)
    os.utime(folder / "a.py", (0, 0))
    assert zipped(folder) == first
    (folder / "a.py").write_text("# other\n")
    assert zipped(folder) != first


def test_a_zip_is_brought_as_it_is(folder, tmp_path):
    path = tmp_path / "code.zip"
    path.write_bytes(zipped(folder))
    assert zipped(path) == path.read_bytes()


@pytest.mark.parametrize("what", ["nothing", "text.py", "empty"])
def test_what_python_could_not_run_is_refused(tmp_path, what):
    (tmp_path / "text.py").write_text("x = 1\n")
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match="is neither a zip nor a folder with a __main__"):
        zipped(tmp_path / what)
