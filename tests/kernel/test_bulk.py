"""Writing many rows at once leaves the history that single saves leave."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError

from registry.kernel.audit.bulk import create_many, delete_many, update_many
from registry.kernel.audit.context import acting
from registry.models import AuditEntry, BusinessUnit, Vendor, Workflow

pytestmark = pytest.mark.django_db

NAMES = ("Acme", "Borealis", "Cobalt")


def left_by(label: str) -> list[tuple[Any, ...]]:
    """History of all vendors without numbers and times, in order."""
    rows = Vendor.history.filter(history_change_reason=label).order_by("name", "history_id")
    return [
        (row.name, row.website, row.history_type, row.history_user_id, row.history_origin, row.history_unit_id)
        for row in rows
    ]


def one_by_one() -> None:
    vendors = [Vendor(name=name) for name in NAMES]
    for vendor in vendors:
        vendor.save()
    for vendor in vendors:
        vendor.website = f"https://{vendor.name.lower()}.example"
        vendor.save()
    for vendor in vendors:
        vendor.delete()


def all_at_once() -> None:
    vendors = create_many([Vendor(name=name) for name in NAMES])
    for vendor in vendors:
        vendor.website = f"https://{vendor.name.lower()}.example"
    update_many(vendors, ["website"])
    delete_many(vendors)


def test_many_at_once_leave_the_same_history_as_one_by_one() -> None:
    for label, write in (("singly", one_by_one), ("in bulk", all_at_once)):
        with acting(user_id=7, origin="IMPORT", reason=label, unit_id="run-1"):
            write()
    assert left_by("in bulk") == left_by("singly")
    assert len(left_by("in bulk")) == 9


def test_every_row_is_in_the_site_wide_index_too() -> None:
    with acting(reason="in bulk"):
        all_at_once()
    listed = AuditEntry.objects.filter(reason="in bulk", object_type="registry.vendor")
    assert sorted(listed.values_list("kind", flat=True)) == ["+"] * 3 + ["-"] * 3 + ["~"] * 3


def test_when_one_row_is_refused_nothing_is_written_at_all() -> None:
    Vendor.objects.create(name="Acme")
    before = AuditEntry.objects.count()
    with pytest.raises(DatabaseError):
        create_many([Vendor(name="Zinc"), Vendor(name="Acme")])
    assert not Vendor.objects.filter(name="Zinc").exists()
    assert AuditEntry.objects.count() == before


def test_nothing_to_write_is_no_error() -> None:
    update_many([], ["name"])
    delete_many([])
    assert create_many([]) == []


def test_what_is_too_long_is_refused_and_not_cut_off() -> None:
    (vendor,) = create_many([Vendor(name="Acme")])
    vendor.name = "x" * 1000
    with pytest.raises(DatabaseError, match="too long"):
        update_many([vendor], ["name"])


def test_many_are_updated_in_one_statement_whatever_their_columns(django_assert_num_queries: Any) -> None:
    """Texts, lists, documents, days, moments, people and nothing."""
    unit = BusinessUnit.objects.create(name="Claims")
    made = [Workflow.objects.create(slug=f"w{n}", name=f"W{n}", purpose="Sorts.") for n in range(3)]
    for n, row in enumerate(made):
        row.topic, row.tags, row.custom = f"It's {n} %s", [f"a,{n}", 'b"'], {"n": n, "of": [None, "x"]}
        row.next_review_date = date(2027, 1, n + 1) if n else None
        row.business_unit = unit if n == 2 else None
    with django_assert_num_queries(4):  # transaction, rows, history
        update_many(made, ["topic", "tags", "custom", "next_review_date", "business_unit"])
    for row in made:
        kept = Workflow.objects.get(pk=row.pk)
        told = Workflow.history.filter(id=row.pk).latest("history_id")
        for name in ("topic", "tags", "custom", "next_review_date", "business_unit_id"):
            assert getattr(kept, name) == getattr(row, name) == getattr(told, name)
