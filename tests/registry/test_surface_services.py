"""Surfaces, versions and the known-good mark."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Surface
from registry.services import surfaces
from tests import people
from tests.registry import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def model() -> Surface:
    return making.surface(making.workflow())


def test_the_version_in_use_since_the_latest_moment_is_current_in_whatever_order_typed(model: Surface) -> None:
    now = timezone.now()
    making.version(model, "2", changed_at=now - timedelta(days=1))
    making.version(model, "1", changed_at=now - timedelta(days=9))
    model.refresh_from_db()
    assert model.current is not None
    assert model.current.label == "2"


def test_a_label_is_recorded_once(model: Surface) -> None:
    making.version(model, "1")
    with pytest.raises(ValidationError, match="never edited"):
        making.version(model, " 1 ")


@pytest.mark.parametrize("moment", [datetime(1066, 10, 14, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)])
def test_impossible_times_are_refused(model: Surface, moment: datetime) -> None:
    with pytest.raises(ValidationError) as refused:
        making.version(model, "1", changed_at=moment)
    assert list(refused.value.error_dict) == ["changed_at"]


def test_a_link_that_is_no_web_address_is_refused(model: Surface) -> None:
    with pytest.raises(ValidationError):
        making.version(model, "1", source_url="javascript:alert(1)")


def test_a_surface_of_one_kind_and_name_exists_once(model: Surface) -> None:
    with pytest.raises(ValidationError, match="already"):
        making.surface(model.workflow)


def test_the_known_good_mark_says_who_and_how(model: Surface) -> None:
    version = making.version(model, "1")
    marked = surfaces.mark_known_good(version, by=people.owner(), at=timezone.now(), note="Two quiet weeks")
    model.refresh_from_db()
    assert model.is_at_known_good
    assert (marked.known_good_by, marked.known_good_note) == (people.owner(), "Two quiet weeks")


def test_the_mark_needs_a_proof(model: Surface) -> None:
    with pytest.raises(ValidationError, match="how it was proven"):
        surfaces.mark_known_good(making.version(model, "1"), by=people.owner(), at=timezone.now(), note=" ")


def test_a_deputy_records_but_does_not_mark(model: Surface) -> None:
    deputy = people.owner("Dora Deputy")
    model.workflow.deputy = deputy
    model.workflow.save()
    version = surfaces.record_version(model, by=deputy, at=timezone.now(), label="1")
    with pytest.raises(Refused, match="known to be good"):
        surfaces.mark_known_good(version, by=deputy, at=timezone.now(), note="Looks fine")


def test_marking_the_marked_version_again_is_refused(model: Surface) -> None:
    version = making.version(model, "1")
    surfaces.mark_known_good(version, by=people.risk(), at=timezone.now(), note="Fine")
    with pytest.raises(Conflict, match="already"):
        surfaces.mark_known_good(version, by=people.risk(), at=timezone.now(), note="Fine")


def test_an_earlier_version_can_be_in_use_again(model: Surface) -> None:
    now = timezone.now()
    first = making.version(model, "1", changed_at=now - timedelta(days=2))
    making.version(model, "2", changed_at=now - timedelta(days=1))
    surfaces.put_back(first, by=people.owner(), at=now, reason="Rolled back")
    model.refresh_from_db()
    assert model.current == first


def test_a_responder_does_not_record_versions(model: Surface) -> None:
    with pytest.raises(Refused):
        surfaces.record_version(model, by=people.responder(), at=timezone.now(), label="1")
