"""Is an update taken back when an alarm rings?"""

from __future__ import annotations

import aws
from cli.smoke import fleet
from cli.smoke.belief import Belief, Refuted
from cli.smoke.beliefs.alarm_to_topic import ALARM, set_state
from cli.smoke.bench import Bench, holds
from cli.smoke.prices import Use
from factory.catalogue.spec import Serving
from factory.serving import guardrails

SECONDS = 2400


def check(bench: Bench) -> str:
    """Update this run's endpoint by canary, let an alarm ring, and see what serves then."""
    if "endpoint" not in bench.made:
        raise Refuted("there is no endpoint to update: S6 has none")
    name = bench.made["endpoint"]
    before = aws.endpoint_described(name)["EndpointConfigName"]
    config = fleet.configured(bench, "v2", instances=2)
    alarm = f"{bench.name()}/canary"
    bench.journal.note("alarm", alarm)
    aws.alarm_put(alarm, **ALARM, Tags=bench.tags())
    set_state(alarm, "OK")
    serving = Serving(instances=2, bake_minutes=5)
    request = {
        "EndpointName": name,
        "EndpointConfigName": config,
        "DeploymentConfig": guardrails.deployment(serving, [alarm]),
    }
    holds(lambda: aws.sagemaker("update_endpoint", name, **request))
    set_state(alarm, "ALARM")
    found = _rested(bench, name)
    if found["EndpointConfigName"] != before:
        raise Refuted(f"the alarm {alarm} rang, and {found['EndpointConfigName']} serves")
    why = str(found.get("FailureReason", ""))
    if "alarm" not in why.lower() or "authorized" in why:
        raise Refuted(f"{before} serves again, but not because of the alarm: {why or 'no reason'}")
    return f"{before} serves again, {found['EndpointStatus']}: {why}"


def _rested(bench: Bench, name: str) -> dict[str, object]:
    def rested() -> dict[str, object] | None:
        found = aws.endpoint_described(name)
        return found if found.get("EndpointStatus") in fleet.RESTING else None

    return bench.demand("the update to be taken back", rested, seconds=SECONDS)


BELIEF = Belief(
    id="S8",
    sentence="guardrails read the alarms as the endpoint's role, and take an update back",
    check=check,
    use=Use(instances=3, minutes=60),
    after=("S6",),
    quotas=("SageMaker: ml.m5.large for endpoint usage",),
    actions=("sagemaker:UpdateEndpoint", "cloudwatch:SetAlarmState"),
    failure=(
        "A bad version stays in service. AccessDenied for DescribeAlarms: the alarm's ARN is not "
        "what `stacks/access/alarm_permissions.py` says. Otherwise let no update happen without a "
        "person who watches."
    ),
)
