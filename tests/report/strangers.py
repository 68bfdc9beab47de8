"""What could a stranger have written into a report? Whatever is not a number or a time."""

WORDS = {"why", "because", "reason", "reasons", "purpose", "owner", "words", "over", "label"}
WORDS |= {"intended_use", "limitations", "ethics", "builders", "subject", "who", "what"}
WORDS |= {"findings", "bucket", "head", "rows", "floor", "column", "name", "id"}


def spoilt(value, ending, name=""):
    """Return *value* with *ending* after every text of a stranger."""
    if isinstance(value, dict):
        return {key: spoilt(kept, ending, key) for key, kept in value.items()}
    if isinstance(value, list):
        return [spoilt(kept, ending, name) for kept in value]
    return value + ending if isinstance(value, str) and name in WORDS else value
