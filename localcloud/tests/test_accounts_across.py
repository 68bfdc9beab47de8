"""What may one account do in another, and what with both sides' leave alone?"""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.corners import HERE, THERE, A, B, Corner, allow, document

ROOT_OF_A = {"AWS": f"arn:aws:iam::{A}:root"}


@pytest.fixture(scope="module")
def ours(cloud):
    return Corner(cloud, A, HERE)


@pytest.fixture(scope="module")
def theirs(cloud):
    return Corner(cloud, B, HERE)


def refused(call, **params):
    with pytest.raises(ClientError) as caught:
        call(**params)
    assert "AccessDenied" in caught.value.response["Error"]["Code"] or "AuthorizationError" in str(
        caught.value
    )
    return str(caught.value)


def user(at, name, *statements):
    """Return a session of a new user of a place with these statements."""
    iam = at.aws("iam")
    iam.create_user(UserName=name)
    if statements:
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return at.cloud.session(key["AccessKeyId"], key["SecretAccessKey"], region=at.region)


def test_a_bucket_name_is_taken_everywhere(ours, theirs):
    theirs.aws("s3").create_bucket(Bucket="taken")
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        ours.aws("s3").create_bucket(Bucket="taken")
    names = [each["Name"] for each in ours.aws("s3").list_buckets()["Buckets"]]
    assert "taken" not in names


def test_objects_of_another_account_need_both_policies(ours, theirs):
    theirs.aws("s3").create_bucket(Bucket="guarded")
    theirs.aws("s3").put_object(Bucket="guarded", Key="k", Body=b"theirs")
    put = {"Bucket": "guarded", "Key": "k2", "Body": b""}
    refused(ours.aws("s3").get_object, Bucket="guarded", Key="k")
    refused(ours.aws("s3").put_object, **put)
    refused(ours.aws("s3").list_objects_v2, Bucket="guarded")
    refused(ours.aws("s3").get_bucket_policy, Bucket="guarded")
    refused(ours.aws("s3").delete_bucket, Bucket="guarded")
    theirs.aws("s3").put_bucket_policy(Bucket="guarded", Policy=document(
        allow("s3:GetObject", "arn:aws:s3:::guarded/*", Principal=ROOT_OF_A)
    ))  # fmt: skip
    got = ours.aws("s3").get_object(Bucket="guarded", Key="k")
    assert got["Body"].read() == b"theirs"
    refused(ours.aws("s3").put_object, **put)
    poor, rich = user(ours, "poor"), user(ours, "rich", allow("s3:GetObject"))
    rich.client("s3").get_object(Bucket="guarded", Key="k")
    refused(poor.client("s3").get_object, Bucket="guarded", Key="k")


def test_a_named_user_of_another_account_needs_a_policy_of_its_own_too(ours, theirs):
    theirs.aws("s3").create_bucket(Bucket="named")
    named = user(ours, "named")
    arn = f"arn:aws:iam::{A}:user/named"
    theirs.aws("s3").put_bucket_policy(Bucket="named", Policy=document(
        allow("s3:ListBucket", "arn:aws:s3:::named", Principal={"AWS": arn})
    ))  # fmt: skip
    refused(named.client("s3").list_objects_v2, Bucket="named")


def test_an_object_is_copied_over_accounts_with_leave(ours, theirs):
    theirs.aws("s3").create_bucket(Bucket="copied-from")
    ours.aws("s3").create_bucket(Bucket="copied-to")
    theirs.aws("s3").put_object(Bucket="copied-from", Key="k", Body=b"x")
    copy = {"Bucket": "copied-to", "Key": "k", "CopySource": "copied-from/k"}
    refused(ours.aws("s3").copy_object, **copy)
    theirs.aws("s3").put_bucket_policy(Bucket="copied-from", Policy=document(
        allow(["s3:GetObject", "s3:GetObjectTagging"], "arn:aws:s3:::copied-from/*",
              Principal=ROOT_OF_A)
    ))  # fmt: skip
    ours.aws("s3").copy_object(**copy)
    assert ours.aws("s3").get_object(Bucket="copied-to", Key="k")["Body"].read() == b"x"


def test_the_account_of_a_resource_is_known_to_a_policy(ours, theirs):
    theirs.aws("s3").create_bucket(Bucket="accounted")
    own = {"StringEquals": {"s3:ResourceAccount": A}}
    careful = user(ours, "careful", allow("s3:ListBucket", Condition=own))
    theirs.aws("s3").put_bucket_policy(Bucket="accounted", Policy=document(
        allow("s3:ListBucket", "arn:aws:s3:::accounted", Principal=ROOT_OF_A,
              Condition={"StringEquals": {"aws:PrincipalAccount": A}})
    ))  # fmt: skip
    ours.aws("s3").list_objects_v2(Bucket="accounted")
    refused(careful.client("s3").list_objects_v2, Bucket="accounted")


def test_a_role_is_assumed_over_accounts_by_trust_and_policy(ours, theirs):
    iam = theirs.aws("iam")
    arn = f"arn:aws:iam::{B}:role/visited"
    asked = {"RoleArn": arn, "RoleSessionName": "guest"}
    refused(ours.aws("sts").assume_role, **asked)
    trust = {"Effect": "Allow", "Principal": {"AWS": B}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="visited", AssumeRolePolicyDocument=document(trust))
    refused(ours.aws("sts").assume_role, **asked)
    iam.update_assume_role_policy(
        RoleName="visited", PolicyDocument=document({**trust, "Principal": ROOT_OF_A})
    )
    iam.put_role_policy(RoleName="visited", PolicyName="p", PolicyDocument=document(allow("sqs:*")))
    refused(user(ours, "unsent").client("sts").assume_role, **asked)
    sender = user(ours, "sent", allow("sts:AssumeRole", arn))
    made = sender.client("sts").assume_role(**asked)["Credentials"]
    keys = made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"]
    guest = ours.cloud.session(*keys)
    who = guest.client("sts").get_caller_identity()
    assert (who["Account"], who["Arn"]) == (B, f"arn:aws:sts::{B}:assumed-role/visited/guest")
    assert B in guest.client("sqs").create_queue(QueueName="guests")["QueueUrl"]
    refused(guest.client("s3").list_buckets)


def test_a_message_is_sent_over_accounts_by_the_queues_url(ours, theirs):
    url = theirs.queue("their-inbox")
    ours.queue("their-inbox")
    send = {"QueueUrl": url, "MessageBody": "hello"}
    refused(ours.aws("sqs").send_message, **send)
    policy = document(allow("sqs:SendMessage", Principal=ROOT_OF_A))
    theirs.aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    ours.aws("sqs").send_message(**send)
    refused(ours.aws("sqs").receive_message, QueueUrl=url)
    assert theirs.bodies(url) == ["hello"]
    assert ours.bodies(ours.queue("their-inbox")) == []


def test_a_function_is_invoked_over_accounts_by_its_policy(ours, theirs):
    theirs.function("lent", "def handle(event, context):\n    return context.invoked_function_arn")
    arn = theirs.arn("lambda", "function:lent")
    refused(ours.aws("lambda").invoke, FunctionName=arn)
    theirs.aws("lambda").add_permission(
        FunctionName="lent", StatementId="s", Action="lambda:InvokeFunction", Principal=A
    )
    assert json.load(ours.aws("lambda").invoke(FunctionName=arn)["Payload"]) == arn
    with pytest.raises(ClientError, match="give the whole ARN"):
        ours.aws("lambda").invoke(FunctionName=f"{B}:function:lent")
    refused(ours.aws("lambda").get_function, FunctionName=arn)


def test_code_and_templates_are_not_read_out_of_another_accounts_bucket(ours, theirs):
    theirs.aws("s3").create_bucket(Bucket="sources")
    for key in ("k", "oursb/k"):
        theirs.aws("s3").put_object(Bucket="sources", Key=key, Body=b'{"Resources": {}}')
    found = {"S3Bucket": "sources", "S3Key": "k"}
    ours.function("sourced", "def handle(event, context):\n    return 1")
    role = ours.role("sourced", "lambda.amazonaws.com")
    functions, stacks = ours.aws("lambda"), ours.aws("cloudformation")
    made = {"Runtime": "python3.12", "Handler": "index.handle", "Role": role}
    refused(functions.create_function, FunctionName="f", Code=found, **made)
    refused(functions.update_function_code, FunctionName="sourced", **found)
    refused(functions.publish_layer_version, LayerName="l", Content=found)
    for url in (
        "https://s3.amazonaws.com/sources/k",
        "https://sources.s3.us-east-1.amazonaws.com/k",
        "https://sources.example.com/oursb/k",
        f"{ours.cloud.endpoint}/sources/k",
    ):
        refused(stacks.create_stack, StackName="s", TemplateURL=url)
        refused(stacks.validate_template, TemplateURL=url)
    policy = document(allow("s3:GetObject", "arn:aws:s3:::sources/*", Principal=ROOT_OF_A))
    theirs.aws("s3").put_bucket_policy(Bucket="sources", Policy=policy)
    functions.publish_layer_version(LayerName="l", Content=found)


def test_a_topic_is_published_to_over_accounts_and_reaches_the_subscribers_account(ours, theirs):
    arn = theirs.aws("sns").create_topic(Name="news")["TopicArn"]
    refused(ours.aws("sns").publish, TopicArn=arn, Message="m")
    refused(ours.aws("sns").subscribe, TopicArn=arn, Protocol="sqs", Endpoint="x")
    theirs.aws("sns").set_topic_attributes(
        TopicArn=arn, AttributeName="Policy", AttributeValue=document(
            allow(["sns:Publish", "sns:Subscribe"], arn, Principal=ROOT_OF_A)
        ),
    )  # fmt: skip
    url = ours.queue("news")
    ours.aws("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=ours.arn("sqs", "news"))
    ours.aws("sns").publish(TopicArn=arn, Message="closed")
    assert ours.bodies(url) == []
    assert "no resource-based policy" in ours.failures()[-1]
    assert ours.failures()[-1].rstrip().endswith(f"in account {B}, region {HERE}")
    service = {"Service": "sns.amazonaws.com"}
    source = {"ArnEquals": {"aws:SourceArn": arn}, "StringEquals": {"aws:SourceAccount": B}}
    policy = document(allow("sqs:SendMessage", Principal=service, Condition=source))
    ours.aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    ours.aws("sns").publish(TopicArn=arn, Message="open")
    (body,) = ours.bodies(url)
    assert json.loads(body)["Message"] == "open"


def test_who_subscribes_anothers_queue_is_refused_by_name(ours, theirs):
    arn = theirs.aws("sns").create_topic(Name="unasked")["TopicArn"]
    with pytest.raises(ClientError, match=r"NotImplementedByLocalCloud.*confirm"):
        theirs.aws("sns").subscribe(
            TopicArn=arn, Protocol="sqs", Endpoint=ours.arn("sqs", "whatever")
        )


def test_an_alarm_acts_in_its_region_and_over_accounts_by_the_topics_policy(cloud, ours, theirs):
    theirs.aws("sns").create_topic(Name="alarming")
    arn = theirs.arn("sns", "alarming")
    url = theirs.queue("alarming", allow("sqs:SendMessage", Principal="*"))
    theirs.aws("sns").subscribe(
        TopicArn=arn, Protocol="sqs", Endpoint=theirs.arn("sqs", "alarming")
    )
    alarm = {
        "AlarmName": "across", "Namespace": "Mine", "MetricName": "across", "Statistic": "Sum",
        "Period": 60, "EvaluationPeriods": 1, "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": [arn],
    }  # fmt: skip
    far = Corner(cloud, A, THERE)
    with pytest.raises(ClientError, match="in another region than the alarm"):
        far.aws("cloudwatch").put_metric_alarm(**alarm)
    ours.aws("cloudwatch").put_metric_alarm(**alarm)
    policy = document(allow("sns:Publish", arn, Principal={"AWS": B}))
    admitted = document(allow(
        "sns:Publish", arn, Principal={"Service": "cloudwatch.amazonaws.com"},
        Condition={"StringEquals": {"aws:SourceAccount": A}},
    ))  # fmt: skip
    for number, (text, arrived) in enumerate(((policy, 0), (admitted, 1))):
        theirs.aws("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=text
        )
        for state in ("OK", "ALARM"):
            ours.aws("cloudwatch").set_alarm_state(
                AlarmName="across", StateValue=state, StateReason=str(number)
            )
        messages = [json.loads(body) for body in theirs.bodies(url)]
        assert len(messages) == arrived
    assert json.loads(messages[0]["Message"])["AWSAccountId"] == A


def test_a_key_is_used_over_accounts_by_its_policy(ours, theirs):
    key = theirs.aws("kms").create_key()["KeyMetadata"]["Arn"]
    refused(ours.aws("kms").encrypt, KeyId=key, Plaintext=b"x")
    theirs.aws("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=document(
        allow("kms:*", Principal={"AWS": B}),
        allow(["kms:Encrypt", "kms:Decrypt"], Principal=ROOT_OF_A,
              Condition={"StringEquals": {"kms:CallerAccount": A}}),
    ))  # fmt: skip
    sealed = ours.aws("kms").encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert ours.aws("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"x"
    refused(ours.aws("kms").schedule_key_deletion, KeyId=key)


def test_a_secret_is_read_over_accounts_by_its_policy(ours, theirs):
    arn = theirs.aws("secretsmanager").create_secret(Name="word", SecretString="x")["ARN"]
    refused(ours.aws("secretsmanager").get_secret_value, SecretId=arn)
    theirs.aws("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=document(
        allow("secretsmanager:GetSecretValue", Principal=ROOT_OF_A)
    ))  # fmt: skip
    assert ours.aws("secretsmanager").get_secret_value(SecretId=arn)["SecretString"] == "x"


def test_a_table_is_read_over_accounts_by_its_policy(ours, theirs):
    arn = theirs.arn("dynamodb", "table/lent")
    theirs.aws("dynamodb").create_table(
        TableName="lent", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )  # fmt: skip
    key = {"pk": {"S": "k"}}
    theirs.aws("dynamodb").put_item(TableName="lent", Item=key)
    refused(ours.aws("dynamodb").get_item, TableName=arn, Key=key)
    policy = document(allow("dynamodb:GetItem", arn, Principal=ROOT_OF_A))
    theirs.aws("dynamodb").put_resource_policy(ResourceArn=arn, Policy=policy)
    assert ours.aws("dynamodb").get_item(TableName=arn, Key=key)["Item"] == key
    refused(ours.aws("dynamodb").put_item, TableName=arn, Item=key)
    with pytest.raises(ClientError, match=r"NotImplementedByLocalCloud.*in a batch"):
        ours.aws("dynamodb").batch_get_item(RequestItems={arn: {"Keys": [key]}})


EVENT = {"Source": "mine", "DetailType": "d", "Detail": "{}"}


def test_an_event_is_put_on_anothers_bus_by_its_policy(ours, theirs):
    arn = theirs.aws("events").create_event_bus(Name="open")["EventBusArn"]
    ours.aws("events").create_event_bus(Name="open")
    entry = {**EVENT, "EventBusName": arn}
    refused(ours.aws("events").put_events, Entries=[entry])
    url = theirs.queue("open-bus", allow("sqs:SendMessage", Principal="*"))
    theirs.rule("all", {"source": ["mine"]}, {"Arn": theirs.arn("sqs", "open-bus")}, bus="open")
    theirs.aws("events").put_permission(
        EventBusName="open", StatementId="a", Action="events:PutEvents", Principal=A
    )
    ours.aws("events").put_events(Entries=[entry])
    (body,) = theirs.bodies(url)
    assert json.loads(body)["account"] == A


@pytest.mark.parametrize("region", [HERE, THERE])
def test_a_bus_passes_events_to_another_accounts_bus_by_role_and_policy(cloud, ours, region):
    far = Corner(cloud, B, region)
    bus, name = far.arn("events", f"event-bus/to-{region}"), f"to-{region}"
    far.aws("events").create_event_bus(Name=name)
    url = far.queue(name, allow("sqs:SendMessage", Principal="*"))
    far.rule("all", {"source": ["mine"]}, {"Arn": far.arn("sqs", name)}, bus=name)
    ours.aws("events").create_event_bus(Name=name)
    with pytest.raises(ClientError, match="RoleArn is required"):
        ours.rule("on", {"source": ["mine"]}, {"Arn": bus}, bus=name)
    role = ours.role(f"pass-{region}", "events.amazonaws.com", allow("events:PutEvents", bus))
    ours.rule("on", {"source": ["mine"]}, {"Arn": bus, "RoleArn": role}, bus=name)
    entry = {**EVENT, "EventBusName": name}
    ours.aws("events").put_events(Entries=[entry])
    assert far.bodies(url) == []
    assert "may not put events" in ours.failures()[-1]
    far.aws("events").put_permission(
        EventBusName=name, StatementId="a", Action="events:PutEvents", Principal=A
    )
    ours.aws("events").put_events(Entries=[entry])
    (event,) = map(json.loads, far.bodies(url))
    assert (event["account"], event["region"]) == (A, HERE)


def test_a_bus_decides_about_a_passed_event_by_its_source_and_type(ours, theirs):
    bus = theirs.aws("events").create_event_bus(Name="choosy")["EventBusArn"]
    url = theirs.queue("choosy", allow("sqs:SendMessage", Principal="*"))
    theirs.rule("all", {"source": ["mine"]}, {"Arn": theirs.arn("sqs", "choosy")}, bus="choosy")
    role = ours.role("choosy", "events.amazonaws.com", allow("events:PutEvents", bus))
    when = {
        "StringEquals": {"events:source": "mine", "events:detail-type": "wanted"},
        "ArnEquals": {"aws:PrincipalArn": role},
    }
    one = allow("events:PutEvents", bus, Sid="a", Principal=ROOT_OF_A, Condition=when)
    theirs.aws("events").put_permission(EventBusName="choosy", Policy=document(one))
    ours.aws("events").create_event_bus(Name="choosy")
    ours.rule("on", {"source": ["mine"]}, {"Arn": bus, "RoleArn": role}, bus="choosy")
    for kind in ("wanted", "unwanted"):
        entry = {**EVENT, "DetailType": kind, "EventBusName": "choosy"}
        ours.aws("events").put_events(Entries=[entry])
    assert [json.loads(each)["detail-type"] for each in theirs.bodies(url)] == ["wanted"]
    assert "may not put events" in ours.failures()[-1]


def test_a_key_is_known_by_its_alias_to_who_may_use_no_other(ours, theirs):
    kms = theirs.aws("kms")
    known, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    kms.create_alias(AliasName="alias/known", TargetKeyId=known)
    kms.create_alias(AliasName="alias/other", TargetKeyId=other)
    both = [allow("kms:*", Principal={"AWS": B}), allow("kms:Encrypt", Principal=ROOT_OF_A)]
    for key in (known, other):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document(*both))
    when = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/known"}}
    one = user(ours, "by-alias", allow("kms:Encrypt", "*", Condition=when)).client("kms")
    assert one.encrypt(KeyId=known, Plaintext=b"x")["CiphertextBlob"]
    refused(one.encrypt, KeyId=other, Plaintext=b"x")


def test_a_bus_passes_events_to_its_accounts_bus_in_another_region(cloud, ours):
    far = Corner(cloud, A, THERE)
    url = far.queue("regional", allow("sqs:SendMessage", Principal="*"))
    far.rule("regional", {"source": ["far"]}, {"Arn": far.arn("sqs", "regional")})
    bus = far.arn("events", "event-bus/default")
    poor = ours.role("regional-poor", "events.amazonaws.com", allow("events:PutRule"))
    ours.rule("regional", {"source": ["far"]}, {"Arn": bus, "RoleArn": poor})
    ours.aws("events").put_events(Entries=[{**EVENT, "Source": "far"}])
    assert far.bodies(url) == []
    role = ours.role("regional", "events.amazonaws.com", allow("events:PutEvents", bus))
    ours.rule("regional", {"source": ["far"]}, {"Arn": bus, "RoleArn": role})
    ours.aws("events").put_events(Entries=[{**EVENT, "Source": "far"}])
    assert len(far.bodies(url)) == 1


def test_a_target_in_another_region_is_a_bus_or_none(cloud, ours):
    far = Corner(cloud, A, THERE)
    with pytest.raises(ClientError, match="another region"):
        ours.rule("too-far", {"source": ["x"]}, {"Arn": far.arn("sqs", "any")})


@pytest.mark.parametrize("service", ["sqs", "sns", "lambda"])
def test_a_rule_reaches_another_accounts_target_by_role_and_policy(ours, theirs, service):
    """After "Sending events to an AWS service in another account" of EventBridge's guide."""
    name = f"reached-{service}"
    url = theirs.queue(name, allow("sqs:SendMessage", Principal="*"))
    arn, action = {
        "sqs": (theirs.arn("sqs", f"{name}-direct"), "sqs:SendMessage"),
        "sns": (theirs.arn("sns", name), "sns:Publish"),
        "lambda": (theirs.arn("lambda", f"function:{name}"), "lambda:InvokeFunction"),
    }[service]
    role = ours.role(name, "events.amazonaws.com", allow(action, arn))
    admitted = allow(action, arn, Principal={"AWS": role})
    if service == "sqs":
        url = theirs.queue(f"{name}-direct")
        admit = lambda: theirs.aws("sqs").set_queue_attributes(  # noqa: E731
            QueueUrl=url, Attributes={"Policy": document(admitted)}
        )
    elif service == "sns":
        theirs.aws("sns").create_topic(Name=name)
        theirs.aws("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=theirs.arn("sqs", name))
        admit = lambda: theirs.aws("sns").set_topic_attributes(  # noqa: E731
            TopicArn=arn, AttributeName="Policy", AttributeValue=document(admitted)
        )
    else:
        code = (
            "import boto3\ndef handle(event, context):\n"
            f"    boto3.client('sqs').send_message(QueueUrl={url!r}, MessageBody='ran')"
        )
        theirs.function(name, code, allow("sqs:*"))
        admit = lambda: theirs.aws("lambda").add_permission(  # noqa: E731
            FunctionName=name, StatementId="s", Action=action, Principal=role
        )
    with pytest.raises(ClientError, match="RoleArn is required"):
        ours.rule(name, {"source": [name]}, {"Arn": arn})
    ours.rule(name, {"source": [name]}, {"Arn": arn, "RoleArn": role})
    for admitting, arrived in ((lambda: None, 0), (admit, 1)):
        admitting()
        ours.aws("events").put_events(Entries=[{**EVENT, "Source": name}])
        assert len(theirs.bodies(url)) == arrived


def test_a_mapping_polls_another_accounts_queue_by_its_policy(ours, theirs):
    url = theirs.queue("fed-across")
    arn = theirs.arn("sqs", "fed-across")
    ours.function("fed", "def handle(event, context):\n    return 1", allow("sqs:*"))
    asked = {"FunctionName": "fed", "EventSourceArn": arn}
    with pytest.raises(ClientError, match="does not have permissions to call ReceiveMessage"):
        ours.aws("lambda").create_event_source_mapping(**asked)
    role = {"AWS": f"arn:aws:iam::{A}:role/fed-{HERE}"}
    policy = document(allow("sqs:*", arn, Principal=role))
    theirs.aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    ours.aws("lambda").create_event_source_mapping(**asked)
    theirs.aws("sqs").send_message(QueueUrl=url, MessageBody="m")
    ours.cloud.settle()
    (run,) = [each for each in ours.cloud.invocations() if each["function"] == "fed"]
    assert (run["account"], run["event"]["Records"][0]["eventSourceARN"]) == (A, arn)


def test_a_buckets_events_go_to_its_own_account_or_are_refused_by_name(ours, theirs):
    ours.aws("s3").create_bucket(Bucket="notifies")
    theirs.queue("notified", allow("sqs:SendMessage", Principal="*"))
    config = {"QueueConfigurations": [
        {"QueueArn": theirs.arn("sqs", "notified"), "Events": ["s3:ObjectCreated:*"]}
    ]}  # fmt: skip
    with pytest.raises(ClientError, match="NotImplementedByLocalCloud"):
        ours.aws("s3").put_bucket_notification_configuration(
            Bucket="notifies", NotificationConfiguration=config
        )


def test_model_packages_of_another_account_by_the_groups_policy(ours, theirs):
    group = theirs.aws("sagemaker").create_model_package_group(ModelPackageGroupName="Lent")
    arn = group["ModelPackageGroupArn"]
    ours.aws("sagemaker").create_model_package_group(ModelPackageGroupName="Lent")
    refused(ours.aws("sagemaker").create_model_package, ModelPackageGroupName=arn)
    refused(ours.aws("sagemaker").list_model_packages, ModelPackageGroupName=arn)
    packages = theirs.arn("sagemaker", "model-package/lent/*")
    theirs.aws("sagemaker").put_model_package_group_policy(
        ModelPackageGroupName="Lent", ResourcePolicy=document(
            allow(["sagemaker:CreateModelPackage", "sagemaker:DescribeModelPackage",
                   "sagemaker:UpdateModelPackage", "sagemaker:ListModelPackages"],
                  packages, Principal=ROOT_OF_A),
        ),
    )  # fmt: skip
    made = ours.aws("sagemaker").create_model_package(ModelPackageGroupName=arn)["ModelPackageArn"]
    assert made == theirs.arn("sagemaker", "model-package/lent/1")
    ours.aws("sagemaker").update_model_package(ModelPackageArn=made, ModelApprovalStatus="Approved")
    described = ours.aws("sagemaker").describe_model_package(ModelPackageName=made)
    assert described["CreatedBy"]["IamIdentity"]["Arn"] == f"arn:aws:iam::{A}:user/administrator"
    listed = ours.aws("sagemaker").list_model_packages(ModelPackageGroupName=arn)
    assert len(listed["ModelPackageSummaryList"]) == 1
    own = ours.aws("sagemaker").list_model_packages(ModelPackageGroupName="Lent")
    assert own["ModelPackageSummaryList"] == []
    refused(ours.aws("sagemaker").delete_model_package, ModelPackageName=made)
    refused(ours.aws("sagemaker").delete_model_package_group, ModelPackageGroupName=arn)


def test_a_model_is_made_of_another_accounts_package_by_the_groups_policy(ours, theirs):
    sagemaker = theirs.aws("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="served")
    image = {"Image": "image", "ModelDataUrl": "s3://any/model.tar.gz"}
    made = sagemaker.create_model_package(
        ModelPackageGroupName="served", InferenceSpecification={"Containers": [image]}
    )["ModelPackageArn"]
    role = ours.role("serves", "sagemaker.amazonaws.com", allow("s3:*"))
    model = {"ModelName": "of-theirs", "ExecutionRoleArn": role,
             "PrimaryContainer": {"ModelPackageName": made}}  # fmt: skip
    refused(ours.aws("sagemaker").create_model, **model)
    sagemaker.put_model_package_group_policy(
        ModelPackageGroupName="served", ResourcePolicy=document(
            allow("sagemaker:CreateModel", made.replace("/1", "/*"), Principal=ROOT_OF_A)
        ),
    )  # fmt: skip
    answer = ours.aws("sagemaker").create_model(**model)
    assert answer["ModelArn"] == ours.arn("sagemaker", "model/of-theirs")


def test_another_accounts_pipeline_is_not_ours(ours, theirs):
    arn = theirs.arn("sagemaker", "pipeline/any")
    refused(ours.aws("sagemaker").start_pipeline_execution, PipelineName=arn)
    refused(
        ours.aws("sagemaker").describe_pipeline_execution,
        PipelineExecutionArn=f"{arn}/execution/x",
    )


def test_a_registry_or_catalog_of_another_account_is_refused_by_name(ours):
    with pytest.raises(ClientError, match=f"NotImplementedByLocalCloud.*registryId {B}"):
        ours.aws("ecr").describe_repositories(registryId=B)
    with pytest.raises(ClientError, match=f"NotImplementedByLocalCloud.*CatalogId {B}"):
        ours.aws("glue").get_databases(CatalogId=B)


def test_another_accounts_stack_alarm_and_log_group_are_closed(ours, theirs):
    refused(ours.aws("cloudformation").describe_stacks, StackName=theirs.arn(
        "cloudformation", "stack/same/0")
    )  # fmt: skip
    refused(ours.aws("logs").list_tags_for_resource, resourceArn=theirs.arn(
        "logs", "log-group:any")
    )  # fmt: skip
    refused(ours.aws("ssm").get_parameter, Name=theirs.arn("ssm", "parameter/any"))


def test_a_list_in_another_account_is_refused_though_it_is_of_no_resource(ours, theirs):
    bus = theirs.arn("events", "event-bus/default")
    refused(ours.aws("events").list_rules, EventBusName=bus)


def test_restrict_public_buckets_keeps_other_accounts_out(ours, theirs):
    theirs.aws("s3").create_bucket(Bucket="restricted")
    theirs.aws("s3").delete_public_access_block(Bucket="restricted")
    theirs.aws("s3").put_bucket_policy(Bucket="restricted", Policy=document(
        allow("s3:ListBucket", "arn:aws:s3:::restricted", Principal="*")
    ))  # fmt: skip
    ours.aws("s3").list_objects_v2(Bucket="restricted")
    theirs.aws("s3").put_public_access_block(
        Bucket="restricted", PublicAccessBlockConfiguration={"RestrictPublicBuckets": True}
    )
    refused(ours.aws("s3").list_objects_v2, Bucket="restricted")


def test_a_role_of_another_account_is_not_passed(ours, theirs):
    role = theirs.role("passed", "sagemaker.amazonaws.com", allow("s3:*"))
    refused(
        ours.aws("sagemaker").create_pipeline, PipelineName="passing", RoleArn=role,
        ClientRequestToken="t" * 32, PipelineDefinition="{}",
    )  # fmt: skip


def test_an_export_is_of_one_account_and_region(cloud, ours):
    template = {"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {
        "Type": "String", "Value": {"Fn::ImportValue": "of-ours"}}}}}  # fmt: skip
    exported = {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}},
                "Outputs": {"O": {"Value": "v", "Export": {"Name": "of-ours"}}}}  # fmt: skip
    ours.aws("cloudformation").create_stack(StackName="exports", TemplateBody=json.dumps(exported))
    far = Corner(cloud, A, THERE).aws("cloudformation")
    far.create_stack(StackName="imports", TemplateBody=json.dumps(template))
    (stack,) = far.describe_stacks(StackName="imports")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    ours.aws("cloudformation").create_stack(StackName="imports", TemplateBody=json.dumps(template))
