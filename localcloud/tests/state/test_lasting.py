"""The state is written unasked and at every kind of end, and costs what has changed."""

from __future__ import annotations

import signal
import urllib.request

import pytest

from localcloud import process
from localcloud.client import CloudError
from localcloud.state.gate import Gate
from tests.state.clouds import served, snapshot_of
from tests.waiting import until

S3 = "backend s3 123456789012 aws"
SSM = "backend ssm 123456789012 us-east-1"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "state"


@pytest.fixture
def log(tmp_path):
    return tmp_path / "log"


def part(folder, name):
    return (snapshot_of(folder) or {"parts": {}})["parts"].get(name)


def test_a_quiet_second_is_enough(folder, log):
    with served(folder, log) as cloud:
        cloud.client.aws("s3").create_bucket(Bucket="kept")
        until(lambda: part(folder, S3))
    with served(folder, log) as cloud:
        assert cloud.client.aws("s3").list_buckets()["Buckets"][0]["Name"] == "kept"


def test_a_snapshot_comes_though_there_is_never_a_quiet_second(folder, log):
    with served(folder, log) as cloud:
        s3 = cloud.client.aws("s3")
        s3.create_bucket(Bucket="kept")

        def busy():
            s3.put_object(Bucket="kept", Key="k", Body=b"x")
            return part(folder, S3)

        until(busy)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_by_signal_writes_what_there_is(folder, log, number):
    with served(folder, log) as cloud:
        cloud.client.aws("s3").create_bucket(Bucket="kept")
        assert cloud.end(number) == 0
    with served(folder, log) as cloud:
        assert cloud.client.aws("s3").list_buckets()["Buckets"][0]["Name"] == "kept"


def test_a_ticking_clock_goes_on_ticking_as_far_ahead(folder, log):
    with served(folder, log) as cloud:
        cloud.client.advance(1_000_000)
        before = cloud.client.now()
        cloud.client.save()
    with served(folder, log) as cloud:
        assert before < cloud.client.now() < before + 1000


def test_what_has_not_changed_is_not_written_again(folder, log):
    with served(folder, log) as cloud:
        s3, ssm = cloud.client.aws("s3"), cloud.client.aws("ssm")
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="k", Body=b"x")
        ssm.put_parameter(Name="p", Value="1", Type="String")
        cloud.client.save()
        first = snapshot_of(folder)
        files = {path: path.stat().st_mtime_ns for path in (folder / "parts").iterdir()}
        objects = list((folder / "objects").iterdir())
        cloud.client.save()
        assert snapshot_of(folder) == first
        ssm.put_parameter(Name="p", Value="2", Type="String", Overwrite=True)
        cloud.client.save()
        second = snapshot_of(folder)
        changed = {
            name for name in second["parts"] if second["parts"][name] != first["parts"][name]
        }
        assert changed == {SSM}
        assert all(path.stat().st_mtime_ns == time for path, time in files.items() if path.exists())
        assert list((folder / "objects").iterdir()) == objects


def test_files_of_objects_go_when_no_snapshot_can_name_them(folder, log):
    with served(folder, log) as cloud:
        s3 = cloud.client.aws("s3")
        s3.create_bucket(Bucket="kept")
        for body in (b"1", b"2", b"3", b"4"):
            s3.put_object(Bucket="kept", Key="k", Body=body)
            cloud.client.save()
        assert len(list((folder / "objects").iterdir())) == 2
        (folder / "objects" / ("0" * 32)).write_bytes(b"left by a killed cloud")
    with served(folder, log) as cloud:
        s3 = cloud.client.aws("s3")
        for body in (b"5", b"6", b"7"):
            s3.put_object(Bucket="kept", Key="k", Body=body)
            cloud.client.save()
        assert len(list((folder / "objects").iterdir())) == 2
        assert s3.get_object(Bucket="kept", Key="k")["Body"].read() == b"7"


def test_a_reset_empties_the_state_too(folder, log):
    with served(folder, log) as cloud:
        cloud.client.aws("s3").create_bucket(Bucket="gone")
        cloud.client.aws("s3").put_object(Bucket="gone", Key="k", Body=b"x")
        cloud.client.aws("sagemaker").create_model_package_group(ModelPackageGroupName="gone")
        cloud.client.save()
        request = urllib.request.Request(f"{cloud.client.endpoint}/moto-api/reset", method="POST")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200
        cloud.client.save()
    with served(folder, log) as cloud:
        assert cloud.client.aws("s3").list_buckets()["Buckets"] == []
        groups = cloud.client.aws("sagemaker").list_model_package_groups()
        assert groups["ModelPackageGroupSummaryList"] == []
        cloud.client.aws("s3").create_bucket(Bucket="gone")


def test_a_call_by_get_that_changes_something_counts(folder, log):
    with served(folder, log) as cloud:
        scope = "Credential=testing/20260101/us-east-1/sns/aws4_request"
        request = urllib.request.Request(
            f"{cloud.client.endpoint}/?Action=CreateTopic&Name=t&Version=2010-03-31",
            headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200
        until(lambda: part(folder, "backend sns 123456789012 us-east-1"))
    with served(folder, log) as cloud:
        assert len(cloud.client.aws("sns").list_topics()["Topics"]) == 1


def test_a_program_can_name_the_folder(folder):
    with process.start(state=folder) as cloud:
        cloud.aws("s3").create_bucket(Bucket="kept")
    with process.start(state=folder) as cloud:
        assert cloud.aws("s3").list_buckets()["Buckets"][0]["Name"] == "kept"


def test_a_cloud_without_a_folder_says_so(cloud):
    with pytest.raises(CloudError, match="serve it with --state DIR"):
        cloud.save()


@pytest.mark.parametrize(("idle", "more"), [(True, 0), (False, 2)])
def test_who_polls_for_messages_does_not_keep_the_cloud_from_being_quiet(idle, more):
    gate = Gate()
    with gate.entered():
        before = gate.entries
        with gate.aside(idle=idle):
            assert not gate.busy
        assert gate.busy
        assert gate.entries - before == more
