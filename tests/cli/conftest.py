"""What do the tests of the command share? A copy of the sources."""

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def checkout(tmp_path):
    """A copy of the repository's sources that a test may break."""
    for name in ("cli", "factory", "engines", "models", "data_products", "pipelines"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path
