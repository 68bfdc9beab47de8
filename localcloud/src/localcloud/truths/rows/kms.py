"""What does a key open, and until when?"""

from __future__ import annotations

from typing import Any

from localcloud.truths.policies import ACCOUNT, OTHER, allow, document
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


MANAGED = "Amazon S3 API Reference, PutObject: SSEKMSKeyId; KMS Developer Guide, AWS managed keys"
SHARED = "Amazon S3 User Guide, Protecting data with AWS KMS keys: sharing them across accounts"


def shared_bucket(world: World, default_key: str = "") -> dict[str, str]:
    """Make a bucket whose objects the other account may read; return the place of one."""
    bucket, s3 = world.bucket(), world.aws("s3")
    other = {"AWS": f"arn:aws:iam::{OTHER}:root"}
    admitted = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Principal=other)
    s3.put_bucket_policy(Bucket=bucket, Policy=document(admitted))
    if default_key:
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": default_key}
        configuration = {"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=configuration)
    return {"Bucket": bucket, "Key": "k"}


def key_open_to_the_other(world: World) -> str:
    """Make a key that the other account may use; return its ARN."""
    accounts = [{"AWS": f"arn:aws:iam::{account}:root"} for account in (ACCOUNT, OTHER)]
    policy = document(*(allow("kms:*", Principal=each) for each in accounts))
    made = world.aws("kms").create_key(Policy=policy)
    return str(made["KeyMetadata"]["Arn"])


@truth("kms", MANAGED, [True, "AWS", "done"], needs="iam sts s3 kms")
def a_key_that_nobody_names_is_s3s_own(world: World) -> Any:
    """With aws:kms and no key S3 takes aws/s3, also where the bucket has another key by default.

    It is open, through S3, to whom S3 is open: no policy of theirs has to name it.
    """
    place = shared_bucket(world, default_key=key_open_to_the_other(world))
    s3, kms = world.aws("s3"), world.aws("kms")
    used = s3.put_object(**place, Body=b"1", ServerSideEncryption="aws:kms")["SSEKMSKeyId"]
    own = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    reader = world.actor(allow("s3:GetObject", f"arn:aws:s3:::{place['Bucket']}/*"))
    return [used == own["Arn"], own["KeyManager"], reader.outcome("s3", "get_object", **place)]


@truth("kms", SHARED, ["denied", "done"], needs="iam s3 kms")
def what_is_under_s3s_own_key_no_other_account_reads(world: World) -> Any:
    """A bucket's policy is not enough for an object under aws/s3; under a shared key it is."""
    place, s3 = shared_bucket(world), world.aws("s3")
    put = {**place, "Body": b"1", "ServerSideEncryption": "aws:kms"}
    s3.put_object(**put)
    own = outcome(world.abroad("s3").get_object, **place)
    s3.put_object(**put, SSEKMSKeyId=key_open_to_the_other(world))
    return [own, outcome(world.abroad("s3").get_object, **place)]


@truth("kms", "KMS Developer Guide, AWS managed keys: you cannot change any properties of them",
       ["denied", "denied", "denied"])  # fmt: skip
def nobody_opens_a_key_of_aws(world: World) -> Any:
    """An administrator can neither share aws/s3 nor disable it, nor use it but through S3."""
    kms = world.aws("kms")
    own = {"KeyId": kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"]}
    policy = document(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{OTHER}:root"}))
    return [
        outcome(kms.put_key_policy, **own, PolicyName="default", Policy=policy),
        outcome(kms.disable_key, **own),
        outcome(kms.encrypt, **own, Plaintext=b"x"),
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
