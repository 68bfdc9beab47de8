import pytest

from factory.errors import NotFound
from pipelines.steps import files


def test_json_that_is_not_a_number_is_never_written(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json(tmp_path / "x.json", {"auc": float("nan")})


def test_a_folder_of_two_files_is_not_a_single_object(tmp_path):
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    with pytest.raises(NotFound, match="holds 2 files; exactly one is"):
        files.only_file(tmp_path)
