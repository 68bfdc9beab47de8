"""When does a model begin to drift and cease to, and since when?"""

import random

import pytest

from factory.catalogue.spec import Watch
from factory.drift.episode import DriftState, WindowVerdict, advanced

RULE = Watch(breaches=2, windows=3)


def window(minute, *drifted, config="v1"):
    return WindowVerdict(
        config=config,
        first=f"2026-01-01T{minute // 60:02}:{minute % 60:02}:00Z",
        last=f"2026-01-01T{minute // 60:02}:{minute % 60:02}:59Z",
        drifted={name: f"{name} changed in {minute}" for name in drifted},
        finding=f"s3://f/{config}/{minute}",
    )


def course_of(*verdicts, rule=RULE):
    """Return whether the model was in an episode after each window, and the state at the end."""
    now, course = DriftState(), []
    for verdict in verdicts:
        now = advanced(now, verdict, rule)
        course.append(now.breached)
    return course, now


def windows(text, config="v1", begin=0):
    """Return windows in which column `x` drifts where *text* has an x."""
    return [window(begin + n, *(["x"] if c == "x" else []), config=config)
            for n, c in enumerate(text)]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "course"),
    [
        (".....", "....."),
        ("x....", "....."),
        ("x..x..x", "......."),
        ("xx", ".x"),
        ("x.x", "..x"),
        ("xx..", ".xx."),
        ("xx.x..x", ".xxx..."),
        ("..xx", "...x"),
        ("xxxx....xx", ".xxxx....x"),
    ],
)
def test_two_of_three_windows_decide(text, course):
    assert course_of(*windows(text))[0] == [c == "x" for c in course]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("breaches", "last"), [(1, 1), (1, 3), (2, 3), (3, 3), (3, 5)])
def test_with_enough_windows_only_the_last_ones_decide(seed, breaches, last):
    dice = random.Random(seed)
    text = "".join(dice.choice(".x") for _ in range(40))
    course, _ = course_of(*windows(text), rule=Watch(breaches=breaches, windows=last))
    for end in range(last, len(text) + 1):
        assert course[end - 1] == (text[end - last : end].count("x") >= breaches)


def test_columns_that_drift_once_each_are_not_drift():
    course, _ = course_of(window(1, "age"), window(2, "work"), window(3, "sex"))
    assert course == [False] * 3


def test_since_is_the_first_request_of_the_first_window_in_which_a_column_drifted():
    _, now = course_of(window(1, "age"), window(2, "age", "work"), window(3, "age", "work"))
    assert {name: column.since for name, column in now.columns.items()} == {
        "age": "2026-01-01T00:01:00Z",
        "work": "2026-01-01T00:02:00Z",
    }
    assert now.breaching == ("age", "work")
    assert now.columns["age"].words == "age changed in 3"
    assert now.episodes[0].id == "2026-01-01T00:01:00Z"
    assert now.episodes[0].opened == "s3://f/v1/2"


def test_a_column_that_drifted_long_ago_begins_anew():
    _, now = course_of(*windows("x...xx"))
    assert now.columns["x"].since == "2026-01-01T00:04:00Z"


def test_since_stays_the_same_however_long_an_episode_lasts():
    _, now = course_of(*windows(".xx.xxxxxx"))
    assert now.columns["x"].since == "2026-01-01T00:01:00Z"


def test_an_episode_names_the_window_that_ended_it_and_the_next_has_another_name():
    _, now = course_of(*windows("xx..xx"))
    first, second = now.episodes
    assert (first.opened, first.ended) == ("s3://f/v1/1", "s3://f/v1/3")
    assert (second.opened, second.ended) == ("s3://f/v1/5", "")
    assert first.id != second.id


def test_the_last_episodes_are_remembered_and_no_more():
    _, now = course_of(*windows("xx.." * 6))
    assert len(now.episodes) == 3
    assert len({episode.id for episode in now.episodes}) == 3


def test_episodes_that_began_in_the_same_second_have_different_names():
    rule = Watch(breaches=1, windows=1)
    _, now = course_of(
        window(1, "x"), window(1), window(1, "x"), window(1), window(1, "x"), rule=rule
    )
    assert len({episode.id for episode in now.episodes}) == 3


def test_another_configuration_ends_an_episode_only_with_windows_of_its_own():
    course, _ = course_of(*windows("xx"), *windows("...", config="v2", begin=5))
    assert course == [False, True, True, False, False]


def test_drift_that_goes_on_under_another_configuration_is_the_same_episode():
    course, now = course_of(*windows("xx"), *windows("xxx", config="v2", begin=5))
    assert course == [False, True, True, True, True]
    assert len(now.episodes) == 1


def test_one_window_each_of_two_configurations_is_not_drift():
    assert course_of(window(1, "x"), window(2, "x", config="v2"))[0] == [False, False]


def test_a_late_window_of_what_served_before_changes_nothing():
    _, before = course_of(*windows("..", config="v2", begin=5))
    assert advanced(before, window(1, "x", config="v1"), RULE) == before


def test_two_configurations_side_by_side_are_each_judged_by_their_own_windows():
    verdicts = [window(n, *["x"] * (n % 2), config=f"v{n % 2}") for n in range(6)]
    _, now = course_of(*verdicts)
    assert now.breached
