"""A small stack, as CloudFormation describes it."""

from factory.stack_drift.deployed import StackState

ARN = "arn:aws:cloudformation:eu-west-1:123456789012:stack/modelworks-dev-data/id"
URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/modelworks-dev-data-Queue"
POLICY = {
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Principal": {"Service": "events.amazonaws.com"},
            "Resource": {"Fn::GetAtt": ["Queue", "Arn"]},
        }
    ]
}
TEMPLATE = {
    "Mappings": {"Images": {"eu-west-1": {"account": "141502667606"}}},
    "Resources": {
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "modelworks-dev"}},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"VisibilityTimeout": 60},
            "Metadata": {"aws:cdk:path": "Data/Landed/Queue/Resource"},
        },
        "QueuePolicy": {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": POLICY},
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {"source": ["aws.s3"]},
                "Targets": [{"Id": "Target0", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
            },
        },
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": {"Statement": []}},
        },
        "RolePolicy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": "RolePolicy",
                "Roles": [{"Ref": "Role"}],
                "PolicyDocument": {"Statement": []},
            },
        },
        "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {}},
    },
}
PHYSICAL = {
    "Bus": "modelworks-dev",
    "Queue": URL,
    "QueuePolicy": "data-Policy-1",
    "Rule": "modelworks-dev|modelworks-dev-data-Rule",
    "Role": "modelworks-dev-data-Role",
    "RolePolicy": "data-Policy-2",
    "Log": "modelworks-dev-data-Log",
}


def stack(status="UPDATE_COMPLETE", *, template=TEMPLATE, **more):
    """Return the stack in a *status*."""
    given = {"name": "modelworks-dev-data", "arn": ARN, "exports": {}, "physical": PHYSICAL}
    return StackState(status=status, template=template, **(given | more))
