"""Is a vulnerability reported, and silence never taken for "no vulnerabilities"?"""

import json
import sys

import pytest

from scan.audit import AuditUnavailable, __main__, python

VULNERABILITY = {
    "id": "PYSEC-2019-217",
    "fix_versions": ["2.10.1"],
    "aliases": [],
    "description": "",
}


def package(pin, *vulnerabilities):
    name, version = pin.split("==")
    return {"name": name, "version": version, "vulns": list(vulnerabilities)}


@pytest.fixture
def service(tmp_path, monkeypatch):
    """Replace pip-audit with a program that knows *known* and skips *skipped*."""

    def replace(known=(), skipped=(), fails=""):
        program = tmp_path / "pip-audit"
        program.write_text(
            f"#!{sys.executable}\n"
            "import json, sys\n"
            f"known, skipped, fails = {set(known)!r}, {set(skipped)!r}, {fails!r}\n"
            "if fails: sys.exit(fails)\n"
            "pins = open(sys.argv[-1]).read().split()\n"
            f"found = {VULNERABILITY!r}\n"
            "print(json.dumps({'dependencies': [\n"
            "    {'name': p, 'skip_reason': f'{p} not found'} if p in skipped else\n"
            "    {'name': p.split('==')[0], 'version': p.split('==')[1],\n"
            "     'vulns': [found] if p in known else []} for p in pins]}))\n"
        )
        program.chmod(0o755)
        monkeypatch.setattr(python, "PROGRAM", program)

    return replace


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


def test_pins_for_other_platforms_are_audited_too(lock):
    assert python.pins(lock) == ["jinja2==2.11", "moto==5.2.5", "numpy==2.4.6", "numpy==2.5.1"]


def test_one_batch_has_one_version_per_package(lock):
    batches = list(python.batches(python.pins(lock)))
    assert batches == [["jinja2==2.11", "moto==5.2.5", "numpy==2.4.6"], ["numpy==2.5.1"]]


def test_every_lock_of_the_repository_is_audited_completely():
    for name in __main__.LOCKS:
        lock = python.ROOT / name
        starts = [s for s in lock.read_text().splitlines() if s[:1].isalnum()]
        assert len(python.pins(lock)) == len(starts) > 0
    assert {p.name for p in python.ROOT.glob("requirements*.txt")} == set(__main__.LOCKS)


def test_a_lock_that_pins_nothing_is_refused(tmp_path):
    (tmp_path / "lock.txt").write_text("jinja2\n")
    with pytest.raises(ValueError, match="it pins nothing"):
        python.pins(tmp_path / "lock.txt")


def test_a_vulnerable_pin_is_reported_for_every_version(service, lock):
    service(known={"jinja2==2.11", "numpy==2.5.1"})
    assert python.audit([lock], "osv") == [
        "jinja2 2.11: PYSEC-2019-217, fixed in 2.10.1",
        "numpy 2.5.1: PYSEC-2019-217, fixed in 2.10.1",
    ]


def test_a_vulnerability_without_a_fix_is_reported():
    report = {"dependencies": [package("jinja2==2.11", VULNERABILITY | {"fix_versions": []})]}
    assert python.vulnerabilities(report) == [
        "jinja2 2.11: PYSEC-2019-217, fixed in no version yet"
    ]


def test_a_skipped_package_is_not_a_clean_package(service, lock):
    service(skipped={"moto==5.2.5"})
    with pytest.raises(AuditUnavailable, match=r"moto==5.2.5 not found \(1 of 3 not audited\)"):
        python.audit([lock], "pypi")


def test_a_forgotten_package_is_not_a_clean_package():
    with pytest.raises(AuditUnavailable, match="audited 1 packages of 2"):
        python.require_complete({"dependencies": [package("a==1")]}, "osv", ["a==1", "b==1"])


def test_a_service_that_cannot_be_reached_says_why(service):
    service(fails="Traceback\nConnectionError: no such host")
    with pytest.raises(AuditUnavailable, match="osv: ConnectionError: no such host"):
        python.ask("osv", ["a==1"])


def test_a_service_that_does_not_know_the_canary_is_not_trusted(service):
    service()
    with pytest.raises(AuditUnavailable, match=r"pypi: it knows no vulnerability in jinja2==2\.10"):
        python.trusted_service()


def test_a_service_that_knows_the_canary_is_trusted(service):
    service(known={python.CANARY})
    assert python.trusted_service() == "pypi"


@pytest.mark.parametrize(
    ("knowledge", "code", "message"),
    [
        ({"known": {python.CANARY}}, 0, "pip-audit: no known vulnerabilities"),
        ({"known": {python.CANARY, "jinja2==2.11"}}, 1, "pip-audit: jinja2 2.11: PYSEC"),
        ({}, 1, "pip-audit: NOT AUDITED, no service answered: pypi: it knows no vulnerability"),
        ({"fails": "no such host"}, 1, "NOT AUDITED, no service answered: pypi: no such host; osv"),
    ],
)
def test_only_a_clean_answer_of_a_trusted_service_passes(
    service, lock, capsys, knowledge, code, message
):
    service(**knowledge)
    assert __main__.main([str(lock)]) == code
    assert message in capsys.readouterr().out


def test_the_report_of_pip_audit_is_read_as_it_writes_it():
    written = json.dumps({"dependencies": [package("jinja2==2.10", VULNERABILITY)], "fixes": []})
    report = python.require_complete(json.loads(written), "osv", ["jinja2==2.10"])
    assert python.vulnerabilities(report) == ["jinja2 2.10: PYSEC-2019-217, fixed in 2.10.1"]
