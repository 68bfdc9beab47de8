"""Does the bill of materials list everything that the assembly deploys, and always the same?"""

import hashlib
import json
import zipfile

import pytest

from bundling import layer
from scan import sbom
from scan.assembly import Assembly


@pytest.fixture(scope="module")
def written(assembly, tmp_path_factory):
    target = tmp_path_factory.mktemp("sbom") / "sbom.json"
    sbom.main(assembly, target)
    return json.loads(target.read_text())


@pytest.fixture
def small_assembly(tmp_path):
    """An assembly of one folder with one file."""
    (tmp_path / "asset.aa").mkdir()
    (tmp_path / "asset.aa" / "handler.py").write_text("pass\n")
    source = {"displayName": "Code", "source": {"path": "asset.aa", "packaging": "zip"}}
    manifest = {"files": {"aa": source}, "dockerImages": {}}
    (tmp_path / "Data.assets.json").write_text(json.dumps(manifest))
    (tmp_path / "Data.template.json").write_text(json.dumps({"Resources": {}}))
    return tmp_path


def manifests(assembly):
    return [json.loads(p.read_text()) for p in sorted(assembly.rglob("*.assets.json"))]


def by_ref(written):
    return {component["bom-ref"]: component for component in written["components"]}


def create(folder):
    return sbom.create(Assembly(folder), {"name": "x", "version": "1", "license": "MIT"})


def test_every_asset_of_the_assembly_is_listed(assembly, written):
    wanted = {f"asset:{key}" for manifest in manifests(assembly) for key in manifest["files"]}
    assert len(wanted) > 10
    assert {ref for ref in by_ref(written) if ref.startswith("asset:")} == wanted


def test_the_layer_is_listed_with_its_package_its_version_and_its_digest(written):
    version = layer.locked().split()[0].removeprefix("duckdb==")
    bytes_deployed = layer.path().read_bytes()
    libraries = [
        part
        for component in written["components"]
        for part in component.get("components", [])
        if part["type"] == "library"
    ]
    assert [(part["purl"], part["hashes"]) for part in libraries] == [
        (
            f"pkg:pypi/duckdb@{version}",
            [{"alg": "SHA-256", "content": hashlib.sha256(bytes_deployed).hexdigest()}],
        )
    ]


def test_every_file_of_a_function_is_listed_with_its_digest(assembly, written):
    for manifest in manifests(assembly):
        for key, entry in manifest["files"].items():
            folder = assembly / entry["source"]["path"]
            if folder.is_dir():
                found = {
                    part["name"]: part["hashes"][0]["content"]
                    for part in by_ref(written)[f"asset:{key}"]["components"]
                }
                files = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.*")}
                assert found == {
                    name: hashlib.sha256(path.read_bytes()).hexdigest()
                    for name, path in files.items()
                    if path.is_file()
                }


def test_the_image_and_the_runtime_are_listed_with_unknown_contents(written):
    unknown = next(c for c in written["compositions"] if c["aggregate"] == "unknown")
    assert unknown["assemblies"] == [
        "image:sagemaker-scikit-learn:1.9-0-cpu-py3",
        "runtime:python3.12",
    ]
    assert set(unknown["assemblies"]) <= set(by_ref(written))


def test_the_function_that_has_the_layer_depends_on_it(assembly, written):
    files = {k: v["displayName"] for m in manifests(assembly) for k, v in m["files"].items()}
    names = {f"asset:{key}": name for key, name in files.items()}
    dependents = {
        names[entry["ref"]]
        for entry in written["dependencies"]
        if entry["ref"] in names
        and any(names.get(on) == "DuckDB/Code" for on in entry["dependsOn"])
    }
    assert dependents == {"Ingest/Function/Code"}


def test_the_product_depends_on_every_component(written):
    needs = {entry["ref"]: entry["dependsOn"] for entry in written["dependencies"]}
    assert needs["modelworks"] == sorted(by_ref(written))


def test_the_same_assembly_gives_the_same_bytes(assembly, tmp_path):
    written = []
    for name in ("a", "b"):
        sbom.main(assembly, tmp_path / name)
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]


def test_no_time_serial_number_or_machine_path_is_written(assembly, written):
    text = json.dumps(written)
    assert "serialNumber" not in written
    assert "timestamp" not in written["metadata"]
    assert str(assembly) not in text


def test_different_content_gives_a_different_bill_of_materials(small_assembly):
    before = create(small_assembly)
    (small_assembly / "asset.aa" / "handler.py").write_text("raise\n")
    assert create(small_assembly) != before


def test_an_image_of_our_own_is_refused_until_its_contents_are_described(small_assembly):
    (small_assembly / "Data.assets.json").write_text(
        json.dumps({"files": {}, "dockerImages": {"bb": {}}})
    )
    with pytest.raises(ValueError, match=r"builds container images \(bb\)"):
        create(small_assembly)


def test_a_layer_of_two_packages_is_refused(small_assembly):
    path = small_assembly / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("one", "two"):
            archive.writestr(f"python/{name}-1.dist-info/METADATA", f"Name: {name}\nVersion: 1\n")
    entry = {"displayName": "Two", "source": {"path": "two.zip", "packaging": "file"}}
    (small_assembly / "Data.assets.json").write_text(json.dumps({"files": {"bb": entry}}))
    with pytest.raises(ValueError, match="2 distributions in one archive"):
        create(small_assembly)
