"""What the template of `cdk bootstrap` and older templates are written with."""

from __future__ import annotations

import json

import pytest

OWNED = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
EXPIRE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 365,
            },
            "action": {"type": "expire"},
        }
    ]
}


def resource(name, **properties):
    return {"Type": f"AWS::{name}", "Properties": properties}


def readers(cloud, bucket):
    grants = cloud.aws("s3").get_bucket_acl(Bucket=bucket)["Grants"]
    return [grant["Grantee"].get("URI") for grant in grants if grant["Permission"] == "READ"]


def test_a_buckets_access_control_comes_and_goes(cloud, build):
    opened = {"AccessControl": "PublicRead", "OwnershipControls": OWNED}
    stack = build({"Bucket": resource("S3::Bucket", **opened)})
    assert readers(cloud, stack["Bucket"]) == ["http://acs.amazonaws.com/groups/global/AllUsers"]
    stack.update({"Bucket": resource("S3::Bucket", OwnershipControls=OWNED)})
    assert readers(cloud, stack["Bucket"]) == []


def test_access_control_needs_an_owner_who_lets_it_count(build):
    stack = build({"Bucket": resource("S3::Bucket", AccessControl="PublicRead")})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("cannot have ACLs set" in reason for reason in stack.reasons())
    private = build({"Bucket": resource("S3::Bucket", AccessControl="Private")})
    assert private.status == "CREATE_COMPLETE"


def a_repository(**properties):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "ecr:BatchGetImage",
    }
    return resource(
        "ECR::Repository",
        RepositoryName="images",
        RepositoryPolicyText={"Version": "2012-10-17", "Statement": [statement]},
        **properties,
    )


def test_a_repository_has_every_setting_of_its_template(cloud, build):
    full = a_repository(
        ImageTagMutability="IMMUTABLE",
        ImageScanningConfiguration={"ScanOnPush": True},
        LifecyclePolicy={"LifecyclePolicyText": json.dumps(EXPIRE)},
        Tags=[{"Key": "stage", "Value": "dev"}],
    )
    outputs = {"Uri": {"Value": {"Fn::GetAtt": "Repository.RepositoryUri"}}}
    stack = build({"Repository": full}, Outputs=outputs)
    ecr = cloud.aws("ecr")
    (found,) = ecr.describe_repositories(repositoryNames=["images"])["repositories"]
    assert found["imageTagMutability"] == "IMMUTABLE"
    assert found["imageScanningConfiguration"] == {"scanOnPush": True}
    assert stack.outputs["Uri"] == found["repositoryUri"]
    kept = ecr.get_lifecycle_policy(repositoryName="images")["lifecyclePolicyText"]
    assert json.loads(kept) == EXPIRE
    tags = ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
    assert {"Key": "stage", "Value": "dev"} in tags

    stack.update({"Repository": a_repository()}, Outputs=outputs)
    (found,) = ecr.describe_repositories(repositoryNames=["images"])["repositories"]
    assert found["imageTagMutability"] == "MUTABLE"
    with pytest.raises(ecr.exceptions.LifecyclePolicyNotFoundException):
        ecr.get_lifecycle_policy(repositoryName="images")
    tags = ecr.list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
    assert "stage" not in [tag["Key"] for tag in tags]
    assert stack.delete().status == "DELETE_COMPLETE"


def test_no_value_in_a_list_is_no_element(cloud, build):
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
            {"Ref": "AWS::NoValue"},
        ],
    }
    stack = build({"Role": resource("IAM::Role", AssumeRolePolicyDocument=trust)})
    role = cloud.aws("iam").get_role(RoleName=stack["Role"])["Role"]
    assert len(role["AssumeRolePolicyDocument"]["Statement"]) == 1


def test_an_attribute_may_be_named_in_every_way_aws_takes(cloud, build):
    inner = {"Resources": {"Queue": resource("SQS::Queue")}, "Outputs": {"Said": {"Value": "so"}}}
    s3 = cloud.aws("s3")
    s3.create_bucket(Bucket="inner-templates")
    s3.put_object(Bucket="inner-templates", Key="inner.json", Body=json.dumps(inner).encode())
    url = f"{cloud.endpoint}/inner-templates/inner.json"
    written = {
        "Listed": {"Fn::GetAtt": ["Inner", "Outputs.Said"]},
        "Dotted": {"Fn::GetAtt": "Inner.Outputs.Said"},
        "Within": {"Fn::Sub": "${Inner.Outputs.Said}"},
    }
    stack = build(
        {"Inner": resource("CloudFormation::Stack", TemplateURL=url)},
        Outputs={name: {"Value": value} for name, value in written.items()},
    )
    assert stack.outputs == dict.fromkeys(written, "so")
