"""How many functions may run at once in this account?"""

from __future__ import annotations

from aws.calls import ask, pages
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from factory.layout.names import deployment

SPARE = 2.0  # times as many as queues call: functions wait for each other otherwise


def check(bench: Bench) -> str:
    """Compare the account's limit with the queues that call functions of the stage."""
    limit = ask("lambda", "get_account_settings", "the account")["AccountLimit"]
    runs = int(limit["ConcurrentExecutions"])
    begins = f":function:{deployment(bench.stage)}-"
    callers = [
        each
        for each in pages("lambda", "list_event_source_mappings", "EventSourceMappings")
        if begins in each.get("FunctionArn", "")
    ]
    if runs < SPARE * len(callers):
        raise Refuted(
            f"{runs} functions may run at once, and {len(callers)} queues call the stage's"
        )
    return f"{runs} functions may run at once, and {len(callers)} queues call the stage's"


BELIEF = Belief(
    id="S14",
    sentence="the account lets as many functions run at once as the queues call",
    check=check,
    actions=("lambda:GetAccountSettings", "lambda:ListEventSourceMappings"),
    quotas=("Lambda: Concurrent executions",),
    failure=(
        "Messages are received, throttled, and set aside after a few tries. Ask AWS for more "
        "concurrent executions before data lands; `factory quotas` says how many."
    ),
)
