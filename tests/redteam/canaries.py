"""Where may a canary sing? Everything that people read who may see no data, searched whole."""

import json

from tests.life import people


def heard(session, *canaries):
    """Return the places that hold one of *canaries*: the ledger, incidents, mails and so on."""
    return {
        place: found
        for place, told in _places(session).items()
        if (found := [canary for canary in canaries if canary in told])
    }


def _places(session):
    return {
        "the ledger": _text(session.events()),
        "the ledger's bytes": _bucket(session.aws("s3"), session.output("LedgerBucket")),
        "incidents": _text(_incidents(session)),
        "what functions answered": _text([i["answer"] for i in session.cloud.invocations()]),
        "mails": _text(session.cloud.mailbox()),
        "the registry": _text(list(_packages(session))),
        "findings": _bucket(session.aws("s3"), session.output("FindingsBucket")),
        "evidence, as a builder reads it": _evidence(session),
        "runs, as a builder sees them": _text(list(_runs(session))),
    }


def _text(value):
    return json.dumps(value, ensure_ascii=False, default=str)


def _bucket(s3, bucket, admitted=lambda _: True):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [o["Key"] for page in pages for o in page.get("Contents", [])]
    bodies = [s3.get_object(Bucket=bucket, Key=k)["Body"].read() for k in keys if admitted(k)]
    return "\n".join([*keys, *(body.decode(errors="replace") for body in bodies)])


def _incidents(session):
    return session.aws("dynamodb").scan(TableName=session.output("IncidentsTable"))["Items"]


def _packages(session):
    sagemaker = session.aws("sagemaker")
    pages = sagemaker.get_paginator("list_model_package_groups").paginate()
    for group in (each for page in pages for each in page["ModelPackageGroupSummaryList"]):
        name = group["ModelPackageGroupName"]
        listed = sagemaker.list_model_packages(ModelPackageGroupName=name)
        for package in listed["ModelPackageSummaryList"]:
            yield sagemaker.describe_model_package(ModelPackageName=package["ModelPackageArn"])


def _evidence(session):
    """Return all of the evidence that ada may read; the rest is denied to her."""
    s3 = people.in_role(session, "ada", "Builder").client("s3")
    told = ("/evidence.json", "/verdicts.json", "/card.json", "/serving.diff")
    bucket = session.output("EvidenceBucket")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    for key in (o["Key"] for page in pages for o in page.get("Contents", [])):
        if not key.endswith(told):
            people.denied(s3.get_object, Bucket=bucket, Key=key)
    return _bucket(s3, bucket, lambda key: key.endswith(told))


def _runs(session):
    sagemaker = people.in_role(session, "ada", "Builder").client("sagemaker")
    listed = sagemaker.list_pipeline_executions(PipelineName="modelworks-dev-boosting")
    for arn in (e["PipelineExecutionArn"] for e in listed["PipelineExecutionSummaries"]):
        people.denied(sagemaker.list_pipeline_execution_steps, PipelineExecutionArn=arn)
        yield sagemaker.describe_pipeline_execution(PipelineExecutionArn=arn)
        yield sagemaker.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
