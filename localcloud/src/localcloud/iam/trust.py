"""Who may assume a role, and as whom do they act then?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localcloud.iam import errors, resources
from localcloud.iam.caller import Caller
from localcloud.iam.decision import Decision, decide, with_policies
from localcloud.iam.requests.call import Call, Want, request_tags

CHAINED_SECONDS = 3600  # a role that assumes a role gets one hour at most


def demand(caller: Caller, call: Call, facts: Mapping[str, Any]) -> None:
    """Refuse an AssumeRole that the trust policy or the caller's own policies do not allow."""
    role_arn = call.params["RoleArn"]
    # the administrator's own policies allow everything; a role's trust still has its say
    asking = with_policies(caller)
    if resources.role(role_arn, call.account) is None:
        raise errors.denied("sts", Decision(caller.arn, "sts:AssumeRole", role_arn, allowed=False))
    for want in _wants(asking, call):
        decision = decide(asking, want, call.place, facts)
        if not decision.allowed:
            raise errors.denied("sts", decision)
    _check_source_identity(caller, call)
    _check_duration(caller, call)


def _wants(caller: Caller, call: Call) -> Iterator[Want]:
    role_arn, context = call.params["RoleArn"], _context(caller, call)
    yield Want("sts:AssumeRole", role_arn, context)
    if source_identity(caller, call.params):
        yield Want("sts:SetSourceIdentity", role_arn, context)
    if session_tags(caller, call.params):
        yield Want("sts:TagSession", role_arn, context)


def _context(caller: Caller, call: Call) -> dict[str, Any]:
    params = call.params
    found = {
        "sts:ExternalId": params.get("ExternalId"),
        "sts:RoleSessionName": params.get("RoleSessionName"),
        "sts:SourceIdentity": source_identity(caller, params),
        "sts:TransitiveTagKeys": params.get("TransitiveTagKeys"),
    }
    return request_tags(params.get("Tags")) | {k: v for k, v in found.items() if v is not None}


def source_identity(caller: Caller, params: Mapping[str, Any]) -> str | None:
    """Return the human behind the session, given now or, for good, earlier in the chain."""
    return caller.source_identity or params.get("SourceIdentity")


def session_tags(caller: Caller, params: Mapping[str, Any]) -> dict[str, str]:
    """Return the new session's tags: those given, and the transitive ones before it."""
    chained = {key: caller.tags[key] for key in caller.session_tags}
    return resources.as_tags(params.get("Tags") or []) | chained


def _check_source_identity(caller: Caller, call: Call) -> None:
    given = call.params.get("SourceIdentity")
    if given and caller.source_identity and given != caller.source_identity:
        reason = "because a source identity that is set cannot be changed"
        decision = Decision(
            caller.arn,
            "sts:SetSourceIdentity",
            call.params["RoleArn"],
            allowed=False,
            reason=reason,
        )
        raise errors.denied("sts", decision)


def _check_duration(caller: Caller, call: Call) -> None:
    seconds = int(call.params.get("DurationSeconds") or 0)
    role = resources.role(call.params["RoleArn"], call.account)
    longest = int(role.max_session_duration or CHAINED_SECONDS)
    text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    if caller.is_role and seconds > CHAINED_SECONDS:
        longest, text = (
            CHAINED_SECONDS,
            (
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed"
                " by role chaining"
            ),
        )
    if seconds > longest:
        raise errors.Refused("ValidationError", text, status=400)
