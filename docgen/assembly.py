"""What does the synthesized assembly say, in the words of the tree of constructs?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

PERMISSION = "modelworks:permission"
"""The type of the entries that stacks/access/permission.py leaves in the assembly."""
LOGICAL_ID = "aws:cdk:logicalId"
ASSETS = re.compile(r"cdk-[a-z0-9]+-assets-.*")
LEFT_OUT = {"Resource", "Bucket", "Table", "Queue", "Function", "Topic"}
"""The last parts of a path that say no more than its parent's name."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One sentence of one role, as it stands in the stacks."""

    path: str
    """Of the role in the tree of constructs: `Watch/Incident/Role`."""
    sentence: str
    """Empty for what is denied."""
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Assembly:
    """What `python app.py` wrote to *folder*."""

    folder: Path

    @cached_property
    def templates(self) -> Mapping[str, Mapping[str, Any]]:
        """The templates, by the id of their stack."""
        found = sorted(self.folder.glob("*.template.json"))
        return {p.name.partition(".")[0]: json.loads(p.read_text("utf-8")) for p in found}

    @cached_property
    def metadata(self) -> Mapping[str, Mapping[str, Any]]:
        """The entries of every construct, by its path, by the id of their stack."""
        found = sorted(self.folder.glob("*.metadata.json"))
        return {p.name.partition(".")[0]: json.loads(p.read_text("utf-8")) for p in found}

    def permissions(self) -> Iterator[Permission]:
        """Yield the permissions of every role, in the order of the stacks."""
        for stack, constructs in self.metadata.items():
            for path, entries in constructs.items():
                yield from (
                    self._permission(stack, path, entry["data"])
                    for entry in entries
                    if entry["type"] == PERMISSION
                )

    def _permission(self, stack: str, path: str, data: Mapping[str, Any]) -> Permission:
        return Permission(
            path=path.removeprefix("/"),
            sentence=data["sentence"],
            actions=tuple(data["actions"]),
            resources=tuple(self.words(stack, each) for each in data["on"]),
            conditions=data["when"],
        )

    def granted(self) -> set[tuple[str, str]]:
        """Return each stack and action that any policy of a role names, with a sentence or not."""
        found = set()
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
            for stack, _, resource in self.resources(kind):
                for statement in resource["Properties"]["PolicyDocument"]["Statement"]:
                    actions = statement["Action"]
                    several = [actions] if isinstance(actions, str) else actions
                    found |= {(stack, action) for action in several}
        return found

    def words(self, stack: str, value: Any) -> str:
        """Return a resource of a template as people name it: `Data/Landing` + what follows."""
        match value:
            case str(text) | {"Fn::Sub": str(text)}:
                return text
            case {"Fn::Join": [str(between), list(parts)]}:
                return _short(between.join(self.words(stack, part) for part in parts))
            case {"Fn::GetAtt": [str(name), _]} | {"Ref": str(name)}:
                return self._path(stack, name)
            case {"Fn::ImportValue": str(name)}:
                return self.words(*self._exports[name])
            case {"Fn::FindInMap": [_, _, str(wanted)]}:
                return f"<{wanted} of the region>"
            case _:
                raise ValueError(f"{value!r} is a reference that has no words; give it some here")

    @cached_property
    def _exports(self) -> Mapping[str, tuple[str, Any]]:
        """By the name of an export: the stack that exports it, and the value."""
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    @cached_property
    def _paths(self) -> Mapping[tuple[str, str], str]:
        """By stack and logical id: the path of the construct."""
        return {
            (stack, entry["data"]): path.removeprefix("/")
            for stack, constructs in self.metadata.items()
            for path, entries in constructs.items()
            for entry in entries
            if entry["type"] == LOGICAL_ID
        }

    def _path(self, stack: str, name: str) -> str:
        path = self._paths.get((stack, name))
        if path is None:
            return f"<{name.removeprefix('AWS::')}>"
        parts = path.split("/")
        while len(parts) > 2 and parts[-1] in LEFT_OUT:  # noqa: PLR2004 - stack and thing stay
            parts.pop()
        return "/".join(parts)

    def functions(self) -> Mapping[tuple[str, str], str]:
        """Return the folders below lambdas/ of all functions, by stack and logical id."""
        return {
            (stack, name): resource["Properties"]["Handler"].split("/")[1]
            for stack, name, resource in self.resources("AWS::Lambda::Function")
            if resource["Properties"]["Handler"].startswith("lambdas/")
        }

    def resources(self, kind: str) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Yield stack, logical id and definition of each resource of *kind*."""
        for stack, template in self.templates.items():
            for name, resource in template["Resources"].items():
                if resource["Type"] == kind:
                    yield stack, name, resource

    def queues(self) -> Mapping[tuple[str, str], str]:
        """Return the function that each queue feeds, by stack and logical id."""
        functions = self.functions()
        found: dict[tuple[str, str], str] = {}
        for stack, _, mapping in self.resources("AWS::Lambda::EventSourceMapping"):
            queue, function = (mapping["Properties"][p] for p in ("EventSourceArn", "FunctionName"))
            found[stack, queue["Fn::GetAtt"][0]] = functions[stack, function["Ref"]]
        return found

    def subscribers(self) -> Mapping[str, list[str]]:
        """Return the functions that get each type of event, by the type; not those that get all."""
        queues = self.queues()
        found: dict[str, set[str]] = {}
        for stack, _, rule in self.resources("AWS::Events::Rule"):
            pattern, targets = (rule["Properties"].get(p, {}) for p in ("EventPattern", "Targets"))
            for target in targets:
                function = queues.get((stack, target["Arn"].get("Fn::GetAtt", [""])[0]))
                for kind in pattern.get("detail-type", ()) if function else ():
                    found.setdefault(str(kind), set()).add(str(function))
        return {kind: sorted(functions) for kind, functions in found.items()}


def _short(arn: str) -> str:
    """Return an ARN as service and thing; an asset's name changes with its bytes."""
    parts = arn.split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:  # noqa: PLR2004 - an ARN has six parts
        return arn
    service, thing = parts[2], parts[5]
    return "an asset of the deployment" if ASSETS.match(thing) else f"{service} {thing}"
