"""Can the key that a call needs be used just now?"""

from __future__ import annotations

from localcloud.iam import errors
from localcloud.iam.requests.call import Call, Want
from localcloud.iam.resources import backend, owner

_USING = (
    "Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateMac", "VerifyMac", "Sign",
    "Verify", "DeriveSharedSecret",
)  # fmt: skip
_CODES = {
    "kms": ("DisabledException", "KMSInvalidStateException"),
    "s3": ("KMS.DisabledException", "KMS.KMSInvalidStateException"),
    "sqs": ("KMS.DisabledException", "KMS.InvalidStateException"),
    "sns": ("KMSDisabled", "KMSInvalidState"),
}
"""What a service answers for a disabled key, and for one in another state of no use."""
CODES = tuple(code for pair in _CODES.values() for code in pair)


def demand_usable(call: Call, want: Want) -> None:
    """Raise, in the words of the service called, for a use of a key that is not enabled."""
    action = want.action.removeprefix("kms:")
    if action == want.action or not action.startswith(_USING):
        return
    identifier = want.resource.rsplit("/", 1)[-1]
    place = owner(want.resource, call.place)
    key = backend("kms", place.account, place.region).keys.get(identifier)
    if key is None or key.key_state == "Enabled":
        return
    codes = _CODES.get(call.service, _CODES["kms"])
    if key.key_state == "Disabled":
        raise errors.unusable(call.service, codes[0], f"{want.resource} is disabled.")
    raise errors.unusable(call.service, codes[1], f"{want.resource} is pending deletion.")
