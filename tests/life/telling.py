"""What is told besides of what somebody changed by hand?

Tests change roles and rules for a moment. Who watches for that may speak of it, a minute or an hour
later, and so in the middle of another test.
"""

WATCHING = {"modelworks.reconcile", "modelworks.stack_drift"}


def others(session, known, *classes):
    """Return the events whose ids are not *known*, but for what is told of a change by hand."""
    return [e for e in session.new_events(known, *classes) if e["source"] not in WATCHING]
