"""Is every request counted once, in its own period?"""

from datetime import UTC, datetime, timedelta

from aws.traffic import traffic

NOW = datetime.now(UTC).replace(second=0, microsecond=0)


def asked(session, metric, minutes, value, variant="live"):
    dimensions = {"EndpointName": "m", "VariantName": variant}
    session.client("cloudwatch").put_metric_data(
        Namespace="AWS/SageMaker",
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": n, "Value": v} for n, v in dimensions.items()],
                "Timestamp": NOW - timedelta(minutes=minutes),
                "Value": value,
            }
        ],
    )


def test_requests_refusals_and_failures_are_counted_by_period(session):
    asked(session, "Invocations", 9, 4)
    asked(session, "Invocations", 1, 5)
    asked(session, "Invocation4XXErrors", 9, 1)
    asked(session, "Invocation5XXErrors", 1, 2)
    found = traffic("m", NOW - timedelta(minutes=10), NOW, 300)
    assert {word: dict(sums) for word, sums in found.items()} == {
        "requests": {0: 4, 1: 5},
        "refused": {0: 1},
        "failed": {1: 2},
    }


def test_what_was_asked_before_or_of_another_variant_does_not_count(session):
    asked(session, "Invocations", 30, 4)
    asked(session, "Invocations", 1, 4, variant="other")
    found = traffic("m", NOW - timedelta(minutes=10), NOW, 300)
    assert [sums.total() for sums in found.values()] == [0, 0, 0]
