"""Is each region its own, and is one that does not exist refused?"""

from __future__ import annotations

import json

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

HERE, ELSEWHERE, NOWHERE = "us-east-1", "eu-west-1", "us-east-9"
CALLS = [
    ("cloudformation", "create_stack", {"StackName": "s", "TemplateBody": "{}"}),
    ("dynamodb", "list_tables", {}),
    ("events", "put_rule", {"Name": "r", "ScheduleExpression": "rate(1 minute)"}),
    ("iam", "list_roles", {}),
    ("lambda", "list_functions", {}),
    ("s3", "create_bucket", {"Bucket": "nowhere"}),
    ("sagemaker", "list_pipelines", {}),
    ("sqs", "create_queue", {"QueueName": "q"}),
    ("sts", "get_caller_identity", {}),
]


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS, ids=lambda c: str(c)[:20])
def test_a_region_that_does_not_exist_is_refused(cloud, service, operation, parameters):
    client = cloud.session(region=NOWHERE).client(service)
    with pytest.raises(ClientError, match="Credential should be scoped to a valid region"):
        getattr(client, operation)(**parameters)


def test_the_signature_says_the_region_and_not_the_user_agent(cloud):
    liar = Config(user_agent_extra="region/eu-west-1")
    cloud.session().client("sqs", config=liar).create_queue(QueueName="said")
    for region, found in ((HERE, 1), (ELSEWHERE, 0)):
        queues = cloud.aws("sqs", region=region).list_queues(QueueNamePrefix="said")
        assert len(queues.get("QueueUrls", [])) == found


def make_bucket(cloud, name, region, account="123456789012"):
    s3 = cloud.aws("s3", account=account, region=region)
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    return s3


def test_a_bucket_is_in_its_region(cloud):
    make_bucket(cloud, "in-europe", ELSEWHERE)
    head = cloud.aws("s3", region=ELSEWHERE).head_bucket(Bucket="in-europe")
    assert head["BucketRegion"] == ELSEWHERE
    location = cloud.aws("s3").get_bucket_location(Bucket="in-europe")
    assert location["LocationConstraint"] == ELSEWHERE


def test_a_call_for_a_bucket_in_another_region_is_sent_there(cloud):
    make_bucket(cloud, "sent-there", ELSEWHERE)
    cloud.aws("s3").put_object(Bucket="sent-there", Key="k", Body=b"body")  # boto3 asks again
    assert cloud.aws("s3").get_object(Bucket="sent-there", Key="k")["Body"].read() == b"body"


def test_who_does_not_follow_is_told_where_the_bucket_is(cloud):
    make_bucket(cloud, "told-where", ELSEWHERE)
    request = AWSRequest("GET", f"{cloud.endpoint}/told-where")
    S3SigV4Auth(Credentials("testing", "testing"), "s3", HERE).add_auth(request)
    answer = URLLib3Session().send(request.prepare())
    assert (answer.status_code, answer.headers["x-amz-bucket-region"]) == (301, ELSEWHERE)
    assert "<Code>PermanentRedirect</Code>" in answer.text


def test_a_presigned_url_is_for_its_region(cloud):
    s3 = make_bucket(cloud, "presigned-there", ELSEWHERE)
    s3.put_object(Bucket="presigned-there", Key="k", Body=b"body")
    asked = {"Bucket": "presigned-there", "Key": "k"}
    for region, status in ((ELSEWHERE, 200), (HERE, 301)):
        signer = cloud.session(region=region).client("s3", config=Config(signature_version="s3v4"))
        url = signer.generate_presigned_url("get_object", asked)
        answer = URLLib3Session().send(AWSRequest("GET", url).prepare())
        assert answer.status_code == status


def test_a_queue_url_of_another_region_is_no_address_here(cloud):
    with pytest.raises(ClientError, match="is not valid for this endpoint"):
        cloud.aws("sqs").send_message(
            QueueUrl="https://sqs.eu-west-1.amazonaws.com/123456789012/any", MessageBody="x"
        )


def test_a_function_of_another_region_is_not_reachable(cloud):
    arn = f"arn:aws:lambda:{ELSEWHERE}:123456789012:function:any"
    with pytest.raises(ClientError, match=r"Functions from 'eu-west-1' are not reachable"):
        cloud.aws("lambda").invoke(FunctionName=arn)


def test_events_are_not_put_on_a_bus_of_another_region(cloud):
    entry = {"Source": "s", "DetailType": "d", "Detail": "{}",
             "EventBusName": f"arn:aws:events:{ELSEWHERE}:123456789012:event-bus/b"}  # fmt: skip
    answer = cloud.aws("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 1
    assert "is not in the region us-east-1" in answer["Entries"][0]["ErrorMessage"]


def test_a_parameter_of_another_region_is_not_here(cloud):
    cloud.aws("ssm", region=ELSEWHERE).put_parameter(Name="there", Value="v", Type="String")
    with pytest.raises(ClientError, match="ParameterNotFound"):
        cloud.aws("ssm").get_parameter(Name="there")


def test_a_key_of_another_region_is_not_here(cloud):
    key = cloud.aws("kms", region=ELSEWHERE).create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError, match="Invalid arn eu-west-1"):
        cloud.aws("kms").describe_key(KeyId=key)


def test_a_policy_can_ask_for_the_region(cloud):
    iam, name = cloud.aws("iam"), "in-one-region"
    iam.create_user(UserName=name)
    asked = {"StringEquals": {"aws:RequestedRegion": ELSEWHERE}}
    statement = {"Effect": "Allow", "Action": "sqs:*", "Resource": "*", "Condition": asked}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    keys = key["AccessKeyId"], key["SecretAccessKey"]
    cloud.session(*keys, region=ELSEWHERE).client("sqs").list_queues()
    with pytest.raises(ClientError, match="AccessDenied"):
        cloud.session(*keys, region=HERE).client("sqs").list_queues()
