"""Does the page about all models agree with the ledger, and leave out others' groups?"""

import pytest

from factory.events.catalogue import ModelOnboarded
from factory.events.model import ApprovalRefused, ModelDeployed
from factory.events.people import ModelApproved, ModelRejected
from factory.events.training import GateEvaluated, ModelRegistered, TrainingFailed
from report import fleet, summaries
from report.page import render_fleet
from tests.report.test_history import event, ledger
from tests.report.test_page import HOSTILE, Page


def onboarded(name, owner="team"):
    return event(ModelOnboarded.TYPE, f"model/{name}", owner=owner, purpose="p")


def row(*events, open_incidents=()):
    (found,) = fleet.rows({"m"}, ledger(onboarded("m"), *events), open_incidents)
    return found


def test_a_model_that_was_never_trained_says_so():
    found = row()
    assert (found["name"], found["owner"], found["serves"], found["waiting"]) == (
        "m", "team", None, [],
    )  # fmt: skip
    assert found["outcome"] == "has not been trained yet"


def test_the_version_that_was_deployed_last_serves():
    found = row(event(ModelDeployed.TYPE, "model/m/2"), event(ModelDeployed.TYPE, "model/m/1"))
    assert found["serves"] == 1


@pytest.mark.parametrize("decision", [ModelApproved.TYPE, ModelRejected.TYPE, ApprovalRefused.TYPE])
def test_a_version_waits_until_somebody_has_decided(decision):
    registered = [event(ModelRegistered.TYPE, f"model/m/{n}") for n in (1, 2)]
    assert row(*registered)["waiting"] == [1, 2]
    assert row(*registered, event(decision, "model/m/1"))["waiting"] == [2]


def test_the_last_run_is_described_by_its_floor_or_its_failure():
    floor = event(GateEvaluated.TYPE, "model/m", 1, gate="floor")
    other = event(GateEvaluated.TYPE, "model/m", 2, gate="lineage") | {"reason": "fine"}
    failed = event(TrainingFailed.TYPE, "model/m", 3) | {"reason": "it broke"}
    assert row(floor, other)["outcome"] == f"why {GateEvaluated.TYPE}"
    assert row(floor, other, failed)["outcome"] == "it broke"


def test_open_incidents_of_a_model_and_of_its_versions_are_counted():
    found = row(open_incidents=["model/m", "model/m/3", "model/mm", "dataproduct/m"])
    assert found["incidents"] == 2


def test_a_group_that_the_factory_did_not_create_is_not_listed():
    found = fleet.rows({"m", "others"}, ledger(onboarded("m"), onboarded("gone")), ())
    assert [model["name"] for model in found] == ["m"]


def test_the_page_links_to_existing_pages():
    models = fleet.rows({"m", "n"}, ledger(onboarded("m"), onboarded("n")), ())
    html = render_fleet({"written": "2026-01-01T00:00:00Z", "models": models}, {"m"})
    links = [a["href"] for a in Page(html).of("a")]
    assert links == ["#models", "models/m.html"]
    assert "2 models; none of them serve." in Page(html).text


def test_what_needs_attention_is_at_the_top():
    models = [row(event(ModelRegistered.TYPE, "model/m/4"), open_incidents=["model/m"])]
    tasks = list(summaries.tasks(models))
    assert tasks == ["m: 1 open incident.", "m: version 4 waits for a decision."]
    page = Page(render_fleet({"written": "2026-01-01T00:00:00Z", "models": models}, ()))
    assert all(task in page.text for task in tasks)


def test_untrusted_text_is_escaped_on_the_page_about_all():
    def page(owner):
        models = fleet.rows({"m"}, ledger(onboarded("m", owner)), ())
        return Page(render_fleet({"written": "2026-01-01T00:00:00Z", "models": models}, ()))

    assert [tag for tag, _ in page(HOSTILE).tags] == [tag for tag, _ in page("team").tags]
    assert HOSTILE in page(HOSTILE).text
