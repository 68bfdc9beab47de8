"""Is what passes the bounds read back by anybody, and all else refused in words?"""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factory.errors import MalformedEvent
from factory.events import bounds
from factory.events.incident import DriftDetected, IncidentOpened
from tests.factory.events.instances import delivered, events


def nested(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "text",
    ["{}", '{"a":[1,2.5,null,true,"\\u00e9\\ud83d\\ude00"]}', nested(32), '{"[[[[":"]"}', "17"],
)
def test_what_is_within_the_bounds_is_read(text):
    assert bounds.parse(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (nested(33), "33 levels deep, and 32"),
        (nested(976), "976 levels deep"),
        ("[" * 250_000, "250000 levels deep"),
        ('{"a":' * 33 + "1" + "}" * 33, "33 levels deep"),
        ("x" * 300_000, "300000 characters"),
        ("[NaN]", "NaN is not a number"),
        ("[-Infinity]", "-Infinity is not a number"),
        ("[1e400]", "a number is not finite"),
        ("[9007199254740992]", "beyond 2"),
        ("[-9007199254740992]", "beyond 2"),
        (f"[{'9' * 5000}]", "not JSON"),
        ('{"a":1,"a":2}', "one key twice"),
        ('{"a":{"b":1,"b":1}}', "one key twice"),
        ('["\\ud800"]', "half of a surrogate pair"),
        ('{"\\udc00":1}', "half of a surrogate pair"),
        (f"[{'1,' * 20_001}1]", "more than 20000"),
        (json.dumps(["\u00e9" * 100_000], ensure_ascii=False), "bytes, and 262144"),
        ("", "not JSON"),
        ("{", "not JSON"),
        ('"[[[', "not JSON"),
    ],
)
def test_what_goes_beyond_is_refused_in_words(text, words):
    with pytest.raises(MalformedEvent, match=words):
        bounds.parse(text)


@pytest.mark.parametrize(
    "text", ['"' + '\\"' * 130_000, '["' * 130_000, '"' * 262_143, '"' + "\\" * 262_143]
)
def test_no_message_takes_long_to_refuse(text):
    """Each would take minutes if a text that does not end were looked at again and again."""
    began = time.process_time()
    with pytest.raises(MalformedEvent):
        bounds.parse(text)
    assert time.process_time() - began < 2


def test_a_value_is_checked_without_recursion():
    value = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(MalformedEvent, match=r"model.x: it is more than 32 levels deep"):
        bounds.check(value, bounds.MESSAGE, "model.x: ")
    while value:  # or Python itself would recurse to free it
        value = value.pop()


@given(st.data())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_a_function_may_say_passes_as_a_message(data):
    told = data.draw(events(DriftDetected))
    assert bounds.parse(json.dumps(delivered(told)))["detail"] == told.body()


@pytest.mark.parametrize(("depth", "passes"), [(26, True), (27, False)])
def test_a_function_may_say_a_little_less_than_a_message_may_hold(depth, passes):
    """EventBridge puts its own envelope around what is said."""
    reason = {"words": "w", "added": json.loads(nested(depth))}
    told = {"about": "model/m", "actor": "function/respond", "reason": "r", "key": "k"}
    if passes:
        opened = IncidentOpened(**told, reasons=(reason,))
        bounds.parse(json.dumps(delivered(opened)))
    else:
        with pytest.raises(
            MalformedEvent, match=r"incident.opened: it is more than 30 levels deep"
        ):
            IncidentOpened(**told, reasons=(reason,))
