"""Does the page of a deployed factory show what the factory did?"""

import sys

import pytest

import aws
import models
import report
from factory.events.training import ModelRegistered
from factory.gates import GATES
from report import model_report


@pytest.fixture(scope="module")
def page(session, served):
    with aws.calling_as(session.cloud.session()):
        return model_report.gather("income")


def test_what_serves_is_what_was_approved(page, session):
    found = session.aws("sagemaker").describe_endpoint(EndpointName="mw-dev-income")
    assert page["serving"]["config"] == found["EndpointConfigName"]
    assert page["serving"]["version"] == page["judged"]
    assert [span["version"] for span in page["traffic"]["spans"]][-1] == page["judged"]


def test_every_gate_evaluated_the_serving_version(page):
    assert {gate["gate"] for gate in page["gates"]} == set(GATES)
    assert {gate["verdict"] for gate in page["gates"]} == {"PASS"}
    floor = next(gate["measure"] for gate in page["gates"] if gate["gate"] == "floor")
    assert floor["limit"] <= floor["bound"] < floor["value"] < 1


def test_every_group_is_compared_with_the_one_that_is_selected_most(page):
    groups = page["fairness"]["groups"]
    assert {group["attribute"] for group in groups} == {"sex", "race"}
    most = {}
    alone = [group for group in groups if "+" not in group["name"]]  # a pool is no yardstick
    for group in sorted(alone, key=lambda group: group["rate"]):
        most[group["attribute"]] = group["name"]
    references = {g["attribute"]: g["name"] for g in groups if g["ratio"] is None}
    assert references == most


def test_the_ledger_is_intact_and_shown_completely(page, session):
    assert page["ledger"]["findings"] == []
    known = {(e["time"], e["type"], e["subject"]) for e in session.events()}
    shown = {(e["time"], e["type"], e["subject"]) for e in page["ledger"]["events"]}
    assert shown
    assert shown <= known


def test_the_page_is_written_where_it_was_asked_for(session, served, tmp_path):
    with aws.calling_as(session.cloud.session()):
        path = report.write("income", tmp_path / "a" / "report.html")
    html = path.read_text(encoding="utf-8")
    assert html.startswith("<!DOCTYPE html>")
    assert served["EndpointConfigName"] in html


def test_a_model_that_was_never_run_has_a_page_that_says_so(session, runs, tmp_path):
    names = {e["subject"] for e in session.events(ModelRegistered)}
    assert not any(name.startswith("model/income-plain/") for name in names)
    with aws.calling_as(session.cloud.session()):
        path = report.write("income-plain", tmp_path / "report.html")
    assert "Nothing is serving yet." in path.read_text(encoding="utf-8")


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """A browser that records what it should open."""
    program, opened = tmp_path / "browser.py", tmp_path / "opened"
    program.write_text(f"import sys; open({str(opened)!r}, 'w').write(sys.argv[1])")
    monkeypatch.setenv("BROWSER", f"{sys.executable} {program} %s")
    return opened


def test_the_verb_prints_the_path_and_opens_the_page_when_asked_to(
    session, served, tmp_path, browser
):
    words = ("report", "income", "--to", str(tmp_path))
    path = tmp_path / "models" / "income.html"
    assert session.factory("admin", *words) == (0, {"path": str(path)})
    assert served["EndpointConfigName"] in path.read_text(encoding="utf-8")
    assert not browser.exists()
    assert session.factory_text("admin", *words, "--open") == (0, str(path))
    assert browser.read_text() == path.as_uri()


def test_the_page_of_all_models_links_to_the_pages_beside_it(session, served, tmp_path):
    words = ("report", "--to", str(tmp_path))
    session.factory("admin", "report", "income-plain", "--to", str(tmp_path))
    code, answer = session.factory("admin", *words)
    html = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert (code, answer) == (0, {"path": str(tmp_path / "index.html")})
    assert all(f">{name}<" in html for name in models.catalogue().models)
    assert 'href="models/income-plain.html"' in html
    assert 'href="models/income.html"' not in html


def test_who_may_not_read_it_all_is_refused_and_told_what_it_takes(session, served, tmp_path):
    code, answer = session.factory("ada", "report", "income", "--to", str(tmp_path))
    assert (code, answer["kind"]) == (3, "AccessDenied")
    assert "whoever has it written must be allowed to read all of these" in answer["error"]
    assert list(tmp_path.rglob("*")) == []


def test_a_model_of_no_catalogue_is_refused_by_name(session, served, tmp_path):
    code, answer = session.factory("admin", "report", "nobody", "--to", str(tmp_path))
    assert (code, answer["kind"]) == (3, "NotFound")
    assert "model 'nobody' is not in the catalogue" in answer["error"]
    assert list(tmp_path.rglob("*")) == []
