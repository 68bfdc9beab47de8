"""How does a template say which pages of other origins may ask a bucket?"""

from __future__ import annotations

from typing import Any

from localcloud.cloudformation.resource_types import ANY, Properties

_NAMES = {
    "AllowedHeaders": "AllowedHeaders",
    "AllowedMethods": "AllowedMethods",
    "AllowedOrigins": "AllowedOrigins",
    "ExposedHeaders": "ExposeHeaders",
    "Id": "ID",
    "MaxAge": "MaxAgeSeconds",
}
SHAPE: Properties = {"CorsRules": [dict.fromkeys(_NAMES, ANY)]}


def apply(s3: Any, bucket: str, value: Properties) -> None:
    """Give the bucket these rules."""
    rules = [{_NAMES[name]: part for name, part in rule.items()} for rule in value["CorsRules"]]
    for rule in rules:
        if "MaxAgeSeconds" in rule:
            rule["MaxAgeSeconds"] = int(rule["MaxAgeSeconds"])
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": rules})
