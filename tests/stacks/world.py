"""What would the templates become in an account? Their references, resolved to plain text."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from localcloud.iam.policy import Effect, Principal, evaluate

ACCOUNT, REGION = "123456789012", "us-east-1"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/name/id",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::NoValue": None,
}
ARNS = {
    "AWS::S3::Bucket": "arn:aws:s3:::{0}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{0}",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:{0}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:123456789012:table/{0}",
    "AWS::Lambda::Function": "arn:aws:lambda:us-east-1:123456789012:function:{0}",
    "AWS::KMS::Key": "arn:aws:kms:us-east-1:123456789012:key/{0}",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:{0}",
    "AWS::Events::EventBus": "arn:aws:events:us-east-1:123456789012:event-bus/{0}",
    "AWS::Events::Rule": "arn:aws:events:us-east-1:123456789012:rule/{0}",
    "AWS::Logs::LogGroup": "arn:aws:logs:us-east-1:123456789012:log-group:{0}:*",
}

INTRINSICS = {
    "Ref": "ref",
    "Fn::GetAtt": "attribute",
    "Fn::Sub": "sub",
    "Fn::Join": "join",
    "Fn::FindInMap": "found",
    "Fn::ImportValue": "imported",
}


def short(logical):
    """Return a logical id without the hash that CDK appends."""
    return re.sub(r"[0-9A-F]{8}$", "", logical)


@dataclass(frozen=True)
class World:
    """All templates of an assembly, by the id of their stack."""

    folder: Path

    @cached_property
    def templates(self):
        found = sorted(self.folder.glob("*.template.json"))
        return {p.name.split(".")[0]: json.loads(p.read_text()) for p in found}

    @cached_property
    def exports(self):
        return {
            output["Export"]["Name"]: self.plain(output["Value"], template)
            for template in self.templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def all(self, kind):
        """Return the properties of every resource of *kind*, by short name, resolved."""
        return {
            short(logical): self.plain(resource.get("Properties", {}), template)
            for template in self.templates.values()
            for logical, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def raw(self, kind):
        """Return every whole resource of *kind*, by short name, as it is written."""
        return {
            short(logical): resource
            for template in self.templates.values()
            for logical, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def pipelines(self):
        """Return the text of every pipeline's definition, by its recipe."""
        return {
            properties["PipelineName"].rsplit("-", 1)[-1]: properties["PipelineDefinition"][
                "PipelineDefinitionBody"
            ]
            for properties in self.all("AWS::SageMaker::Pipeline").values()
        }

    def plain(self, value, template):
        """Return *value* with its references resolved."""
        if isinstance(value, list):
            return [self.plain(v, template) for v in value]
        if not isinstance(value, dict):
            return value
        (name, operand), *others = list(value.items()) or [("", None)]
        if name in INTRINSICS and not others:
            return getattr(self, INTRINSICS[name])(operand, template)
        return {k: self.plain(v, template) for k, v in value.items()}

    @property
    def pseudo(self):
        """Return what the names that CloudFormation itself knows stand for."""
        return PSEUDO

    def arn(self, kind, name):
        """Return the ARN of the thing of *kind* that is called *name*."""
        return ARNS[kind].format(name)

    def called(self, logical, _template):
        """Return how the thing with the id *logical* is called."""
        return short(logical)

    def ref(self, name, template):
        """Return what Ref gives: for a topic its ARN, for others their name."""
        if name in PSEUDO:
            return self.pseudo[name]
        kind = template["Resources"][name]["Type"]
        called = self.called(name, template)
        return self.arn(kind, called) if kind == "AWS::SNS::Topic" else called

    def attribute(self, operand, template):
        """Return an ARN, or for another attribute the thing's name."""
        name, attribute = operand
        kind = template["Resources"][name]["Type"]
        called = self.called(name, template)
        return self.arn(kind, called) if attribute == "Arn" else called

    def sub(self, operand, template):
        """Return a text with its placeholders filled."""
        text, values = operand if isinstance(operand, list) else (operand, {})
        known = {**self.pseudo, **self.plain(values, template)}
        return re.sub(r"\$\{([^}!]+)\}", lambda found: known[found[1]], text)

    def join(self, operand, template):
        """Return the parts as one text."""
        return operand[0].join(self.plain(part, template) for part in operand[1])

    def found(self, operand, template):
        """Return an entry of a mapping."""
        name, key, attribute = operand
        return template["Mappings"][name][self.plain(key, template)][attribute]

    def imported(self, operand, _template):
        """Return what another stack exports."""
        return self.exports[operand]

    def statements(self, role):
        """Return the statements of the policies of the role called *role*."""
        assert role in self.all("AWS::IAM::Role")
        return [
            statement
            for policy in self.all("AWS::IAM::Policy").values()
            if role in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]

    def actions(self, role):
        """Return every action that *role* is allowed, sorted."""
        allowed = [s["Action"] for s in self.statements(role) if s["Effect"] == "Allow"]
        return sorted({a for action in allowed for a in listed(action)})

    def may(self, role, action, resource, context=()):
        """Say whether the policies of *role* allow *action* on *resource*."""
        document = {"Version": "2012-10-17", "Statement": self.statements(role)}
        context = keys(context)
        return evaluate([document], action, resource, context) is Effect.ALLOW

    def bucket_denies(self, bucket, action, key, principal, context=()):
        """Say whether the policy of *bucket* refuses *action* on *key* to the role *principal*."""
        arn = ARNS["AWS::IAM::Role"].format(principal)
        policies = self.all("AWS::S3::BucketPolicy").values()
        document = next(p["PolicyDocument"] for p in policies if p["Bucket"] == bucket)
        context = keys(context)
        context |= {"aws:principalarn": arn, "aws:securetransport": "true"}
        who = Principal(names=frozenset({arn}), account=ACCOUNT)
        effect = evaluate([document], action, f"arn:aws:s3:::{bucket}/{key}", context, who)
        return effect is Effect.DENY

    def function(self, name):
        """Return the properties of the function whose handler is in `lambdas/NAME/`."""
        functions = self.all("AWS::Lambda::Function").values()
        return next(f for f in functions if f["Handler"] == f"lambdas/{name}/handler.handle")

    def role_of(self, name):
        """Return the short name of the role of the function *name*."""
        return self.function(name)["Role"].rsplit("/", 1)[-1]


def listed(value):
    """Return *value* as a list: policies write one thing without brackets."""
    return value if isinstance(value, list) else [value]


def keys(context):
    """Return a context with its condition keys as IAM compares them, in lower case."""
    return {name.lower(): value for name, value in dict(context).items()}
