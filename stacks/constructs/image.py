"""Which container do the jobs and endpoints run in? AWS's own, from the region's registry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Aws, CfnMapping
from constructs import Construct

REGISTRIES = {
    # AWS's accounts for this image, as sagemaker 3.27.0 lists them
    "af-south-1": "510948584623",
    "ap-east-1": "651117190479",
    "ap-northeast-1": "354813040037",
    "ap-northeast-2": "366743142698",
    "ap-northeast-3": "867004704886",
    "ap-south-1": "720646828776",
    "ap-south-2": "628508329040",
    "ap-southeast-1": "121021644041",
    "ap-southeast-2": "783357654285",
    "ap-southeast-3": "951798379941",
    "ap-southeast-4": "106583098589",
    "ca-central-1": "341280168497",
    "ca-west-1": "190319476487",
    "cn-north-1": "450853457545",
    "cn-northwest-1": "451049120500",
    "eu-central-1": "492215442770",
    "eu-central-2": "680994064768",
    "eu-north-1": "662702820516",
    "eu-south-1": "978288397137",
    "eu-south-2": "104374241257",
    "eu-west-1": "141502667606",
    "eu-west-2": "764974769150",
    "eu-west-3": "659782779980",
    "il-central-1": "898809789911",
    "me-central-1": "272398656194",
    "me-south-1": "801668240914",
    "sa-east-1": "737474898029",
    "us-east-1": "683313688378",
    "us-east-2": "257758044811",
    "us-gov-east-1": "237065988967",
    "us-gov-west-1": "414596584902",
    "us-west-1": "746614075791",
    "us-west-2": "246618743249",
}


@dataclass(frozen=True, kw_only=True)
class Container:
    """One of AWS's images."""

    repository: str
    tag: str
    registries: Mapping[str, str]
    """The account that holds it, by region."""


IMAGES = {
    "ScikitLearn": Container(
        repository="sagemaker-scikit-learn",
        tag="1.9-0-cpu-py3",  # Python 3.12, scikit-learn 1.9.0; patched until 2027-07-16
        registries=REGISTRIES,
    ),
}
"""By the name under which a recipe asks for it."""


class Image(Construct):
    """The image called *name* in the region of the deployment; one of IMAGES."""

    def __init__(self, scope: Construct, id_: str, *, name: str) -> None:
        super().__init__(scope, id_)
        container = IMAGES[name]
        accounts = {region: {"Account": a} for region, a in container.registries.items()}
        registries = CfnMapping(self, "Registries", mapping=accounts)
        account = registries.find_in_map(Aws.REGION, "Account")
        registry = f"{account}.dkr.ecr.{Aws.REGION}.{Aws.URL_SUFFIX}"
        self.uri = f"{registry}/{container.repository}:{container.tag}"
        self.repository_arn = (
            f"arn:{Aws.PARTITION}:ecr:{Aws.REGION}:{account}:repository/{container.repository}"
        )
