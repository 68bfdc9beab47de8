"""AWS says (Caching pipeline steps) / we say."""

from __future__ import annotations

import pytest

from localcloud.sagemaker.caching import Runs, lifetime, signature
from localcloud.sagemaker.expressions import PipelineError
from localcloud.sagemaker.outcomes import Done

DAY = 86_400


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("P30D", 30 * DAY),
        ("PT1H", 3600),
        ("30d", 30 * DAY),
        ("5y", 5 * 365 * DAY),
        ("T16m", 16 * 60),
        ("30dT5h", 30 * DAY + 5 * 3600),
        ("P1M", 30 * DAY),
        ("P2W", 14 * DAY),
    ],
)
def test_a_duration_is_read_as_iso_8601_or_as_awss_examples_write_it(text, seconds):
    assert lifetime({"Enabled": True, "ExpireAfter": text}, "Training", "Step A") == seconds


@pytest.mark.parametrize("config", [None, {}, {"Enabled": False, "ExpireAfter": "P1D"}])
def test_caching_is_off_unless_it_is_turned_on(config):
    assert lifetime(config, "Processing", "Step A") is None


@pytest.mark.parametrize(
    ("config", "kind", "named"),
    [
        ({"Enabled": True}, "Training", "needs ExpireAfter"),
        ({"Enabled": True, "ExpireAfter": "soon"}, "Training", "'soon'"),
        ({"Enabled": True, "ExpireAfter": "P"}, "Training", "'P'"),
        ({"Enabled": True, "ExpireAfter": "P1DT"}, "Training", "'P1DT'"),
        ({"Enabled": True, "ExpireAfter": "PT10S"}, "Training", "'PT10S'"),
        ({"Enabled": "yes", "ExpireAfter": "P1D"}, "Training", "neither true nor false"),
        ({"Enabled": True, "ExpireAfter": "P1D"}, "RegisterModel", "RegisterModel is never cached"),
        ({"Enabled": True, "ExpireAfter": "P1D"}, "Fail", "Fail is never cached"),
    ],
)
def test_a_cache_that_aws_would_not_take_is_refused_by_name(config, kind, named):
    with pytest.raises(PipelineError, match=named):
        lifetime(config, kind, "Step A")


PROCESSING = {
    "AppSpecification": {"ImageUri": "image", "ContainerArguments": ["a"]},
    "Environment": {"X": "1"},
    "ProcessingInputs": [{"InputName": "raw", "S3Input": {"S3Uri": "s3://b/1"}}],
    "ProcessingOutputConfig": {"Outputs": [{"OutputName": "o", "S3Output": {"S3Uri": "s3://o/1"}}]},
    "ProcessingResources": {"ClusterConfig": {"InstanceType": "ml.m5.large"}},
    "RoleArn": "role",
}
TRAINING = {
    "AlgorithmSpecification": {"TrainingImage": "image"},
    "HyperParameters": {"scale": "2"},
    "InputDataConfig": [{"ChannelName": "train"}],
    "OutputDataConfig": {"S3OutputPath": "s3://o"},
    "ResourceConfig": {"InstanceType": "ml.m5.large"},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}


@pytest.mark.parametrize(
    ("kind", "arguments", "key", "counts"),
    [
        ("Processing", PROCESSING, "AppSpecification", True),
        ("Processing", PROCESSING, "Environment", True),
        ("Processing", PROCESSING, "ProcessingInputs", True),
        ("Processing", PROCESSING, "ProcessingOutputConfig", False),
        ("Processing", PROCESSING, "ProcessingResources", False),
        ("Processing", PROCESSING, "RoleArn", False),
        ("Training", TRAINING, "AlgorithmSpecification", True),
        ("Training", TRAINING, "HyperParameters", True),
        ("Training", TRAINING, "InputDataConfig", True),
        ("Training", TRAINING, "OutputDataConfig", False),
        ("Training", TRAINING, "ResourceConfig", False),
        ("Training", TRAINING, "StoppingCondition", False),
    ],
)
def test_the_documented_attributes_count_and_no_others(kind, arguments, key, counts):
    changed = {**arguments, key: ["another"]}
    assert (signature("A", kind, arguments) != signature("A", kind, changed)) is counts


def test_another_step_is_another_signature():
    assert signature("A", "Training", TRAINING) != signature("B", "Training", TRAINING)


def test_the_latest_run_is_used_until_it_is_too_old():
    runs = Runs()
    runs.remember("s", Done({"N": 1}), "arn:1", now=100)
    runs.remember("s", Done({"N": 2}), "arn:2", now=200)
    assert runs.find("s", 60, now=260) == Done({"N": 2}, source="arn:2")
    assert runs.find("s", 60, now=261) is None
    assert runs.find("other", 60, now=200) is None
