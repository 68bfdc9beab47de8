"""What becomes of the versions of one model of their own, step by step, each step done once?"""

import functools

import pytest

import aws
from demo.rollout import RAISING
from factory.events.model import DeploymentFailed, ModelDeployed, ModelPromoted
from factory.promotion import plan, service
from factory.promotion.effects import Plan
from factory.promotion.service import Move, Prepared
from factory.serving.rollout import Step
from lambdas.promote import archive, gather
from lambdas.promote.perform import Overtaken, perform
from tests.life import asking, candidates
from tests.life.approvals import baked, decide, registered_by_hand, serving
from tests.life.commands import deaf, operator, post, refused
from tests.life.inside import promoting
from tests.life.runs import start
from tests.life.tampering import unreadable
from tests.life.telling import others

MODEL = "income-by-education-some-college"
COMMAND = {"command": "rollback", "model": MODEL, "reason": "it selects too few"}
WRONG = {
    "no reason": {"reason": ""},
    "a missing reason": {"reason": None},
    "another command": {"command": "delete"},
    "an unknown model": {"model": "outcome"},
    "no endpoint": {"model": "income-plain"},
    "the version that serves": {"version": 3},
    "a later version": {"version": 4},
    "an unknown version": {"version": 9},
    "a version that nobody approved": {"version": 2},
}
"""What is wrong with each of these commands while version 3 serves."""


class Rollouts:
    """The versions of the model, and what was seen on the way of each."""

    def __init__(self, session, splits):
        self.session = session
        test = candidates.publish(session, "line-test", "census_test", splits["census_test"])
        train, other = (
            candidates.publish(session, f"line-{name}", "census_train", table)
            for name, table in (
                ("train", splits["census_train"]),
                ("other", splits["census_train"].slice(1000)),
            )
        )
        run = functools.partial(start, session, model=MODEL, test=test)
        self.first = run(train=train).ended()
        self.by_hand = registered_by_hand(session, self.first.package)
        self.second = run(train=other, champion=self.first).ended()
        code = asking.bring(session, "ada", RAISING)
        self.brittle = run(train=train, champion=self.second, code=code).ended()
        session.cloud.settle()

    @property
    def endpoint(self):
        return self.session.aws("sagemaker").describe_endpoint(EndpointName=f"mw-dev-{MODEL}")

    @property
    def serves(self):
        return serving(self.session, MODEL)

    @property
    def alarms(self):
        found = self.session.aws("cloudwatch").describe_alarms(AlarmNamePrefix=f"mw-dev-{MODEL}/")
        names = {a["AlarmName"].removeprefix(f"mw-dev-{MODEL}/") for a in found["MetricAlarms"]}
        return {name for name in names if "/" in name}

    @property
    def incidents(self):
        """Every incident of the model's deployments, by id: open or closed."""
        items = self.session.aws("dynamodb").scan(TableName=self.session.output("IncidentsTable"))
        kept = {i["pk"]["S"]: i["status"]["S"] for i in items["Items"]}
        return {k: v for k, v in kept.items() if k.startswith(f"deployment/{MODEL}/")}

    @property
    def champion(self):
        """The newest version that the registry calls approved."""
        listed = self.session.aws("sagemaker").list_model_packages(
            ModelPackageGroupName=f"mw-dev-{MODEL}",
            ModelApprovalStatus="Approved",
            SortBy="CreationTime",
            SortOrder="Descending",
        )
        return listed["ModelPackageSummaryList"][0]["ModelPackageArn"]

    def approve(self, run, reason="the gates passed, and I read the card"):
        """Let grace approve, and wait until SageMaker does nothing without the clock."""
        decide(self.session, "grace", run.package, reason)
        self.session.cloud.settle()

    def baked(self):
        return baked(self.session, MODEL)

    def about(self, run, *classes):
        """Return what the ledger says of the run's package since it was registered."""
        return [
            e for e in self.session.events(*classes) if e["detail"].get("package") == run.package
        ]

    def config(self, run):
        """Return the config that promotion has last brought on its way for the run's version."""
        return self.about(run, ModelPromoted)[-1]["detail"]["config"]

    @functools.cached_property
    def never_came_up(self):
        """The endpoint cannot read its model: its creation fails. Returns what the ledger said."""
        with unreadable(self.session):
            self.approve(self.first)
        return self.endpoint, self.incidents, self.about(self.first)

    @functools.cached_property
    def first_serves(self):
        """The same version, approved again."""
        assert self.never_came_up
        self.approve(self.first, "its role may read it now")
        return self.baked()

    @functools.cached_property
    def baking(self):
        """The second version, on its canary; the third is approved meanwhile."""
        assert self.first_serves
        with promoting(self.session) as settings:
            seen = self._seen(settings)
            self.approve(self.second)
            alarms = self.alarms
            self.late = self._too_late(seen, settings)
        self.approve(self.brittle, "it is no worse, says its gate")
        self.session.cloud.advance(150)
        return self.endpoint, alarms, self.session.event_ids()

    def _seen(self, settings):
        """Return the endpoint as promotion sees it."""
        name = f"mw-dev-{MODEL}"
        return aws.endpoint(name, aws.intent(settings.approved_bucket, name))

    def _too_late(self, seen, settings):
        """Let promotion go on with what it had *seen* before another update began."""
        before = self._seen(settings)
        facts = gather.decision(self.first.package, settings)
        baseline = archive.baseline(facts.package, settings)
        config = f"mw-dev-{MODEL}-v1-00000000"
        move = Move(
            package=facts.package,
            deployment=plan.deployment_of(facts, config, settings),
            endpoint=seen,
            intent=seen.intent,
            step=Step.UPDATE,
            prepared=Prepared(baseline=baseline),
            now=aws.now(),
            why="too late",
        )
        with pytest.raises(Overtaken):
            perform(Plan(tuple(service.effects(move, settings))), settings)
        return before, self._seen(settings)

    @functools.cached_property
    def second_serves(self):
        """The second version after its bakes; the third has been taken up."""
        assert self.baking
        self.session.advance_until("the second version to serve", self._second_deployed)
        return self.config(self.second)

    def _second_deployed(self):
        failed = self.about(self.second, DeploymentFailed)
        assert not failed, failed
        return self.about(self.second, ModelDeployed)

    @functools.cached_property
    def fell_back(self):
        """The third version was rolled back by itself."""
        assert self.second_serves
        return self.baked(), self.incidents, self.champion

    @functools.cached_property
    def declined(self):
        """What is answered to each command that is wrong, and what came of it all."""
        assert self.fell_back
        heard, aws_session = self.session.event_ids(), operator(self.session)
        said = {
            name: post(self.session, aws_session, COMMAND | wrong) for name, wrong in WRONG.items()
        }
        self.session.cloud.settle()
        return said, others(self.session, heard)

    @functools.cached_property
    def unchecked(self):
        """An administrator has approved a version while promotion was deaf: what is answered."""
        assert self.declined
        update = self.session.aws("sagemaker").update_model_package
        with deaf(self.session, "PromotionDecisionsPackages"):
            update(ModelPackageArn=self.by_hand, ModelApprovalStatus="Approved")
            said = post(self.session, operator(self.session), COMMAND | {"version": 2})
            told = refused(self.session, self.by_hand, self.serves, "never kept")
            update(ModelPackageArn=self.by_hand, ModelApprovalStatus="Rejected")
        return said, told

    @functools.cached_property
    def rolled_back(self):
        """Grace has rolled back from the second version to the first."""
        assert self.unchecked
        words = ("rollback", MODEL, "--reason", "it selects too few")
        code, answer = self.session.factory("grace", *words)
        assert code == 0, answer
        self.session.cloud.settle()
        busy = self.session.factory("grace", *words), self.endpoint
        return busy, self.baked()
