"""What does a stack inside a stack become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import tags
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    register,
)

_DONE = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}


def _given(properties: Properties) -> Properties:
    parameters = properties.get("Parameters", {})
    return {
        "TemplateURL": properties["TemplateURL"],
        "Capabilities": ["CAPABILITY_NAMED_IAM"],  # acknowledged for the whole family
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": str(value)} for key, value in parameters.items()
        ],
        "Tags": [{"Key": key, "Value": value} for key, value in tags(properties).items()],
    }


def _read(place: Place, stack_id: str) -> Made:
    stack = place.aws("cloudformation").describe_stacks(StackName=stack_id)["Stacks"][0]
    if stack["StackStatus"] not in _DONE:
        raise ValueError(f"Embedded stack {stack_id} was not successfully made: it is "
                         f"{stack['StackStatus']}.")  # fmt: skip
    outputs = {
        f"Outputs.{item['OutputKey']}": item["OutputValue"] for item in stack.get("Outputs", [])
    }
    return Made(stack_id, outputs)


def _create(place: Place, properties: Properties) -> Made:
    stack_id = place.aws("cloudformation").create_stack(
        StackName=place.generated(128), **_given(properties)
    )["StackId"]
    return _read(place, stack_id)


def _update(place: Place, made: Made, _old: Properties, new: Properties) -> Made:
    client = place.aws("cloudformation")
    client.update_stack(StackName=made.physical_id, **_given(new))
    return _read(place, made.physical_id)


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("cloudformation").delete_stack(StackName=made.physical_id)


def install() -> None:
    """Register the nested stack."""
    register(
        ResourceType(
            name="AWS::CloudFormation::Stack",
            attributes=None,
            honours={"TemplateURL": ANY, "Parameters": ANY, "Tags": ANY},
            create=_create,
            update=_update,
            delete=_delete,
        )
    )
