"""Does each sentence say what the facts say?"""

import pytest

from report import claims


@pytest.fixture
def well(report):
    """The same model on a day on which nothing is wrong."""
    report["drift"]["breached"] = False
    return report


def test_a_model_that_needs_nobody_is_said_to_be_well(well):
    assert list(claims.concerns(well)) == []
    assert claims.headline(well) == "Version 1 serves, and all is well."


def wrongs():
    return {
        "The endpoint is Updating.": lambda r: r["serving"].update(status="Updating"),
        "What it is asked has drifted from what it learned.": lambda r: r["drift"].update(
            breached=True
        ),
        "1 incident is open.": lambda r: r["incidents"][0].update(status="open"),
        "Not every gate passed for version 1.": lambda r: r["gates"][2].update(verdict="FAIL"),
        "The ledger is not what was written.": lambda r: r["ledger"]["findings"].append("gap"),
        "3 requests failed with a 5xx answer since this version serves.": lambda r: r["traffic"][
            "points"
        ][-1].update(failed=3),
    }


@pytest.mark.parametrize("words", wrongs())
def test_whatever_is_wrong_is_said_first(well, words):
    wrongs()[words](well)
    assert list(claims.concerns(well)) == [words]
    assert claims.headline(well) == "Version 1 serves; 1 matter needs somebody."


def test_failures_of_a_version_that_came_back_are_no_concern_of_the_one_that_serves(well):
    assert sum(point["failed"] for point in well["traffic"]["points"]) == 1
    assert list(claims.concerns(well)) == []


def test_the_lowest_bound_is_told_and_not_the_lowest_ratio(report):
    female = next(g for g in report["fairness"]["groups"] if g["name"] == "Female")
    female |= {"ratio": 0.99, "bound": 0.81}
    told = claims.fairness(report["fairness"])
    assert told == (
        "The lowest bound is that of Female: selected 0.99 times as often as Male, and at least "
        "0.81 times with 95 % confidence."
    )


def test_the_requests_are_added_up(report):
    report["traffic"]["points"] = [
        {"at": "2026-01-01T00:00:00Z", "answered": 1200, "refused": 2, "failed": 1},
        {"at": "2026-01-01T00:01:00Z", "answered": 34, "refused": 0, "failed": 0},
    ]
    assert claims.traffic(report["traffic"]).startswith("1,237 requests since ")
    assert claims.traffic(report["traffic"]).endswith(
        ": 1,234 answered, 2 refused (4xx), 1 failed (5xx)."
    )


def test_drift_is_counted_by_windows(report):
    assert claims.drift(report["drift"]) == (
        "The model is in an episode of drift now; 3 of 6 windows had a drifted column."
    )


def test_versions_say_who_serves_and_what_waits(report):
    assert claims.versions(report) == (
        "4 versions; version 1 serves; version 4 waiting for a decision."
    )


def test_a_version_that_nothing_judged_is_a_concern(well):
    well["gates"] = []
    assert list(claims.concerns(well)) == ["Not every gate passed for version 1."]
    assert claims.gates([], 1).startswith("No run of the factory has registered version 1")
