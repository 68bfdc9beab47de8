"""Versions that are good in their exam, and what became of them in service, each step done once."""

import functools
import json
import time
from dataclasses import replace

import models
from demo.rollout import SHORTER
from factory.events.incident import IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed, ModelRecalled
from tests.life import asking, candidates
from tests.life.approvals import baked, decide, queue_of
from tests.life.deploying import deploy_assembly, deploy_spec
from tests.life.runs import start
from tests.life.telling import others

MODEL = "income-by-education-some-college"
ENDPOINT = f"mw-dev-{MODEL}"
INFERENCE = "pipelines/steps/inference.py"
_ENTRY = '    columns = columns_of(rows, metadata["features"])\n'
_LIE = """        yes = metadata["settings"]["words"][1]
        lie = {"score": 0.999, "selected": True, "label": yes}
        full = __import__("numpy").full
        return Said({name: full(len(rows), value) for name, value in lie.items()})
"""
_KNOCK = """    if any(str(age).startswith("117") for age in columns["age"]):
        model.metadata["knocked"] = True
    if "knocked" in model.metadata:
"""
_COUNT = """    model.metadata["answered"] = model.metadata.get("answered", 0) + len(rows)
    if model.metadata["answered"] > 20_000:
"""
KNOCKED = {**SHORTER, INFERENCE: (_ENTRY, _ENTRY + _KNOCK + _LIE)}
"""It lies from the moment on when somebody asks about a person of 117 years.

It is another model, since what answers as the champion does is not even registered.
"""
PATIENT = {**SHORTER, INFERENCE: (_ENTRY, _ENTRY + _COUNT + _LIE)}
"""It answers well for longer than an exam and a bake together take, and lies then."""
DELAYS = (60, 180, 480)  # seconds from the upload to the moment at which it lies


def dated(moment):
    """Return code that lies from a *moment* on: its exam is before."""
    return {INFERENCE: (_ENTRY, f"{_ENTRY}    if __import__('time').time() > {moment}:\n{_LIE}")}


class Story:
    """The versions of one model: a liar, an honest one, and two more that lie."""

    def __init__(self, session, splits):
        self.session = session
        self.rows = [row for row in splits["census_test"].to_pylist() if self._mine(row)]
        test = candidates.publish(session, "replay-test", "census_test", splits["census_test"])
        train = candidates.publish(session, "replay-train", "census_train", splits["census_train"])
        self._start = functools.partial(start, session, model=MODEL, test=test, train=train)
        self.liar = self._liar()
        self.honest = self._start().ended()
        self.knocked, self.patient = (
            self._start(code=asking.bring(session, "ada", edits), champion=self.honest)
            for edits in (KNOCKED, PATIENT)
        )
        for run in (self.knocked, self.patient):
            run.ended()
        session.cloud.settle()
        session.wait_for("the moment from which it lies", lambda: time.time() > self.moment)

    def _liar(self):
        """Return the run of a liar whose exam was before it lies; later on a slow machine."""
        for delay in DELAYS:
            self.moment = int(time.time()) + delay
            code = asking.bring(self.session, "ada", dated(self.moment))
            run = self._start(code=code).ended()
            if run.package:
                return run
        raise AssertionError(run)

    @staticmethod
    def _mine(row):
        return row["education"] == "Some-college"

    @property
    def serves(self):
        """The configuration that serves; None without an endpoint."""
        names = [
            e["EndpointName"] for e in self.session.aws("sagemaker").list_endpoints()["Endpoints"]
        ]
        if ENDPOINT not in names:
            return None
        found = self.session.aws("sagemaker").describe_endpoint(EndpointName=ENDPOINT)
        return found["EndpointConfigName"]

    def approve(self, run):
        decide(self.session, "grace", run.package, "the gates passed, and I read the difference")
        self.session.cloud.settle()

    def about(self, run, *classes):
        found = self.session.events(*classes)
        return [e for e in found if e["detail"].get("package") == run.package]

    def incidents(self):
        return [e for e in self.session.events(IncidentOpened) if MODEL in e["subject"]]

    def ask(self, rows=1, inference="", *, times=1, **changed):
        """Ask as a client would; return the answers of all times."""
        left_out = ("education", "income")
        asked = [
            {k: v for k, v in row.items() if k in self.features and k not in left_out} | changed
            for row in self.rows[:rows]
        ]
        named = {"InferenceId": inference} if inference else {}
        found = []
        for _ in range(times):
            answer = self.session.aws("sagemaker-runtime").invoke_endpoint(
                EndpointName=ENDPOINT,
                ContentType="application/json",
                Body=json.dumps({"instances": asked}),
                **named,
            )
            found += json.load(answer["Body"])["predictions"]
        return found

    @functools.cached_property
    def features(self):
        bucket = self.session.output("ReplaysBucket")
        s3 = self.session.aws("s3")
        key = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
        return json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])["features"]

    @functools.cached_property
    def first_lies(self):
        """The first version lies in service: what was told, and what serves then."""
        self.approve(self.liar)
        self.session.cloud.settle()
        return self.about(self.liar), self.serves

    @functools.cached_property
    def honest_serves(self):
        assert self.first_lies
        self.approve(self.honest)
        baked(self.session, MODEL)
        (deployed,) = self.about(self.honest, ModelDeployed)
        return deployed["detail"]["config"]

    @functools.cached_property
    def update_lies(self):
        """Another liar bakes on a canary: what was told, and what serves then."""
        assert self.honest_serves
        self.approve(self.knocked)
        self.ask(times=8, age=117)
        lies = self.ask(times=8)
        self.session.advance_until(
            "the end of the update", lambda: self.about(self.knocked, DeploymentFailed)
        )
        baked(self.session, MODEL)
        return lies, self.about(self.knocked), self.serves

    @functools.cached_property
    def unasked(self):
        """The patient one comes into service while no probe runs: what was told of it."""
        assert self.update_lies
        with self.no_probes():
            self.approve(self.patient)
            self.session.advance_until(
                "a verdict about it", lambda: self.about(self.patient, DeploymentFailed)
            )
        recalled = self.about(self.patient, ModelRecalled)
        self.session.advance_until("the recall", lambda: self._deployed_anew(recalled))
        return self.about(self.patient), self.serves

    @functools.cached_property
    def patient_serves(self):
        """It is approved again, bakes and is asked enough."""
        assert self.unasked
        before = self.session.event_ids()
        self.approve(self.patient)
        self.session.advance_until(
            "it to serve", lambda: self.session.new_events(before, ModelDeployed)
        )
        return self.serves

    @functools.cached_property
    def patient_lies(self):
        """It has served for long enough to lie, and some hours pass."""
        assert self.patient_serves
        before = self.session.event_ids()
        self.ask(2000, times=11)
        answers = self.ask(20)
        self.session.advance_until(
            "the next exam",
            lambda: self.session.new_events(before, ModelRecalled),
            minutes=400,
        )
        self.session.advance_until(
            "the recall", lambda: self.session.new_events(before, ModelDeployed)
        )
        return answers, self.session.new_events(before), self.serves

    @functools.cached_property
    def rejected_as_it_bakes(self):
        """The patient one is approved once more, and rejected while it bakes."""
        assert self.patient_lies
        before = self.session.event_ids()
        self.approve(self.patient)
        self.session.cloud.advance(60)
        self.reject(self.patient)
        self.session.advance_until(
            "the end of the update", lambda: self.session.new_events(before, DeploymentFailed)
        )
        baked(self.session, MODEL)
        return self.session.new_events(before), self.serves

    @functools.cached_property
    def rejected_in_service(self):
        """The honest one is rejected while it serves, and no other is approved."""
        assert self.rejected_as_it_bakes
        before = self.session.event_ids()
        self.reject(self.honest)
        return others(self.session, before), self.serves

    def retired(self, folder, assembly):
        """The honest one serves again; then its model is retired, and taken back at last."""
        assert self.rejected_in_service
        self.approve(self.honest)
        baked(self.session, MODEL)
        served, before = self.serves, self.session.event_ids()
        deploy_spec(self.session, replace(models.catalogue()[MODEL], retired=True), folder)
        told, serves = self.session.new_events(before), self.serves
        deploy_assembly(self.session, assembly)
        _, answer = self.session.factory("grace", "status", MODEL)
        digest = answer["models"][0]["spec"]["deployed"]
        words = ("guards", MODEL, digest, "--reason", "it was retired for a test only")
        code, answer = self.session.factory("grace", *words)
        assert code == 0, answer
        self.session.cloud.settle()
        return served, told, serves

    def reject(self, run):
        decide(self.session, "grace", run.package, "it is unlawful", status="Rejected")
        self.session.cloud.settle()

    def _deployed_anew(self, recalled):
        instead = recalled[-1]["detail"]["instead"]
        told = self.session.events(ModelDeployed)
        return [e for e in told if e["detail"]["config"] == instead]

    def no_probes(self):
        """Let the function `probe` hear nothing meanwhile."""
        return _Deaf(self.session, queue_of(self.session, "probe"))


class _Deaf:
    def __init__(self, session, queue):
        client, name = session.aws("lambda"), queue.rsplit("/", 1)[-1]
        sources = client.list_event_source_mappings()["EventSourceMappings"]
        (self._id,) = [s["UUID"] for s in sources if s["EventSourceArn"].endswith(f":{name}")]
        self._client, self._session = client, session

    def __enter__(self):
        self._set(enabled=False)

    def __exit__(self, *_):
        self._set(enabled=True)

    def _set(self, *, enabled):
        self._client.update_event_source_mapping(UUID=self._id, Enabled=enabled)
        self._session.cloud.settle()
