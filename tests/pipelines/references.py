"""What does a step of a definition depend on, also through the steps that it refers to?"""

import json
import re

STEP = re.compile(r"Steps\.(\w+)\..+")
OUTPUTS = {"ProcessingOutputConfig", "OutputDataConfig"}
"""Where a job leaves its results: no part of what a cached step is compared by."""


def behind(definition, step):
    """Return the parameters, variables and placeholders that *step* is fed by.

    Where an earlier step leaves its results is left out: a step that is answered from the cache
    gives the place of the run that did the work, which is what its own inputs decide.
    """
    steps = {s["Name"]: s["Arguments"] for s in definition["Steps"]}
    found, left = set(), [step]
    for name in left:
        arguments = {k: v for k, v in steps[name].items() if k not in OUTPUTS}
        for reference in _references(arguments):
            other = STEP.fullmatch(reference)
            if other is None:
                found.add(reference)
            elif other[1] not in left:
                left.append(other[1])
    return found


def _references(value):
    """Yield what a part of a definition is filled with: by Get, or by a placeholder."""
    if isinstance(value, dict):
        if set(value) == {"Get"}:
            yield value["Get"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, str):
        yield from re.findall(r"\$\{\w+\}", value)


def with_argument(definition, step, value):
    """Return a copy of *definition* in which *step* is told one thing more."""
    changed = json.loads(json.dumps(definition))
    arguments = next(s["Arguments"] for s in changed["Steps"] if s["Name"] == step)
    part = arguments.get("AppSpecification") or arguments["AlgorithmSpecification"]
    part["ContainerArguments"].append(value)
    return changed
