"""What do the functions that bring models into service meet in their tests? The local cloud.

The local cloud is started in a copy of this process, and each test runs in a copy of that: what a
test leaves, nobody else finds. Nothing moves there by itself but what is told over the bus.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import json
import os
import pickle
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import aws
from aws.items import serialized
from factory import settings
from factory.catalogue.definition import Definition, digest
from factory.layout import tables
from factory.layout.names import resource
from localcloud import cloud, places, reactor, sessions
from localcloud.sagemaker import endpoint_states, registry, store
from tests.factory.gates.test_gates import MODEL
from tests.lambdas.faults import copies, patching
from tests.lambdas.faults.house import batch
from tests.lambdas.faults.scenes.registry import PARAMETERS, Version, proven, settled
from tests.lambdas.faults.scenes.world import in_force, written

SERVICES = ("s3", "dynamodb", "events", "sqs", "sagemaker", "cloudwatch", "iam", "sts")
BUCKETS = ("work", "evidence", "approved", "captures", "replays", "specs")
ANY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:*"}
CONTAINER = {
    "Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/sklearn:1",
    "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
}
DEFINITION = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": n, "Type": "String"} for n in (*PARAMETERS, "Request")],
    "Steps": [
        {
            "Name": "Register",
            "Type": "RegisterModel",
            "Arguments": {
                "ModelPackageGroupName": "any",
                "InferenceSpecification": {
                    "Containers": [{**CONTAINER, "ModelDataUrl": "s3://work/any"}],
                    "SupportedContentTypes": ["text/csv"],
                    "SupportedResponseMIMETypes": ["text/csv"],
                },
            },
        }
    ],
}


DEFINITION_RECORD = Definition(
    recipe="boosting",
    digest=digest(json.dumps(DEFINITION)),
    periods=(("2000-01-01T00:00:00.000+00:00", ""),),
)
GROUPS = "arn:aws:sagemaker:us-east-1:123456789012:model-package-group/"
TESTS = {}
"""The tests that run apart, by name."""


def apart(test):
    """Run a test in a copy of a process in which its *world* has begun."""
    name = f"{test.__module__}.{test.__qualname__}"
    TESTS[name] = test

    @functools.wraps(test)
    def run(world, **fixtures):
        world(name, fixtures)

    return run


class Stage:
    """A copy of this process in which a world has begun and stands still."""

    def __init__(self):
        asks, self._asked = os.pipe()
        self._answers, answer = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._asked)  # or the end of what is asked would never be seen
            os.close(self._answers)
            _serve(os.fdopen(asks, "rb"), os.fdopen(answer, "wb"))
            os._exit(0)
        os.close(asks)
        os.close(answer)
        self._ask = os.fdopen(self._asked, "wb")
        self._answer = os.fdopen(self._answers, "rb")

    def run(self, name, fixtures):
        """Run a test in a copy of the stage; its failure is told in the copy's words."""
        pickle.dump((name, fixtures), self._ask)
        self._ask.flush()
        failure = pickle.load(self._answer)
        assert failure is None, failure

    def close(self):
        """End the copy."""
        self._ask.close()
        os.waitpid(self._child, 0)
        self._answer.close()


def _serve(asks, answers):
    os.environ |= {
        "AWS_ACCESS_KEY_ID": sessions.ADMIN_KEY,
        "AWS_SECRET_ACCESS_KEY": sessions.ADMIN_KEY,
        "AWS_DEFAULT_REGION": places.REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    stage = World()
    began = _failure(stage.begin)
    while True:
        try:
            name, fixtures = pickle.load(asks)
        except EOFError:
            return
        failure = began or _failure(
            lambda: copies.apart(lambda: TESTS[name](stage, **fixtures))  # noqa: B023 - at once
        )
        pickle.dump(failure, answers)
        answers.flush()


def _failure(work):
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever it is, pytest's process has to say it
        return traceback.format_exc()
    return None


class World:
    """An account in which a model of the catalogue can be registered, approved and served."""

    def __init__(self):
        self.outputs = {f"{name.title()}Bucket": name for name in BUCKETS}

    def begin(self):
        """Start the local cloud, and make what the stacks would have made."""
        cloud.start()
        for service in SERVICES:  # made here, they are there in every copy
            sessions.client(service), aws.client(service)
        patching.replace(reactor, "spawn", _later)
        patching.replace(reactor, "start", _later)
        ticks = itertools.count(1)
        moment = datetime.now(UTC).replace(microsecond=0)  # as SageMaker tells moments
        patching.replace(store, "now", lambda: moment + timedelta(milliseconds=next(ticks)))
        for name in BUCKETS:
            self._bucket(name)
        self._table("index")
        self._table("probings")
        self._table("differences", sorted_=False)
        self.heard, self.probes = self._bus(), self._queue("probes")
        self.outcomes = self._queue("outcomes")
        self.checks, self.decisions = self._queue("checks"), self._queue("decisions")
        self.roles = {name: self._role(name) for name in ("serving", "approver")}
        self.aws("sagemaker").create_pipeline(
            PipelineName="modelworks-dev-boosting",
            PipelineDefinition=json.dumps(DEFINITION),
            RoleArn=self.roles["serving"],
            ClientRequestToken="0" * 32,
        )
        self.define(DEFINITION_RECORD)
        in_force(self, MODEL)

    def aws(self, service):
        return sessions.client(service)

    def setting(self, _function, name):
        found = {
            "INDEX_TABLE": "index",
            "SPECS_BUCKET": "specs",
            "PROBINGS_TABLE": "probings",
            "RETRAIN_ROLE": "Retrain",
        }
        return found[name]

    @functools.cache  # noqa: B019 - one world a process
    def approver(self, person):
        """Return SageMaker's client of *person* in the approver's role."""
        keys = self.aws("sts").assume_role(
            RoleArn=self.roles["approver"], RoleSessionName=person, SourceIdentity=person
        )["Credentials"]
        own = (keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return sessions.session(*own).client("sagemaker")

    def handle(self, function, *bodies):
        """Run a function on messages of its queue; return its answer."""
        return self.call(function, batch(*bodies))

    def call(self, function, event):
        """Run a function on an event; return its answer."""
        name = "".join(part.title() for part in function.split("_"))
        os.environ |= self.settings(getattr(settings, f"{name}Settings")).to_env()
        return importlib.import_module(f"lambdas.{function}.handler").handle(event, None)

    def settings(self, kind):
        """Return the settings of a function as its stack would set them."""
        values = {
            "groups": GROUPS,
            "stage": "dev",
            "bus_name": "factory",
            "index_table": "index",
            **{f"{name}_bucket": name for name in BUCKETS},
            "serving_role_arn": self.roles["serving"],
            "key_arn": "",
            "network": "{}",
            "alerts_topic_arn": "arn:aws:sns:us-east-1:123456789012:alerts",
            "probe_queue_url": self.probes,
            "probings_table": "probings",
            "outcome_queue_url": self.outcomes,
            "differences_table": "differences",
            "reconcile_queue_url": self.checks,
            "promote_queue_url": self.decisions,
            "own_roles": "Promote,Settle",
            "operator_role": "Operator",
            "builder_role": "Builder",
        }
        return kind(**{name: values[name] for name in kind.__dataclass_fields__})

    def version(self, champion=None, model=MODEL):
        """Return a new version that a run has registered; *champion* is the one it was to beat."""
        made = Version(self, model, champion.digest if champion else "none")
        self.registered = made.uri
        return made

    def respec(self, model):
        """Let another spec of a model be in force."""
        in_force(self, model)

    def write(self, found):
        """Let the index and the bucket of specs hold what a deploy writes about a model."""
        written(self, found)

    def define(self, definition):
        """Let something be known of a pipeline definition."""
        key = tables.definition_item(definition.recipe, definition.digest)
        item = serialized({**definition.item(), **key._asdict()})
        self.aws("dynamodb").put_item(TableName="index", Item=item)

    def events(self):
        """Return what has come over the factory's bus since the last call."""
        reactor.settle(spawned=False)
        return [(e["detail-type"], e["detail"]) for e in self.taken(self.heard)]

    def kinds(self):
        """Return the types of what has come over the factory's bus since the last call."""
        return [kind for kind, _ in self.events()]

    def probed(self):
        """Return what probes were asked for since the last call, also those that wait."""
        sqs = self.aws("sqs")
        sqs.set_queue_attributes(QueueUrl=self.probes, Attributes={"VisibilityTimeout": "0"})
        found = sqs.get_queue_attributes(QueueUrl=self.probes, AttributeNames=["All"])["Attributes"]
        return int(found["ApproximateNumberOfMessages"]) + int(
            found["ApproximateNumberOfMessagesDelayed"]
        )

    @property
    def endpoint(self):
        """Return the endpoint's record; None when there is none."""
        return endpoint_states.shelf.get(resource("dev", MODEL.name))

    @property
    def serves(self):
        return self.endpoint and self.endpoint["EndpointConfigName"]

    @property
    def coming(self):
        """Return the configuration that an update brings up."""
        pending = (self.endpoint or {}).get("PendingDeploymentSummary") or {}
        return pending.get("EndpointConfigName")

    @property
    def intent(self):
        """Return what the endpoint is meant to serve."""
        return aws.intent("approved", resource("dev", MODEL.name))

    def mean(self, **changes):
        """Let something else be meant."""
        aws.intent_put("approved", resource("dev", MODEL.name), replace(self.intent, **changes))

    def alarms(self):
        """Return the names of all alarms."""
        found = self.aws("cloudwatch").describe_alarms()["MetricAlarms"]
        return {alarm["AlarmName"] for alarm in found}

    def settle(self, status="InService", *, asked=True):
        """Let the endpoint arrive where it is on its way to, *asked* by its probes, or fail."""
        settled(self, resource("dev", MODEL.name), status)
        if asked:
            proven(self, self.serves)

    def status(self, version):
        """Return the registry's word for a version."""
        return registry.packages[version.package]["ModelApprovalStatus"]

    def words(self, version):
        """Return the registry's words about a version."""
        return registry.packages[version.package]["ApprovalDescription"]

    def body(self, uri):
        return aws.s3_get(uri)

    def keys(self, bucket):
        """Return the keys of a bucket, each as often as it has versions."""
        pages = self.aws("s3").get_paginator("list_object_versions").paginate(Bucket=bucket)
        return sorted(v["Key"] for page in pages for v in page.get("Versions", []))

    def _bucket(self, name):
        self.aws("s3").create_bucket(Bucket=name)
        versions = {"Status": "Enabled"}
        self.aws("s3").put_bucket_versioning(Bucket=name, VersioningConfiguration=versions)

    def _table(self, name, *, sorted_=True):
        keys = {"pk": "HASH", **({"sk": "RANGE"} if sorted_ else {})}
        self.aws("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": n, "KeyType": kind} for n, kind in keys.items()],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in keys],
            BillingMode="PAY_PER_REQUEST",
        )

    def _queue(self, name):
        return self.aws("sqs").create_queue(QueueName=name)["QueueUrl"]

    def _bus(self):
        """Make the factory's bus; return the queue that hears all of it."""
        events, url = self.aws("events"), self._queue("heard")
        events.create_event_bus(Name="factory")
        arn = "arn:aws:sqs:us-east-1:123456789012:heard"
        rule = events.put_rule(
            Name="all", EventBusName="factory", EventPattern='{"account": [{"exists": true}]}'
        )["RuleArn"]
        admit = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": arn,
            "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [admit]})
        self.aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        events.put_targets(Rule="all", EventBusName="factory", Targets=[{"Id": "q", "Arn": arn}])
        return url

    def _role(self, name):
        trust = {"Version": "2012-10-17", "Statement": [ANY, _service("sagemaker.amazonaws.com")]}
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        iam = self.aws("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
        iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document)
        return arn["Role"]["Arn"]

    def taken(self, url):
        """Return the bodies of all messages on a queue, and take them off."""
        sqs, bodies = self.aws("sqs"), []
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            bodies += [json.loads(m["Body"]) for m in found]
            for message in found:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies


def _service(name):
    return {"Effect": "Allow", "Principal": {"Service": name}, "Action": "sts:AssumeRole"}


def _later(name, work):
    """Let long work be noted only; but an endpoint that is deleted is gone at once."""
    if name.endswith(" deleted"):
        work()
