"""Which groups of model packages are there?"""

from __future__ import annotations

from typing import Any

from localcloud import places
from localcloud.places import Place
from localcloud.sagemaker import store
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.store import Record, Shelf

shelf = Shelf(
    "model-package-group", "ModelPackageGroupName", "ModelPackageGroup {arn} does not exist."
)


def policy_of(name: str, _arn: str, account: str, region: str) -> Any:
    """Return the policy that counts for a group or, by its group, for a package."""
    kind, group = f"{name}/".split("/")[:2]
    if kind not in {"model-package-group", "model-package"}:
        return None
    with places.at(Place(account, region)):
        found = (each for key, each in shelf.items() if key.lower() == group)
        return next((each.get("_policy") for each in found), None)


@operation("CreateModelPackageGroup")
def create_group(request: Request) -> Record:
    """Make an empty group."""
    params, name = request.params, request.params["ModelPackageGroupName"]
    record = {
        "ModelPackageGroupName": name,
        "ModelPackageGroupArn": shelf.arn(name),
        "ModelPackageGroupDescription": params.get("ModelPackageGroupDescription"),
        "CreationTime": store.now(),
        "CreatedBy": request.by(),
        "ModelPackageGroupStatus": "Completed",
        "Tags": params.get("Tags") or [],
    }
    shelf.add(name, record)
    return {"ModelPackageGroupArn": record["ModelPackageGroupArn"]}


@operation("DescribeModelPackageGroup")
def describe_group(request: Request) -> Record:
    """Describe a group."""
    return store.answer(shelf.find(request.params["ModelPackageGroupName"]))


@operation("ListModelPackageGroups")
def list_groups(request: Request) -> Record:
    """List groups, newest first unless told otherwise."""
    part = request.params.get("NameContains") or ""
    hidden = {"CreatedBy"}
    return store.page(
        [each for name, each in shelf.items() if part in name],
        request.params,
        result="ModelPackageGroupSummaryList",
        show=lambda each: {k: v for k, v in store.answer(each).items() if k not in hidden},
        by={"Name": "ModelPackageGroupName"},
    )


@operation("PutModelPackageGroupPolicy")
def put_policy(request: Request) -> Record:
    """Keep a group's resource policy, which admits other accounts to it and to its packages."""
    record = shelf.find(request.params["ModelPackageGroupName"])
    record["_policy"] = request.params["ResourcePolicy"]
    return {"ModelPackageGroupArn": record["ModelPackageGroupArn"]}


@operation("GetModelPackageGroupPolicy")
def get_policy(request: Request) -> Record:
    """Return a group's resource policy."""
    record = shelf.find(request.params["ModelPackageGroupName"])
    if "_policy" not in record:
        raise invalid(f"Cannot find resource policy for: {record['ModelPackageGroupArn']}")
    return {"ResourcePolicy": record["_policy"]}


@operation("DeleteModelPackageGroupPolicy")
def delete_policy(request: Request) -> Record:
    """Forget a group's resource policy."""
    shelf.find(request.params["ModelPackageGroupName"]).pop("_policy", None)
    return {}
