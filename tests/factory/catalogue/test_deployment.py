"""Does a deploy send what differs, and every model when groups let others in?"""

from dataclasses import replace

from factory.catalogue.deployment import Deployment, Line, messages

BEFORE = Deployment(
    sequence=1,
    request="r1",
    specs="s3://specs/1",
    deployer="ada",
    lines={"a": Line(0, 9, "x"), "b": Line(10, 19, "y")},
)
AFTER = replace(BEFORE, sequence=2)


def sent(now, *earlier):
    return [each.model for each in messages(now, earlier)]


def test_what_has_not_changed_is_not_sent():
    assert sent(AFTER, BEFORE) == []


def test_what_has_changed_or_is_gone_is_sent():
    assert sent(replace(AFTER, lines={"a": Line(0, 9, "z")}), BEFORE) == ["a", "b"]


def test_all_are_sent_when_other_accounts_are_let_in_otherwise_and_then_no_more():
    now = replace(AFTER, group_policy="[1]")
    assert sent(now, BEFORE) == ["a", "b"]
    assert sent(replace(now, sequence=3), now) == []


def test_what_is_gone_is_not_sent_again_because_others_are_let_in():
    now = replace(AFTER, group_policy="[1]", lines={"a": BEFORE.lines["a"]})
    assert sent(replace(now, sequence=3, group_policy="[2]"), now) == ["a"]


def test_a_deploy_is_read_as_it_was_written_also_one_from_before_groups_were_shared():
    now = replace(AFTER, group_policy="[1]")
    assert Deployment.of(now.text()) == now
    old = now.text().replace('"group_policy":"[1]",', "")
    assert Deployment.of(old) == AFTER
