"""A model with two versions, the second of which serves, and what is changed there by hand."""

import contextlib
import functools
import json

from factory.layout import objects
from tests.life import candidates
from tests.life.approvals import baked, decide, status
from tests.life.commands import deaf
from tests.life.runs import start

MODEL = "income-by-education-bachelors"
ENDPOINT = f"mw-dev-{MODEL}"
HOUR = 3600
READ = "the gates passed, and I read the card"
MINE = "administrators-own"
STRANGERS = ("shadow", "checkout", "prod", "stranger")


class ByHand:
    """An endpoint that promotion has brought to its second version."""

    def __init__(self, session, splits):
        self.session, self._row = session, splits["census_test"].slice(0, 1).to_pylist()[0]
        self.sagemaker, self.cloudwatch = session.aws("sagemaker"), session.aws("cloudwatch")
        test = candidates.publish(session, "hand-test", "census_test", splits["census_test"])
        train = candidates.publish(session, "hand-train", "census_train", splits["census_train"])
        rows = splits["census_train"].slice(1000)
        other = candidates.publish(session, "hand-other", "census_train", rows)
        run = functools.partial(start, session, model=MODEL, test=test)
        self.first = run(train=train).ended()
        self.decide(self.first, READ)
        self.older = baked(session, MODEL)["EndpointConfigName"]
        self.second = run(train=other, champion=self.first).ended()
        self.late = self._unheard()
        self.meant = baked(session, MODEL)["EndpointConfigName"]
        self.asked = self._kept("deployments", self.meant)
        session.cloud.advance(2 * HOUR)
        session.cloud.settle()

    def _unheard(self):
        """Approve the second while promotion hears of no decision; return what is told of it."""
        self.session.cloud.advance(HOUR)
        known = self.session.event_ids()
        with deaf(self.session, "PromotionDecisionsPackages"):
            self.decide(self.second, READ)
            assert baked(self.session, MODEL)["EndpointConfigName"] == self.older
            self.session.advance_until("it to serve", self._moves, minutes=70)
        told = self.session.new_events(known)
        return [e for e in told if e["detail"].get("package") == self.second.package]

    def _moves(self):
        return self.sagemaker.describe_endpoint(EndpointName=ENDPOINT)["EndpointStatus"] == (
            "Updating"
        )

    def decide(self, run, reason, status="Approved"):
        assert run.package, run
        decide(self.session, "grace", run.package, reason, status=status)
        self.session.cloud.settle()

    def _kept(self, folder, name):
        uri = objects.uri("", f"{folder}/*", f"{name}.json").removeprefix("s3:///")
        place = {"Bucket": self.session.output("ApprovedBucket"), "Key": uri}
        return json.load(self.session.aws("s3").get_object(**place)["Body"])

    @property
    def intent(self):
        """What promotion has written down, as it is stored."""
        return self._kept("intents", ENDPOINT)

    @property
    def approved(self):
        return {status(self.session, run.package) for run in (self.first, self.second)}

    def told(self, act, *, seconds=61):
        """Return what is told within so many *seconds* after *act*, by reconcile, and by others."""
        known = self.session.event_ids()
        act()
        self.session.cloud.settle()
        self.session.cloud.advance(seconds)
        self.session.cloud.settle()
        new = self.session.new_events(known)
        own = [each for each in new if each["source"] == "modelworks.reconcile"]
        return list(filter(_about, own)), [e for e in new if _about(e) and e not in own]

    def ask(self):
        """Ask about one person, as a client would."""
        features = self._kept("baselines", self.meant)["features"]
        body = json.dumps({"instances": [{name: self._row[name] for name in features}]})
        runtime = self.session.aws("sagemaker-runtime")
        runtime.invoke_endpoint(EndpointName=ENDPOINT, ContentType="application/json", Body=body)

    @contextlib.contextmanager
    def no_captures(self):
        """Let nobody write captures meanwhile, by the bucket's policy."""
        s3, bucket = self.session.aws("s3"), {"Bucket": self.session.output("CapturesBucket")}
        before = s3.get_bucket_policy(**bucket)["Policy"]
        policy = json.loads(before)
        everything = f"arn:aws:s3:::{bucket['Bucket']}/*"
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject"}
        policy["Statement"].append({**deny, "Resource": everything})
        s3.put_bucket_policy(**bucket, Policy=json.dumps(policy))
        try:
            yield
        finally:
            s3.put_bucket_policy(**bucket, Policy=before)

    def moved(self, config):
        self.sagemaker.update_endpoint(EndpointName=ENDPOINT, EndpointConfigName=config)

    def back(self):
        self.moved(self.meant)
        baked(self.session, MODEL)


def _about(event):
    """Whether it tells of what is changed here; the session has other models."""
    return any(name in event["subject"] for name in (MODEL, *STRANGERS))


def older(hand):
    hand.moved(hand.older)
    baked(hand.session, MODEL)
    return hand.back


def own_configuration(hand):
    config = {k: v for k, v in hand.asked["config"].items() if k != "DataCaptureConfig"}
    hand.sagemaker.create_endpoint_config(**config | {"EndpointConfigName": MINE})
    hand.moved(MINE)
    baked(hand.session, MODEL)

    def undo():
        hand.back()
        hand.sagemaker.delete_endpoint_config(EndpointConfigName=MINE)

    return undo


def tags_first(hand):
    arn = hand.sagemaker.describe_endpoint(EndpointName=ENDPOINT)["EndpointArn"]
    tags = {"modelworks:config": hand.older, "modelworks:package": hand.first.package}
    hand.sagemaker.add_tags(
        ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in tags.items()]
    )
    undo = older(hand)

    def untag():
        undo()
        hand.sagemaker.delete_tags(ResourceArn=arn, TagKeys=list(tags))

    return untag


def deleted(hand):
    hand.sagemaker.delete_endpoint(EndpointName=ENDPOINT)
    hand.session.cloud.settle()

    def undo():
        hand.sagemaker.create_endpoint(EndpointName=ENDPOINT, EndpointConfigName=hand.meant)
        baked(hand.session, MODEL)

    return undo


def alarms_silenced(hand):
    (name,) = [each for each in hand.asked["alarms"] if each.endswith("errors")]
    hand.cloudwatch.disable_alarm_actions(AlarmNames=[name])
    return lambda: hand.cloudwatch.enable_alarm_actions(AlarmNames=[name])


def alarm_deleted(hand):
    (name,) = [each for each in hand.asked["alarms"] if each.endswith("probes")]
    hand.cloudwatch.delete_alarms(AlarmNames=[name])
    return lambda: hand.cloudwatch.put_metric_alarm(AlarmName=name, **hand.asked["alarms"][name])


def configuration_anew(hand):
    asked = hand.asked["config"]
    hand.sagemaker.delete_endpoint_config(EndpointConfigName=hand.meant)
    less = asked["DataCaptureConfig"] | {"InitialSamplingPercentage": 0, "EnableCapture": False}
    hand.sagemaker.create_endpoint_config(**asked | {"DataCaptureConfig": less})

    def undo():
        hand.sagemaker.delete_endpoint_config(EndpointConfigName=hand.meant)
        hand.sagemaker.create_endpoint_config(**asked)

    return undo


def shadow_endpoint(hand):
    hand.sagemaker.create_endpoint(EndpointName="mw-dev-shadow", EndpointConfigName=hand.older)
    hand.session.cloud.settle()
    return lambda: hand.sagemaker.delete_endpoint(EndpointName="mw-dev-shadow")


def shadow_group(hand):
    name = {"ModelPackageGroupName": "mw-dev-shadow"}
    hand.sagemaker.create_model_package_group(**name)
    return lambda: hand.sagemaker.delete_model_package_group(**name)


CHANGES = {
    "an endpoint is moved to an older configuration of ours": (
        older, "UpdateEndpoint", "the endpoint {name} {moves} {older}",
    ),
    "an endpoint is moved to a configuration without capture": (
        own_configuration, "UpdateEndpoint", f"the endpoint {{name}} {{moves}} {MINE}",
    ),
    "an endpoint is tagged as if that were meant, and moved then": (
        tags_first, "UpdateEndpoint", "the endpoint {name} {moves} {older}",
    ),
    "an endpoint is deleted": (deleted, "DeleteEndpoint", "the endpoint {name} was deleted"),
    "the actions of a guard are switched off": (
        alarms_silenced, "DisableAlarmActions", "its actions are switched off",
    ),
    "a guard is deleted": (alarm_deleted, "DeleteAlarms", "it was deleted"),
    "a configuration is made anew under its name, and captures nothing": (
        configuration_anew, "EndpointConfig", "DataCaptureConfig.EnableCapture is false",
    ),
    "a shadow endpoint is made under a name of ours": (
        shadow_endpoint, "CreateEndpoint", "an endpoint mw-dev-shadow is there",
    ),
    "a shadow group is made under a name of ours": (
        shadow_group, "CreateModelPackageGroup", "a group of packages mw-dev-shadow is there",
    ),
}  # fmt: skip
"""What is done by hand, the call that CloudTrail names, and the words."""
