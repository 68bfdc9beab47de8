from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

CODE = "def handle(event, context):\n    return '{}'"


def resource(name, **properties):
    return {"Type": f"AWS::Lambda::{name}", "Properties": properties}


def version(**more):
    return resource("Version", FunctionName={"Ref": "Function"}, **more)


def alias(of, name="live", **more):
    return resource(
        "Alias",
        FunctionName={"Ref": "Function"},
        FunctionVersion={"Fn::GetAtt": [of, "Version"]},
        Name=name,
        **more,
    )


@pytest.fixture
def answer(cloud):
    def invoked(name, **more):
        done = cloud.aws("lambda").invoke(FunctionName=name, **more)
        return json.load(done["Payload"])

    return invoked


def test_an_alias_stays_with_its_version_until_it_is_moved(build, a_function, answer):
    first = {"One": version(), "Alias": alias("One")}
    outputs = {
        "Version": {"Value": {"Fn::GetAtt": ["One", "Version"]}},
        "Arn": {"Value": {"Fn::GetAtt": ["Alias", "AliasArn"]}},
    }
    stack = build({**a_function(CODE.format("old")), **first}, Outputs=outputs)
    name = stack["Function"]
    assert stack.outputs["Version"] == "1"
    assert stack["One"].endswith(f":function:{name}:1")
    assert stack.outputs["Arn"] == stack["Alias"]
    assert stack["Alias"].endswith(f":function:{name}:live")
    stack.update({**a_function(CODE.format("new")), **first})
    assert [answer(name), answer(name, Qualifier="live")] == ["new", "old"]
    assert [answer(stack["Alias"]), answer(f"{name}:1")] == ["old", "old"]
    stack.update({**a_function(CODE.format("new")), "Two": version(), "Alias": alias("Two")})
    assert answer(stack["Alias"]) == "new"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        answer(f"{name}:1")


def test_the_number_of_a_deleted_version_is_not_given_again(cloud, build, a_function):
    stack = build({**a_function(CODE.format("1")), "V1": version()})
    for number in ("2", "3"):
        stack.update({**a_function(CODE.format(number)), f"V{number}": version()})
        assert stack[f"V{number}"].endswith(f":{number}")
    listed = cloud.aws("lambda").list_versions_by_function(FunctionName=stack["Function"])
    assert [each["Version"] for each in listed["Versions"]] == ["$LATEST", "3"]


def test_what_has_not_changed_is_not_published_again(cloud, build, a_function):
    stack = build({**a_function(CODE.format("1")), "One": version()})
    assert stack.status == "CREATE_COMPLETE"
    again = cloud.aws("lambda").publish_version(FunctionName=stack["Function"])
    assert again["Version"] == "1"
    stack.update({**a_function(CODE.format("1")), "One": version(), "Two": version()})
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert any("exists ( 1 ). Modify the function" in reason for reason in stack.reasons())


def test_code_with_another_hash_is_not_published(build, a_function):
    stack = build({**a_function(CODE.format("1")), "One": version(CodeSha256="other")})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("different from current CodeSHA256" in reason for reason in stack.reasons())


@pytest.mark.parametrize("name", ["RoutingConfig", "ProvisionedConcurrencyConfig"])
def test_an_alias_with_weights_or_warm_copies_is_refused_by_name(build, a_function, name):
    resources = {
        **a_function(CODE.format("1")),
        "One": version(),
        "Alias": alias("One", **{name: {}}),
    }
    with pytest.raises(ClientError, match=f"the property {name} of AWS::Lambda::Alias Alias"):
        build(resources)


def permission(of, source):
    return resource(
        "Permission",
        FunctionName={"Ref": of},
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn={"Fn::GetAtt": [source, "Arn"]},
    )


@pytest.mark.parametrize(("admitted", "reached"), [("Alias", True), ("Function", False)])
def test_a_rule_reaches_an_alias_that_admits_it(
    cloud, build, a_function, answer, admitted, reached
):
    source = f"versions.{admitted}"
    rule = {
        "Type": "AWS::Events::Rule",
        "Properties": {
            "EventPattern": {"source": [source]},
            "Targets": [{"Id": "alias", "Arn": {"Ref": "Alias"}}],
        },
    }
    stack = build(
        {
            **a_function(CODE.format(admitted)),
            "One": version(),
            "Alias": alias("One"),
            "Rule": rule,
            "Permission": permission(admitted, "Rule"),
        }
    )
    entry = {"Source": source, "DetailType": "said", "Detail": "{}"}
    known = len(cloud.failures())
    cloud.aws("events").put_events(Entries=[entry])
    failures = cloud.settle()["failures"][known:]
    runs = [run for run in cloud.invocations() if run["function"] == stack["Function"]]
    assert [run["answer"] for run in runs] == ([admitted] if reached else [])
    assert any("no resource-based policy of" in each["traceback"] for each in failures) != reached


def test_a_mapping_to_an_alias_follows_it(cloud, build, a_function, allow):
    read = allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
    mapping = resource(
        "EventSourceMapping",
        FunctionName={"Ref": "Alias"},
        EventSourceArn={"Fn::GetAtt": ["Queue", "Arn"]},
    )
    more = {"Queue": {"Type": "AWS::SQS::Queue"}, "Mapping": mapping}
    old, new = (a_function(CODE.format(word), read) for word in ("old", "new"))
    stack = build({**old, **more, "One": version(), "Alias": alias("One")})
    found = cloud.aws("lambda").get_event_source_mapping(UUID=stack["Mapping"])
    assert found["FunctionArn"] == stack["Alias"]
    sqs = cloud.aws("sqs")
    sqs.send_message(QueueUrl=stack["Queue"], MessageBody="first")
    cloud.settle()
    stack.update({**new, **more, "Two": version(), "Alias": alias("Two")})
    sqs.send_message(QueueUrl=stack["Queue"], MessageBody="second")
    cloud.settle()
    runs = [run for run in cloud.invocations() if run["function"] == stack["Function"]]
    assert [run["answer"] for run in runs] == ["old", "new"]
