"""What about an endpoint is not as promotion left it? One difference for each thing at most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from factory.incidents.differences import Difference
from factory.layout.names import alarm, model_of, model_subject
from factory.layout.tables import endpoint_difference
from factory.promotion import recall
from factory.reconciliation import standing, words
from factory.reconciliation.comparison import unlike
from factory.reconciliation.facts import Facts, Served
from factory.reconciliation.trail import (
    ALARM_CALLS,
    CONFIG_CALLS,
    ENDPOINT_CALLS,
    GROUP_CALLS,
    MODEL_CALLS,
    Call,
)
from factory.serving.standing import GRACE, Standing

STANDING, CONFIG, MODEL, SETTINGS = "standing", "configuration", "model", "settings"
ERRORS, PROBES, SPEC, PACKAGE = "alarm-errors", "alarm-probes", "spec", "package"
CAPTURES = "captures"
THINGS = (STANDING, CONFIG, MODEL, SETTINGS, ERRORS, PROBES, SPEC, PACKAGE, CAPTURES)
GROUP = "group"
CAUSES: Mapping[str, tuple[str, ...]] = {
    STANDING: ENDPOINT_CALLS,
    CONFIG: CONFIG_CALLS,
    MODEL: MODEL_CALLS,
    SETTINGS: ENDPOINT_CALLS,
    ERRORS: ALARM_CALLS,
    PROBES: ALARM_CALLS,
    GROUP: GROUP_CALLS,
}
"""Which calls can have made a thing differ."""
NOT_IN_CONFIG = ("ShadowProductionVariants", "AsyncInferenceConfig", "ExplainerConfig", "VpcConfig")
NOT_IN_MODEL = ("Containers", "VpcConfig")
NOT_IN_ENDPOINT = ("ShadowProductionVariants", "AsyncInferenceConfig", "ExplainerConfig")

GONE = "it was deleted"
Found = tuple[str, Difference | None]


def differences(facts: Facts, call: Call | None) -> Mapping[str, Difference | None]:
    """Return what differs, by thing; None for what is as it was meant.

    What cannot be compared now is left out: an incident about it stays as it is.
    """
    return {endpoint_difference(facts.name, thing): d for thing, d in _checked(facts, call)}


def _checked(facts: Facts, call: Call | None) -> Iterator[Found]:
    where = facts.standing
    if where is Standing.MOVING:
        return
    if where is Standing.NOTHING:
        yield from ((thing, None) for thing in THINGS)
        return
    yield STANDING, _standing(facts, call) if where is Standing.BY_HAND else None
    if facts.serves:
        yield from _registered(facts)
        yield SETTINGS, _settings(facts, call)
        yield from _captures(facts)
        if facts.served:
            yield from _made(facts, facts.served, call)


def group(name: str, facts: Facts, call: Call | None) -> Difference:
    """Return that a group of packages is there which is of no model of the catalogue's."""
    what = f"a group of packages {name} is there, and the catalogue never had {model_of(name)}"
    remedy = f"aws sagemaker delete-model-package-group --model-package-group-name {name}"
    return _difference(facts, GROUP, "there", words.by_hand(what, facts, _by(GROUP, call), remedy))


def _standing(facts: Facts, call: Call | None) -> Difference:
    found = standing.change(facts)
    say = words.by_hand if found.by_hand else words.reason
    text = say(found.words, facts, _by(STANDING, call), found.remedy)
    return _difference(facts, STANDING, found.what, text)


def _registered(facts: Facts) -> Iterator[Found]:
    """Yield what the catalogue and the registry say of what serves.

    Promotion acts on a decision by itself, so that it is given time first.
    """
    yield SPEC, _spec(facts)
    if facts.package_arn and facts.package is None:
        what = f"{facts.package_arn} serves and is not in the registry any longer"
        remedy = "approve another version, which needs no trace of this one"
        text = words.by_hand(what, facts, None, remedy)
        yield PACKAGE, _difference(facts, PACKAGE, "gone", text)
    elif facts.package:
        yield PACKAGE, _unfit(facts, PACKAGE, recall.objection(facts.package, None))


def _spec(facts: Facts) -> Difference | None:
    if facts.model is None:
        what = f"the endpoint {facts.name} serves, and the catalogue does not name its model"
        remedy = "deploy the catalogue with the model in it, as retired if it shall end"
        return _difference(facts, SPEC, "removed", words.reason(what, facts, None, remedy))
    return _unfit(facts, SPEC, f"{facts.model.name} is retired" if facts.model.retired else "")


def _unfit(facts: Facts, thing: str, why: str) -> Difference | None:
    since = facts.seen.unfit
    if not why or not since or facts.now - since < GRACE:
        return None
    what = f"the endpoint {facts.name} still serves, although {why}"
    remedy = "see the dead letters and the log of promote, which was asked again to act on it"
    return _difference(facts, thing, "serves", words.reason(what, facts, None, remedy))


def _settings(facts: Facts, call: Call | None) -> Difference | None:
    """Compare what DescribeEndpoint itself says with what was asked for when it was made."""
    if not facts.served:
        return None
    found = unlike(_live(facts.served.asked), facts.described, NOT_IN_ENDPOINT)
    remedy = (
        f"aws sagemaker update-endpoint-weights-and-capacities --endpoint-name {facts.name}, or "
        "update-endpoint to another approved configuration and back to this one"
    )
    return _of_list(facts, SETTINGS, f"the endpoint {facts.name}", found, call, remedy)


def _live(asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return how an endpoint is described that was made as it was asked for."""
    image = asked["model"]["PrimaryContainer"]["Image"]
    capture = asked["config"]["DataCaptureConfig"]
    return {
        "ProductionVariants": [
            {
                "VariantName": variant["VariantName"],
                "DeployedImages": [{"SpecifiedImage": image}],
                "CurrentWeight": variant["InitialVariantWeight"],
                "DesiredWeight": variant["InitialVariantWeight"],
                "DesiredInstanceCount": variant["InitialInstanceCount"],
            }
            for variant in asked["config"]["ProductionVariants"]
        ],
        "DataCaptureConfig": {
            "EnableCapture": capture["EnableCapture"],
            "CaptureStatus": "Started",
            "CurrentSamplingPercentage": capture["InitialSamplingPercentage"],
            "DestinationS3Uri": capture["DestinationS3Uri"],
        },
    }


def _captures(facts: Facts) -> Iterator[Found]:
    """Yield whether captures come; nothing while too little was answered to tell."""
    found = facts.captured
    if found and found.missing:
        what = (
            f"the endpoint {facts.name} has answered {found.answered} requests or more and "
            "captured none of them, so that nobody watches what it is asked"
        )
        remedy = (
            "see whether its role, the bucket of captures or the key was changed, which "
            "stack_drift tells; else move it to another approved configuration and back"
        )
        text = words.reason(what, facts, None, remedy)
        yield CAPTURES, _difference(facts, CAPTURES, "missing", text)
    elif found and found.came:
        yield CAPTURES, None


def _made(facts: Facts, served: Served, call: Call | None) -> Iterator[Found]:
    """Yield how what an endpoint is made of differs from what promotion asked for."""
    kept = f"as deployments/{served.config}.json in the bucket of approved models says"
    things = (
        (CONFIG, "config", served.found_config, NOT_IN_CONFIG, "endpoint-config"),
        (MODEL, "model", served.found_model, NOT_IN_MODEL, "model"),
    )
    for thing, part, found, unasked, verb in things:
        subject = f"the {verb} {served.config}"
        differs = [GONE] if found is None else unlike(served.asked[part], found, unasked)
        remedy = f"aws sagemaker delete-{verb}, then create-{verb} {kept}"
        yield thing, _of_list(facts, thing, subject, differs, call, remedy)
    for kind in ("errors", "probes"):
        yield f"alarm-{kind}", _alarm(facts, served, kind, call, kept)


def _alarm(
    facts: Facts, served: Served, kind: str, call: Call | None, kept: str
) -> Difference | None:
    thing, name = f"alarm-{kind}", alarm(facts.name, served.config, kind)
    asked, found = served.asked["alarms"].get(name), served.found_alarms.get(name)
    if asked is None:
        return None
    remedy = f"aws cloudwatch put-metric-alarm {kept}"
    if found is None:
        differs = [GONE]
    elif differs := unlike(asked, found):
        pass
    elif not found.get("ActionsEnabled", True):
        differs = ["its actions are switched off"]
        remedy = f"aws cloudwatch enable-alarm-actions --alarm-names {name}"
    return _of_list(facts, thing, f"the alarm {name}", differs, call, remedy)


def _of_list(
    facts: Facts, thing: str, subject: str, found: list[str], call: Call | None, remedy: str
) -> Difference | None:
    if not found:
        return None
    what = f"{subject} is not as promotion made it: {words.several(found)}"
    text = words.by_hand(what, facts, _by(thing, call), remedy)
    return _difference(facts, thing, words.several(found), text)


def _by(thing: str, call: Call | None) -> Call | None:
    return call if call and call.name in CAUSES.get(thing, ()) else None


def _difference(facts: Facts, thing: str, what: str, reason: str) -> Difference:
    about = model_subject(model_of(facts.name))
    key = endpoint_difference(facts.name, thing)
    return Difference(thing=key, about=about, what=what, reason=reason)
