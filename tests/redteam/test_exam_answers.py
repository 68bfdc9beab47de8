"""Does anybody but the examiner write down what an artifact answers, or which code it serves with?

Offline, through the recipe's own zip and steps; the same under the deployed roles is in
`test_exam_deployed.py`.
"""

import dataclasses
import hashlib
import io
import os
import shutil
import tarfile
import time
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.code import stage
from pipelines.steps import serving_code
from tests.pipelines.cases import CHURN, customers
from tests.pipelines.runner import Run, publish
from tests.redteam.meddling import MEANS, MEDDLE

NO_RUN = "no run: the steps are run one by one"


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A stranger's model, learned, examined and judged."""
    folder = tmp_path_factory.mktemp("code")
    code = Path(shutil.make_archive(str(folder / "code"), "zip", stage("boosting", folder / "s")))
    home = tmp_path_factory.mktemp("churn")
    publish(home / "train", CHURN.train, customers(3000, 1))
    publish(home / "test", CHURN.test, customers(2000, 2))
    return Run(code, home, CHURN).run()


@pytest.fixture
def fork(learned, tmp_path):
    return dataclasses.replace(learned, home=shutil.copytree(learned.home, tmp_path / "run"))


def serve_with(run, code, name="inference.py"):
    with (run.home / "model" / "code" / name).open("a") as file:
        file.write(code)
    run.pack()


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def written(run):
    return pq.read_table(run.home / "evaluate" / "predictions" / "answers.parquet").to_pydict()


@pytest.mark.attack("an artifact's code rewrites the answers, or those of the champion")
@pytest.mark.parametrize("means", MEANS)
def test_nothing_that_an_artifact_starts_outlives_its_exam_or_writes_in_it(
    fork, learned, tmp_path, stopped, means
):
    beat = tmp_path / "beat"
    code = MEDDLE.replace('"BEAT"', repr(str(beat)))
    serve_with(fork, code.replace("MEANS", MEANS[means]))
    fork.evaluate()
    last = beat.stat().st_mtime_ns
    assert beat.read_text() != "at exit", "the hostile code did run, and not at its exit"
    time.sleep(0.1)
    assert beat.stat().st_mtime_ns == last, "it still runs"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["beat", "run"], "nothing through a link"
    assert written(fork) == written(learned)
    (folder,) = (fork.home / "evaluate").iterdir()
    assert {p.name for p in folder.iterdir()} == {"answers.parquet", "asked.json"}
    stopped(f"{means}: it is ended before this step alone writes, in a new folder", NO_RUN)


@pytest.mark.attack("a challenger answers what the champion does, and is compared with itself")
def test_answers_of_other_bytes_are_the_champions_only_if_a_record_says_so(fork, learned, stopped):
    shutil.copytree(fork.home / "artifact", fork.home / "old")
    digest = sha256(fork.home / "old" / "model.tar.gz")
    os.utime(fork.home / "model" / "metadata.json", (0, 0))  # another archive of the same files
    fork.pack(), fork.evaluate(champion="old")
    assert sha256(fork.home / "artifact" / "model.tar.gz") != digest
    fork.gates(champion_digest=digest, stored=learned.result["answers"])
    assert fork.verdicts["champion"] == "PASS"
    fork.gates(champion_digest=digest)
    assert fork.verdicts["champion"] == "INCONCLUSIVE"
    words = fork.result["reason"]
    assert "no record says that the champion answered so when it was judged" in words
    stopped(words, NO_RUN)


def packed(run, members):
    """Write the artifact anew with more members: name, content, or the target of a link."""
    place = run.home / "artifact" / "model.tar.gz"
    old = place.read_bytes()
    with (
        tarfile.open(fileobj=io.BytesIO(old)) as before,
        tarfile.open(place, "w:gz") as after,
    ):
        for member in before:
            after.addfile(member, before.extractfile(member) if member.isfile() else None)
        for name, content, target in members:
            more = tarfile.TarInfo(name)
            more.size = len(content)
            if target:
                more.type, more.linkname, more.size = tarfile.SYMTYPE, target, 0
            after.addfile(more, io.BytesIO(content))


NAMES = "metadata.json, model.*, code/inference.py, modules beside it, and the recipe's wheels"
TWICE = "the artifact has two code/inference.py; write it once"
NO_MEMBERS = {
    "a compiled module beside the recipe's": (
        ("code/__pycache__/inference.cpython-312.pyc", b"\x00" * 16, ""),
        f"of the artifact is none of {NAMES}; remove it",
    ),
    "the recipe's name a second time": (("code/inference.py", b"evil = True\n", ""), TWICE),
    "the same under another spelling": (("./code/inference.py", b"evil = True\n", ""), TWICE),
    "a link to what is no code": (
        ("code/numpy.py", b"", "../model.joblib"),
        "of the artifact is not a plain file; write files alone",
    ),
}


@pytest.mark.attack("serving code comes in beside the recipe's own")
@pytest.mark.parametrize("way", NO_MEMBERS)
@pytest.mark.parametrize("step", ["examine", "gates"])
def test_what_an_artifact_must_not_hold_stops_the_step_that_reads_it(fork, stopped, step, way):
    member, words = NO_MEMBERS[way]
    packed(fork, [member])
    with pytest.raises(RuntimeError, match=r"factory\.errors\.Refused: ") as no:
        fork.gates() if step == "gates" else fork.examine("evaluate", model="artifact")
    said = str(no.value).rstrip().rpartition("factory.errors.Refused: ")[2]
    assert said.endswith(words)
    stopped(f"{way}, in {step}: {said}", NO_RUN)


SMUGGLED = {
    "a module that the recipe's imports": [("code/joblib.py", b"load = None\n", "")],
    "a module too large to be read": [("code/large.py", b"#" * 300_000, "")],
}


@pytest.mark.attack("serving code comes in beside the recipe's own")
@pytest.mark.parametrize("way", SMUGGLED)
def test_what_is_not_the_recipes_own_serving_code_is_seen(fork, stopped, way):
    packed(fork, SMUGGLED[way])
    fork.gates()
    (found,) = [v for v in fork.result["verdicts"] if v["gate"] == "serving"]
    assert found["verdict"] == "FAIL"
    assert not fork.evidence["serving"]["own"]
    stopped(f"{way}: {found['reason']}", NO_RUN)


def brought(fork, own):
    """Serve with *own* after the recipe's code, as in the training code; return the verdict."""
    with zipfile.ZipFile(fork.home / "code" / "code.zip") as old:
        code = old.read("pipelines/steps/inference.py") + own
    (fork.home / "model" / "code" / "inference.py").write_bytes(code)
    fork.pack()
    (fork.home / "own").mkdir()
    with zipfile.ZipFile(fork.home / "own" / "code.zip", "w") as new:
        new.writestr("pipelines/steps/inference.py", code)
    fork.evaluate()
    fork.gates(training_code="own", own=sha256(fork.home / "own" / "code.zip"))
    (found,) = [v for v in fork.result["verdicts"] if v["gate"] == "serving"]
    return found


@pytest.mark.attack("a builder serves code of their own, and nobody is told")
def test_serving_code_of_the_training_code_is_told_line_by_line(fork, stopped):
    own = "\nMORE = 'a line of my own'\n"
    found = brought(fork, own.encode())
    assert found["verdict"] == "PASS"
    assert fork.evidence["serving"]["own"] is False
    assert "somebody's own" in found["reason"]
    difference = (fork.home / "gates" / "evidence" / "serving.diff").read_text()
    assert [line for line in difference.splitlines() if line[0] in "+-"][2:] == [
        "+",
        "+MORE = 'a line of my own'",
    ]
    stopped(f"{found['reason']}; serving.diff in the evidence has the lines", NO_RUN)


HIDING = {
    "beyond the lines that are written out": b"# nothing to see\n" * 2_000 + b"MORE = 1\n",
    "far to the right": b"MORE = 1;" + b" " * 400 + b"MORE = 2\n",
    "by what drives a terminal": b"MORE = 1  # \x1b[2K\rMORE = 2\n",
    "by text that runs backwards": "MORE = 1  # \u202e 2 = EROM\n".encode(),
    "by a letter that looks like another": "M\u041eRE = 1\n".encode(),
    "by a line end that only some know": "MORE = 1  # \u2028MORE = 2\n".encode(),
}


@pytest.mark.attack("serving code is in the training code, and hides from whoever reads it there")
@pytest.mark.parametrize("way", HIDING)
def test_serving_code_that_cannot_be_read_whole_is_code_that_nobody_could_read(fork, stopped, way):
    found = brought(fork, b"\n" + HIDING[way])
    assert found["verdict"] == "FAIL"
    assert "nor in the training code as text that can be read whole" in found["reason"]
    assert not (fork.home / "gates" / "evidence" / "serving.diff").exists()
    stopped(f"{way}: {found['reason']}", NO_RUN)


@pytest.mark.attack("serving code is in the training code, and its first line says how to read it")
@pytest.mark.parametrize("cookie", ["utf-7", "latin-1", "rot13", "punycode"])
def test_serving_code_is_read_as_python_reads_it(cookie, tmp_path, stopped):
    code = f"# coding: {cookie}\n# harmless: +AAo-MORE = 1\n".encode()
    artifact, training = tmp_path / "model.tar.gz", tmp_path / "code.zip"
    with tarfile.open(artifact, "w:gz") as archive:
        member = tarfile.TarInfo("code/inference.py")
        member.size = len(code)
        archive.addfile(member, io.BytesIO(code))
    with zipfile.ZipFile(training, "w") as archive:
        archive.writestr("serve.py", code)
    found = serving_code.read(artifact, training, "binary")
    assert found.section["origin"] == serving_code.UNKNOWN
    assert found.difference == ""
    stopped("the gate `serving`: FAIL, of unknown origin", NO_RUN)
