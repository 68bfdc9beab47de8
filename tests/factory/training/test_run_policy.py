"""Does a run start once for each cause, and never against the brakes?"""

from dataclasses import replace

import models
from factory.catalogue.spec import Watch
from factory.training.run_policy import DAY, HOUR, REMEMBERED, Request, may_start, remember, started

REQUEST = Request(
    model="income",
    train="s3://t/1/",
    test="s3://e/1/",
    champion="none",
    judged="c",
    definition="d",
)
NOW = 1_000_000
NEWS, DRIFT = "census_test snapshot 2 was published", "drift/income/2026-01-01T00:00:00Z"


def model(budget=3, cool_down=24):
    watch = Watch(cool_down_hours=cool_down)
    return replace(models.catalogue()["income"], runs_per_day=budget, watch=watch)


def runs(*ages, cause="news"):
    return [
        {"key": f"k{age}", "cause": f"{cause}{age}", "at": NOW - age, "execution": f"arn:{age}"}
        for age in sorted(ages, reverse=True)
    ]


def test_a_run_within_the_budget_is_admitted():
    answer = may_start(REQUEST, NEWS, runs(10, 20), NOW, model())
    assert (answer.yes, answer.reason) == (True, "run 3 of 3 in a day")


def test_beyond_the_budget_none_starts_and_the_reason_says_so_and_until_when():
    answer = may_start(REQUEST, NEWS, runs(10, 20, 30), NOW, model())
    assert not answer.yes
    assert answer.reason == "3 runs in a day, the budget is 3; none before 1970-01-13T13:46:10Z"


def test_the_moment_that_the_budget_names_is_when_a_run_is_admitted():
    history, brakes = runs(10, 500, 3000, 9000), model(budget=2)
    until = NOW - 500 + DAY
    assert (
        "none before 1970-01-13T13:38:20Z" in may_start(REQUEST, NEWS, history, NOW, brakes).reason
    )
    assert not may_start(REQUEST, NEWS, history, until - 1, brakes).yes
    assert may_start(REQUEST, NEWS, history, until, brakes).yes


def test_runs_older_than_a_day_do_not_count():
    assert may_start(REQUEST, NEWS, runs(DAY, DAY + 1), NOW, model(budget=1)).yes


def test_within_the_cool_down_drift_starts_no_second_run_and_says_until_when():
    history = runs(HOUR, cause="drift/")
    answer = may_start(REQUEST, DRIFT, history, NOW, model())
    assert not answer.yes
    assert answer.reason == (
        "within the cool-down of 24 hours: drift started arn:3600 at 1970-01-12T12:46:40Z, "
        "and starts no other before 1970-01-13T12:46:40Z"
    )
    assert not may_start(REQUEST, DRIFT, history, NOW + 23 * HOUR - 1, model()).yes
    assert may_start(REQUEST, DRIFT, history, NOW + 23 * HOUR, model()).yes


def test_the_cool_down_follows_the_last_run_that_drift_started():
    history = runs(30 * HOUR, 2 * HOUR, cause="drift/")
    assert "arn:7200" in may_start(REQUEST, DRIFT, history, NOW, model()).reason


def test_new_data_does_not_wait_for_the_cool_down_of_drift():
    assert may_start(REQUEST, NEWS, runs(HOUR, cause="drift/"), NOW, model()).yes


def test_a_run_that_new_data_started_cools_nothing_down():
    assert may_start(REQUEST, DRIFT, runs(HOUR), NOW, model()).yes


def test_without_a_cool_down_drift_is_only_held_by_the_budget():
    assert may_start(REQUEST, DRIFT, runs(1, cause="drift/"), NOW, model(cool_down=0)).yes


def test_the_same_request_for_another_cause_would_learn_nothing_new():
    history = remember([], REQUEST, NEWS, NOW, {"request": "d1"})
    answer = may_start(REQUEST, DRIFT, history, NOW + DAY, model())
    assert not answer.yes
    assert answer.reason == (
        "nothing new to learn from s3://t/1/ and s3://e/1/: the same run has started already for "
        f"{NEWS}: it begins now"
    )


def test_a_retired_model_does_not_learn():
    answer = may_start(REQUEST, DRIFT, [], NOW, replace(model(), retired=True))
    assert (answer.yes, answer.reason) == (False, "the model is retired")


def test_all_reasons_against_a_run_are_said():
    history = remember(runs(1, cause="drift/"), REQUEST, NEWS, NOW, {"request": "d1"})
    reason = may_start(REQUEST, DRIFT, history, NOW, model(budget=1)).reason
    assert [part.split()[0] for part in reason.split("; ")] == ["within", "2", "none", "nothing"]


def test_the_run_of_a_cause_is_found_again():
    history = remember(runs(5), REQUEST, DRIFT, NOW, {"request": "d1"})
    assert started(history, DRIFT)["request"] == "d1"
    assert started(history, NEWS) is None


def test_any_other_input_is_another_run():
    others = [Request(**{**REQUEST.__dict__, name: "other"}) for name in REQUEST.__dict__]
    assert len({REQUEST.key, *(o.key for o in others)}) == len(others) + 1


def test_the_history_stays_short_and_keeps_the_newest():
    history = []
    for number in range(REMEMBERED + 5):
        request = Request(**{**REQUEST.__dict__, "train": str(number)})
        history = remember(history, request, f"news {number}", number, {"request": f"d{number}"})
    assert len(history) == REMEMBERED
    assert history[-1]["request"] == f"d{REMEMBERED + 4}"


def test_the_history_never_forgets_the_last_run_that_drift_started():
    history = remember([], REQUEST, "drift/old", 0, {"request": "old"})
    history = remember(history, REQUEST, "drift/new", 1, {"request": "new"})
    for number in range(3 * REMEMBERED):
        history = remember(history, REQUEST, f"news {number}", number, {"request": f"d{number}"})
    assert len(history) == REMEMBERED + 1
    assert started(history, "drift/new")
    assert not started(history, "drift/old")
