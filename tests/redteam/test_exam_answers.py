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
from tests.pipelines.cases import CHURN, customers
from tests.pipelines.runner import Run, publish
from tests.redteam.meddling import MEANS, MEDDLE

NO_RUN = "no run: the steps are run one by one"


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A stranger's model, learned, examined and judged."""
    folder = tmp_path_factory.mktemp("code")
    code = Path(shutil.make_archive(str(folder / "code"), "zip", stage("tabular", folder / "s")))
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


NAMES = "metadata.json, model.*, code/inference.py and modules beside it"
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


@pytest.mark.attack("a builder serves code of their own, and nobody is told")
def test_serving_code_of_the_training_code_is_told_line_by_line(fork, stopped):
    own = "\nMORE = 'a line of my own'\n"
    serve_with(fork, own)
    with zipfile.ZipFile(fork.home / "code" / "code.zip") as old:
        recipe = old.read("pipelines/steps/inference.py")
    (fork.home / "own").mkdir()
    with zipfile.ZipFile(fork.home / "own" / "code.zip", "w") as new:
        new.writestr("pipelines/steps/inference.py", recipe + own.encode())
    fork.evaluate()
    fork.gates(training_code="own", own=sha256(fork.home / "own" / "code.zip"))
    (found,) = [v for v in fork.result["verdicts"] if v["gate"] == "serving"]
    assert found["verdict"] == "PASS"
    assert fork.evidence["serving"]["own"] is False
    assert "somebody's own" in found["reason"]
    difference = (fork.home / "gates" / "evidence" / "serving.diff").read_text()
    assert [line for line in difference.splitlines() if line[0] in "+-"][2:] == [
        "+",
        "+MORE = 'a line of my own'",
    ]
    stopped(f"{found['reason']}; serving.diff in the evidence has the lines", NO_RUN)
