"""What is made in each service before a restart, and how is it seen to work after it?

Each service has two functions: one makes a thing, one sees that it is there and works. What the
first returns the second is given. `TABLE` must have every service that the cloud serves.
"""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": "lambda.amazonaws.com",
                "AWS": "arn:aws:iam::123456789012:root",
            },
            "Action": "sts:AssumeRole",
        }
    ],
}
EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    ],
}
CODE = """
import boto3, json
def handle(event, context):
    for record in event.get("Records", []):
        boto3.client("s3").put_object(Bucket="heard", Key=record["body"], Body=b"heard")
    return {"version": context.function_version}
"""
PIPELINE = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": "Why", "Type": "String", "DefaultValue": "no reason"}],
    "Steps": [
        {"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": {"Get": "Parameters.Why"}}}
    ],
}
ACCOUNT = "123456789012"


def role(cloud, name):
    iam = cloud.aws("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    return made["Role"]["Arn"]


def zipped(code, name="index.py"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, code)
    return buffer.getvalue()


def function(cloud, name):
    cloud.aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="index.handle",
        Role=role(cloud, f"role-of-{name}"),
        Code={"ZipFile": zipped(CODE)},
    )


def queue(cloud, name, **attributes):
    policy = {"Policy": json.dumps(ANYBODY)}
    made = cloud.aws("sqs").create_queue(QueueName=name, Attributes={**policy, **attributes})
    return made["QueueUrl"]


def arn_of_queue(name):
    return f"arn:aws:sqs:us-east-1:{ACCOUNT}:{name}"


def bodies(cloud, url):
    """Receive and delete what is there."""
    got = received(cloud, url)
    for each in got:
        cloud.aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return sorted(each["Body"] for each in got)


def received(cloud, url):
    got = cloud.aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return got.get("Messages", [])


def make_iam(cloud):
    role(cloud, "kept")
    iam = cloud.aws("iam")
    iam.create_user(UserName="kept")
    iam.put_user_policy(UserName="kept", PolicyName="p", PolicyDocument=json.dumps(EVERYTHING))
    made = iam.create_access_key(UserName="kept")["AccessKey"]
    return made["AccessKeyId"], made["SecretAccessKey"]


def see_iam(cloud, made):
    assert cloud.session(*made).client("sts").get_caller_identity()["Arn"].endswith("user/kept")
    assert cloud.aws("iam").get_role(RoleName="kept")["Role"]["AssumeRolePolicyDocument"] == TRUST


def make_sts(cloud):
    arn = role(cloud, "assumed")
    return cloud.aws("sts").assume_role(RoleArn=arn, RoleSessionName="still-me")["Credentials"]


def see_sts(cloud, made):
    session = cloud.session(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    assert session.client("sts").get_caller_identity()["Arn"].endswith("assumed/still-me")


def make_s3(cloud):
    s3 = cloud.aws("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    s3.create_bucket(Bucket="told")
    queue(cloud, "told-of-objects")
    s3.put_bucket_notification_configuration(
        Bucket="told", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    pattern = json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": ["told"]}}})
    cloud.aws("events").put_rule(Name="objects", EventPattern=pattern)
    target = {"Id": "queue", "Arn": arn_of_queue("told-of-objects")}
    cloud.aws("events").put_targets(Rule="objects", Targets=[target])
    versions = [s3.put_object(Bucket="locked", Key="k", Body=b) for b in (b"one", b"two")]
    first = versions[0]["VersionId"]
    hold = {"Status": "ON"}
    s3.put_object_legal_hold(Bucket="locked", Key="k", VersionId=first, LegalHold=hold)
    begun = s3.create_multipart_upload(Bucket="told", Key="parts")["UploadId"]
    part = s3.upload_part(Bucket="told", Key="parts", UploadId=begun, PartNumber=1, Body=b"half")
    return first, begun, part["ETag"]


def see_s3(cloud, made):
    first, begun, etag = made
    s3 = cloud.aws("s3")
    assert s3.get_object(Bucket="locked", Key="k")["Body"].read() == b"two"
    old = s3.get_object(Bucket="locked", Key="k", VersionId=first)
    assert old["Body"].read() == b"one"
    assert refused(lambda: s3.delete_object(Bucket="locked", Key="k", VersionId=first))
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    s3.complete_multipart_upload(Bucket="told", Key="parts", UploadId=begun, MultipartUpload=parts)
    assert s3.get_object(Bucket="told", Key="parts")["Body"].read() == b"half"
    cloud.settle()
    url = cloud.aws("sqs").get_queue_url(QueueName="told-of-objects")["QueueUrl"]
    (body,) = bodies(cloud, url)
    assert json.loads(body)["detail"]["object"]["key"] == "parts"


def refused(call):
    """Return why a call is refused."""
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value)


def make_sqs(cloud):
    sqs = cloud.aws("sqs")
    dead = queue(cloud, "dead")
    redrive = {"deadLetterTargetArn": arn_of_queue("dead"), "maxReceiveCount": 1}
    url = queue(cloud, "alive", RedrivePolicy=json.dumps(redrive), VisibilityTimeout="100")
    sqs.send_message(QueueUrl=url, MessageBody="in flight")
    assert len(received(cloud, url)) == 1
    sqs.send_message(QueueUrl=url, MessageBody="there")
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=60)
    return url, dead


def see_sqs(cloud, made):
    url, dead = made
    assert bodies(cloud, url) == ["there"]
    cloud.advance(61)
    assert bodies(cloud, url) == ["later"]
    cloud.advance(40)
    assert bodies(cloud, url) == []
    assert bodies(cloud, dead) == ["in flight"]


def make_sns(cloud):
    arn = cloud.aws("sns").create_topic(Name="kept")["TopicArn"]
    url = queue(cloud, "subscribed")
    cloud.aws("sns").subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=arn_of_queue("subscribed"),
        Attributes={"FilterPolicy": json.dumps({"kind": ["wanted"]})},
    )
    return arn, url


def see_sns(cloud, made):
    arn, url = made
    for kind in ("wanted", "unwanted"):
        attributes = {"kind": {"DataType": "String", "StringValue": kind}}
        cloud.aws("sns").publish(TopicArn=arn, Message=kind, MessageAttributes=attributes)
    cloud.settle()
    assert [json.loads(body)["Message"] for body in bodies(cloud, url)] == ["wanted"]


def make_lambda(cloud):
    cloud.aws("s3").create_bucket(Bucket="heard")
    function(cloud, "kept")
    functions = cloud.aws("lambda")
    version = functions.publish_version(FunctionName="kept")["Version"]
    functions.create_alias(FunctionName="kept", Name="live", FunctionVersion=version)
    url = queue(cloud, "feeds")
    functions.create_event_source_mapping(
        FunctionName="kept", EventSourceArn=arn_of_queue("feeds"), BatchSize=1
    )
    cloud.aws("sqs").send_message(QueueUrl=url, MessageBody="delayed", DelaySeconds=30)
    return url


def see_lambda(cloud, url):
    functions = cloud.aws("lambda")
    for qualifier, version in (("live", "1"), ("1", "1"), ("$LATEST", "$LATEST")):
        answer = functions.invoke(FunctionName="kept", Qualifier=qualifier)["Payload"]
        assert json.load(answer) == {"version": version}
    cloud.aws("sqs").send_message(QueueUrl=url, MessageBody="at-once")
    cloud.settle()
    cloud.advance(31)
    listed = cloud.aws("s3").list_objects_v2(Bucket="heard")
    assert [each["Key"] for each in listed["Contents"]] == ["at-once", "delayed"]
    assert functions.publish_version(FunctionName="kept")["Version"] == "1"


def make_dynamodb(cloud):
    tables = cloud.aws("dynamodb")
    tables.create_table(
        TableName="kept",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    item = {"k": {"S": "one"}, "n": {"N": "1"}, "l": {"L": [{"BOOL": True}]}, "b": {"B": b"x"}}
    tables.put_item(TableName="kept", Item=item)
    put = {"Put": {"TableName": "kept", "Item": {"k": {"S": "once"}}}}
    tables.transact_write_items(TransactItems=[put], ClientRequestToken="token")
    tables.delete_item(TableName="kept", Key={"k": {"S": "once"}})
    return item


def see_dynamodb(cloud, item):
    tables = cloud.aws("dynamodb")
    found = tables.get_item(TableName="kept", Key={"k": item["k"]})["Item"]
    assert found == item
    put = {"Put": {"TableName": "kept", "Item": {"k": {"S": "once"}}}}
    tables.transact_write_items(TransactItems=[put], ClientRequestToken="token")
    assert "Item" not in tables.get_item(TableName="kept", Key={"k": {"S": "once"}})
    tables.update_item(
        TableName="kept",
        Key={"k": item["k"]},
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    assert tables.get_item(TableName="kept", Key={"k": item["k"]})["Item"]["n"] == {"N": "2"}


def see_streams(cloud, _made):
    streams = cloud.aws("dynamodbstreams")
    (stream,) = streams.list_streams(TableName="kept")["Streams"]
    described = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]
    iterator = streams.get_shard_iterator(
        StreamArn=stream["StreamArn"],
        ShardId=described["Shards"][0]["ShardId"],
        ShardIteratorType="TRIM_HORIZON",
    )["ShardIterator"]
    records = streams.get_records(ShardIterator=iterator)["Records"]
    assert [each["eventName"] for each in records][:3] == ["INSERT", "INSERT", "REMOVE"]


def make_events(cloud):
    events = cloud.aws("events")
    url = queue(cloud, "ticks")
    events.create_event_bus(Name="kept")
    events.put_rule(Name="every-hour", ScheduleExpression="rate(1 hour)")
    target = {"Id": "queue", "Arn": arn_of_queue("ticks")}
    events.put_targets(Rule="every-hour", Targets=[target])
    events.put_rule(Name="mine", EventBusName="kept", EventPattern='{"source": ["mine"]}')
    events.put_targets(Rule="mine", EventBusName="kept", Targets=[target])
    return url, cloud.now()


def see_events(cloud, made):
    url, before = made
    entry = {"Source": "mine", "DetailType": "d", "Detail": "{}", "EventBusName": "kept"}
    cloud.aws("events").put_events(Entries=[entry])
    cloud.settle()
    assert [json.loads(body)["source"] for body in bodies(cloud, url)] == ["mine"]
    cloud.advance(before + 3599 - cloud.now())
    assert bodies(cloud, url) == []
    cloud.advance(2)
    assert [json.loads(body)["detail-type"] for body in bodies(cloud, url)] == ["Scheduled Event"]


def make_kms(cloud):
    kms = cloud.aws("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/kept", TargetKeyId=key)
    sealed = kms.encrypt(KeyId="alias/kept", Plaintext=b"secret")["CiphertextBlob"]
    signer = kms.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    signed = kms.sign(KeyId=signer, Message=b"m", SigningAlgorithm="RSASSA_PSS_SHA_256")
    return sealed, signer, signed["Signature"]


def see_kms(cloud, made):
    sealed, signer, signature = made
    assert cloud.aws("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"secret"
    verified = cloud.aws("kms").verify(
        KeyId=signer, Message=b"m", Signature=signature, SigningAlgorithm="RSASSA_PSS_SHA_256"
    )
    assert verified["SignatureValid"]


def make_ssm(cloud):
    cloud.aws("ssm").put_parameter(Name="/kept", Value="one", Type="String")
    cloud.aws("ssm").put_parameter(Name="/kept", Value="two", Type="String", Overwrite=True)


def see_ssm(cloud, _made):
    ssm = cloud.aws("ssm")
    assert ssm.get_parameter(Name="/kept")["Parameter"]["Value"] == "two"
    assert ssm.get_parameter(Name="/kept:1")["Parameter"]["Value"] == "one"
    assert ssm.put_parameter(Name="/new", Value="v", Type="String")["Version"] == 1


def make_secrets(cloud):
    cloud.aws("secretsmanager").create_secret(Name="kept", SecretString="one")
    cloud.aws("secretsmanager").put_secret_value(SecretId="kept", SecretString="two")


def see_secrets(cloud, _made):
    secrets = cloud.aws("secretsmanager")
    assert secrets.get_secret_value(SecretId="kept")["SecretString"] == "two"
    old = secrets.get_secret_value(SecretId="kept", VersionStage="AWSPREVIOUS")
    assert old["SecretString"] == "one"


def make_logs(cloud):
    logs = cloud.aws("logs")
    logs.create_log_group(logGroupName="kept")
    logs.create_log_stream(logGroupName="kept", logStreamName="s")
    event = {"timestamp": int(cloud.now() * 1000), "message": "written"}
    logs.put_log_events(logGroupName="kept", logStreamName="s", logEvents=[event])


def see_logs(cloud, _made):
    found = cloud.aws("logs").get_log_events(logGroupName="kept", logStreamName="s")
    assert [each["message"] for each in found["events"]] == ["written"]


def make_cloudwatch(cloud):
    url = queue(cloud, "alarmed")
    topic = cloud.aws("sns").create_topic(Name="alarms")["TopicArn"]
    cloud.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn_of_queue("alarmed"))
    metrics = cloud.aws("cloudwatch")
    metrics.put_metric_alarm(
        AlarmName="kept",
        Namespace="Mine",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[topic],
        OKActions=[topic],
    )
    metrics.put_metric_data(Namespace="Mine", MetricData=[{"MetricName": "m", "Value": 2}])
    cloud.settle()
    assert state_of_alarm(cloud) == "ALARM"
    assert len(bodies(cloud, url)) == 2  # OK before there was data, then ALARM
    return url


def state_of_alarm(cloud):
    (alarm,) = cloud.aws("cloudwatch").describe_alarms(AlarmNames=["kept"])["MetricAlarms"]
    return alarm["StateValue"]


def see_cloudwatch(cloud, url):
    """The alarm is as it was at the restart (see `state_at_once`), and its period ends."""
    cloud.advance(300)
    assert state_of_alarm(cloud) == "OK"
    states = [
        json.loads(json.loads(body)["Message"])["NewStateValue"] for body in bodies(cloud, url)
    ]
    assert "OK" in states


QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "of-a-stack"}}


def template(**more):
    return json.dumps({
        "Resources": {"Queue": QUEUE, "Bucket": {"Type": "AWS::S3::Bucket"}, **more},
        "Outputs": {"Q": {"Value": {"Ref": "Queue"}, "Export": {"Name": "exported"}}},
    })  # fmt: skip


def make_stack(cloud):
    cloud.aws("cloudformation").create_stack(StackName="kept", TemplateBody=template())
    change = {"StackName": "planned", "ChangeSetName": "c", "ChangeSetType": "CREATE"}
    body = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    cloud.aws("cloudformation").create_change_set(**change, TemplateBody=body)


def see_stack(cloud, _made):
    stacks = cloud.aws("cloudformation")
    assert [each["Name"] for each in stacks.list_exports()["Exports"]] == ["exported"]
    stacks.execute_change_set(StackName="planned", ChangeSetName="c")
    more = template(More={"Type": "AWS::SNS::Topic"})
    stacks.update_stack(StackName="kept", TemplateBody=more)
    found = {s["StackName"]: s["StackStatus"] for s in stacks.describe_stacks()["Stacks"]}
    assert found == {"kept": "UPDATE_COMPLETE", "planned": "CREATE_COMPLETE"}
    stacks.delete_stack(StackName="kept")
    assert "of-a-stack" not in str(cloud.aws("sqs").list_queues().get("QueueUrls"))
    assert stacks.list_exports()["Exports"] == []


def make_sagemaker(cloud):
    sagemaker = cloud.aws("sagemaker")
    arn = role(cloud, "pipelines")
    sagemaker.create_model_package_group(ModelPackageGroupName="Kept")
    made = [
        sagemaker.create_model_package(ModelPackageGroupName="Kept")["ModelPackageArn"]
        for _ in range(2)
    ]
    sagemaker.delete_model_package(ModelPackageName=made[1])
    text = json.dumps(PIPELINE)
    sagemaker.create_pipeline(PipelineName="kept", PipelineDefinition=text, RoleArn=arn)
    run = sagemaker.start_pipeline_execution(PipelineName="kept")["PipelineExecutionArn"]
    cloud.settle()
    return made[0], run


def see_sagemaker(cloud, made):
    package, run = made
    sagemaker = cloud.aws("sagemaker")
    described = sagemaker.describe_pipeline_execution(PipelineExecutionArn=run)
    assert described["PipelineExecutionStatus"] == "Failed"
    (step,) = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=run)[
        "PipelineExecutionSteps"
    ]
    assert step["FailureReason"] == "no reason"
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    third = sagemaker.create_model_package(ModelPackageGroupName="Kept")["ModelPackageArn"]
    assert third.endswith("/3")
    given = [{"Name": "Why", "Value": "still here"}]
    again = sagemaker.start_pipeline_execution(PipelineName="kept", PipelineParameters=given)
    cloud.settle()
    listed = sagemaker.list_pipeline_executions(PipelineName="kept")
    arns = {each["PipelineExecutionArn"] for each in listed["PipelineExecutionSummaries"]}
    assert arns == {run, again["PipelineExecutionArn"]}


def make_kinesis(cloud):
    cloud.aws("kinesis").create_stream(StreamName="kept", ShardCount=1)
    cloud.aws("kinesis").put_record(StreamName="kept", Data=b"data", PartitionKey="k")


def see_kinesis(cloud, _made):
    kinesis = cloud.aws("kinesis")
    shard = kinesis.list_shards(StreamName="kept")["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(
        StreamName="kept", ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = kinesis.get_records(ShardIterator=iterator)["Records"]
    assert record["Data"] == b"data"


def make_glue(cloud):
    glue = cloud.aws("glue")
    glue.create_database(DatabaseInput={"Name": "kept"})
    glue.create_table(DatabaseName="kept", TableInput={"Name": "t", "StorageDescriptor": {}})


def see_glue(cloud, _made):
    (table,) = cloud.aws("glue").get_tables(DatabaseName="kept")["TableList"]
    assert table["Name"] == "t"


def see_tagging(cloud, _made):
    found = cloud.aws("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "tagged", "Values": ["yes"]}]
    )
    assert [each["ResourceARN"] for each in found["ResourceTagMappingList"]] == [
        "arn:aws:s3:::tagged"
    ]


def make_tagging(cloud):
    cloud.aws("s3").create_bucket(Bucket="tagged")
    tags = {"TagSet": [{"Key": "tagged", "Value": "yes"}]}
    cloud.aws("s3").put_bucket_tagging(Bucket="tagged", Tagging=tags)


def make_ec2(cloud):
    (found,) = cloud.aws("ec2").describe_vpcs()["Vpcs"]
    return found["VpcId"]


def see_ec2(cloud, vpc):
    """The default VPC is the one that it was: its id is drawn by lot."""
    assert make_ec2(cloud) == vpc


def simple(service, make, see, expected):
    """Return the two functions of a thing that only has to be there."""

    def made(cloud):
        name, arguments = make
        getattr(cloud.aws(service), name)(**arguments)

    def seen(cloud, _made):
        name, arguments = see
        assert expected in str(getattr(cloud.aws(service), name)(**arguments))

    return made, seen


def nothing(_cloud):
    """Make nothing: another service's thing is looked at."""


def see_runtime(cloud, _made):
    """Endpoints have a test of their own: here nobody answers, in SageMaker's words."""
    runtime = cloud.aws("sagemaker-runtime")
    assert "not found" in refused(lambda: runtime.invoke_endpoint(EndpointName="none", Body=b"1"))


TABLE = {
    "iam": (make_iam, see_iam),
    "sts": (make_sts, see_sts),
    "s3": (make_s3, see_s3),
    "sqs": (make_sqs, see_sqs),
    "sns": (make_sns, see_sns),
    "awslambda": (make_lambda, see_lambda),
    "dynamodb": (make_dynamodb, see_dynamodb),
    "dynamodbstreams": (nothing, see_streams),
    "events": (make_events, see_events),
    "kms": (make_kms, see_kms),
    "ssm": (make_ssm, see_ssm),
    "secretsmanager": (make_secrets, see_secrets),
    "logs": (make_logs, see_logs),
    "cloudwatch": (make_cloudwatch, see_cloudwatch),
    "cloudformation": (make_stack, see_stack),
    "sagemaker": (make_sagemaker, see_sagemaker),
    "sagemaker-runtime": (nothing, see_runtime),
    "kinesis": (make_kinesis, see_kinesis),
    "glue": (make_glue, see_glue),
    "resourcegroupstaggingapi": (make_tagging, see_tagging),
    "ec2": (make_ec2, see_ec2),
    "ecr": simple("ecr", ("create_repository", {"repositoryName": "kept"}),
                  ("describe_repositories", {}), "kept"),
}  # fmt: skip
