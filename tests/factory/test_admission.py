"""Does a run start once, and never beyond the budget?"""

from factory.admission import DAY, REMEMBERED, Request, admit, remember

REQUEST = Request(
    model="income", train="s3://t/1/", test="s3://e/1/", champion="none", catalogue="c"
)


def runs(*ages, now=1_000_000):
    return [{"key": f"k{age}", "at": now - age, "execution": f"arn:{age}"} for age in ages]


def test_a_run_within_the_budget_is_admitted():
    answer = admit(REQUEST, runs(10, 20), 1_000_000, 3)
    assert (answer.admitted, answer.reason) == (True, "run 3 of 3 in a day")


def test_beyond_the_budget_none_starts_and_the_reason_says_so():
    answer = admit(REQUEST, runs(10, 20, 30), 1_000_000, 3)
    assert (answer.admitted, answer.reason) == (False, "3 runs in a day, the budget is 3")


def test_runs_older_than_a_day_do_not_count():
    assert admit(REQUEST, runs(DAY, DAY + 1), 1_000_000, 1).admitted


def test_the_same_request_is_the_same_run():
    history = remember([], REQUEST, 5, "arn:e")
    answer = admit(REQUEST, history, 6, 10)
    assert not answer.admitted
    assert "arn:e" in answer.reason


def test_any_other_input_is_another_run():
    others = [Request(**{**REQUEST.__dict__, name: "other"}) for name in REQUEST.__dict__]
    assert len({REQUEST.key, *(o.key for o in others)}) == len(others) + 1


def test_the_history_stays_short_and_keeps_the_newest():
    history = []
    for number in range(REMEMBERED + 5):
        request = Request(**{**REQUEST.__dict__, "train": str(number)})
        history = remember(history, request, number, f"arn:{number}")
    assert len(history) == REMEMBERED
    assert history[-1]["execution"] == f"arn:{REMEMBERED + 4}"
