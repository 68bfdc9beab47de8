from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

QUEUE = {"Type": "AWS::SQS::Queue"}


def parameter(value):
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "Template format error: unsupported structure."),
        ("Resources: [a", "Template format error: YAML not well-formed."),
        ('{"Outputs": {}}', "At least one Resources member must be defined."),
        ('{"Resources": {}}', "At least one Resources member must be defined."),
        ('{"Resources": {"Thing": "text"}}', "[/Resources/Thing] must be an object"),
    ],
)
def test_what_is_no_template_is_refused_in_awss_words(cloud, text, words):
    with pytest.raises(ClientError, match="ValidationError") as refusal:
        cloud.aws("cloudformation").create_stack(StackName="no-template", TemplateBody=text)
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (parameter({"Fn::Length": [1]}), "does not honour the function Fn::Length of Thing"),
        (parameter({"Fn::If": ["Lost", 1, 2]}), "Unresolved condition dependency Lost"),
        ({**QUEUE, "Condition": "Lost"}, "Unresolved condition dependency Lost"),
        ({**QUEUE, "DependsOn": "Lost"}, "Unresolved resource dependencies [Lost]"),
        ({**QUEUE, "DeletionPolicy": "Perhaps"}, "the DeletionPolicy Perhaps of Thing"),
    ],
)
def test_a_function_condition_dependency_or_policy_that_there_is_not_is_named(build, thing, words):
    with pytest.raises(ClientError) as refusal:
        build({"Thing": thing})
    assert words in str(refusal.value)


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        ({"Type": "String", "Default": "z", "AllowedValues": ["a"]}, "must be one of AllowedVal"),
        ({"Type": "String", "Default": "z", "AllowedPattern": "[0-9]+"}, "must match pattern"),
        ({"Type": "Number", "Default": "many"}, "must be a number"),
        ({"Type": "Number", "Default": "3", "MaxValue": 2}, "not greater than 2"),
        ({"Type": "String", "Default": "", "MinLength": 1}, "at least 1 characters"),
        ({"Type": "Colour", "Default": "red"}, "Unrecognized parameter type: Colour"),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/not/there"},
            "Unable to fetch parameters [/not/there]",
        ),
    ],
)
def test_a_parameter_has_to_keep_its_constraints(build, slot, words):
    with pytest.raises(ClientError, match="ValidationError") as refusal:
        build({"Thing": QUEUE}, Parameters={"Size": slot})
    assert words in str(refusal.value)


def test_a_parameter_the_template_does_not_have_is_refused(cloud):
    with pytest.raises(ClientError, match=r"\[Lost\] do not exist in the template"):
        cloud.aws("cloudformation").create_stack(
            StackName="lost-parameter",
            TemplateBody=json.dumps({"Resources": {"Thing": QUEUE}}),
            Parameters=[{"ParameterKey": "Lost", "ParameterValue": "x"}],
        )


def test_a_list_parameter_is_a_list_by_default_too(cloud, build):
    stack = build(
        {"Thing": parameter({"Fn::Select": [1, {"Ref": "Names"}]})},
        Parameters={"Names": {"Type": "CommaDelimitedList", "Default": "one,two"}},
    )
    found = cloud.aws("ssm").get_parameter(Name=stack["Thing"])["Parameter"]
    assert found["Value"] == "two"


@pytest.mark.parametrize(("version", "made"), [("30", True), ("3", False)])
def test_a_rule_of_the_template_is_kept(build, version, made):
    old = {"Fn::Contains": [["1", "2", "3"], {"Ref": "Bootstrap"}]}
    sections = {
        "Parameters": {"Bootstrap": {"Type": "String", "Default": version}},
        "Rules": {
            "Check": {
                "Assertions": [{"Assert": {"Fn::Not": [old]}, "AssertDescription": "too old"}]
            }
        },
    }
    if made:
        assert build({"Thing": QUEUE}, **sections).status == "CREATE_COMPLETE"
        return
    with pytest.raises(ClientError, match="Rule Check failed: too old"):
        build({"Thing": QUEUE}, **sections)
