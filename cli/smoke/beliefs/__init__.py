"""What is believed of AWS that only an account can refute? One file a belief, the cheapest first.

A check that uses what another has made stands after it.
"""

from __future__ import annotations

from cli.smoke.belief import Belief
from cli.smoke.beliefs import (
    alarm_to_topic,
    canary,
    capture,
    changes_are_told,
    concurrency,
    copies,
    definition,
    definitions_as_json,
    fail_message,
    five_accounts,
    job_message,
    keys_of_objects,
    listing_of_packages,
    lock_of_copies,
    log_key,
    operator,
    pages_of_versions,
    pending_only,
    policy_in_force,
    property_file,
    queries,
    role_names,
    serving,
    source_identity,
)

BELIEFS: tuple[Belief, ...] = (
    definition.BELIEF,
    pending_only.BELIEF,
    source_identity.BELIEF,
    operator.BELIEF,
    listing_of_packages.BELIEF,
    keys_of_objects.BELIEF,
    role_names.BELIEF,
    policy_in_force.BELIEF,
    log_key.BELIEF,
    copies.BELIEF,
    lock_of_copies.BELIEF,
    pages_of_versions.BELIEF,
    concurrency.BELIEF,
    five_accounts.BELIEF,
    alarm_to_topic.BELIEF,
    changes_are_told.BELIEF,
    queries.BELIEF,
    property_file.BELIEF,
    definitions_as_json.BELIEF,
    fail_message.BELIEF,
    job_message.BELIEF,
    serving.BELIEF,
    capture.BELIEF,
    canary.BELIEF,
)
"""In the order in which they are asked."""
BY_ID = {belief.id: belief for belief in BELIEFS}
