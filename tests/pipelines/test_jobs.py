"""Asked in the SDK's own environment: it alone can import what defines a pipeline."""

import pytest

JOB = """
import os
from pipelines.compile import OFFLINE
os.environ.update(OFFLINE)
from factory.training.steps import TRAIN
from pipelines.jobs import Job
sources = {"spec": "s3://a", "train": "s3://b"}
values = {"model": "income"}
"""
MAKE = 'print(Job(step=TRAIN, image="i", code="c", sources=sources, values=values).role)'


def test_a_job_works_as_the_role_of_its_duty(sdk):
    done = sdk("-c", JOB + MAKE)
    assert done.stdout.strip() == "${TrainRoleArn}", done.stderr


@pytest.mark.parametrize("change", ['del sources["spec"]', 'values["reason"] = "x"'])
def test_a_job_that_gets_too_little_or_too_much_is_not_defined(sdk, change):
    done = sdk("-c", f"{JOB}{change}\n{MAKE}")
    assert done.returncode == 1
    assert "ValueError: step 'train' gets " in done.stderr
    assert "and expects model, spec, train; see factory/training/steps.py" in done.stderr
