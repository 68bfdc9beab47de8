"""What samples often have and this cloud has not, one stack each."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_applicationautoscaling as autoscaling
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as stepfunctions
from aws_cdk import custom_resources as custom


def function(stack, name="Function", **more):
    return lambda_.Function(
        stack,
        name,
        runtime=lambda_.Runtime.PYTHON_3_12,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context):\n    return {}"),
        **more,
    )


def log_retention(stack):
    function(stack, log_retention=logs.RetentionDays.ONE_WEEK)


def auto_delete_objects(stack):
    s3.Bucket(stack, "B", auto_delete_objects=True, removal_policy=cdk.RemovalPolicy.DESTROY)


def sdk_call(stack):
    custom.AwsCustomResource(
        stack,
        "Call",
        on_update=custom.AwsSdkCall(
            service="SSM",
            action="getParameter",
            parameters={"Name": "/x"},
            physical_resource_id=custom.PhysicalResourceId.of("x"),
        ),
        policy=custom.AwsCustomResourcePolicy.from_sdk_calls(
            resources=custom.AwsCustomResourcePolicy.ANY_RESOURCE
        ),
    )


def provider(stack):
    made = custom.Provider(stack, "Provider", on_event_handler=function(stack))
    cdk.CustomResource(stack, "Thing", service_token=made.service_token)


def website(stack):
    s3.Bucket(stack, "Site", website_index_document="index.html")


def logged_events(stack):
    rule = events.Rule(stack, "Rule", event_pattern=events.EventPattern(source=["a"]))
    rule.add_target(targets.CloudWatchLogGroup(logs.LogGroup(stack, "Events")))


def public_url(stack):
    function(stack).add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)


def alias_url(stack):
    alias = lambda_.Alias(stack, "Live", alias_name="live", version=function(stack).current_version)
    alias.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)


def endpoint_scaling(stack):
    target = autoscaling.ScalableTarget(
        stack,
        "Target",
        service_namespace=autoscaling.ServiceNamespace.SAGEMAKER,
        resource_id="endpoint/e/variant/AllTraffic",
        scalable_dimension="sagemaker:variant:DesiredInstanceCount",
        min_capacity=1,
        max_capacity=3,
    )
    target.scale_to_track_metric(
        "Tracking",
        target_value=100,
        predefined_metric=(autoscaling.PredefinedMetric.SAGEMAKER_VARIANT_INVOCATIONS_PER_INSTANCE),
    )


def rest_api(stack):
    apigateway.LambdaRestApi(stack, "Api", handler=function(stack))


def state_machine(stack):
    stepfunctions.StateMachine(
        stack,
        "Machine",
        definition_body=stepfunctions.DefinitionBody.from_chainable(
            stepfunctions.Pass(stack, "Pass")
        ),
    )


def fifo_topic(stack):
    sns.Topic(stack, "Topic", fifo=True, topic_name="ordered")


ALL = (log_retention, auto_delete_objects, sdk_call, provider, website, logged_events,
       public_url, alias_url, endpoint_scaling, rest_api, state_machine, fifo_topic)  # fmt: skip


def build(app):
    for each in ALL:
        each(cdk.Stack(app, each.__name__.replace("_", "-")))
