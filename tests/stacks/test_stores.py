import pytest

from factory.layout import objects
from factory.stage import DEV, PROD

WRITE_ONCE = {"ApprovedBucket", "LedgerBucket"}
KEPT = "RetainExceptOnCreate"
"""What a first create that is rolled back removes, and nothing else."""
STATEFUL = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Logs::LogGroup")


def test_every_bucket_is_private_and_versioned(dev):
    for name, bucket in dev.all("AWS::S3::Bucket").items():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}, name
        assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}, name
        assert bucket["OwnershipControls"] == {
            "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
        }, name


def test_stores_are_encrypted_by_our_key_unless_its_loss_would_destroy_evidence(dev):
    by_s3 = {
        name
        for name, bucket in dev.all("AWS::S3::Bucket").items()
        if _encryption(bucket) == {"SSEAlgorithm": "AES256"}
    }
    assert by_s3 == WRITE_ONCE | {"AccessLogs"}
    for name, bucket in dev.all("AWS::S3::Bucket").items():
        if name not in by_s3:
            assert _encryption(bucket)["SSEAlgorithm"] == "aws:kms", name
            assert _encryption(bucket)["KMSMasterKeyID"].endswith(":key/Key"), name
            rule = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
            assert rule["BucketKeyEnabled"] is True, name


def _encryption(bucket):
    rule = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    return rule["ServerSideEncryptionByDefault"]


def test_every_store_but_the_logs_writes_access_logs_under_a_prefix_of_its_own(dev):
    logging = {
        name: bucket.get("LoggingConfiguration")
        for name, bucket in dev.all("AWS::S3::Bucket").items()
    }
    assert logging.pop("AccessLogs") is None
    assert {log["DestinationBucketName"] for log in logging.values()} == {"AccessLogs"}
    assert len({log["LogFilePrefix"] for log in logging.values()}) == len(logging)


def test_no_bucket_and_no_queue_and_no_topic_answers_without_tls(dev):
    buckets = {p["Bucket"]: p["PolicyDocument"] for p in dev.all("AWS::S3::BucketPolicy").values()}
    queues = {
        q: p["PolicyDocument"]
        for p in dev.all("AWS::SQS::QueuePolicy").values()
        for q in p["Queues"]
    }
    assert set(buckets) == set(dev.all("AWS::S3::Bucket"))
    assert set(queues) == set(dev.all("AWS::SQS::Queue"))
    topics = [p["PolicyDocument"] for p in dev.all("AWS::SNS::TopicPolicy").values()]
    for document in [*buckets.values(), *queues.values(), *topics]:
        refused = {"Bool": {"aws:SecureTransport": "false"}}
        assert any(
            s["Effect"] == "Deny" and s.get("Condition") == refused for s in document["Statement"]
        )


def test_what_is_written_once_is_locked_for_a_day_in_dev_and_for_ten_years_in_prod(dev, prod):
    for world, mode, days in ((dev, "GOVERNANCE", 1), (prod, "COMPLIANCE", 3650)):
        locks = {
            name: bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
            for name, bucket in world.all("AWS::S3::Bucket").items()
            if bucket.get("ObjectLockEnabled")
        }
        assert locks == {name: {"Mode": mode, "Days": days} for name in WRITE_ONCE}


@pytest.mark.parametrize("kind", STATEFUL)
def test_prod_keeps_what_holds_state_and_dev_only_what_is_written_once(dev, prod, kind):
    assert {r["DeletionPolicy"] for r in prod.raw(kind).values()} == {KEPT}
    assert {r["UpdateReplacePolicy"] for r in prod.raw(kind).values()} == {"Retain"}
    kept = {n for n, r in dev.raw(kind).items() if r["DeletionPolicy"] == KEPT}
    assert kept == (WRITE_ONCE if kind == "AWS::S3::Bucket" else set())


def test_tables_can_be_restored(dev, prod):
    for world in (dev, prod):
        for name, table in world.all("AWS::DynamoDB::Table").items():
            point_in_time = table["PointInTimeRecoverySpecification"]
            assert point_in_time == {"PointInTimeRecoveryEnabled": True}, name
            assert table["SSESpecification"] == {"SSEEnabled": True}, name
            assert "DeletionProtectionEnabled" not in table, name  # or no first create rolls back


def test_every_log_is_kept_for_as_long_as_the_stage_says(dev, prod):
    for world, days in ((dev, 30), (prod, 400)):
        kept = {log["RetentionInDays"] for log in world.all("AWS::Logs::LogGroup").values()}
        assert kept == {days}


def test_captures_end_with_the_logs_and_long_after_any_message_about_them(dev, prod):
    for world, days in ((dev, DEV.log_days), (prod, PROD.log_days)):
        bucket = world.all("AWS::S3::Bucket")["CapturesBucket"]
        found = [
            (rule["ExpirationInDays"], rule["NoncurrentVersionExpiration"]["NoncurrentDays"])
            for rule in bucket["LifecycleConfiguration"]["Rules"]
            if rule.get("Prefix") == objects.prefix(objects.CAPTURES)
        ]
        assert found == [(days, days)]
        assert days > 14, "a message may wait in a queue for as long"


def test_no_function_of_the_construct_library_slips_in(dev):
    kinds = {r["Type"] for t in dev.templates.values() for r in t["Resources"].values()}
    assert {k for k in kinds if k.startswith("Custom::")} == {
        "Custom::Catalogue",
        "Custom::StepCode",
    }


def test_only_what_landed_and_what_was_captured_is_announced(dev):
    announcing = {
        name
        for name, bucket in dev.all("AWS::S3::Bucket").items()
        if "NotificationConfiguration" in bucket
    }
    assert announcing == {"LandingBucket", "CapturesBucket"}


def test_what_was_counted_is_forgotten_when_no_queue_can_bring_it_again(dev):
    expiring = {
        name: table["TimeToLiveSpecification"]
        for name, table in dev.all("AWS::DynamoDB::Table").items()
        if "TimeToLiveSpecification" in table
    }
    expires = {"AttributeName": "expires", "Enabled": True}
    assert expiring == {"WatchingWindowsTable": expires, "ProbingProbingsTable": expires}


def test_every_bucket_says_which_stage_it_is_of(dev, prod):
    for world, stage in ((dev, "dev"), (prod, "prod")):
        for name, bucket in world.all("AWS::S3::Bucket").items():
            assert {"Key": "modelworks:stage", "Value": stage} in bucket["Tags"], name
