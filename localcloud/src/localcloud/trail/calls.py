"""Is a call a management event of CloudTrail's, and does it only read?

After "Understanding CloudTrail events" and "Logging data events" in the CloudTrail user guide.
"""

from __future__ import annotations

import re

_READING = re.compile(
    r"(Get|List|Describe|Head|Query|Scan|BatchGet|Select|Search|Lookup|Simulate|Check|Test|Preview"
    r"|Validate|Estimate|Discover|Filter|Detect|Decode)"
)
_ALSO_READING = {
    "sts": {"AssumeRole"},
    "kms": {"Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "Sign",
            "Verify", "GenerateRandom", "GenerateMac", "VerifyMac", "ReEncrypt"},
}  # fmt: skip
_DATA: dict[str, set[str]] = {
    "s3": {"PutObject", "GetObject", "HeadObject", "DeleteObject", "DeleteObjects", "CopyObject",
           "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload",
           "AbortMultipartUpload", "ListParts", "ListMultipartUploads", "ListObjects",
           "ListObjectsV2", "ListObjectVersions", "ListBucket", "ListBucketVersions",
           "GetObjectAcl", "PutObjectAcl", "GetObjectTagging", "PutObjectTagging",
           "DeleteObjectTagging", "GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold",
           "PutObjectLegalHold", "RestoreObject", "SelectObjectContent", "HeadBucket"},
    "lambda": {"Invoke", "InvokeAsync", "InvokeWithResponseStream"},
    "dynamodb": {"PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem",
                 "BatchWriteItem", "TransactGetItems", "TransactWriteItems", "ExecuteStatement",
                 "BatchExecuteStatement", "ExecuteTransaction", "GetRecords", "GetShardIterator"},
    "sqs": {"SendMessage", "SendMessageBatch", "ReceiveMessage", "DeleteMessage",
            "DeleteMessageBatch", "ChangeMessageVisibility", "ChangeMessageVisibilityBatch"},
    "sns": {"Publish", "PublishBatch"},
    "kinesis": {"PutRecord", "PutRecords", "GetRecords", "GetShardIterator"},
    "events": {"PutEvents"},
    "monitoring": {"PutMetricData", "GetMetricData", "GetMetricStatistics"},
    "logs": {"PutLogEvents", "GetLogEvents", "FilterLogEvents"},
    "sagemaker": {"InvokeEndpoint", "InvokeEndpointAsync", "PutRecord", "GetRecord",
                  "BatchPutMetrics"},
}  # fmt: skip
"""By the service's prefix, what is a data event, or is in no trail at all."""
_VERSIONED = {
    "20150331": {"CreateFunction", "DeleteFunction", "CreateEventSourceMapping",
                 "UpdateEventSourceMapping", "DeleteEventSourceMapping", "PublishVersion",
                 "CreateAlias", "UpdateAlias", "DeleteAlias"},
    "20150331v2": {"UpdateFunctionCode", "UpdateFunctionConfiguration", "AddPermission",
                   "RemovePermission"},
    "20171031": {"PutFunctionConcurrency", "DeleteFunctionConcurrency"},
    "20181031": {"PublishLayerVersion", "DeleteLayerVersion"},
    "20170331v2": {"TagResource", "UntagResource"},
}  # fmt: skip
"""The versions that CloudTrail adds to the names of Lambda's calls."""


def is_data(service: str, operation: str) -> bool:
    """Tell whether a call is none that a trail has without being told so."""
    return operation in _DATA.get(service, ())


def is_reading(service: str, operation: str) -> bool:
    """Tell whether a call changes nothing."""
    return bool(_READING.match(operation)) or operation in _ALSO_READING.get(service, ())


def event_name(service: str, operation: str) -> str:
    """Return CloudTrail's name of a call."""
    if service == "lambda":
        for version, operations in _VERSIONED.items():
            if operation in operations:
                return operation + version
    return operation


def data_events(service: str, names: list[str]) -> list[str]:
    """Return those of the names of events that are data events of the service's."""
    return [name for name in names if is_data(service, name)]
