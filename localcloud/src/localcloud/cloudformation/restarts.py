"""What becomes of a stack whose change was under way when the cloud's process ended?"""

from __future__ import annotations

from moto.cloudformation.models import cloudformation_backends

from localcloud import places
from localcloud.cloudformation.stacks import enter
from localcloud.state import kept

_ENDS = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "UPDATE_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
}


def install() -> None:
    """Let it end as failed, with the reason, when the cloud's state is back."""
    kept.on_restored(_end_interrupted)


def _end_interrupted() -> None:
    for backend in places.stores(cloudformation_backends):
        for stack in list(backend.stacks.values()):
            if end := _ENDS.get(stack.status):
                with places.at(places.of(stack.stack_id)):
                    enter(stack, end, kept.RESTARTED)
