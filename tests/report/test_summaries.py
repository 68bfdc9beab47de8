"""Does each sentence agree with the report?"""

import pytest

from report import summaries


@pytest.fixture
def healthy(report):
    """The same report without any problem."""
    report["drift"]["breached"] = False
    return report


def test_a_model_without_problems_is_well(healthy):
    assert list(summaries.concerns(healthy)) == []
    assert summaries.headline(healthy) == "Version 1 serves, and all is well."


def problems():
    return {
        "The endpoint is Updating.": lambda r: r["serving"].update(status="Updating"),
        "The traffic has drifted from the training data.": lambda r: r["drift"].update(
            breached=True
        ),
        "1 incident is open.": lambda r: r["incidents"][0].update(status="open"),
        "Version 1 did not pass every gate.": lambda r: r["gates"][2].update(verdict="FAIL"),
        "The ledger has been changed since it was written.": lambda r: r["ledger"][
            "findings"
        ].append("gap"),
        "3 requests failed with a 5xx response since this version serves.": lambda r: r["traffic"][
            "points"
        ][-1].update(failed=3),
    }


@pytest.mark.parametrize("sentence", problems())
def test_every_problem_is_in_the_headline(healthy, sentence):
    problems()[sentence](healthy)
    assert list(summaries.concerns(healthy)) == [sentence]
    assert summaries.headline(healthy) == "Version 1 serves; 1 issue needs attention."


def test_failures_of_a_rolled_back_version_do_not_count_for_the_serving_one(healthy):
    assert sum(point["failed"] for point in healthy["traffic"]["points"]) == 1
    assert list(summaries.concerns(healthy)) == []


def test_the_lowest_bound_is_named_and_not_the_lowest_ratio(report):
    female = next(g for g in report["fairness"]["groups"] if g["name"] == "Female")
    female |= {"ratio": 0.99, "bound": 0.81}
    sentence = summaries.fairness(report["fairness"])
    assert sentence == (
        "The lowest bound is that of Female: selected 0.99 times as often as Male, and at least "
        "0.81 times with 95 % confidence."
    )


def test_the_widest_gap_is_named_where_no_rates_are_compared(report):
    gaps = [{"name": "sex=F: answered too high", "bound": 0.08}, {"name": "b", "bound": 0.05}]
    assert summaries.fairness(report["fairness"] | {"groups": [], "gaps": gaps}) == (
        "The widest gap is that of sex=F: answered too high: 0.080 at most with 95 % confidence, "
        "and 0.1 is allowed."
    )


def test_the_requests_are_added_up(report):
    report["traffic"]["points"] = [
        {"at": "2026-01-01T00:00:00Z", "answered": 1200, "refused": 2, "failed": 1},
        {"at": "2026-01-01T00:01:00Z", "answered": 34, "refused": 0, "failed": 0},
    ]
    assert summaries.traffic(report["traffic"]).startswith("1,237 requests since ")
    assert summaries.traffic(report["traffic"]).endswith(
        ": 1,234 answered, 2 refused (4xx), 1 failed (5xx)."
    )


def test_drift_is_counted_by_windows(report):
    assert summaries.drift(report["drift"]) == (
        "The model is drifting now; 3 of 6 windows had a drifted column."
    )


def test_versions_name_the_serving_and_the_waiting_ones(report):
    assert summaries.versions(report) == (
        "4 versions; version 1 serves; version 4 waits for a decision."
    )


def test_a_version_without_verdicts_is_a_concern(healthy):
    healthy["gates"] = []
    assert list(summaries.concerns(healthy)) == ["Version 1 did not pass every gate."]
    assert summaries.gates([], 1).startswith("No factory run registered version 1")
