"""Is every value that differs named, and what could not be compared too?"""

import pytest

from factory.stack_drift.comparison import compared
from factory.stack_drift.intrinsics import UNKNOWN, Gapped
from factory.stack_drift.policies import policies_compared

TARGET = {"Id": "T0", "Arn": "arn:q"}


@pytest.mark.parametrize(
    ("deployed", "found", "where"),
    [
        ("ENABLED", "ENABLED", []),
        ("ENABLED", "DISABLED", ["p"]),
        (60, "60", []),
        (0, 0.0, []),
        (True, "true", []),
        (True, False, ["p"]),
        (None, 0, ["p"]),
        (None, None, []),
        ([], None, []),
        ({"a": 1}, {"a": 1, "b": 2}, ["p.b"]),
        ({"a": 1, "b": 2}, {"a": 1}, ["p.b"]),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, ["p.a.b"]),
        (["x", "y"], ["y", "x"], []),
        (["x"], ["x", "y"], ["p"]),
        ([TARGET], [TARGET], []),
        ([TARGET], [TARGET, {"Id": "T1", "Arn": "arn:evil"}], ["p[T1]"]),
        ([TARGET], [{**TARGET, "Arn": "arn:evil"}], ["p[T0].Arn"]),
        ([TARGET], [], ["p[T0]"]),
        ([{"Pattern": "a"}], [{"Pattern": "b"}], ["p[0].Pattern"]),
        ("nan", "nan", []),
        ("1", "one", ["p"]),
    ],
)
def test_what_differs_is_named_by_its_place(deployed, found, where):
    assert [each.where for each in compared(deployed, found, "p").mismatches] == where


@pytest.mark.parametrize(
    ("deployed", "found", "differs"),
    [
        (UNKNOWN, "anything", False),
        (UNKNOWN, None, False),
        (Gapped(("arn:", None)), "arn:x", False),
        (Gapped(("arn:", None)), "other", True),
        (Gapped(("arn:", None)), None, True),
    ],
)
def test_what_is_not_known_in_full_is_counted_as_skipped_and_never_as_equal(
    deployed, found, differs
):
    result = compared({"a": deployed, "b": 1}, {"a": found, "b": 1}, "")
    assert (result.values, result.skipped) == (1, ("a",))
    assert bool(result.mismatches) == differs


ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["a", "b"], "Sid": "One"}
DENY = {
    "Effect": "Deny",
    "Action": ["s3:*"],
    "Principal": "*",
    "Resource": "a",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def policy(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


@pytest.mark.parametrize(
    ("deployed", "found", "count"),
    [
        (policy(ALLOW, DENY), policy(DENY, ALLOW), 0),
        (policy(ALLOW), policy({**ALLOW, "Action": ["s3:GetObject"], "Sid": "Two"}), 0),
        (policy(ALLOW), policy({**ALLOW, "Resource": ["b", "a", "b"]}), 0),
        (policy(DENY), policy({**DENY, "Principal": {"AWS": ["*"]}}), 0),
        (
            policy(DENY),
            policy({**DENY, "Condition": {"Bool": {"aws:SecureTransport": [False]}}}),
            0,
        ),
        (policy(ALLOW), policy(ALLOW)["Statement"][0], 1),
        (None, None, 0),
        (None, policy(ALLOW), 1),
        (policy(ALLOW), None, 1),
        (policy(ALLOW), policy(ALLOW, DENY), 1),
        (policy(ALLOW, ALLOW), policy(ALLOW), 0),
        (policy(ALLOW), policy({**ALLOW, "Resource": ["a", "b", "c"]}), 2),
        (policy(ALLOW), policy({**ALLOW, "Effect": "Deny"}), 2),
        (policy(DENY), policy({k: v for k, v in DENY.items() if k != "Condition"}), 2),
        (policy({**ALLOW, "Resource": UNKNOWN}), policy({**ALLOW, "Resource": "c"}), 0),
        (
            policy({**ALLOW, "Resource": [UNKNOWN, "a"]}),
            policy({**ALLOW, "Resource": ["a", "c"]}),
            0,
        ),
        (
            policy({**ALLOW, "Resource": [UNKNOWN, "a"]}),
            policy({**ALLOW, "Resource": ["b", "c"]}),
            2,
        ),
    ],
)
def test_policies_are_compared_by_what_their_statements_say(deployed, found, count):
    assert len(policies_compared(deployed, found, "Policy").mismatches) == count


def test_a_statement_with_a_gap_is_counted_as_skipped():
    gapped = policy({**ALLOW, "Resource": UNKNOWN})
    assert policies_compared(gapped, policy({**ALLOW, "Resource": "c"}), "P").skipped == ("P",)
