from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from registry.models import Notice
from reviews.models import ChaseStep
from reviews.services.chasing import chase
from tests import shipped
from tests.reviews import making

pytestmark = pytest.mark.django_db(transaction=True)


def test_sweeps_at_the_same_moment_share_the_work_and_take_each_step_once() -> None:
    shipped.restore()
    for _item in range(40):
        making.action(due_in=7)
    together = Barrier(4)

    def sweep() -> int:
        try:
            together.wait()
            return chase(at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        taken = [future.result() for future in [pool.submit(sweep) for _sweep in range(4)]]
    assert (sum(taken), ChaseStep.objects.count(), Notice.objects.count()) == (40, 40, 40)
