"""Does a factory for other models need other templates? No: the same, with another catalogue."""

from __future__ import annotations

from demo.kinds.models import OUTPUT, catalogue, written
from demo.runner import Step, Unexpected
from demo.session import Session
from factory.events.catalogue import ModelOnboarded
from local.deployment import local_deployment
from local.synth_cache import cached_assembly


def _deploy(session: Session) -> str:
    assembly = cached_assembly("dev", catalogue=str(written()))
    session.started = session.resources.enter_context(local_deployment(assembly, OUTPUT))
    wanted = set(catalogue().models)
    session.cloud.settle()
    onboarded = {e["subject"].split("/")[1] for e in session.events(ModelOnboarded)}
    if onboarded != wanted:
        raise Unexpected(f"onboarded: {sorted(onboarded)}; wanted: {sorted(wanted)}")
    return f"onboarded: {', '.join(sorted(onboarded))}"


DEPLOY = Step(
    title="Deploy",
    expected="the unmodified templates deploy, with a catalogue that has a model of every kind",
    act=_deploy,
)
