"""Does a new family pass the check as it is written?"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
START = """
from types import SimpleNamespace
from cli import check, new
print(new.run(SimpleNamespace(kind="family", name="by-work")).lines)
print(check.run(SimpleNamespace(strict=False, data=[])).lines)
"""


@pytest.fixture
def checkout(tmp_path):
    for name in ("cli", "factory", "engines", "models", "data_products", "pipelines"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_a_new_family_has_a_member_for_each_value_of_a_column_and_passes_the_check(checkout):
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert "data products: 0 problems" in done.stdout
    text = (checkout / "models" / "by_work.py").read_text()
    assert "    workclass=[\n        'Federal-gov',\n" in text
