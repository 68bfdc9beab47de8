"""Which requests bring a version into service, and what do they promise?"""

import dataclasses

from factory.catalogue.spec import Serving
from factory.layout.names import TAG_CONFIG, TAG_PACKAGE
from factory.serving import endpoint as requests
from factory.serving.endpoint import Deployment
from factory.serving.rollout import TAG_BEFORE, TAG_FAILED
from tests.factory.gates.test_gates import MODEL
from tests.factory.serving.test_rollout import V2, V3, endpoint

MODELED = dataclasses.replace(
    MODEL, serving=Serving(instances=2, instance_type="ml.c5.large", capture_percent=50)
)
DEPLOYMENT = Deployment(
    model=MODELED,
    package="arn:model-package/mw-dev-churn/2",
    endpoint="mw-dev-churn",
    config=V2,
    container={"Image": "123.dkr/sklearn:1", "Environment": {"A": "b"}, "ModelDataUrl": "s3://w/m"},
    data="s3://approved/models/a.tar.gz",
)


def test_a_model_is_the_approved_bytes_without_a_network():
    request = requests.model_request(DEPLOYMENT, "arn:role")
    assert request == {
        "ModelName": V2,
        "ExecutionRoleArn": "arn:role",
        "EnableNetworkIsolation": True,
        "PrimaryContainer": {
            "Image": "123.dkr/sklearn:1",
            "ModelDataUrl": "s3://approved/models/a.tar.gz",
            "Environment": {"A": "b"},
        },
    }


def test_an_image_is_named_by_its_digest_where_the_registry_knows_one():
    container = {**DEPLOYMENT.container, "ImageDigest": "sha256:abc"}
    pinned = dataclasses.replace(DEPLOYMENT, container=container)
    request = requests.model_request(pinned, "arn:role")
    assert request["PrimaryContainer"]["Image"] == "123.dkr/sklearn@sha256:abc"


def test_a_configuration_has_the_spec_s_instances_and_records_the_spec_s_share():
    request = requests.config_request(DEPLOYMENT, f"s3://captures/captures/{V2}")
    (variant,) = request["ProductionVariants"]
    assert (variant["ModelName"], variant["InitialInstanceCount"]) == (V2, 2)
    assert (variant["VariantName"], variant["InstanceType"]) == ("live", "ml.c5.large")
    capture = request["DataCaptureConfig"]
    assert capture["InitialSamplingPercentage"] == 50
    assert capture["DestinationS3Uri"] == f"s3://captures/captures/{V2}"


def tags(request):
    return {tag["Key"]: tag["Value"] for tag in request["Tags"]}


def test_a_new_endpoint_says_what_it_is_meant_to_serve():
    request = requests.create_request(DEPLOYMENT, failed="")
    assert (request["EndpointName"], request["EndpointConfigName"]) == ("mw-dev-churn", V2)
    assert tags(request) == {
        TAG_CONFIG: V2,
        TAG_PACKAGE: "arn:model-package/mw-dev-churn/2",
        TAG_BEFORE: "never",
    }


def test_an_open_incident_stays_on_a_new_endpoint():
    assert tags(requests.create_request(DEPLOYMENT, failed=V3))[TAG_FAILED] == V3


def test_an_update_goes_by_canary_unless_it_has_served_before():
    def routing(deployment):
        request = requests.update_request(deployment, ["alarm"])
        return request["DeploymentConfig"]["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]

    assert routing(DEPLOYMENT)["Type"] == "CANARY"
    assert routing(dataclasses.replace(DEPLOYMENT, at_once=True))["Type"] == "ALL_AT_ONCE"


def test_an_endpoint_that_another_update_moves_is_tagged_with_that():
    found = endpoint(
        meant=V2, status="Updating", pending=V3, before="11:00", package=DEPLOYMENT.package
    )
    assert requests.on_its_way(found) == {
        TAG_CONFIG: V3,
        TAG_PACKAGE: "arn:model-package/mw-dev-churn/3",
        TAG_BEFORE: "11:00",
    }


def test_probes_go_on_for_as_long_as_an_update_may_take():
    message = requests.first_probe(DEPLOYMENT, 1000.7)
    assert message["until"] - 1000 == 8 * 3600
    assert (message["endpoint"], message["config"], message["turn"]) == ("mw-dev-churn", V2, 0)
    assert 0 < message["pause"] <= 900
