"""Does the command say what the catalogue needs, and fail where an account has less?"""

import argparse

from cli import quotas
from cli.main import main
from factory.exit_code import ExitCode
from factory.quotas.needs import Need, Standing


def standing(has):
    need = Need(service="sagemaker", quota="q", least=2, enough=4, why="because")
    return Standing(need=need, has=has)


def test_the_needs_of_the_catalogue_ask_no_account(capsys, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://localhost:9")
    assert main(["quotas", "--needs"]) == 0
    assert (
        "sagemaker: ml.m5.large for endpoint usage: 66 to 128; 59 models" in capsys.readouterr().out
    )


def test_another_catalogue_needs_something_else(tmp_path):
    file = tmp_path / "catalogue.json"
    file.write_text("")
    arguments = argparse.Namespace(catalogue=str(file), needs=True)
    assert [need["service"] for need in quotas.run(arguments).data["needs"]] == ["lambda"]


def test_a_quota_that_is_too_small_fails_the_command():
    result = quotas.result([standing(1.0), standing(8.0)])
    assert result.code is ExitCode.FAILED
    words = "sagemaker: q: 1 of 2 to 4: work fails; ask Service Quotas for more"
    assert result.lines[0] == f"short    {words}"


def test_what_makes_work_wait_or_is_not_known_does_not():
    assert quotas.result([standing(3.0), standing(None)]).code is ExitCode.OK
