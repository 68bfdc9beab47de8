"""Which events does AWS send by itself, that functions of the factory act on?"""

ENDPOINT_CHANGED = "SageMaker Endpoint State Change"
PACKAGE_CHANGED = "SageMaker Model Package State Change"
API_CALL = "AWS API Call via CloudTrail"
