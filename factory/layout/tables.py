"""Under which key is each item of a table? One function per kind of item."""

from __future__ import annotations

from typing import NamedTuple

PK, SK = "pk", "sk"
"""The key attributes: every table has the first, the index both."""


class Key(NamedTuple):
    """The two keys of an item of the index."""

    pk: str
    sk: str


def history(model: str) -> str:
    """Return the key in the table of runs: what was started for a model."""
    return model


def exam(product: str, snapshot: int, label: str) -> str:
    """Return the key in the table of runs: how often a *label* of a snapshot was looked at.

    By the columns that tell the rows of a model from those of others.
    """
    return f"exam|{product}|{snapshot}|{label}"


def exam_rows(exam: str, rows: str) -> str:
    """Return the key in the table of runs: how often *rows* of an exam were, by their digest."""
    return f"rows|{rows}|{exam}"


def counted_file(key: str) -> str:
    """Return the key in the table of windows: that the capture file called *key* was counted."""
    return f"file|{key}"


def window(config: str, *, late: bool = False) -> str:
    """Return the key in the table of windows: the open window of an endpoint configuration.

    Or its window of files that come *late*.
    """
    return f"late|{config}" if late else f"window|{config}"


def watched(model: str) -> str:
    """Return the key in the table of windows: what is known of a model's drift."""
    return f"model|{model}"


def drift_incident(model: str, episode: str) -> str:
    """Return the key in the table of incidents: an episode of drift."""
    return f"drift/{model}/{episode}"


def disguise_incident(model: str, config: str) -> str:
    """Return the key in the table of incidents: requests that pretend to be the factory's own."""
    return f"disguise/{model}/{config}"


def unreadable_incident(model: str, config: str) -> str:
    """Return the key in the table of incidents: captured requests that nobody can read."""
    return f"unreadable/{model}/{config}"


def late_incident(product: str, snapshot: int) -> str:
    """Return the key in the table of incidents: a snapshot of a file that was handled late."""
    return f"late/{product}/{snapshot}"


def deployment_incident(endpoint: str, config: str) -> str:
    """Return the key in the table of incidents: the first configuration that failed to deploy."""
    return f"deployment/{endpoint}/{config}"


def run_incident(model: str, execution: str) -> str:
    """Return the key in the table of incidents: a run, by its ARN, that is not what was asked."""
    return f"run/{model}/{execution.rsplit('/', 1)[-1]}"


def change_incident(thing: str, number: int) -> str:
    """Return the key in the table of incidents: a thing that somebody changed by hand."""
    return f"changed/{thing}/{number}"


def endpoint_difference(endpoint: str, what: str) -> str:
    """Return the key in the table of differences: one thing about *endpoint* that may differ."""
    return f"{endpoint}/{what}"


def seen_versions(endpoint: str) -> str:
    """Return the key in the table of differences: what the last round knew of the versions."""
    return f"{endpoint}/seen"


INCIDENTS_OF_MODEL, MODEL, OPENED = "of-model", "model", "opened_at"
"""The index of the table of incidents, and the two attributes by which it is sorted."""

LEDGER_HEAD = "HEAD"
"""The key in the ledger's index: the last segment."""
LEDGER_EVENT, LEDGER_SEGMENT = "E#", "S#"
"""What the keys of the other two kinds of items of the ledger's index begin with."""


def ledger_event(identity: str) -> str:
    """Return the key in the ledger's index: in which segment an event is, and what it says."""
    return f"{LEDGER_EVENT}{identity}"


def ledger_segment(index: int, digest: str) -> str:
    """Return the key in the ledger's index: that the writer was to write a segment of these bytes.

    It is there before the segment is.
    """
    return f"{LEDGER_SEGMENT}{index:012d}#{digest}"


def model_item(model: str) -> Key:
    """Return the key in the index of models: which spec of a model is in force."""
    return Key(f"model|{model}", "spec")


def product_item(product: str, model: str) -> Key:
    """Return the key in the index of models: that *product* feeds *model*."""
    return Key(f"product|{product}", model)


def definition_item(recipe: str, digest: str) -> Key:
    """Return the key in the index of models: from when to when a definition was deployed."""
    return Key(f"recipe|{recipe}", f"definition|{digest}")


def current_item(recipe: str) -> Key:
    """Return the key in the index of models: which definition of a recipe is deployed."""
    return Key(f"recipe|{recipe}", "current")


def probing_item(config: str) -> Key:
    """Return the key in the table of probings: what a configuration was asked and has answered."""
    return Key(f"config|{config}", "probing")


SERVING = "serving"
"""The first key of the items that say which endpoints are probed again, for as long as they are."""


def serving_item(endpoint: str) -> Key:
    """Return the key in the table of probings: that an endpoint is to be probed again.

    It expires when the endpoint was not probed for days.
    """
    return Key(SERVING, endpoint)


SEQUENCE_ITEM = Key("deploy", "sequence")
"""The key in the index of models: how many deploys there were."""


SENT_ITEM = Key("deploy", "sent")
"""The key in the index of models: which deploy was the last to send all its messages."""

OUTSTANDING, HELD = "outstanding", "held"
"""The first keys of the items that stand for few models only: who counts reads no other."""


def outstanding_item(model: str) -> Key:
    """Return the key in the index of models: what was deployed of *model* is not in force yet."""
    return Key(OUTSTANDING, model)


def held_item(model: str) -> Key:
    """Return the key in the index of models: loosened guards of *model* wait for approval."""
    return Key(HELD, model)


def request_item(request: str) -> Key:
    """Return the key in the index of models: which deploy a request of CloudFormation is."""
    return Key("deploy", f"request|{request}")
