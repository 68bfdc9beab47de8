"""What would the policies say, without anybody's calling? (SimulatePrincipalPolicy)"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import NotFoundException
from moto.iam.responses import IamResponse

from localcloud import moto_patches, places
from localcloud.iam import errors, reading, resources
from localcloud.iam.caller import Caller, boundary_of, default
from localcloud.iam.conditions import listed
from localcloud.iam.decision import DENIED, refusal
from localcloud.iam.policy import Document, Effect, evaluate, parse
from localcloud.iam.requests.call import Want

_ACTION = re.compile(r"[\w-]+:[A-Za-z]\w*", re.ASCII)
_VARIABLE = re.compile(r"\$\{([\w-]+:[^}*?$,]+)")
_UNHONOURED = (
    "OrderedOrganizationPolicyInputList",
    "PolicyExclusionList",
    "ResourceHandlingOption",
)
_PAGE = 100


@dataclass(frozen=True)
class Named:
    """A policy, and what the answer calls it."""

    name: str
    document: Document


def install() -> None:
    """Let clients ask what a role may do before they call, as the SageMaker SDK does."""
    moto_patches.provide(
        IamResponse,
        {
            "simulate_principal_policy": _simulate_principal,
            "simulate_custom_policy": _simulate_custom,
        },
        fixes="lacks SimulatePrincipalPolicy and SimulateCustomPolicy",
        upstream="policy: the decision is ours",
    )


def _account() -> str:
    """Return the account whose call this is."""
    return places.here().account


def _account_decides() -> Document:
    """Return what stands for a key's or role's policy where none is given: identities' count."""
    return {"Statement": {"Effect": "Allow", "Principal": {"AWS": _account()}, "Action": "*"}}


def _simulate_principal(self: IamResponse) -> ActionResult:
    params = reading.parameters(self, "SimulatePrincipalPolicy")
    holder, caller = _principal(params["PolicySourceArn"])
    return _answered(params, [*_held(holder), *_given(params, "PolicyInputList")], caller)


def _simulate_custom(self: IamResponse) -> ActionResult:
    params = reading.parameters(self, "SimulateCustomPolicy")
    arn = str(params.get("CallerArn") or f"arn:aws:iam::{_account()}:user/simulated")
    caller = Caller(arn, arn, "", "AIDASIMULATED00000000", account=_account())
    return _answered(params, [*_given(params, "PolicyInputList")], caller)


def _principal(arn: str) -> tuple[Any, Caller]:
    """Find the user, group or role, and whom it would act as."""
    store = resources.backend("iam", _account(), resources.GLOBAL)
    kind = arn.rpartition(":")[2].partition("/")[0]
    held = {"role": store.roles, "user": store.users, "group": store.groups}.get(kind)
    if held is None or ":iam:" not in arn:
        raise _invalid(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
    found = next((each for each in held.values() if each.arn == arn), None)
    if found is None:
        raise NotFoundException(f"The entity with ARN {arn} cannot be found.")
    acting = (
        arn if kind != "role" else f"arn:aws:sts::{_account()}:assumed-role/{found.name}/simulated"
    )
    boundary = boundary_of(getattr(found, "permissions_boundary_arn", None), _account())
    tags = resources.role_tags(found)
    return found, Caller(
        acting, arn, "simulated", found.id, account=_account(), boundary=boundary, tags=tags
    )


def _held(holder: Any) -> Iterator[Named]:
    """Yield the policies of a role, user or group; a user has those of its groups too."""
    store = resources.backend("iam", _account(), resources.GLOBAL)
    groups = store.get_groups_for_user(holder.name) if holder.name in store.users else []
    is_user = holder.arn.rpartition(":")[2].startswith("user/")
    for each in (holder, *(groups if is_user else ())):
        yield from (Named(name, parse(text)) for name, text in each.policies.items())
        yield from (Named(p.name, parse(default(p))) for p in each.managed_policies.values())


def _given(params: Mapping[str, Any], name: str) -> Iterator[Named]:
    for number, text in enumerate(params.get(name) or [], 1):
        try:
            yield Named(f"{name}.{number}", parse(text))
        except ValueError as error:
            raise _invalid(f"{name}.{number} is no policy: {error}") from error


def _invalid(message: str) -> errors.Refused:
    return errors.Refused("InvalidInput", message, errors.BAD_REQUEST)


def _answered(params: Mapping[str, Any], policies: list[Named], caller: Caller) -> ActionResult:
    if lost := [name for name in _UNHONOURED if params.get(name)]:
        raise NotImplementedError(f"{', '.join(lost)}: it would have no effect")
    if bad := [name for name in params["ActionNames"] if not _ACTION.fullmatch(name)]:
        raise _invalid(f"Invalid action name: {bad[0]}")
    boundary = tuple(each.document for each in _given(params, "PermissionsBoundaryPolicyInputList"))
    documents = tuple(each.document for each in policies)
    judged = replace(caller, identity_policies=documents, boundary=boundary or caller.boundary)
    results = [
        _result(Want(action, resource), policies, _as_called(params, judged), params)
        for action in params["ActionNames"]
        for resource in params.get("ResourceArns") or ["*"]
    ]
    return ActionResult(_page(results, params))


def _page(results: list[dict[str, Any]], params: Mapping[str, Any]) -> dict[str, Any]:
    marker = str(params.get("Marker") or 0)
    if not marker.isdecimal():
        raise _invalid(f"Invalid Marker: {marker}")
    end = int(marker) + int(params.get("MaxItems") or _PAGE)
    more = {"Marker": str(end)} if len(results) > end else {}
    return {"EvaluationResults": results[int(marker) : end], "IsTruncated": bool(more), **more}


def _as_called(params: Mapping[str, Any], caller: Caller) -> Caller:
    """Let the caller be the user that the call names, whom a resource's policy may name too."""
    named = params.get("CallerArn")
    if params.get("ResourcePolicy") and not named and caller.is_role:
        raise _invalid("CallerArn is needed with a ResourcePolicy when the source is no user.")
    return replace(caller, arn=named, role_arn=named) if named else caller


def _result(
    want: Want, policies: list[Named], caller: Caller, params: Mapping[str, Any]
) -> dict[str, Any]:
    context = _context(params, caller)
    theirs = [parse(params["ResourcePolicy"])] if params.get("ResourcePolicy") else []
    closed = want.action.startswith(("kms:", "sts:AssumeRole"))
    why = refusal(caller, want, theirs or ([_account_decides()] if closed else []), context)
    found: dict[str, Any] = {
        "EvalActionName": want.action,
        "EvalResourceName": want.resource,
        "EvalDecision": "allowed" if not why else _denial(why),
        "MatchedStatements": [*_matched(policies, want, context, denied=why.startswith(DENIED))],
        "MissingContextValues": sorted(_missing(caller.identity_policies, context)),
    }
    if caller.boundary is not None:
        effect = evaluate(caller.boundary, want.action, want.resource, context)
        detail = {"AllowedByPermissionsBoundary": effect is Effect.ALLOW}
        found["PermissionsBoundaryDecisionDetail"] = detail
    return found


def _denial(why: str) -> str:
    return "explicitDeny" if why.startswith(DENIED) else "implicitDeny"


def _context(params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
    """Return the condition keys: those of the caller and the time, and what the call gives."""
    now = datetime.now(UTC)
    known = {
        "aws:CurrentTime": now.isoformat(),
        "aws:EpochTime": str(int(now.timestamp())),
        "aws:ResourceAccount": caller.account,
        **caller.context(),
    }
    for entry in params.get("ContextEntries") or []:
        known[entry["ContextKeyName"]] = entry.get("ContextKeyValues") or []
    return {key.lower(): value for key, value in known.items()}


def _matched(
    policies: list[Named], want: Want, context: Mapping[str, Any], *, denied: bool
) -> Iterator[dict[str, str]]:
    """Yield the policies whose statements made the decision."""
    decisive = Effect.DENY if denied else Effect.ALLOW
    for policy in policies:
        for statement in listed(policy.document.get("Statement", [])):
            alone = [{"Statement": statement}]
            if evaluate(alone, want.action, want.resource, context) is decisive:
                yield {"SourcePolicyId": policy.name, "SourcePolicyType": "IAM Policy"}


def _missing(documents: Iterable[Document], context: Mapping[str, Any]) -> set[str]:
    """Return the condition keys that the policies ask for and nobody has given."""
    asked: set[str] = set()
    for document in documents:
        for statement in listed(document.get("Statement", [])):
            asked |= {key for keys in statement.get("Condition", {}).values() for key in keys}
            asked |= set(_VARIABLE.findall(json.dumps(statement)))
    return {key for key in asked if key.lower() not in context}
