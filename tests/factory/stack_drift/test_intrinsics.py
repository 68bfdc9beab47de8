"""Are references resolved as far as they are known, and never taken for something else?"""

import pytest

from factory.stack_drift.intrinsics import UNKNOWN, Gapped, called, resolved
from tests.factory.stack_drift.templates import URL, stack

SCOPE = stack().scope({"foundation:Topic": "arn:aws:sns:eu-west-1:123456789012:alerts"})
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:modelworks-dev-data-Queue"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("text", "text"),
        (60, 60),
        ({"Ref": "Queue"}, URL),
        ({"Ref": "AWS::AccountId"}, "123456789012"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "Nothing"}, UNKNOWN),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, QUEUE),
        ({"Fn::GetAtt": ["Queue", "QueueName"]}, "modelworks-dev-data-Queue"),
        (
            {"Fn::GetAtt": ["Rule", "Arn"]},
            "arn:aws:events:eu-west-1:123456789012:rule/modelworks-dev/modelworks-dev-data-Rule",
        ),
        (
            {"Fn::GetAtt": ["Role", "Arn"]},
            "arn:aws:iam::123456789012:role/modelworks-dev-data-Role",
        ),
        ({"Fn::GetAtt": ["Role", "RoleId"]}, UNKNOWN),
        ({"Fn::ImportValue": "foundation:Topic"}, SCOPE.exports["foundation:Topic"]),
        ({"Fn::ImportValue": "foundation:Other"}, UNKNOWN),
        ({"Fn::Join": ["/", ["a", {"Ref": "AWS::Region"}]]}, "a/eu-west-1"),
        ({"Fn::Join": ["/", ["a", {"Ref": "Nothing"}, "b"]]}, Gapped(("a", "/", None, "/", "b"))),
        ({"Fn::Sub": "${AWS::Region}-${Queue.QueueName}"}, "eu-west-1-modelworks-dev-data-Queue"),
        ({"Fn::Sub": "a-${Nothing}"}, Gapped(("a-", None, ""))),
        ({"Fn::FindInMap": ["Images", {"Ref": "AWS::Region"}, "account"]}, "141502667606"),
        ({"Fn::FindInMap": ["Images", "moon", "account"]}, UNKNOWN),
        ({"Fn::If": ["Big", 1, 2]}, UNKNOWN),
        ({"a": [{"Ref": "AWS::Region"}]}, {"a": ["eu-west-1"]}),
    ],
    ids=str,
)
def test_a_value_is_resolved_or_known_to_be_unknown(value, plain):
    assert resolved(value, SCOPE) == plain


def test_what_is_known_of_a_text_must_be_there():
    arn = Gapped(("arn:aws:s3:::", None, "/specs/*"))
    assert arn.fits("arn:aws:s3:::some-bucket/specs/*")
    assert not arn.fits("arn:aws:s3:::some-bucket/*")
    assert str(arn) == "arn:aws:s3:::.../specs/*"


@pytest.mark.parametrize(
    ("physical", "name"),
    [
        (URL, "modelworks-dev-data-Queue"),
        ("http://localhost:4566/123456789012/q", "q"),
        ("arn:aws:sns:eu-west-1:123456789012:alerts", "alerts"),
        ("modelworks-dev|rule", "modelworks-dev/rule"),
        ("bucket", "bucket"),
    ],
)
def test_a_thing_is_called_by_the_end_of_its_id(physical, name):
    assert called(physical) == name
