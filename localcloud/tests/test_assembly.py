from __future__ import annotations

import hashlib

from localcloud import assembly


def test_equal_folders_make_equal_zips(tmp_path):
    digests = set()
    for name in ("one", "two"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "b.py").write_text("b")
        (tmp_path / name / "a.py").write_text("a")
        digests.add(hashlib.sha256(assembly.zipped(tmp_path / name)).hexdigest())
    assert len(digests) == 1
