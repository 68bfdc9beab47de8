"""Which ways through the functions are walked?"""

from tests.lambdas.faults.scenes import (
    deployed,
    learning,
    promotion,
    reconciling,
    serving,
    telling,
)

ALL = (
    *telling.SCENES,
    *learning.SCENES,
    *serving.SCENES,
    *promotion.SCENES,
    *reconciling.SCENES,
    *deployed.SCENES,
)
