"""What becomes of files that land: published once, or refused with reasons that people hear?"""

import csv
import gzip
import io
import json

import pytest

import models
from demo.adult_data import landing_files
from factory.events.data import DataProductPublished, DataProductRefused
from factory.events.incident import IncidentOpened
from factory.events.training import TrainingDeferred, TrainingStarted
from factory.products.arrival import Arrival
from tests.life.approvals import queue_of
from tests.life.telling import others

PRODUCT = "census_test"


def rows_of(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def written(rows):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return gzip.compress(text.getvalue().encode(), compresslevel=1, mtime=0)


def landed_at(session, event):
    """Return the key that a refused file had; only the document beside its copy says it."""
    bucket, _, copy = event["detail"]["quarantined"].removeprefix("s3://").partition("/")
    place = {"Bucket": bucket, "Key": f"{copy.rpartition('/')[0]}/reasons.json"}
    document = json.load(session.aws("s3").get_object(**place)["Body"])
    return document["landed"].split("/", 3)[3]


def arrivals(session, event):
    """Return which landed objects the events of a class are about, by their digests."""
    return {e["detail"]["source"]["arrival"] for e in session.events(event)}


def without(rows, column):
    where = rows[0].index(column)
    return [row[:where] + row[where + 1 :] for row in rows]


def with_value(rows, column, value):
    where = rows[0].index(column)
    return [rows[0], [*rows[1][:where], value, *rows[1][where + 1 :]], *rows[2:]]


BAD = {
    "census_test/missing-column.csv.gz": (lambda rows, _: written(without(rows, "age")), "age"),
    "census_test/out-of-range.csv.gz": (
        lambda rows, _: written(with_value(rows, "age", "200")), "age",
    ),
    "census_test/no-number.csv.gz": (
        lambda rows, _: written(with_value(rows, "age", "young")), "age",
    ),
    "census_test/another-label.csv.gz": (
        lambda rows, _: written(with_value(rows, "income", "rich")), "income",
    ),
    "census_test/twice.csv.gz": (lambda rows, _: written([*rows, rows[1]]), "row_id"),
    "census_test/too-few.csv.gz": (lambda rows, _: written(rows[:100]), "15000"),
    "census_test/truncated.csv.gz": (lambda _, body: body[:100_000], "truncated"),
    "census_test/empty.csv.gz": (lambda _, __: b"", "empty"),
    "census_test/table.csv": (lambda _, __: b"a,b\n", "a name that ends in .csv.gz"),
    "census_test/part-00000-c000.csv.gz": (lambda rows, _: written(rows), "the name of a part"),
    f"census_test/a\t\x1b[2J\u202e{'k' * 900}.csv.gz": (
        lambda _, __: gzip.compress(",".join(f"v{n}" for n in range(100_000)).encode()),
        "100000 names not in the contract",
    ),
    "census_test/line.csv.gz": (
        lambda _, __: gzip.compress(b"x" * 17 * 2**20), "16777216 characters",
    ),
    "weather/today.csv.gz": (lambda _, body: body, "census_test, census_train, diabetes"),
}  # fmt: skip


@pytest.fixture(scope="module")
def inbox(session):
    """The URL of a queue that hears, as a person would by mail, what the topic tells."""
    sqs, topic = session.aws("sqs"), session.output("AlertsTopicArn")
    url = sqs.create_queue(QueueName="mailbox")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn["QueueArn"],
                "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    session.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return url


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return landing_files(tmp_path_factory.mktemp("landing"))[PRODUCT]


@pytest.fixture(scope="module")
def refused(session, inbox, good):
    """The ledger's refusals, by the key of the file, after all the bad files have landed."""
    bucket, rows, body = session.output("LandingBucket"), rows_of(good), good.read_bytes()
    for key, (spoil, _) in BAD.items():
        file = {"Bucket": bucket, "Key": key, "Tagging": "sender=lab"}  # to copy tags needs rights
        session.aws("s3").put_object(**file, Body=spoil(rows, body))
    session.cloud.settle()
    found = {landed_at(session, e): e for e in session.events(DataProductRefused)}
    return {key: event for key, event in found.items() if key in BAD}


@pytest.fixture(scope="module")
def mails(session, inbox, refused):
    found = []
    sqs = session.aws("sqs")
    while more := sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10).get("Messages"):
        found += [json.loads(message["Body"]) for message in more]
        for message in more:
            sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
    return found


@pytest.mark.parametrize("key", BAD)
def test_a_bad_file_lies_in_quarantine_beside_its_reasons(session, refused, good, key):
    words, event = BAD[key][1], refused[key]
    assert words in event["reason"], event["reason"]
    copy = event["detail"]["quarantined"]
    bucket, _, name = copy.removeprefix("s3://").partition("/")
    assert bucket == session.output("QuarantineBucket")
    s3 = session.aws("s3")
    kept = s3.get_object(Bucket=bucket, Key=name)["Body"].read()
    landed = s3.get_object(Bucket=session.output("LandingBucket"), Key=key)["Body"].read()
    assert kept == landed
    folder = name.rpartition("/")[0]
    reasons = json.load(s3.get_object(Bucket=bucket, Key=f"{folder}/reasons.json")["Body"])
    assert words in " ".join(reason["words"] for reason in reasons["reasons"])


@pytest.mark.parametrize("key", BAD)
def test_a_bad_file_opens_an_incident_that_people_hear_of(session, refused, mails, key):
    event = refused[key]
    (opened,) = [e for e in session.events(IncidentOpened) if e["key"] == event["key"]]
    place = {"TableName": session.output("IncidentsTable"), "Key": {"pk": {"S": opened["id"]}}}
    item = session.aws("dynamodb").get_item(**place)["Item"]
    assert item["status"] == {"S": "open"}
    assert item["opened_because"] == {"S": event["reason"]}
    (mail,) = [mail for mail in mails if opened["id"] in mail["Message"]]
    assert mail["Subject"] == f"opened: {event['subject']}"
    assert event["reason"] in mail["Message"]


def test_nothing_was_published_of_the_bad_files(session, refused):
    bad = {event["detail"]["source"]["arrival"] for event in refused.values()}
    assert len(bad) == len(BAD)
    assert not arrivals(session, DataProductPublished) & bad


@pytest.fixture(scope="module")
def landed(session, good):
    """The digest that names a good file that has landed, and what ingest was told of it."""
    bucket, key = session.output("LandingBucket"), f"{PRODUCT}/good.csv.gz"
    session.aws("s3").put_object(Bucket=bucket, Key=key, Body=good.read_bytes())
    session.cloud.settle()
    bodies = [
        record["body"]
        for call in session.cloud.invocations()
        if "Ingest" in call["function"]
        for record in call["event"]["Records"]
        if key in record["body"]
    ]
    return Arrival.of(json.loads(bodies[0]), {PRODUCT}).id, bodies[0]


def manifests(session):
    listed = session.aws("s3").list_objects_v2(
        Bucket=session.output("ProductsBucket"), Prefix=f"{PRODUCT}/"
    )
    return [o["Key"] for o in listed["Contents"] if o["Key"].endswith("_manifest.json")]


def test_a_good_file_is_published_and_the_table_shows_it(session, landed):
    (event,) = [
        e
        for e in session.events(DataProductPublished)
        if e["detail"]["source"]["arrival"] == landed[0]
    ]
    assert manifests(session) == [f"{PRODUCT}/000001/_manifest.json"]
    found = session.aws("glue").get_table(DatabaseName=session.output("Database"), Name=PRODUCT)
    assert found["Table"]["StorageDescriptor"]["Location"] == event["detail"]["uri"]


def test_half_of_the_data_starts_no_run(session, landed):
    deferred = session.events(TrainingDeferred)
    waiting = {f"model/{m.name}" for m in models.catalogue() if PRODUCT in m.products}
    assert {e["subject"] for e in deferred} == waiting
    assert {e["reason"] for e in deferred} == {"census_train has no snapshot yet"}
    assert not session.events(TrainingStarted)


def test_the_same_object_told_of_twice_is_published_once(session, landed):
    known = session.event_ids()
    calls = len(session.cloud.invocations())
    session.aws("sqs").send_message(QueueUrl=queue_of(session, "ingest"), MessageBody=landed[1])
    session.cloud.settle()
    again = session.cloud.invocations()[calls:]
    assert [c["answer"] for c in again if "Ingest" in c["function"]] == [{"batchItemFailures": []}]
    assert manifests(session) == [f"{PRODUCT}/000001/_manifest.json"]
    assert others(session, known) == []
