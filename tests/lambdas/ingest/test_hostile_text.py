"""What do people, the ledger and the log read of a sender's text? Places and counts, and no word.

The texts go through the real functions: `ingest` reads the file, `incident` tells people.
"""

from __future__ import annotations

import unicodedata

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import aws
from engines.header import LOOKS_LIKE_A_NAME
from factory import reasons
from factory.events import registry
from factory.events.incident import IncidentOpened
from factory.settings import IncidentSettings
from lambdas.incident import handler as incident

CANARY = "Zwt7Qx"
"""In every hostile text, and nowhere else."""
DRIVING = "\x1b[2J\x1b]0;\x07\r\n\t\x00\x9b\u202e\u2066\u200b\u2028\u0085\ufeff"
HOSTILE = st.builds(
    lambda before, after, times: (before + CANARY + after) * times,
    st.text(st.sampled_from(DRIVING + "a,;'<&%{}"), max_size=8),
    st.text(st.sampled_from(DRIVING + "é\U000e0041b|`$("), max_size=8),
    st.sampled_from([1, 1, 1, 400]),
)
LONGEST = 2048
"""Characters of any text in an event: a URI has the most."""
ONE_BY_ONE = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def inbox(cloud, monkeypatch):
    """Give a function that returns what people were sent since, subjects and messages."""
    sns = boto3.client("sns")
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    url, arn = cloud.queue("inbox")
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    told = IncidentSettings(incidents_table=cloud.table("incidents"), alerts_topic_arn=topic)
    for name, value in told.to_env().items():
        monkeypatch.setenv(name, value)
    return lambda: [(m["Subject"], m["Message"]) for m in cloud.drain(url)]


@pytest.fixture
def read(ingest, bus, inbox, batch_of, capsys):
    """Give a function that lets a file in, and returns all that is read of it outside of S3."""

    def read(envelope):
        capsys.readouterr()
        assert ingest(envelope) == {"batchItemFailures": []}
        events = bus()
        opened = [e for e in events if e["detail-type"] == IncidentOpened.TYPE]
        assert incident.handle(batch_of(*opened), None) == {"batchItemFailures": []}
        for each in events:
            registry.TYPES[each["detail-type"]].of(each)
        return events, inbox(), capsys.readouterr().out

    return read


def texts(value):
    """Yield every text in a JSON value, the keys too."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, str):
        yield value


def assert_harmless(events, mails, log, *, named=False):
    """Check all that is read; *named* says that a name of a column may be repeated."""
    assert events
    assert mails
    said = [*texts([e["detail"] for e in events]), *(part for mail in mails for part in mail), log]
    for text in said:
        assert named or CANARY not in text
        assert len(text) <= LONGEST
        for line in text.split("\n"):
            assert {unicodedata.category(c) for c in line}.isdisjoint(reasons.HIDDEN), repr(line)
    for subject, _ in mails:
        assert len(subject) < 100
        assert "\n" not in subject


@given(HOSTILE)
@ONE_BY_ONE
def test_no_word_of_a_cell_is_told(land, read, text):
    cell = '"' + text.replace('"', '""') + '"'
    assert_harmless(*read(land(f"id,age\na,{cell}\n{cell},400\n{cell},41\n")))


@given(HOSTILE)
@ONE_BY_ONE
def test_no_word_of_a_header_is_told_but_what_looks_like_a_name(land, read, text):
    named = bool(LOOKS_LIKE_A_NAME.fullmatch(text))
    name = '"' + text.replace('"', '""') + '"'
    assert_harmless(*read(land(f"id,age,{name}\na,41,1\nb,42,2\n")), named=named)


@given(HOSTILE)
@ONE_BY_ONE
def test_no_word_of_the_name_of_a_file_or_folder_is_told(land, read, text):
    """S3 takes any key of 1,024 bytes; the local one none with a NUL or a line feed."""
    name = "".join(c for c in text if c not in "\x00\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028")[:200]
    for key in (f"people/{name}.csv", f"{name}/a.csv.gz", f"people/{name}/part-00000.csv.gz"):
        assert_harmless(*read(land("id,age\na,400\n", key)))


def test_the_log_of_a_failure_holds_no_line_that_a_sender_has_begun(capsys):
    aws.log(f"asked {CANARY}\x1b[2J\r\nERROR all is well\u2028x", longest=100)
    assert capsys.readouterr().out == f"asked {CANARY}\\x1b[2J  ERROR all is well\\u2028x\n"
