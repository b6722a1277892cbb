"""Who acts, why and whence: carried through a unit of work and written into every history row."""

import pytest

from registry.kernel.audit.context import Origin, acting, attribute_to, current
from registry.models import Vendor


def test_an_inner_block_keeps_what_it_does_not_say() -> None:
    with acting(user_id=7, origin=Origin.IMPORT, unit_id="run-1"), acting(reason="Row 12"):
        assert (current().user_id, current().origin, current().reason, current().unit_id) == (
            7, "IMPORT", "Row 12", "run-1",
        )  # fmt: skip


def test_after_the_block_everything_is_as_before() -> None:
    before = current()
    with pytest.raises(RuntimeError, match="stop"), acting(user_id=7):
        raise RuntimeError("stop")
    assert current() == before


def test_a_person_named_late_counts_until_the_block_ends() -> None:
    with acting(origin=Origin.API):
        attribute_to(9)
        assert current().user_id == 9
    assert current().user_id is None


@pytest.mark.django_db
def test_a_saved_record_says_who_why_and_whence() -> None:
    with acting(user_id=7, origin=Origin.PAGE, reason="Contract signed", unit_id="abc"):
        vendor = Vendor.objects.create(name="Acme")
    row = vendor.history.get()
    assert (row.history_user_id, row.history_origin, row.history_change_reason, row.history_unit_id) == (
        7, "PAGE", "Contract signed", "abc",
    )  # fmt: skip


@pytest.mark.django_db
def test_outside_any_block_the_source_is_recorded_as_unknown() -> None:
    row = Vendor.objects.create(name="Acme").history.get()
    assert (row.history_user_id, row.history_origin) == (None, "UNKNOWN")
