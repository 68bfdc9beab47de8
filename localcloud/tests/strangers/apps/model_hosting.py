"""A model behind an endpoint: hosted by a template, trained by a function, approved by somebody."""

import textwrap

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk import aws_sqs as sqs

IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
PREDICT = textwrap.dedent("""
    import json, os
    import boto3

    runtime = boto3.client("sagemaker-runtime")

    def lambda_handler(event, context):
        answer = runtime.invoke_endpoint(
            EndpointName=os.environ["ENDPOINT_NAME"], ContentType="text/csv", Body=event["data"]
        )
        return {"statusCode": 200, "body": json.loads(answer["Body"].read())}
""")
TRAIN = textwrap.dedent("""
    import os
    import boto3

    def lambda_handler(event, context):
        name = "train-" + context.aws_request_id[:8]
        boto3.client("sagemaker").create_training_job(
            TrainingJobName=name,
            AlgorithmSpecification={
                "TrainingImage": os.environ["IMAGE"],
                "TrainingInputMode": "File",
                "ContainerEntrypoint": ["python3", "/opt/ml/input/data/code/train.py"],
            },
            RoleArn=os.environ["ROLE"],
            InputDataConfig=[
                {
                    "ChannelName": channel,
                    "DataSource": {
                        "S3DataSource": {
                            "S3DataType": "S3Prefix",
                            "S3Uri": f"s3://{os.environ['BUCKET']}/{channel}/",
                            "S3DataDistributionType": "FullyReplicated",
                        }
                    },
                }
                for channel in ("train", "code")
            ],
            OutputDataConfig={"S3OutputPath": f"s3://{os.environ['BUCKET']}/output"},
            ResourceConfig={
                "InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10
            },
            StoppingCondition={"MaxRuntimeInSeconds": 600},
            HyperParameters={"scale": "3"},
        )
        return name
""")
DEPLOY = textwrap.dedent("""
    import os
    import boto3

    sm = boto3.client("sagemaker")

    def lambda_handler(event, context):
        arn = event["detail"]["ModelPackageArn"]
        name = "approved-" + arn.rsplit("/", 1)[-1]
        sm.create_model(
            ModelName=name,
            ExecutionRoleArn=os.environ["ROLE"],
            Containers=[{"ModelPackageName": arn}],
        )
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": name,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        sm.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        sm.create_endpoint(EndpointName=name, EndpointConfigName=name)
""")


def python(stack, name, code, **environment):
    return lambda_.Function(
        stack,
        name,
        runtime=lambda_.Runtime.PYTHON_3_12,
        handler="index.lambda_handler",
        code=lambda_.Code.from_inline(code),
        timeout=cdk.Duration.minutes(1),
        environment=environment,
    )


class Shared(cdk.Stack):
    def __init__(self, scope, construct_id, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        self.bucket = s3.Bucket(self, "Artifacts", removal_policy=cdk.RemovalPolicy.RETAIN)
        self.role = iam.Role(
            self,
            "SageMakerRole",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("AmazonSageMakerFullAccess")
            ],
        )
        self.bucket.grant_read_write(self.role)
        cdk.CfnOutput(self, "BucketName", value=self.bucket.bucket_name)


class Hosting(cdk.Stack):
    def __init__(self, scope, construct_id, *, shared, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        model = sagemaker.CfnModel(
            self,
            "Model",
            execution_role_arn=shared.role.role_arn,
            primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
                image=IMAGE,
                model_data_url=shared.bucket.s3_url_for_object("models/model.tar.gz"),
                environment={"SAGEMAKER_PROGRAM": "inference.py"},
            ),
        )
        config = sagemaker.CfnEndpointConfig(
            self,
            "Config",
            production_variants=[
                sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                    model_name=model.attr_model_name,
                    variant_name="AllTraffic",
                    initial_instance_count=1,
                    initial_variant_weight=1.0,
                    instance_type="ml.m5.large",
                )
            ],
        )
        endpoint = sagemaker.CfnEndpoint(
            self,
            "Endpoint",
            endpoint_config_name=config.attr_endpoint_config_name,
            tags=[cdk.CfnTag(key="app", value="hosting")],
        )
        predict = python(self, "Predict", PREDICT, ENDPOINT_NAME=endpoint.attr_endpoint_name)
        predict.add_to_role_policy(
            iam.PolicyStatement(actions=["sagemaker:InvokeEndpoint"], resources=[endpoint.ref])
        )
        cdk.CfnOutput(self, "PredictName", value=predict.function_name)


class Training(cdk.Stack):
    def __init__(self, scope, construct_id, *, shared, **kwargs):
        super().__init__(scope, construct_id, **kwargs)
        where = {"BUCKET": shared.bucket.bucket_name, "ROLE": shared.role.role_arn}
        train = python(self, "Train", TRAIN, IMAGE=IMAGE, **where)
        group = sagemaker.CfnModelPackageGroup(
            self, "Group", model_package_group_name="strangers-models"
        )
        deploy = python(self, "Deploy", DEPLOY, ROLE=shared.role.role_arn)
        for function in (train, deploy):
            function.add_to_role_policy(
                iam.PolicyStatement(
                    actions=["sagemaker:Create*", "sagemaker:DescribeModelPackage"],
                    resources=["*"],
                )
            )
            shared.role.grant_pass_role(function)
        states = sqs.Queue(self, "States")
        events.Rule(
            self,
            "TrainingEnds",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Training Job State Change"],
                detail={"TrainingJobStatus": ["Completed", "Failed", "Stopped"]},
            ),
            targets=[targets.SqsQueue(states)],
        )
        events.Rule(
            self,
            "Approved",
            event_pattern=events.EventPattern(
                source=["aws.sagemaker"],
                detail_type=["SageMaker Model Package State Change"],
                detail={
                    "ModelPackageGroupName": [group.model_package_group_name],
                    "ModelApprovalStatus": ["Approved"],
                },
            ),
            targets=[targets.LambdaFunction(deploy)],
        )
        cdk.CfnOutput(self, "TrainName", value=train.function_name)
        cdk.CfnOutput(self, "StatesUrl", value=states.queue_url)


def build(app):
    shared = Shared(app, "MlShared")
    Training(app, "MlTraining", shared=shared)


def build_hosting(app):
    shared = Shared(app, "MlShared")
    Hosting(app, "MlHosting", shared=shared)
