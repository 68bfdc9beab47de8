"""What of an event does a target get?"""

from __future__ import annotations

import json
import re
from typing import Any

_STEP = re.compile(r"\.([A-Za-z0-9_\-]+)|\[(\d+)\]|\['([^']+)'\]")
_VARIABLE = re.compile(r"<([A-Za-z0-9_.\-]+)>")


def shaped(rule_arn: str, target: dict[str, Any], event: dict[str, Any], ingested: str) -> str:
    """Return the text sent to a target: the event, a constant, a part or a template filled."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(at_path(event, target["InputPath"]))
    transformer = target.get("InputTransformer")
    if not transformer:
        return json.dumps(event)
    values = {
        "aws.events.rule-arn": rule_arn,
        "aws.events.rule-name": rule_arn.rpartition("/")[2],
        "aws.events.event.ingestion-time": ingested,
        "aws.events.event.json": event,
        "aws.events.event": {key: part for key, part in event.items() if key != "detail"},
    }
    for name, path in transformer.get("InputPathsMap", {}).items():
        values[name] = at_path(event, path)
    return filled(transformer["InputTemplate"], values)


def at_path(event: dict[str, Any], path: str) -> Any:
    """Return what stands at ``$.a.b[0]``, or None."""
    value: Any = event
    for name, index, quoted in _STEP.findall(path):
        if index:
            value = (
                value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
            )
        else:
            value = value.get(name or quoted) if isinstance(value, dict) else None
    return value


def filled(template: str, values: dict[str, Any]) -> str:
    """Fill the variables in: inside quotes as text, elsewhere as JSON."""

    def replacement(match: re.Match[str]) -> str:
        if match.group(1) not in values:
            return match.group(0)
        value = values[match.group(1)]
        if not _inside_quotes(template[: match.start()]):
            return json.dumps("" if value is None else value)
        text = value if isinstance(value, str) else json.dumps(value)
        return "" if value is None else json.dumps(text)[1:-1]

    return _VARIABLE.sub(replacement, template)


def _inside_quotes(before: str) -> bool:
    return len(re.findall(r'(?<!\\)"', before)) % 2 == 1
