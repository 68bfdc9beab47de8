"""Are objects listed in the order that was asked for?"""

import time_machine

from aws import objects


def test_objects_are_listed_by_key_or_by_time_below_a_prefix(session):
    s3 = session.client("s3")
    s3.create_bucket(Bucket="things")
    for day, key in enumerate(("a/2", "a/1", "b/1"), 1):
        with time_machine.travel(f"2026-01-{day:02}", tick=False):
            s3.put_object(Bucket="things", Key=key)
    assert objects.s3_list("s3://things/a/") == ["s3://things/a/1", "s3://things/a/2"]
    assert [each.uri for each in objects.s3_by_time("s3://things/a/")] == [
        "s3://things/a/2",
        "s3://things/a/1",
    ]


def test_a_uri_is_taken_apart_whatever_its_key_holds():
    assert objects.place("s3://b/x/y?#z") == {"Bucket": "b", "Key": "x/y?#z"}
