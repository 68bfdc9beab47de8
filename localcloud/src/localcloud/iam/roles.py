"""What may a role do, when nobody acts as it just now?"""

from __future__ import annotations

from localcloud import sessions
from localcloud.iam.caller import identity
from localcloud.iam.decision import decide
from localcloud.iam.requests.call import Want


def may(role_arn: str, service: str, action: str, resource: str) -> bool:
    """Whether *service*, acting as the role, may do this; raises NotAssumable if it may not be it.

    The decision is written down as that of the session the service would have.
    """
    key, _, _ = sessions.credentials(role_arn, service.split(".", maxsplit=1)[0], service)
    return decide(identity(key), Want(action, resource), sessions.REGION, {}).allowed
