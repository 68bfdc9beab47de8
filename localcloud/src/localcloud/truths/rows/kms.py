"""What does a key open, and until when?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.row import ministack_says, truth
from localcloud.truths.things import outcome
from localcloud.truths.world import World

STATES = "KMS Developer Guide, Key states of AWS KMS keys"
CONTEXT = "KMS Developer Guide, Encryption context"


def new_key(world: World, **settings: Any) -> tuple[Any, str]:
    """Make a key; return the client of KMS and the key's id."""
    kms = world.aws("kms")
    return kms, kms.create_key(**settings)["KeyMetadata"]["KeyId"]


@truth("kms", CONTEXT, [b"secret", "InvalidCiphertextException"])
def what_was_encrypted_in_a_context_needs_it(world: World) -> Any:
    """Decrypt needs the encryption context that Encrypt was given."""
    kms, key = new_key(world)
    context = {"EncryptionContext": {"for": "us"}}
    blob = kms.encrypt(KeyId=key, Plaintext=b"secret", **context)["CiphertextBlob"]
    opened = kms.decrypt(CiphertextBlob=blob, **context)["Plaintext"]
    return [opened, outcome(kms.decrypt, CiphertextBlob=blob)]


@truth("kms", STATES, ["DisabledException", "DisabledException", "done"])
def a_disabled_key_neither_closes_nor_opens(world: World) -> Any:
    """Encrypt and Decrypt fail under a disabled key and work again when it is enabled."""
    kms, key = new_key(world)
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    off = [
        outcome(kms.encrypt, KeyId=key, Plaintext=b"x"),
        outcome(kms.decrypt, CiphertextBlob=blob),
    ]
    kms.enable_key(KeyId=key)
    return [*off, outcome(kms.decrypt, CiphertextBlob=blob)]


@truth("kms", STATES, ["KMSInvalidStateException", "done"])
def a_key_that_will_be_deleted_opens_nothing(world: World) -> Any:
    """A key pending deletion cannot be used; the deletion can be cancelled."""
    kms, key = new_key(world)
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    refused = outcome(kms.encrypt, KeyId=key, Plaintext=b"x")
    kms.cancel_key_deletion(KeyId=key)
    kms.enable_key(KeyId=key)
    return [refused, outcome(kms.encrypt, KeyId=key, Plaintext=b"x")]


@ministack_says(
    ["done"] * 3,
    "the guide: S3 asks KMS for every object; MiniStack does not",
)
@truth("kms", "KMS Developer Guide, How unusable KMS keys affect data keys; Amazon S3 User Guide, "
       "Troubleshoot: KMS.DisabledException", ["KMS.DisabledException", "KMS.DisabledException",
       "done"], needs="kms s3")  # fmt: skip
def objects_under_a_disabled_key_cannot_be_read(world: World) -> Any:
    """S3 can neither read nor write objects whose KMS key is disabled."""
    kms, key = new_key(world)
    bucket, s3 = world.bucket(), world.aws("s3")
    at = {"Bucket": bucket, "Key": "k"}
    put = {**at, "Body": b"1", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    s3.put_object(**put)
    kms.disable_key(KeyId=key)
    off = [outcome(s3.get_object, **at), outcome(s3.put_object, **put)]
    kms.enable_key(KeyId=key)
    return [*off, outcome(s3.get_object, **at)]


@truth("kms", "KMS Developer Guide, Aliases in AWS KMS", [True, "AlreadyExistsException",
       "NotFoundException"])  # fmt: skip
def an_alias_stands_for_one_key(world: World) -> Any:
    """An alias names one key; a second one of that name is refused."""
    kms, key = new_key(world)
    alias = f"alias/{world.name()}"
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    return [
        kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == key,
        outcome(kms.create_alias, AliasName=alias, TargetKeyId=key),
        outcome(kms.describe_key, KeyId=f"{alias}-not"),
    ]


@ministack_says(
    "CreateKey: KMSInternalException",
    "no opinion: without the package cryptography MiniStack makes no such keys",
)
@truth("kms", "KMS API Reference, Sign; Verify", [True, "KMSInvalidSignatureException"])
def a_signature_holds_for_its_message(world: World) -> Any:
    """Verify fails for another message than the signed one."""
    kms, key = new_key(world, KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    asked = {"KeyId": key, "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(Message=b"this", **asked)["Signature"]
    right = kms.verify(Message=b"this", Signature=signature, **asked)["SignatureValid"]
    return [right, outcome(kms.verify, Message=b"that", Signature=signature, **asked)]
