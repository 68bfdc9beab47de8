"""Is a hole told, and silence never taken for "no holes"?"""

import json
import sys

import pytest

from scan.audit import Unanswered, __main__, python

HOLE = {"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"], "aliases": [], "description": ""}


def package(pin, *holes):
    name, version = pin.split("==")
    return {"name": name, "version": version, "vulns": list(holes)}


@pytest.fixture
def service(tmp_path, monkeypatch):
    """Put a program in pip-audit's place that knows *known*, and skips what it *lacks*."""

    def put(known=(), lacks=(), fails=""):
        program = tmp_path / "pip-audit"
        program.write_text(
            f"#!{sys.executable}\n"
            "import json, sys\n"
            f"known, lacks, fails = {set(known)!r}, {set(lacks)!r}, {fails!r}\n"
            "if fails: sys.exit(fails)\n"
            "pins = open(sys.argv[-1]).read().split()\n"
            f"hole = {HOLE!r}\n"
            "print(json.dumps({'dependencies': [\n"
            "    {'name': p, 'skip_reason': f'{p} not found'} if p in lacks else\n"
            "    {'name': p.split('==')[0], 'version': p.split('==')[1],\n"
            "     'vulns': [hole] if p in known else []} for p in pins]}))\n"
        )
        program.chmod(0o755)
        monkeypatch.setattr(python, "PROGRAM", program)

    return put


@pytest.fixture
def lock(tmp_path):
    path = tmp_path / "lock.txt"
    path.write_text(
        "jinja2==2.11 \\\n    --hash=sha256:aa\n    # via moto\n"
        "moto[server]==5.2.5 \\\n    --hash=sha256:bb\n"
        "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:cc\n"
        "numpy==2.5.1 ; python_full_version >= '3.12' \\\n    --hash=sha256:dd\n"
    )
    return path


def test_what_other_machines_install_is_audited_too(lock):
    assert python.pins(lock) == ["jinja2==2.11", "moto==5.2.5", "numpy==2.4.6", "numpy==2.5.1"]


def test_one_question_holds_one_version_of_a_package(lock):
    dealt = list(python.rounds(python.pins(lock)))
    assert dealt == [["jinja2==2.11", "moto==5.2.5", "numpy==2.4.6"], ["numpy==2.5.1"]]


def test_every_lock_of_the_repository_is_audited_whole():
    for name in __main__.LOCKS:
        lock = python.ROOT / name
        starts = [s for s in lock.read_text().splitlines() if s[:1].isalnum()]
        assert len(python.pins(lock)) == len(starts) > 0
    assert {p.name for p in python.ROOT.glob("requirements*.txt")} == set(__main__.LOCKS)


def test_a_lock_that_pins_nothing_is_refused(tmp_path):
    (tmp_path / "lock.txt").write_text("jinja2\n")
    with pytest.raises(ValueError, match="it pins nothing"):
        python.pins(tmp_path / "lock.txt")


def test_a_pin_with_a_known_hole_is_told_in_every_version(service, lock):
    service(known={"jinja2==2.11", "numpy==2.5.1"})
    assert python.audit([lock], "osv") == [
        "jinja2 2.11: PYSEC-2019-217, mended in 2.10.1",
        "numpy 2.5.1: PYSEC-2019-217, mended in 2.10.1",
    ]


def test_a_hole_that_nothing_mends_yet_is_told():
    report = {"dependencies": [package("jinja2==2.11", HOLE | {"fix_versions": []})]}
    assert python.holes(report) == ["jinja2 2.11: PYSEC-2019-217, mended in no version yet"]


def test_a_package_that_the_service_skips_is_no_clean_package(service, lock):
    service(lacks={"moto==5.2.5"})
    with pytest.raises(Unanswered, match=r"moto==5.2.5 not found \(1 of 3 not judged\)"):
        python.audit([lock], "pypi")


def test_a_package_that_the_service_forgets_is_no_clean_package():
    with pytest.raises(Unanswered, match="judged 1 packages of 2"):
        python.covering({"dependencies": [package("a==1")]}, "osv", ["a==1", "b==1"])


def test_a_service_that_cannot_be_reached_says_why(service):
    service(fails="Traceback\nConnectionError: no such host")
    with pytest.raises(Unanswered, match="osv: ConnectionError: no such host"):
        python.ask("osv", ["a==1"])


def test_a_service_that_does_not_know_the_canary_is_not_believed(service):
    service()
    with pytest.raises(Unanswered, match=r"pypi: it knows of no hole in jinja2==2\.10"):
        python.trusted()


def test_a_service_that_knows_the_canary_is_believed(service):
    service(known={python.CANARY})
    assert python.trusted() == "pypi"


@pytest.mark.parametrize(
    ("knowledge", "code", "words"),
    [
        ({"known": {python.CANARY}}, 0, "pip-audit: no known holes"),
        ({"known": {python.CANARY, "jinja2==2.11"}}, 1, "pip-audit: jinja2 2.11: PYSEC"),
        ({}, 1, "pip-audit: NOT AUDITED, no service answered: pypi: it knows of no hole"),
        ({"fails": "no such host"}, 1, "NOT AUDITED, no service answered: pypi: no such host; osv"),
    ],
)
def test_only_a_clean_answer_of_a_service_that_knows_passes(
    service, lock, capsys, knowledge, code, words
):
    service(**knowledge)
    assert __main__.main([str(lock)]) == code
    assert words in capsys.readouterr().out


def test_the_report_of_pip_audit_is_read_as_it_writes_it():
    written = json.dumps({"dependencies": [package("jinja2==2.10", HOLE)], "fixes": []})
    report = python.covering(json.loads(written), "osv", ["jinja2==2.10"])
    assert python.holes(report) == ["jinja2 2.10: PYSEC-2019-217, mended in 2.10.1"]
