"""What is in a cloud that a factory could have made?"""


def every(client, operation, key):
    """Return what a listing has on all its pages."""
    pages = client.get_paginator(operation).paginate()
    return [each for page in pages for each in page.get(key, ())]


def inventory(session):
    """Return whatever is in the cloud, by kind, that a factory could have made."""
    s3, sagemaker, logs = session.aws("s3"), session.aws("sagemaker"), session.aws("logs")
    summaries = session.aws("cloudformation").list_stacks()["StackSummaries"]
    rules = session.aws("events")
    buses = [bus["Name"] for bus in rules.list_event_buses()["EventBuses"]]
    aliases = session.aws("kms").list_aliases()["Aliases"]
    aws = {a.get("TargetKeyId") for a in aliases if a["AliasName"].startswith("alias/aws/")}
    keys = [k for k in session.aws("kms").list_keys()["Keys"] if k["KeyId"] not in aws]
    states = [session.aws("kms").describe_key(KeyId=k["KeyId"])["KeyMetadata"] for k in keys]
    return {
        "stacks": {s["StackName"] for s in summaries if s["StackStatus"] != "DELETE_COMPLETE"},
        "buckets": {b["Name"] for b in s3.list_buckets()["Buckets"]},
        "functions": {
            f["FunctionName"] for f in every(session.aws("lambda"), "list_functions", "Functions")
        },
        "queues": set(session.aws("sqs").list_queues().get("QueueUrls", ())),
        "tables": set(session.aws("dynamodb").list_tables()["TableNames"]),
        "topics": {t["TopicArn"] for t in session.aws("sns").list_topics()["Topics"]},
        "rules": {r["Name"] for b in buses for r in rules.list_rules(EventBusName=b)["Rules"]},
        "buses": set(buses),
        "roles": {r["RoleName"] for r in session.aws("iam").list_roles(MaxItems=1000)["Roles"]},
        "policies": {
            p["PolicyName"] for p in session.aws("iam").list_policies(Scope="Local")["Policies"]
        },
        "attached": {
            policy["PolicyName"]
            for user in ("ada", "alan", "grace")
            for policy in session.aws("iam").list_attached_user_policies(UserName=user)[
                "AttachedPolicies"
            ]
        },
        "logs": {g["logGroupName"] for g in every(logs, "describe_log_groups", "logGroups")},
        "alarms": {
            a["AlarmName"]
            for a in every(session.aws("cloudwatch"), "describe_alarms", "MetricAlarms")
        },
        "keys": {k["KeyId"] for k in states if k["KeyState"] == "Enabled"},
        "databases": {d["Name"] for d in session.aws("glue").get_databases()["DatabaseList"]},
        "pipelines": {p["PipelineName"] for p in sagemaker.list_pipelines()["PipelineSummaries"]},
        "groups": {
            g["ModelPackageGroupName"]
            for g in every(sagemaker, "list_model_package_groups", "ModelPackageGroupSummaryList")
        },
        "endpoints": {e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]},
        "configs": {
            c["EndpointConfigName"] for c in sagemaker.list_endpoint_configs()["EndpointConfigs"]
        },
        "models": {m["ModelName"] for m in sagemaker.list_models()["Models"]},
    }
