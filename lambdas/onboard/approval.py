"""What does an approval of loosened guards change? What was deployed is in force as it stands."""

from __future__ import annotations

import aws
from factory.catalogue import entry as entries
from factory.events.people import GuardsApproved
from factory.settings import OnboardSettings
from lambdas.onboard import record


def take(approved: GuardsApproved, settings: OnboardSettings) -> None:
    """Put the held guards of a model in force, if the approval is about what is deployed now.

    A spec that left and was deployed again is another deploy's: its approval has had its turn.
    The command that it comes from has checked that the person does not build the model.
    """
    name, digest = approved.model, approved.digest
    before = aws.specs.known(settings.index_table, name)
    if (before.sequence, before.deployed) != (approved.sequence, digest):
        aws.log(
            f"{name}: {digest[:12]} of deploy {approved.sequence} was approved, by now "
            f"{before.deployed[:12]} of deploy {before.sequence} is deployed"
        )
        return
    if before.held:
        known = aws.specs.spec(settings.specs_bucket, before)
        model = aws.specs.spec_of(settings.specs_bucket, name, digest)
        write = entries.approved(before, known, model)
        before = record.write(write, before, approved.actor, settings)
    record.announce(before, settings)
