"""What does a pipeline definition (schema 2020-12-01) say, and is it one?

AWS's JSON schema of it knows DependsOn as a list of step names only, so that is what is taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from localcloud.sagemaker import arguments as arguments_of
from localcloud.sagemaker import caching, parameters, retries
from localcloud.sagemaker.arguments import only
from localcloud.sagemaker.expressions import (
    EXECUTION_VARIABLES,
    GET,
    PipelineError,
    references,
    step_of,
)
from localcloud.sagemaker.retries import Policy

VERSION = "2020-12-01"
_TOP = {"Version", "Metadata", "Parameters", "PipelineExperimentConfig", "MlflowConfig", "Steps"}
_STEP = {"Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description"}
_STEP |= {"RetryPolicies", "CacheConfig", "PropertyFiles"}
_PROPERTY_FILE = {"PropertyFileName", "OutputName", "FilePath"}


@dataclass(frozen=True)
class Step:
    """One step, with what it waits for."""

    name: str
    kind: str
    arguments: Mapping[str, Any]
    needs: frozenset[str]
    """Steps that must have succeeded."""
    branch: tuple[str, bool] | None = None
    """The Condition step and the outcome that lets this step run."""
    property_files: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    retries: tuple[Policy, ...] = ()
    cached: int | None = None
    """How old an earlier run may be to be used again, in seconds; None is never."""
    display_name: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class Definition:
    """A checked definition."""

    steps: Mapping[str, Step]
    declared: tuple[Mapping[str, Any], ...]

    def parameters(self, given: Mapping[str, str]) -> dict[str, Any]:
        """Type the *given* texts and fill in defaults; refuse what does not fit."""
        known = {each["Name"]: each for each in self.declared}
        if unknown := sorted(set(given) - set(known)):
            raise PipelineError(f"Unknown parameters {unknown}: the pipeline has {sorted(known)}.")
        return {name: parameters.value_of(each, given.get(name)) for name, each in known.items()}


def parse(text: str) -> Definition:
    """Read and check a definition; every error names the step, the key or the function."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise PipelineError(f"The pipeline definition is not JSON: {error}") from error
    only(document, _TOP, "The definition")
    if document.get("Version") != VERSION:
        raise PipelineError(f"Version {document.get('Version')!r} is not {VERSION!r}.")
    if document.get("MlflowConfig"):
        raise PipelineError("MlflowConfig: there is no MLflow server here; leave it out.")
    declared = tuple(parameters.check(each) for each in document.get("Parameters") or [])
    steps: dict[str, Step] = {}
    for step in _steps(document.get("Steps") or [], None):
        if step.name in steps:
            raise PipelineError(f"Two steps are called {step.name}.")
        steps[step.name] = step
    definition = Definition(steps, declared)
    _check_references(definition)
    _check_order(definition)
    return definition


def _steps(listed: list[Mapping[str, Any]], branch: tuple[str, bool] | None) -> Iterator[Step]:
    for raw in listed:
        step = _step(raw, branch)
        yield step
        if step.kind == "Condition":
            yield from _steps(step.arguments.get("IfSteps") or [], (step.name, True))
            yield from _steps(step.arguments.get("ElseSteps") or [], (step.name, False))


def _step(raw: Mapping[str, Any], branch: tuple[str, bool] | None) -> Step:
    name, kind = raw.get("Name"), raw.get("Type")
    if not name:
        raise PipelineError(f"A step of type {kind!r} has no Name.")
    only(raw, _STEP, f"Step {name}")
    if kind not in arguments_of.OPERATIONS and kind not in arguments_of.OWN_KEYS:
        known = sorted({*arguments_of.OPERATIONS, *arguments_of.OWN_KEYS})
        raise PipelineError(f"Step {name}: type {kind!r} cannot run here; {known} can.")
    for each in raw.get("PropertyFiles") or []:
        only(each, _PROPERTY_FILE, f"Step {name}: PropertyFiles")
    arguments = raw.get("Arguments") or {}
    arguments_of.check(name, str(kind), arguments)
    return Step(
        name=name,
        kind=str(kind),
        arguments=arguments,
        needs=frozenset(_needs(raw, arguments, branch)),
        branch=branch,
        property_files={each["PropertyFileName"]: each for each in raw.get("PropertyFiles") or []},
        retries=retries.parse(raw.get("RetryPolicies") or [], str(kind), f"Step {name}"),
        cached=caching.lifetime(raw.get("CacheConfig"), str(kind), f"Step {name}"),
        display_name=raw.get("DisplayName"),
        description=raw.get("Description"),
    )


def _needs(
    raw: Mapping[str, Any], arguments: Mapping[str, Any], branch: tuple[str, bool] | None
) -> Iterator[str]:
    for each in raw.get("DependsOn") or []:
        if not isinstance(each, str):
            raise PipelineError(
                f"Step {raw['Name']}: DependsOn {each!r} is not the name of a step."
            )
        yield each
    own = {key: value for key, value in arguments.items() if key not in {"IfSteps", "ElseSteps"}}
    for reference in references(own):
        if reference.startswith("Steps."):
            yield step_of(reference.removeprefix("Steps."))
    if branch:
        yield branch[0]


def _check_references(definition: Definition) -> None:
    declared = {each["Name"] for each in definition.declared}
    for step in definition.steps.values():
        for unknown in sorted(step.needs - set(definition.steps)):
            raise PipelineError(f"Step {step.name} depends on {unknown}, which is not a step.")
        for reference in references(dict(step.arguments)):
            _check_reference(reference, step.name, declared, definition)


def _check_reference(
    reference: str, step: str, parameters: set[str], definition: Definition
) -> None:
    match = GET.fullmatch(reference)
    if match is None:
        raise PipelineError(
            f"Step {step}: Get {reference!r} is none of Parameters, Execution, Steps."
        )
    kind, rest = match.groups()
    if kind == "Parameters" and rest not in parameters:
        raise PipelineError(f"Step {step}: there is no parameter {rest}.")
    if kind == "Execution" and rest not in EXECUTION_VARIABLES:
        raise PipelineError(f"Step {step}: there is no execution variable {rest}.")
    if kind == "Steps" and ".PropertyFiles." in rest:
        owner, _, name = rest.partition(".PropertyFiles.")
        if name not in definition.steps[owner].property_files:
            raise PipelineError(f"Step {step}: step {owner} has no property file {name}.")


def _check_order(definition: Definition) -> None:
    """Refuse steps that wait for each other in a circle."""
    done: set[str] = set()
    while len(done) < len(definition.steps):
        free = {n for n, s in definition.steps.items() if n not in done and s.needs <= done}
        if not free:
            raise PipelineError(
                f"Steps {sorted(set(definition.steps) - done)} wait for each other."
            )
        done |= free
