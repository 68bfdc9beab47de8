"""What does SageMaker say of an execution? Who started and changed it, with what, and by what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from factory.catalogue.definition import digest, moment


@dataclass(frozen=True)
class Identity:
    """Who made a call, as SageMaker tells it; all empty when it does not."""

    arn: str = ""
    person: str = ""
    """The source identity: a person's name."""

    @property
    def role(self) -> str:
        """Return the name of the role that was assumed; empty for anybody else."""
        _, _, session = self.arn.partition(":assumed-role/")
        return session.partition("/")[0]

    def __str__(self) -> str:
        """Return the person, or the ARN where no person is known."""
        return self.person or self.arn or "somebody whom SageMaker does not name"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One execution, as SageMaker describes it."""

    execution: str
    """Its ARN."""
    began: str
    """When: as periods of definitions are written."""
    starter: Identity
    changer: Identity
    """Who changed it last: started, stopped, retried or renamed it."""
    parameters: Mapping[str, str]
    """The values of all its parameters, defaults included."""
    definition: str
    """The digest of the pipeline definition that it runs."""
    defaults: Mapping[str, str]
    """What that definition says of parameters that nobody gives."""
    version: int
    """Which version of the pipeline it runs; 0 when SageMaker does not say."""
    aliases: tuple[str, ...]
    """What that version is called."""
    selected: tuple[str, ...]
    """The steps that alone were to run; none when all were."""
    source: str
    """The execution from which it takes what other steps left; empty for none."""
    role: str
    """A role in the place of the pipeline's; empty for none."""
    parallel: int
    """How many steps may run at once, if that is not left to SageMaker; 0 if it is."""

    @classmethod
    def of(
        cls, described: Mapping[str, Any], parameters: Mapping[str, str], definition: str
    ) -> Self:
        """Read what SageMaker's answers say: of the execution, its parameters, its definition."""
        selection = described.get("SelectiveExecutionConfig") or {}
        parallel = described.get("ParallelismConfiguration") or {}
        return cls(
            execution=described["PipelineExecutionArn"],
            began=moment(described["CreationTime"]),
            starter=_identity(described.get("CreatedBy")),
            changer=_identity(described.get("LastModifiedBy")),
            parameters=dict(parameters),
            definition=digest(definition),
            defaults=_defaults(json.loads(definition)),
            version=int(described.get("PipelineVersionId") or 0),
            aliases=tuple(described.get("PipelineVersionAliases") or ()),
            selected=tuple(each["StepName"] for each in selection.get("SelectedSteps", ())),
            source=selection.get("SourcePipelineExecutionArn", ""),
            role=described.get("RoleArn", ""),
            parallel=int(parallel.get("MaxParallelExecutionSteps") or 0),
        )

    @classmethod
    def parsed(cls, raw: Mapping[str, Any]) -> Self:
        """Read the plain JSON that `dataclasses.asdict` makes of it."""
        people = {name: Identity(**raw[name]) for name in ("starter", "changer")}
        lists = {name: tuple(raw[name]) for name in ("aliases", "selected")}
        return cls(**{**raw, **people, **lists})


def _identity(context: Mapping[str, Any] | None) -> Identity:
    """Read a UserContext: a person of Studio is known by the name of the profile."""
    known = (context or {}).get("IamIdentity") or {}
    person = known.get("SourceIdentity") or (context or {}).get("UserProfileName") or ""
    return Identity(arn=known.get("Arn", ""), person=person)


def _defaults(definition: Mapping[str, Any]) -> dict[str, str]:
    parameters = definition.get("Parameters", [])
    return {p["Name"]: str(p["DefaultValue"]) for p in parameters if "DefaultValue" in p}
