"""Does AWS's own serving toolkit serve a model whose library its image lacks, without a network?"""

import pytest

from tests.pipelines.toolkit import container, jobs
from tests.pipelines.toolkit.container import Container


@pytest.fixture(scope="module")
def endpoint(boosted):
    archive = boosted.home / "artifact" / "model.tar.gz"
    told = jobs.registered()["Environment"]
    with container.running(Container(environment=told).extract(archive)) as found:
        yield found.await_ping()


def test_the_image_lacks_the_library():
    container.demand()
    assert not list(container.TOOLKIT.glob("lib/python*/site-packages/lightgbm*"))


def test_a_row_is_answered_by_the_model_that_needs_it(endpoint):
    headers = {"Content-Type": "text/csv", "Accept": "text/csv"}
    answer = endpoint.ask(body=b"40.5,3,pro,n,true", headers=headers)
    assert answer.status == 200
    score, selected, label = answer.body.decode().strip().split(",")
    assert 0 < float(score) < 1
    assert (selected, label) in {("1", "true"), ("0", "false")}
