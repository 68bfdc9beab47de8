"""What does a synthesized application ask for that this cloud does not have?"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud import assembly, descriptions
from localcloud.given_parameters import GivenParameters, NotAParameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Problems = Callable[[str], list[dict[str, str]]]
    """Returns what is refused of a template's text: logical_id, what and remedy of each."""


_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Finding:
    """One thing that would be refused."""

    stack: str
    logical_id: str
    """Empty for what belongs to the stack, or to the application, as a whole."""
    what: str
    remedy: str

    def __str__(self) -> str:
        """Return it as one line."""
        where = " ".join(filter(None, (self.stack, self.logical_id)))
        return ": ".join(" ".join(part.split()) for part in (where, self.what, self.remedy) if part)


def findings(folder: Path, given: GivenParameters, problems: Problems) -> list[Finding]:
    """Return all that the cloud does not have, by stack and resource; *problems* knows templates.

    Raises NotAnAssembly for a folder that ``cdk synth`` has not written.
    """
    found = [
        Finding("", str(each.get("key", "")), "context that synth did not have",
                "write it to cdk.context.json and synthesize again")
        for each in assembly.missing_context(folder)
    ]  # fmt: skip
    slots: dict[str, set[str]] = {}
    for where, name, artifact in assembly.stacks(folder):
        stack = artifact["properties"].get("stackName", name)
        text = (where / artifact["properties"]["templateFile"]).read_text()
        template = json.loads(text)
        slots[stack] = set(template.get("Parameters", {}))
        found += _of_environment(stack, artifact)
        found += _of_assets(stack, where, artifact)
        found += _of_parameters(stack, template, given.of(stack, template, artifact))
        found += _of_template(stack, where, text, problems)
    for name in given.unused(slots):
        remedy = "leave it out, or correct the name"
        found.append(Finding("", name, "a parameter that no stack has", remedy))
    return found


def _of_environment(stack: str, artifact: dict[str, Any]) -> Iterator[Finding]:
    account, region = assembly.environment(artifact)
    if account and not _ACCOUNT.fullmatch(account):
        remedy = "set env to an account of twelve digits, or leave it out"
        yield Finding(stack, "", f"the account {account}", remedy)
    if region and region not in descriptions.regions():
        remedy = "set env to a region of the partition aws, or leave it out"
        yield Finding(stack, "", f"the region {region}", remedy)


def _of_assets(stack: str, folder: Path, artifact: dict[str, Any]) -> Iterator[Finding]:
    for manifest in assembly.asset_manifests(folder, artifact):
        for asset in manifest.get("dockerImages", {}):
            remedy = "there is no Docker here: ship the code as a file"
            yield Finding(stack, "", f"the image asset {asset}", remedy)


def _of_parameters(stack: str, template: dict[str, Any], given: dict[str, str]) -> list[Finding]:
    return [
        Finding(stack, name, "the missing value of a parameter", f"give --parameters {name}=VALUE")
        for name, slot in template.get("Parameters", {}).items()
        if "Default" not in slot and name not in given
    ]


def _of_template(stack: str, folder: Path, text: str, problems: Problems) -> Iterator[Finding]:
    for problem in problems(text):
        yield Finding(stack, **problem)
    for logical_id, resource in json.loads(text).get("Resources", {}).items():
        path = folder / str(resource.get("Metadata", {}).get("aws:asset:path"))
        if resource.get("Type") == "AWS::CloudFormation::Stack" and path.is_file():
            yield from _of_template(f"{stack}/{logical_id}", folder, path.read_text(), problems)


def problems_here(text: str) -> list[dict[str, str]]:
    """Return what the cloud of this version would refuse of a template."""
    from localcloud.cloudformation import problems, types  # noqa: PLC0415 - deploy asks the cloud

    types.install()
    return problems.of(text)


def main(folder: str, written: list[str], *, as_json: bool) -> int:
    """Print one line for each thing that would be refused; return 1 when there is any."""
    try:
        found = findings(Path(folder), GivenParameters.read(written), problems_here)
    except (assembly.NotAnAssembly, NotAParameter) as error:
        print(error, file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps([asdict(each) for each in found], indent=2))
    else:
        print("\n".join(map(str, found)) or "Everything in it is supported.")
    return 1 if found else 0
