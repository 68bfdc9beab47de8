"""Each way in which an archive can hold more than it says, or be read in two ways."""

import gzip
import tarfile

import pytest

from factory.errors import Refused
from pipelines.steps import archive
from tests.pipelines.archives import blocks, extended, plain, raw, special

GOOD = (
    special(".", tarfile.DIRTYPE),
    ("./metadata.json", "{}"),
    ("model.joblib", "x" * 5000),
    ("model.layers-2.npz", ""),
    special("code", tarfile.DIRTYPE),
    ("code/inference.py", "pass"),
    ("code/own/net_2.py", "pass"),
)
SAID = {
    "a name of ours no more": (plain(("baseline.json", "{}")), "member 1 .* is none of metadata"),
    "a canary as a name": (plain(("Jane_Doe-1970.json", "{}")), "member 1 .* is none of"),
    "what pip would install": (plain(("code/requirements.txt", "x")), "is none of"),
    "compiled code": (plain(("code/inference.pyc", "x")), "is none of"),
    "an absolute path": (plain(("/metadata.json", "{}")), "is none of"),
    "a path out": (plain(("code/../metadata.json", "{}")), "is none of"),
    "a path beside": (plain(("../metadata.json", "{}")), "is none of"),
    "two dots before": (plain(("././metadata.json", "{}")), "is none of"),
    "an empty part": (plain(("code//inference.py", "")), "is none of"),
    "another case": (plain(("METADATA.json", "{}")), "is none of"),
    "another script": (
        plain(("met\u00e4data.json", "{}")),
        "extended headers",
    ),
    "a line break": (plain(("metadata.json\n", "{}")), "is none of"),
    "a backslash": (plain(("code\\inference.py", "{}")), "is none of"),
    "a strange folder": (plain(special("Jane", tarfile.DIRTYPE)), "not a plain file"),
    "a folder as a file": (plain(special("model.joblib", tarfile.DIRTYPE)), "not a plain file"),
    "a symbolic link": (plain(special("model.pkl", tarfile.SYMTYPE, "/x")), "not a plain file"),
    "a hard link": (plain(special("model.pkl", tarfile.LNKTYPE, "x")), "not a plain file"),
    "a device": (plain(special("model.pkl", tarfile.CHRTYPE)), "not a plain file"),
    "a pipe": (plain(special("model.pkl", tarfile.FIFOTYPE)), "not a plain file"),
    "a file twice": (plain(("metadata.json", "{}"), ("metadata.json", "")), "has two metadata"),
    "twice, spelt otherwise": (plain(("model.a", ""), ("./model.a", "")), "has two model.a"),
    "a PAX name": (plain((extended("model.a", path="metadata.json"), "{}")), "extended headers"),
    "a PAX comment": (plain((extended("model.a", comment="Jane"), "{}")), "extended headers"),
    "PAX sparse": (
        plain((extended("model.a", GNU__sparse__major="1", GNU__sparse__minor="0"), b"0\n")),
        "extended headers|cannot|can be read",
    ),
    "a wheel that no recipe brings": (plain(("lib/a/b.so", "x")), "is none of"),
    "a folder of such": (plain(special("lib/Jane", tarfile.DIRTYPE)), "not a plain file"),
    "too many": (plain(*((f"model{n}", "") for n in range(201))), "more than 200 members"),
    "more after its end": (
        raw(blocks(plain(("model.a", ""))), bytes(2048), blocks(plain(("model.b", "")))),
        "goes on after its end",
    ),
    "a second archive": (
        plain(("model.a", "")) + plain(("metadata.json", "{}")),
        "goes on after its end",
    ),
    "a broken header": (
        raw(blocks(plain(("model.a", ""))), b"Jane" * 128),
        "can be read to its end",
    ),
    "no gzip": (b"Jane", r"can be read to its end \(BadGzipFile\)"),
    "no tar": (raw(b"Jane" * 200), r"can be read to its end \(ReadError\)"),
    "cut short": (plain(("model.a", bytes(9999)))[:-9], "can be read to its end"),
}


@pytest.fixture
def names(tmp_path):
    def read(content):
        path = tmp_path / "model.tar.gz"
        path.write_bytes(content)
        return {m.name: m.file.read(m.size) for m in archive.members(path)}

    return read


def test_what_training_leaves_is_read(names):
    found = names(plain(*GOOD))
    assert sorted(found) == [
        "code/inference.py",
        "code/own/net_2.py",
        "metadata.json",
        "model.joblib",
        "model.layers-2.npz",
    ]
    assert found["model.joblib"] == b"x" * 5000


def test_an_odd_but_harmless_packer_is_understood(names):
    assert names(plain((extended("model.a", mtime="1.5"), "x"))) == {"model.a": b"x"}
    with_much_padding = raw(blocks(plain(("model.a", "x" * 512))), bytes(10 * 10240))
    assert names(with_much_padding) == {"model.a": b"x" * 512}


@pytest.mark.parametrize("kind", SAID)
def test_each_odd_archive_is_refused_without_a_word_of_its_own(names, kind):
    content, words = SAID[kind]
    with pytest.raises(Refused, match=words) as said:
        names(content)
    assert "Jane" not in str(said.value)


def test_a_bomb_is_refused_while_it_unpacks(names, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 50_000)
    with pytest.raises(Refused, match="unpacks to more than 50000 bytes"):
        names(plain(("model.a", bytes(100_000))))
    with pytest.raises(Refused, match="unpacks to more than 50000 bytes"):
        names(raw(blocks(plain(("model.a", ""))), bytes(100_000)))


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_claims_gigabytes_takes_no_memory(names, kind):
    info = tarfile.TarInfo("model.a")
    info.type, info.size = kind, 3 * 2**30
    with pytest.raises(Refused, match="header larger than any"):
        names(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240)))


def test_a_sparse_file_of_gnu_is_no_plain_file(names):
    info = tarfile.TarInfo("model.a")
    info.type = tarfile.GNUTYPE_SPARSE
    with pytest.raises(Refused, match=r"not a plain file|can be read"):
        names(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(10240)))


def test_headers_upon_headers_are_refused(names):
    info = tarfile.TarInfo("model.a")
    info.type = tarfile.XHDTYPE
    record = b"13 mtime=1.5\n"
    info.size = len(record)
    block = info.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0")
    with pytest.raises(Refused):
        names(gzip.compress(block * 5000 + bytes(10240)))


def test_an_archive_is_unpacked_into_its_folder(tmp_path):
    (tmp_path / "model.tar.gz").write_bytes(plain(*GOOD))
    archive.extract(tmp_path / "model.tar.gz", tmp_path / "out")
    assert (tmp_path / "out" / "code" / "own" / "net_2.py").read_text() == "pass"


def test_a_champion_is_unpacked_with_the_wheels_of_its_own_time(tmp_path):
    files = (*GOOD, special("lib", tarfile.DIRTYPE), ("lib/lightgbm/lib/old.so", "x"))
    (tmp_path / "model.tar.gz").write_bytes(plain(*files))
    archive.check(tmp_path / "model.tar.gz")
    archive.extract(tmp_path / "model.tar.gz", tmp_path / "out")
    assert (tmp_path / "out" / "lib" / "lightgbm" / "lib" / "old.so").read_text() == "x"


def test_files_of_wheels_are_counted_apart_and_bounded_too(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_LIBRARIES", 300)
    for number, words in ((300, None), (301, "more than 300 members")):
        (tmp_path / "model.tar.gz").write_bytes(plain(*((f"lib/{n}", "") for n in range(number))))
        if words is None:
            archive.check(tmp_path / "model.tar.gz")
            continue
        with pytest.raises(Refused, match=words):
            archive.check(tmp_path / "model.tar.gz")


def test_nothing_is_unpacked_of_a_member_that_must_not_be_there(tmp_path):
    (tmp_path / "model.tar.gz").write_bytes(plain(("../model.a", "x")))
    with pytest.raises(Refused):
        archive.extract(tmp_path / "model.tar.gz", tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["model.tar.gz"]


def test_the_baseline_that_earlier_releases_packed_is_passed_over_when_a_model_is_asked(tmp_path):
    (tmp_path / "model.tar.gz").write_bytes(plain(*GOOD, ("baseline.json", "{}")))
    archive.check(tmp_path / "model.tar.gz")
    archive.extract(tmp_path / "model.tar.gz", tmp_path / "out")
    with pytest.raises(Refused, match="is none of"):
        list(archive.members(tmp_path / "model.tar.gz"))
