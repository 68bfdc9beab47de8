from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError


def dimensions(**named):
    return [{"Name": name, "Value": value} for name, value in named.items()]


def put(cloud, namespace, *data):
    measured = [
        {"MetricName": "Wrong", "Value": value, "Dimensions": dimensions(**named)}
        for value, named in data
    ]
    cloud.aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=measured)


@pytest.fixture
def window(cloud):
    """Return the times around now."""
    return {
        "StartTime": datetime.fromtimestamp(cloud.now() - 600, UTC),
        "EndTime": datetime.fromtimestamp(cloud.now() + 60, UTC),
    }


@pytest.fixture
def statistics(cloud, window):
    def of(namespace, *names, **named):
        kind = "ExtendedStatistics" if names[0].startswith("p") else "Statistics"
        answer = cloud.aws("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName="Wrong",
            Dimensions=dimensions(**named),
            Period=3600,
            **{kind: names},
            **window,
        )
        return answer["Datapoints"]

    return of


@pytest.fixture
def data(cloud, window):
    def of(namespace, statistic, **named):
        metric = {
            "Namespace": namespace,
            "MetricName": "Wrong",
            "Dimensions": dimensions(**named),
        }
        stat = {"Metric": metric, "Period": 3600, "Stat": statistic}
        answer = cloud.aws("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "q", "MetricStat": stat}], **window
        )
        return answer["MetricDataResults"][0]["Values"]

    return of


def test_each_set_of_dimensions_is_a_metric_of_its_own(cloud, statistics, data):
    both = {"Model": "a", "Stage": "dev"}
    put(cloud, "sets", (1, {}), (2, {"Model": "a"}), (4, both), (8, {"Model": "b"}), (16, both))
    put(cloud, "others", (32, both))
    wanted = [({}, 1), ({"Model": "a"}, 2), ({"Stage": "dev", "Model": "a"}, 20)]
    for named, total in wanted:
        assert [point["Sum"] for point in statistics("sets", "Sum", **named)] == [total]
        assert data("sets", "Sum", **named) == [total]
    assert statistics("sets", "Sum", Stage="dev") == []
    assert data("sets", "Sum", Stage="dev") == []


def test_every_statistic_is_of_that_metric(cloud, statistics, data):
    put(cloud, "kinds", *((value, {"Model": "a"}) for value in (1, 2, 3)), (100, {}))
    wanted = {"Sum": 6, "Average": 2, "Minimum": 1, "Maximum": 3, "SampleCount": 3}
    (point,) = statistics("kinds", *wanted, Model="a")
    assert {name: point[name] for name in wanted} == wanted
    assert abs(point["Timestamp"].timestamp() - (cloud.now() - 600)) < 90
    (point,) = statistics("kinds", "p50", Model="a")
    assert point["ExtendedStatistics"] == {"p50": 2}
    assert data("kinds", "p100", Model="a") == [3]


def test_what_cannot_be_answered_is_refused(cloud, window, data):
    client = cloud.aws("cloudwatch")
    with pytest.raises(ClientError, match="no metric math"):
        client.get_metric_data(MetricDataQueries=[{"Id": "q", "Expression": "a / b"}], **window)
    put(cloud, "trimmed", (1, {}))
    with pytest.raises(ClientError, match="the statistic tm90"):
        data("trimmed", "tm90")
    with pytest.raises(ClientError, match="exceeds the limit of 1,440"):
        client.get_metric_statistics(
            Namespace="a",
            MetricName="b",
            Period=60,
            Statistics=["Sum"],
            StartTime=datetime.fromtimestamp(cloud.now() - 86400 * 2, UTC),
            EndTime=window["EndTime"],
        )


def test_metrics_are_listed_once_each(cloud):
    for _ in range(2):
        put(cloud, "listed", (1, {}), (1, {"A": "1", "B": "2"}), (1, {"B": "2", "A": "1"}))
    listed = cloud.aws("cloudwatch").list_metrics(Namespace="listed")["Metrics"]
    assert sorted(len(metric["Dimensions"]) for metric in listed) == [0, 2]
    found = cloud.aws("cloudwatch").list_metrics(Namespace="listed", Dimensions=[{"Name": "A"}])
    assert len(found["Metrics"]) == 1
