"""Findings as watch makes them."""

from factory.drift import notification
from factory.drift.finding import ColumnFinding, Finding, FindingWindow
from factory.drift.notification import Notification

BEGAN = "2026-11-12T00:01:00Z"


def finding(*breaching, model="income", breached=None):
    """Return what a window of 500 rows showed in which the columns *breaching* have drifted."""
    columns = {
        name: ColumnFinding(
            psi=0.5, lower_bound=0.4, drifted=True, words=f"{name} moved", since=BEGAN
        )
        for name in breaching
    }
    columns["sex"] = ColumnFinding(psi=0.01, lower_bound=-0.2, drifted=False)
    return Finding(
        model=model,
        version=1,
        config=f"mw-dev-{model}-v1-00000000",
        window=FindingWindow(number=3, first=BEGAN, last="2026-11-12T00:02:00Z", rows=500, files=2),
        columns=columns,
        drifted=breaching,
        breaching=breaching,
        breached=bool(breaching) if breached is None else breached,
        episode=BEGAN,
    )


def enveloped(change):
    """Return what EventBridge delivers when watch has emitted *change*, of the model income."""
    event = notification.event(
        Notification(finding=finding("age"), uri="s3://f/1", change=change, alarm=False)
    )
    return {
        "detail-type": event.TYPE,
        "source": "modelworks.watch",
        "time": BEGAN,
        "detail": event.body(),
    }
