"""Files of the repository are in a bucket when the stack is there; a function reads them."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3deploy

READ = """
import json, os
import boto3

def handler(event, context):
    body = boto3.client("s3").get_object(Bucket=os.environ["BUCKET"], Key="site/config.json")
    return json.loads(body["Body"].read())
"""


class StaticFiles(cdk.Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        bucket = s3.Bucket(self, "Files", removal_policy=cdk.RemovalPolicy.DESTROY)
        reader = lambda_.Function(
            self,
            "Reader",
            runtime=lambda_.Runtime.PYTHON_3_12,
            handler="index.handler",
            code=lambda_.Code.from_inline(READ),
            environment={"BUCKET": bucket.bucket_name},
        )
        bucket.grant_read(reader, "site/*")
        deployment = s3deploy.BucketDeployment(
            self,
            "Deployment",
            sources=[
                s3deploy.Source.asset(str(Path(__file__).parent / "code" / "orders")),
                s3deploy.Source.json_data("config.json", {"bucket": bucket.bucket_arn}),
            ],
            destination_bucket=bucket,
            destination_key_prefix="site",
            memory_limit=512,
        )
        reader.node.add_dependency(deployment)
        cdk.CfnOutput(self, "ReaderName", value=reader.function_name)
        cdk.CfnOutput(self, "BucketName", value=deployment.deployed_bucket.bucket_name)


def build(app):
    StaticFiles(app, "StaticFiles")
