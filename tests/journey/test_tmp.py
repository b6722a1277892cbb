import pytest
from tests import people
from tests.registry import making
pytestmark=[pytest.mark.django_db(transaction=True)]
def test_x(visitor):
    w=making.workflow(); v=visitor(); v.is_let_in(people.risk())
    v.goes_to("workflow-assess", w.pk)
    print(v.page.get_by_role("main").aria_snapshot()[:3000])
