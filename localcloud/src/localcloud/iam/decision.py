"""May this caller do this action on this resource, and if not, why?"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from localcloud import places
from localcloud.iam import grants, managed, public, resources
from localcloud.iam.caller import Caller
from localcloud.iam.policy import Effect, Principal, evaluate
from localcloud.iam.requests.call import Want
from localcloud.places import Place

_THEIRS = ("kms:", "sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
"""Keys and roles are open to those alone whom their own policy admits."""

DENIED = "with an explicit deny"
_OF_RESOURCE = "resource-based"
_EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
_ROOTS = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")


@dataclass(frozen=True)
class Decision:
    """One entry of the journal."""

    who: str
    action: str
    resource: str
    allowed: bool
    reason: str = ""
    """The end of AWS's refusal, e.g. ``because no identity-based policy allows the ... action``."""

    @property
    def message(self) -> str:
        """AWS's own words for the refusal."""
        quote = '"' if self.action.startswith("s3:") else ""
        on = f"{quote}{self.resource}{quote}"
        return (
            f"User: {self.who} is not authorized to perform: {self.action} on resource: {on}"
            f" {self.reason}".rstrip()
        )


log: deque[dict[str, Any]] = deque(maxlen=20_000)
"""The latest decisions, oldest first: who, action, resource, allowed, reason."""


def decide(caller: Caller, want: Want, called: Place, request: Mapping[str, Any]) -> Decision:
    """Decide and write down; *called* is where the call is answered.

    The administrator may all in the account that no resource's own policy denies, and elsewhere,
    or with AWS's own keys, what a resource's policy allows; the cloud itself may everything in the
    account it acts in.
    """
    place = place_of(want, called)
    if not _is_checked(caller, want, place) and place.account == caller.account:
        reason = _denied_by_resource(caller, want, place, called, request)
    else:
        reason = _refusal(with_policies(caller), want, place, called, request)
    decision = Decision(caller.arn, want.action, want.resource, not reason, reason)
    log.append(asdict(decision))
    return decision


def _is_checked(caller: Caller, want: Want, place: Place) -> bool:
    """Tell whether policies decide: an administrator has all rights but on a key of AWS's own."""
    if caller.checked or caller.is_cloud:
        return caller.checked
    return managed.is_managed(resources.aliases(want.resource, place))


def place_of(want: Want, place: Place) -> Place:
    """Return where the resource of a permission stands; a bucket that is created stands here."""
    return place if want.action == "s3:CreateBucket" else resources.owner(want.resource, place)


def with_policies(caller: Caller) -> Caller:
    """Return the caller; the administrator, whom no policy stands for, as one with all rights."""
    if caller.checked:
        return caller
    return replace(caller, checked=True, identity_policies=(_EVERYTHING,))


def _refusal(
    caller: Caller, want: Want, place: Place, called: Place, request: Mapping[str, Any]
) -> str:
    context = full_context(caller.context(), want, place, called.region, request)
    documents = resources.policies(want.resource, place)
    if place.account != caller.account:
        documents = public.for_strangers(want, documents)
    why = refusal(caller, want, documents, context)
    if not why and caller.is_role:
        grants.note(caller, want, context)
    return why


def _denied_by_resource(
    caller: Caller, want: Want, place: Place, called: Place, request: Mapping[str, Any]
) -> str:
    """Say that a resource's policy denies it to everybody, or to this caller; else be empty.

    The account's root, whom the administrator also stands for, can always mend a bucket's policy.
    """
    documents = resources.policies(want.resource, place)
    if caller.is_cloud or not documents or want.action in _ROOTS:
        return ""
    context = full_context(caller.context(), want, place, called.region, request)
    who = caller.principal()
    effect = evaluate(documents, want.action, want.resource, context, who)
    return f"{DENIED} in {_article(_OF_RESOURCE)}" if effect is Effect.DENY else ""


def full_context(
    caller: Mapping[str, Any], want: Want, place: Place, region: str, request: Mapping[str, Any]
) -> dict[str, Any]:
    """All condition keys of a request, in lower case; *place* is where the resource stands."""
    now = datetime.now(UTC)
    found = {
        "aws:SecureTransport": "true",
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": place.account,
        "s3:ResourceAccount": place.account if want.action.startswith("s3:") else None,
        "aws:CurrentTime": now.isoformat(),
        "aws:EpochTime": str(int(now.timestamp())),
        "aws:ViaAWSService": "false",
        "aws:PrincipalIsAWSService": "false",
        **request,
        **caller,
        **_resource_tags(want, place),
        "kms:ResourceAliases": resources.aliases(want.resource, place),
        **want.context,
    }
    return {key.lower(): value for key, value in found.items() if value is not None}


def _resource_tags(want: Want, place: Place) -> dict[str, str]:
    if not want.resource.startswith("arn:"):
        return {}
    service = want.resource.split(":", 3)[2]
    held = resources.tags(want.resource, place)
    return {f"{name}:ResourceTag/{k}": v for k, v in held.items() for name in ("aws", service)}


def refusal(caller: Caller, want: Want, documents: list[Any], context: Mapping[str, Any]) -> str:
    """Why not, by the policies of the caller and the resource; empty when it is allowed.

    Over accounts both sides have to allow it, and no policy of a resource reaches past a limit.
    """
    action, resource = want.action, want.resource
    foreign = context["aws:resourceaccount"] != caller.account
    own = evaluate(caller.identity_policies, action, resource, context)
    theirs = evaluate(documents, action, resource, context, caller.principal())
    limits = {
        "permissions boundary": caller.boundary,
        "session policy": caller.session_policy,
    }
    held = {
        name: Effect.ALLOW if limit is None else evaluate(limit, action, resource, context)
        for name, limit in limits.items()
    }
    for name, effect in {"identity-based": own, _OF_RESOURCE: theirs, **held}.items():
        if effect is Effect.DENY:
            return f"{DENIED} in {_article(name)}"
    if (foreign or action.startswith(_THEIRS)) and (why := _unadmitted(theirs, own, action)):
        return why
    if own is not Effect.ALLOW and (foreign or theirs is not Effect.ALLOW):
        return f"because no identity-based policy allows the {action} action"
    direct = (
        not foreign and theirs is Effect.ALLOW and _names_session(documents, want, context, caller)
    )
    for name, effect in held.items():
        if effect is not Effect.ALLOW and not direct:
            return f"because no {name} allows the {action} action"
    return ""


def _unadmitted(theirs: Effect, own: Effect, action: str) -> str:
    """Let a key's or role's policy decide; the account's grants count where it delegates."""
    if theirs is Effect.ALLOW or (theirs is Effect.DELEGATED and own is Effect.ALLOW):
        return ""
    kind = "resource-based" if theirs is Effect.SILENT else "identity-based"
    return f"because no {kind} policy allows the {action} action"


def _names_session(
    documents: list[Any], want: Want, context: Mapping[str, Any], caller: Caller
) -> bool:
    """Whether the resource's policy names the session (or user) itself, past all limits."""
    alone = Principal(frozenset({caller.arn}), "")
    return evaluate(documents, want.action, want.resource, context, alone) is Effect.ALLOW


def _article(name: str) -> str:
    if name.endswith("-based"):
        return f"{'an' if name[0] == 'i' else 'a'} {name} policy"
    return f"a {name}"


def allowed(principal_service: str, action: str, resource: str, context: Mapping[str, Any]) -> bool:
    """Whether the resource's own policy (for a role: its trust) admits an AWS service.

    *context* holds e.g. ``aws:SourceArn`` and ``aws:SourceAccount``. A resource without a policy
    admits nobody, and neither does what is no ARN.
    """
    if resource.count(":") < places.PARTS - 1:
        return False
    place = resources.owner(resource, places.here())
    source = {"aws:PrincipalServiceName": principal_service, "aws:PrincipalIsAWSService": "true"}
    full = full_context(source | dict(context), Want(action, resource), place, place.region, {})
    who = Principal(service=principal_service)
    documents = resources.policies(resource, place)
    permitted = evaluate(documents, action, resource, full, who) is Effect.ALLOW
    log.append(asdict(Decision(principal_service, action, resource, permitted)))
    return permitted
