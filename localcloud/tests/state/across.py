"""What is between services, accounts and regions before a restart, and goes on after it?

As in `things`, each row has a function that makes and one that sees.
"""

from __future__ import annotations

import json

from tests.state import things

ELSEWHERE = {"account": "222222222222", "region": "eu-central-1"}
FAILS = "def handle(event, context): raise ValueError('not yet')"
QUIET = "def handle(event, context): return 'ran'"
TELLS_TIME = "import time\ndef handle(event, context): return time.time()"
LAYERED = "import layered\ndef handle(event, context): return layered.WORD"


def function(cloud, name, code, where=None, **more):
    iam = cloud.aws("iam", **(where or {}))
    trust, everything = json.dumps(things.TRUST), json.dumps(things.EVERYTHING)
    role = iam.create_role(RoleName=f"role-of-{name}", AssumeRolePolicyDocument=trust)["Role"]
    iam.put_role_policy(RoleName=role["RoleName"], PolicyName="all", PolicyDocument=everything)
    made = cloud.aws("lambda", **(where or {})).create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handle",
        Role=role["Arn"],
        Code={"ZipFile": things.zipped(code)},
        **more,
    )
    return made["FunctionArn"]


def answer(cloud, name):
    return json.load(cloud.aws("lambda").invoke(FunctionName=name)["Payload"])


def runs(cloud, name):
    return [each for each in cloud.invocations() if each["function"] == name]


def make_elsewhere(cloud):
    """Make what has the same names here and there, and an event that is tried again there."""
    for where, text in (({}, "here"), (ELSEWHERE, "there")):
        cloud.aws("ssm", **where).put_parameter(Name="/both", Value=text, Type="String")
        cloud.aws("sqs", **where).create_queue(QueueName="both")
        url = cloud.aws("sqs", **where).get_queue_url(QueueName="both")["QueueUrl"]
        cloud.aws("sqs", **where).send_message(QueueUrl=url, MessageBody=text)
        cloud.aws("sagemaker", **where).create_model_package_group(
            ModelPackageGroupName="both", ModelPackageGroupDescription=text
        )
        cloud.aws("s3", **where).create_bucket(
            Bucket=f"of-{text}",
            **(
                {"CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}
                if where
                else {}
            ),
        )
    function(cloud, "both", FAILS, ELSEWHERE)
    cloud.aws("lambda", **ELSEWHERE).invoke(FunctionName="both", InvocationType="Event")
    key = cloud.aws("iam", **ELSEWHERE)
    key.create_user(UserName="there")
    made = key.create_access_key(UserName="there")["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def see_elsewhere(cloud, key):
    for where, text in (({}, "here"), (ELSEWHERE, "there")):
        found = cloud.aws("ssm", **where).get_parameter(Name="/both")["Parameter"]
        assert found["Value"] == text
        sqs = cloud.aws("sqs", **where)
        url = sqs.get_queue_url(QueueName="both")["QueueUrl"]
        assert [each["Body"] for each in sqs.receive_message(QueueUrl=url)["Messages"]] == [text]
        group = cloud.aws("sagemaker", **where).describe_model_package_group(
            ModelPackageGroupName="both"
        )
        assert group["ModelPackageGroupDescription"] == text
        names = [each["Name"] for each in cloud.aws("s3", **where).list_buckets()["Buckets"]]
        assert [name for name in names if name.startswith("of-")] == [f"of-{text}"]
    who = cloud.session(*key, region="eu-central-1").client("sts").get_caller_identity()
    assert who["Arn"] == "arn:aws:iam::222222222222:user/there"
    cloud.advance(200)
    seen = [(each["account"], each["region"], each["attempt"]) for each in runs(cloud, "both")]
    assert seen == [("222222222222", "eu-central-1", 2), ("222222222222", "eu-central-1", 3)]


def table(cloud, name):
    made = cloud.aws("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return made["TableDescription"]["LatestStreamArn"]


def put(cloud, name, key):
    cloud.aws("dynamodb").put_item(TableName=name, Item={"k": {"S": key}})


def keys(run):
    return [each["dynamodb"]["Keys"]["k"]["S"] for each in run["event"]["Records"]]


def make_stream(cloud):
    """Leave a record unread, behind one that was read, in a mapping that waits for more."""
    stream = table(cloud, "streamed")
    put(cloud, "streamed", "too early")
    function(cloud, "reads", QUIET)
    cloud.aws("lambda").create_event_source_mapping(
        FunctionName="reads",
        EventSourceArn=stream,
        StartingPosition="LATEST",
        BatchSize=10,
        MaximumBatchingWindowInSeconds=60,
    )
    put(cloud, "streamed", "unread")
    cloud.settle()
    assert runs(cloud, "reads") == []


def see_stream(cloud, _made):
    cloud.advance(61)
    assert [keys(run) for run in runs(cloud, "reads")] == [["unread"]]
    put(cloud, "streamed", "next")
    cloud.advance(61)
    assert [keys(run) for run in runs(cloud, "reads")] == [["unread"], ["next"]]


def make_failed_batch(cloud):
    """Leave a batch that has failed once and is to be tried once more."""
    stream = table(cloud, "failing")
    function(cloud, "fails", FAILS)
    url = things.queue(cloud, "lost")
    cloud.aws("lambda").create_event_source_mapping(
        FunctionName="fails",
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": things.arn_of_queue("lost")}},
    )
    put(cloud, "failing", "one")
    cloud.settle()
    assert [keys(run) for run in runs(cloud, "fails")] == [["one"]]
    return url


def see_failed_batch(cloud, url):
    cloud.advance(2)
    assert [keys(run) for run in runs(cloud, "fails")] == [["one"]]
    (body,) = things.bodies(cloud, url)
    assert json.loads(body)["requestContext"]["approximateInvokeCount"] == 2


def make_notification(cloud):
    s3 = cloud.aws("s3")
    s3.create_bucket(Bucket="notifies")
    url = things.queue(cloud, "notified")
    queue = {"QueueArn": things.arn_of_queue("notified"), "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="notifies", NotificationConfiguration={"QueueConfigurations": [queue]}
    )
    s3.put_object(Bucket="notifies", Key="k", Body=b"before")
    return url


def see_notification(cloud, url):
    cloud.aws("s3").put_object(Bucket="notifies", Key="k", Body=b"afterwards")
    cloud.settle()
    told = [json.loads(body).get("Records") for body in things.bodies(cloud, url)]
    objects = sorted(
        (record["s3"]["object"]["sequencer"], record["s3"]["object"]["size"])
        for records in told
        for record in records or ()
    )
    assert [size for _, size in objects] == [len(b"before"), len(b"afterwards")]


def make_mail(cloud):
    sns = cloud.aws("sns")
    topic = sns.create_topic(Name="mails")["TopicArn"]
    for address in ("soon@example.com", "never@example.com"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    return topic


def see_mail(cloud, topic):
    sns = cloud.aws("sns")
    asked = {each["to"]: each["token"] for each in cloud.mailbox() if each["topic"] == topic}
    assert set(asked) == {"soon@example.com", "never@example.com"}
    sns.publish(TopicArn=topic, Message="too early")
    sns.confirm_subscription(TopicArn=topic, Token=asked["soon@example.com"])
    sns.publish(TopicArn=topic, Message="heard")
    cloud.settle()
    sent = [(each["to"], each["body"]) for each in cloud.mailbox() if not each["token"]]
    assert sent == [("soon@example.com", "heard")]
    cloud.advance(2 * 86_400)
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert [each["Endpoint"] for each in listed] == ["soon@example.com"]


def make_throttled(cloud):
    """Leave an event that waits for its function, which has no turn."""
    arn = function(cloud, "throttled", QUIET)
    functions = cloud.aws("lambda")
    topic = cloud.aws("sns").create_topic(Name="throttled")["TopicArn"]
    functions.add_permission(
        FunctionName="throttled",
        StatementId="topic",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
    )
    cloud.aws("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    functions.put_function_concurrency(FunctionName="throttled", ReservedConcurrentExecutions=0)
    cloud.aws("sns").publish(TopicArn=topic, Message="waits")
    cloud.settle()
    assert runs(cloud, "throttled") == []


def see_throttled(cloud, _made):
    assert runs(cloud, "throttled") == []
    functions = cloud.aws("lambda")
    kept = functions.get_function_concurrency(FunctionName="throttled")
    assert kept["ReservedConcurrentExecutions"] == 0
    functions.delete_function_concurrency(FunctionName="throttled")
    cloud.advance(300)
    (run,) = runs(cloud, "throttled")
    assert run["event"]["Records"][0]["Sns"]["Message"] == "waits"


def send(cloud, url, body):
    cloud.aws("sqs").send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")


def make_fifo(cloud):
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = things.queue(cloud, "kept.fifo", **attributes, VisibilityTimeout="200")
    send(cloud, url, "one")
    send(cloud, url, "two")
    assert [each["Body"] for each in things.received(cloud, url)] == ["one", "two"]
    return url


def see_fifo(cloud, url):
    send(cloud, url, "two")  # the same within five minutes: it is not taken again
    send(cloud, url, "three")
    assert things.received(cloud, url) == []  # their group is in flight
    cloud.advance(200)
    got = [each["Body"] for each in things.received(cloud, url)]
    assert got == ["one", "two", "three"]


def make_layer(cloud):
    code = things.zipped("WORD = 'of the layer'", "python/layered.py")
    made = cloud.aws("lambda").publish_layer_version(LayerName="kept", Content={"ZipFile": code})
    function(cloud, "layered", LAYERED, Layers=[made["LayerVersionArn"]])


def see_layer(cloud, _made):
    assert answer(cloud, "layered") == "of the layer"
    code = things.zipped("WORD = 'another'", "python/layered.py")
    made = cloud.aws("lambda").publish_layer_version(LayerName="kept", Content={"ZipFile": code})
    assert made["Version"] == 2


def make_time(cloud):
    function(cloud, "tells-time", TELLS_TIME)


def see_time(cloud, _made):
    assert abs(answer(cloud, "tells-time") - cloud.now()) < 1e-3


TABLE = {
    "fifo": (make_fifo, see_fifo),
    "time": (make_time, see_time),
    "layer": (make_layer, see_layer),
    "notification": (make_notification, see_notification),
    "stream": (make_stream, see_stream),
    "failed-batch": (make_failed_batch, see_failed_batch),
    "throttled": (make_throttled, see_throttled),
    "elsewhere": (make_elsewhere, see_elsewhere),
    "mail": (make_mail, see_mail),
}
