"""What do the templates of several accounts say to each other, in plain text?"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from localcloud.iam.policy import Effect, Principal, evaluate
from tests.stacks.place import Place, listed

ARN = re.compile(r"arn:aws:([a-z0-9]+):[a-z0-9-]*:(\d*):(.+)")
GENERATED = re.compile(r"(?<![\w-])modelworks-dev-[a-z0-9]*[0-9a-f]{20}(?![\w-])")
YES = {Effect.ALLOW, Effect.DELEGATED}  # the role's own policies say yes already


@dataclass(frozen=True)
class Permission:
    """What a role of one account may do to a thing of another."""

    account: str
    role: str
    action: str
    resource: str
    prefix: str = ""
    """What it may list at most."""


@dataclass(frozen=True)
class Territory:
    """All stacks of an assembly for several accounts."""

    folder: Path

    @cached_property
    def manifest(self):
        artifacts = json.loads((self.folder / "manifest.json").read_text())["artifacts"]
        return {n: a for n, a in artifacts.items() if a["type"] == "aws:cloudformation:stack"}

    @cached_property
    def stacks(self):
        found = {}
        for name, artifact in self.manifest.items():
            account, region = artifact["environment"].removeprefix("aws://").split("/")
            found[name] = Place(self.folder, name, account, region, found)
        return found

    @cached_property
    def dependencies(self):
        return {
            name: {d for d in artifact["dependencies"] if d in self.manifest}
            for name, artifact in self.manifest.items()
        }

    def of(self, account):
        return [stack for stack in self.stacks.values() if stack.account == account]

    def crossings(self):
        """Yield stack and name for whatever a template calls by the name of another account's."""
        for stack in self.stacks.values():
            own = {name for mine in self.of(stack.account) for name in mine.names}
            for text in stack.texts:
                yield from ((stack, arn) for arn in _arns(text) if self._abroad(arn, stack, own))
                yield from ((stack, n) for n in GENERATED.findall(text) if n not in own)

    def _abroad(self, arn, stack, own):
        service, account, rest = ARN.match(arn).groups()
        if service == "s3":
            bucket = rest.lstrip(":").split("/")[0]
            if arn in stack.at_home:
                return False
            return bucket not in own and not bucket.endswith(f"-{stack.account}-{stack.region}")
        homes = {s.account for s in self.stacks.values()}
        return account in homes - {stack.account}

    def exists(self, name):
        """Say whether a template makes what is called *name* in the account that it names."""
        found = ARN.match(name)
        if not found:
            return any(name in stack.names for stack in self.stacks.values())
        service, account, rest = found.groups()
        if service == "s3":
            return self._bucket(rest.lstrip(":").split("/")[0]) is not None
        if (service, rest) == ("kms", "key/*"):
            return any(stack.of("AWS::KMS::Alias") for stack in self.of(account))
        if (service, rest) == ("iam", "root"):
            return bool(self.of(account))
        return any(name in stack.arns for stack in self.of(account))

    def _bucket(self, name):
        """Return the stack that makes the bucket."""
        stacks = self.stacks.values()
        return next((s for s in stacks if s.arn("AWS::S3::Bucket", name) in s.arns), None)

    def permissions(self):
        """Yield everything that a role's own policies allow it across a border."""
        across = {(stack.name, arn) for stack, arn in self.crossings()}
        for stack in self.stacks.values():
            for role, statement in stack.granted():
                for action in listed(statement["Action"]):
                    for arn in listed(statement["Resource"]):
                        if (stack.name, arn) in across:
                            yield Permission(stack.account, role, action, arn, _prefix(statement))

    def admits(self, asked, role=None):
        """Say whether the thing's own policy allows it to the role, or to another *role*."""
        service, account, rest = ARN.match(asked.resource).groups()
        if service == "events":
            return self._hears(asked)
        documents = {
            "s3": lambda: self._of_bucket(rest.lstrip(":").split("/")[0]),
            "kms": lambda: self._of_keys(account),
            "dynamodb": lambda: self._of_table(account, rest.split("/")[1]),
            "lambda": lambda: self._of_function(account, asked.resource),
        }[service]()
        context = {"aws:principalarn": role or asked.role, "aws:securetransport": "true"}
        context |= {"s3:prefix": asked.prefix.replace("*", "x")} if asked.prefix else {}
        who = Principal(names=frozenset({role or asked.role}), account=asked.account)
        resource = asked.resource.replace("*", "x")
        return evaluate(documents, asked.action, resource, context, who) in YES

    def _of_bucket(self, name):
        policies = self._bucket(name).of("AWS::S3::BucketPolicy")
        return [p["PolicyDocument"] for p in policies if p["Bucket"] == name]

    def _of_keys(self, account):
        return [k["KeyPolicy"] for s in self.of(account) for k in s.of("AWS::KMS::Key")]

    def _of_table(self, account, name):
        tables = [t for s in self.of(account) for t in s.of("AWS::DynamoDB::Table")]
        (policy,) = [t.get("ResourcePolicy") for t in tables if t.get("TableName") == name]
        return [policy["PolicyDocument"]] if policy else []

    def _of_function(self, account, arn):
        given = [p for s in self.of(account) for p in s.of("AWS::Lambda::Permission")]
        return [
            {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"AWS": p["Principal"]},
                        "Action": p["Action"],
                        "Resource": arn,
                    }
                ]
            }
            for p in given
            if p["FunctionName"] == arn
        ]

    def _hears(self, asked):
        """Say whether the bus takes all that the rule behind the role sends."""
        rules = [
            rule
            for stack in self.of(asked.account)
            for rule in stack.of("AWS::Events::Rule")
            if rule["Targets"][0].get("RoleArn") == asked.role
        ]
        receiver = ARN.match(asked.resource)[2]
        sent = [
            (source, kind)
            for rule in rules
            for source in rule["EventPattern"]["source"]
            for kind in rule["EventPattern"]["detail-type"]
        ]
        return bool(sent) and all(
            self.takes(receiver, asked.account, *each, role=asked.role) for each in sent
        )

    def takes(self, receiver, sender, source, kind, role=None):
        """Say whether the bus of *receiver* takes *kind* of *source* from the account *sender*.

        It comes by *role*, or by any of those by which *sender* forwards events to it.
        """
        documents = [
            {"Statement": [policy["Statement"]]}
            for stack in self.of(receiver)
            for policy in stack.of("AWS::Events::EventBusPolicy")
        ]
        (bus,) = [a for s in self.of(receiver) for a in s.arns if ":event-bus/" in a]
        return any(
            evaluate(
                documents,
                "events:PutEvents",
                bus,
                {"events:source": source, "events:detail-type": kind, "aws:principalarn": each},
                Principal(names=frozenset({each}), account=sender),
            )
            in YES
            for each in ([role] if role else self.forwarders(sender, receiver))
        )

    def forwarders(self, sender, receiver):
        """Return the roles by which *sender* forwards events to *receiver*."""
        return [
            rule["Targets"][0]["RoleArn"]
            for stack in self.of(sender)
            for rule in stack.of("AWS::Events::Rule")
            if f":{receiver}:event-bus/" in str(rule["Targets"][0]["Arn"])
        ]

    def listening(self):
        """Yield stack and pattern of each rule on a bus that feeds a queue."""
        for stack in self.stacks.values():
            for rule in stack.of("AWS::Events::Rule"):
                if "EventBusName" in rule and "RoleArn" not in rule["Targets"][0]:
                    yield stack, rule["EventPattern"]

    def emitted(self):
        """Yield account, source and type of whatever a function may emit."""
        for stack in self.stacks.values():
            for statement in stack.allowing("events:PutEvents"):
                when = statement.get("Condition", {}).get("StringEquals", {})
                if "events:source" in when:
                    for kind in listed(when["events:detail-type"]):
                        yield stack.account, when["events:source"], kind

    def forwarded(self, sender, receiver, source, kind):
        """Say whether a rule forwards *kind* of *source* to the other account, which takes it."""
        sent = any(
            f":{receiver}:event-bus/" in str(rule["Targets"][0]["Arn"])
            and source in rule["EventPattern"]["source"]
            and kind in rule["EventPattern"]["detail-type"]
            for stack in self.of(sender)
            for rule in stack.of("AWS::Events::Rule")
        )
        return sent and self.takes(receiver, sender, source, kind)


def matches(pattern, source, kind):
    """Say whether the rule of a queue takes in *kind* of *source*."""
    fits = [
        source.startswith(each["prefix"]) if isinstance(each, dict) else source == each
        for each in pattern["source"]
    ]
    return any(fits) and kind in pattern.get("detail-type", [kind])


def _arns(text):
    return [text] if ARN.fullmatch(text) else []


def _prefix(statement):
    given = statement.get("Condition", {}).get("StringLike", {}).get("s3:prefix")
    return listed(given)[0] if given else ""
