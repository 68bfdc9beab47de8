"""What is in the template of one stack, in the account and region that it is made for?"""

import json
import re
from dataclasses import dataclass, field
from functools import cached_property

from tests.stacks.world import ACCOUNT, ARNS, PSEUDO, REGION, World, listed

NAMES = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Events::EventBus": "Name",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Lambda::Function": "FunctionName",
}
"""Under which property a thing that other accounts know has its name."""


@dataclass(frozen=True)
class Place(World):
    """One stack, whose references are resolved to plain text."""

    name: str
    account: str
    region: str
    neighbours: dict = field(repr=False, hash=False, compare=False)
    """All stacks of the assembly, by name."""

    @cached_property
    def templates(self):
        return {self.name: World(self.folder).templates[self.name]}

    @property
    def template(self):
        return self.templates[self.name]

    @property
    def pseudo(self):
        return PSEUDO | {"AWS::AccountId": self.account, "AWS::Region": self.region}

    def arn(self, kind, name):
        return ARNS[kind].replace(ACCOUNT, self.account).replace(REGION, self.region).format(name)

    def called(self, logical, template):
        resource = template["Resources"][logical]
        given = resource.get("Properties", {}).get(NAMES.get(resource["Type"], ""))
        return given if isinstance(given, str) else super().called(logical, template)

    def imported(self, operand, _template):
        """Return what a stack of the same account exports; those of others cannot be imported."""
        beside = [s for s in self.neighbours.values() if s.account == self.account]
        (found,) = [s.exports[operand] for s in beside if operand in s.exports]
        return found

    @property
    def imports(self):
        """The names under which it imports what other stacks export."""
        return set(re.findall(r'"Fn::ImportValue": "([^"]+)"', json.dumps(self.template)))

    @cached_property
    def resources(self):
        """Type and resolved properties of each resource, by logical id."""
        return {
            logical: (resource["Type"], self.plain(resource.get("Properties", {}), self.template))
            for logical, resource in self.template["Resources"].items()
        }

    @cached_property
    def names(self):
        """How the things that other accounts may know are called here."""
        return {
            self.called(logical, self.template)
            for logical, (kind, _) in self.resources.items()
            if kind in NAMES
        }

    @cached_property
    def arns(self):
        return {
            self.arn(kind, self.called(logical, self.template))
            for logical, (kind, _) in self.resources.items()
            if kind in ARNS
        }

    @cached_property
    def texts(self):
        """Every text in the resources and outputs."""
        return set(_texts([*self.resources.values(), self.plain(self.outputs, self.template)]))

    @property
    def outputs(self):
        return self.template.get("Outputs", {})

    def of(self, kind):
        """Return the properties of all resources of *kind*."""
        return [properties for k, properties in self.resources.values() if k == kind]

    def granted(self):
        """Yield role and statement of whatever the policies of roles here allow."""
        for policy in self.of("AWS::IAM::Policy"):
            for statement in policy["PolicyDocument"]["Statement"]:
                if statement["Effect"] == "Allow":
                    for role in policy["Roles"]:
                        yield self.arn("AWS::IAM::Role", role), statement

    @cached_property
    def at_home(self):
        """What roles may reach in their own account alone, whatever else is called so."""
        home = {"StringEquals": {"aws:ResourceAccount": self.account}}
        return {
            arn
            for _, statement in self.granted()
            if statement.get("Condition") == home
            for arn in listed(statement["Resource"])
        }

    def allowing(self, action):
        """Return the statements that allow roles *action*."""
        return [s for _, s in self.granted() if action in listed(s["Action"])]


def _texts(value):
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)
