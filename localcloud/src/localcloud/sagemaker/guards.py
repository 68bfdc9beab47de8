"""Do a deployment's alarms allow it to go on?"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence

from botocore.exceptions import ClientError

from localcloud import service_roles
from localcloud.sagemaker.api import SageMakerError
from localcloud.sagemaker.serving import NotServingError


def objection(role: str, names: Sequence[str]) -> str:
    """Return why the alarms forbid to go on, or nothing; asked as the execution role.

    It needs cloudwatch:DescribeAlarms ("Auto-Rollback Configuration and Monitoring" in SageMaker's
    developer guide). An alarm that does not exist would guard nothing: it forbids too.
    """
    if not names:
        return ""
    try:
        session = service_roles.as_role(role, "SageMaker", "sagemaker.amazonaws.com")
        answer = session.client("cloudwatch").describe_alarms(AlarmNames=list(names))
    except (ClientError, service_roles.NotAssumable) as error:
        return f"The execution role {role} cannot read the deployment's alarms: {error}"
    states = {each["AlarmName"]: each["StateValue"] for each in answer["MetricAlarms"]}
    if missing := [name for name in names if name not in states]:
        return f"There is no alarm {', '.join(missing)}: nothing would guard the deployment."
    return tripped([name for name in names if states[name] == "ALARM"])


def tripped(names: Sequence[str]) -> str:
    """Say that these alarms are in ALARM, if there are any."""
    return f"Rolled back, because of alarms in ALARM: {', '.join(names)}." if names else ""


def reason_against(work: Callable[[], str]) -> str:
    """Return the reason against a deployment that *work* finds; an unexpected error is one too."""
    try:
        return work()
    except (NotServingError, SageMakerError) as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a deployment must come to an end, whatever happens
        traceback.print_exc(file=sys.__stderr__)  # a handler may have taken the other
        return f"InternalServerError: {error!r}"
