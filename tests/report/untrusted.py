"""Which text in a report is untrusted? All text that is not a number or a time."""

UNTRUSTED = {"reason", "reasons", "opened_because", "closed_because", "purpose", "owner", "label"}
UNTRUSTED |= {"intended_use", "limitations", "ethics", "builders", "subject", "actor", "type"}
UNTRUSTED |= {"outcome", "explanation", "findings", "bucket", "head", "rows", "floor", "column"}
UNTRUSTED |= {"name", "id"}


def with_suffix(value, suffix, name=""):
    """Return *value* with *suffix* appended to every untrusted text."""
    if isinstance(value, dict):
        return {key: with_suffix(item, suffix, key) for key, item in value.items()}
    if isinstance(value, list):
        return [with_suffix(item, suffix, name) for item in value]
    return value + suffix if isinstance(value, str) and name in UNTRUSTED else value
