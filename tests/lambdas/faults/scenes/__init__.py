"""Which ways through the functions are walked?"""

from tests.lambdas.faults.scenes import learning, promotion, serving, telling

ALL = (*telling.SCENES, *learning.SCENES, *serving.SCENES, *promotion.SCENES)
