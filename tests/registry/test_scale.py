"""The demonstration loads, and its copies are whole: what they point to is there, and lists and history agree."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from config.scale import copying, multiplying
from registry.kernel.http.moments import written
from registry.models import SurfaceVersion, User, Workflow
from tests.signing_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def dangling(model: Any) -> dict[str, int]:
    """Column → rows whose target is not there: nothing asked while they were copied."""
    found = {}
    for field in model._meta.concrete_fields:
        if field.related_model is None:
            continue
        table, target = model._meta.db_table, field.related_model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM {table} t LEFT JOIN {target} r ON r.id = t."{field.column}" '
                f'WHERE t."{field.column}" IS NOT NULL AND r.id IS NULL'
            )
            found[field.column] = cursor.fetchone()[0]
    return {column: count for column, count in found.items() if count}


def test_the_demonstration_is_multiplied(monkeypatch: pytest.MonkeyPatch) -> None:
    call_command("load_demo", verbosity=0)
    before, versions = Workflow.objects.count(), SurfaceVersion.objects.count()
    monkeypatch.setattr(multiplying, "STRETCH", 20)
    monkeypatch.setattr(multiplying, "PEOPLE", 3)
    assert list(multiplying.multiply(before + 30)) == [before + 20, before + 30]
    assert list(multiplying.multiply(before + 30)) == []
    assert SurfaceVersion.objects.count() > versions + 30
    for model in (Workflow, *copying.BELOW):
        assert dangling(model) == {}, model
    client = signed_in(User.objects.get(email="risk@demo.holdfast.test"))
    for query in ("", f"&at={written(timezone.now())}"):
        answer = client.get(f"/workflows/?retired=shown&sort=name{query}")
        assert answer.context["page_obj"].paginator.count == before + 30
    earlier = client.get(f"/workflows/?at={written(timezone.now() - timedelta(days=5))}")
    assert 0 < earlier.context["page_obj"].paginator.count < before + 30
