"""Which requests bring a version into service, and what do they promise?"""

import dataclasses

from factory.catalogue.spec import Serving
from factory.layout.names import TAG_MODEL
from factory.serving import endpoint as requests
from factory.serving.endpoint import Deployment
from factory.serving.intent import Aim
from tests.factory.gates.test_gates import MODEL
from tests.factory.serving.test_rollout import V1, V2, endpoint

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
    request = requests.model_request(DEPLOYMENT, "arn:role", {})
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


def test_a_model_is_in_the_network_that_was_given_and_still_sees_none():
    network = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1", "subnet-2"]}
    request = requests.model_request(DEPLOYMENT, "arn:role", network)
    assert request["VpcConfig"] == network
    assert request["EnableNetworkIsolation"] is True
    without = requests.model_request(DEPLOYMENT, "arn:role", {})
    assert without == {k: v for k, v in request.items() if k != "VpcConfig"}


def test_an_image_is_named_by_its_digest_where_the_registry_knows_one():
    container = {**DEPLOYMENT.container, "ImageDigest": "sha256:abc"}
    pinned = dataclasses.replace(DEPLOYMENT, container=container)
    request = requests.model_request(pinned, "arn:role", {})
    assert request["PrimaryContainer"]["Image"] == "123.dkr/sklearn@sha256:abc"


def test_a_configuration_has_the_spec_s_instances_and_records_the_spec_s_share():
    request = requests.config_request(DEPLOYMENT, f"s3://captures/captures/{V2}", "arn:key")
    (variant,) = request["ProductionVariants"]
    assert (variant["ModelName"], variant["InitialInstanceCount"]) == (V2, 2)
    assert (variant["VariantName"], variant["InstanceType"]) == ("live", "ml.c5.large")
    capture = request["DataCaptureConfig"]
    assert capture["InitialSamplingPercentage"] == 50
    assert capture["DestinationS3Uri"] == f"s3://captures/captures/{V2}"
    assert (request["KmsKeyId"], capture["KmsKeyId"]) == ("arn:key", "arn:key")


def tags(request):
    return {tag["Key"]: tag["Value"] for tag in request["Tags"]}


def test_a_new_endpoint_says_of_which_model_it_is():
    request = requests.create_request(DEPLOYMENT)
    assert (request["EndpointName"], request["EndpointConfigName"]) == ("mw-dev-churn", V2)
    assert request["Tags"] == [{"Key": TAG_MODEL, "Value": "churn"}]


def test_an_update_goes_by_canary_unless_it_has_served_before():
    def routing(deployment):
        request = requests.update_request(deployment, ["alarm"])
        return request["DeploymentConfig"]["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]

    assert routing(DEPLOYMENT)["Type"] == "CANARY"
    assert routing(dataclasses.replace(DEPLOYMENT, at_once=True))["Type"] == "ALL_AT_ONCE"


def test_what_is_meant_says_from_where_an_endpoint_was_to_move():
    package = DEPLOYMENT.package
    made = Aim(config=V2, package=package, before="never")
    assert requests.aim(DEPLOYMENT, None) == made
    moved = Aim(config=V2, package=package, before="11:00", serves=V1)
    assert requests.aim(DEPLOYMENT, endpoint()) == moved


def test_probes_go_on_for_as_long_as_an_update_may_take():
    message = requests.first_probe(DEPLOYMENT, 1000.7)
    assert message["until"] - 1000 == 8 * 3600
    assert (message["endpoint"], message["config"], message["turn"]) == ("mw-dev-churn", V2, 0)
    assert 0 < message["pause"] <= 900
