"""Very many rows at once are the same rows, with the same history, guards and refusals, as few."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.utils import timezone

from registry.kernel.audit.bulk import create_many
from registry.kernel.audit.context import acting
from registry.kernel.audit.inserting import WORTH_IT, insert_all
from registry.models import ChangeSet, ImportRow, Workflow
from registry.models.workflow_words import Stage
from tests import people

pytestmark = pytest.mark.django_db
ODD = "t\t n\n b\\s \\N “q” NULL ,{}"


def made(count: int, **fields: object) -> list[Workflow]:
    given = {"stage": Stage.PILOT, "tags": ["a,b", 'c"d', ODD], "purpose": ODD, **fields}
    return [Workflow(slug=f"many-{n}", name=f"Many {n} {ODD}", **given) for n in range(count)]


@pytest.mark.parametrize("count", [WORTH_IT - 1, WORTH_IT])
def test_rows_and_history_say_what_was_given(count: int) -> None:
    with acting(user_id=people.risk().pk, reason="Many"):
        rows = create_many(made(count))
    connection.check_constraints()
    assert [row.pk for row in rows] == list(Workflow.objects.order_by("pk").values_list("pk", flat=True))
    stored = Workflow.objects.get(slug="many-7")
    assert (stored.name, stored.purpose, stored.tags) == (f"Many 7 {ODD}", ODD, ["a,b", 'c"d', ODD])
    assert (stored.stage, stored.next_review_date) == ("PILOT", None)
    entry = stored.history.get()
    assert (entry.history_type, entry.history_change_reason, entry.name) == ("+", "Many", stored.name)
    assert not rows[0]._state.adding
    rows[0].name = "Another"
    rows[0].save()
    assert rows[0].history.count() == 2


def test_what_the_table_refuses_is_refused_alike() -> None:
    rows = made(WORTH_IT)
    rows[-1].slug = rows[0].slug
    with pytest.raises(IntegrityError), transaction.atomic():
        create_many(rows)
    assert not Workflow.objects.exists()


@pytest.fixture
def owner() -> ChangeSet:
    at = timezone.now()
    known = {"title": "Many", "reason": "Tried", "status": "APPLIED", "applied_at": at, "applied_by": people.risk()}
    return ChangeSet.objects.create(kind="EDIT", asked_by=people.risk(), asked_at=at, **known)


def lines(owner: ChangeSet) -> list[ImportRow]:
    return [ImportRow(change_set=owner, row_number=n, original={"a": ODD}, outcome="CREATED") for n in range(WORTH_IT)]


def test_rows_without_history_need_no_keys(owner: ChangeSet) -> None:
    insert_all(lines(owner), with_keys=False)
    assert ImportRow.objects.filter(original__a=ODD).count() == WORTH_IT


def test_an_expression_is_inserted_as_usual(owner: ChangeSet) -> None:
    rows = lines(owner)
    rows[0].record_name = Value("By expression")
    insert_all(rows)
    assert ImportRow.objects.get(row_number=0).record_name == "By expression"
