"""What we know: a list kept current, in which nobody overwrites what they have not seen."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import TimelineEntry
from incidents.services import facts, phases, timeline
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Stale
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


def test_the_list_is_put_in_force_and_confirmed() -> None:
    incident = making.declared()
    facts.confirm_facts(
        incident, by=people.risk(), at=after(5), facts={"Affected": " 2 ", "Gone": ""}, opened_version=incident.version
    )
    incident = making.again(incident)
    assert incident.facts == {"Affected": "2"}
    assert incident.facts_confirmed_at == after(5)


def test_what_changed_stands_in_the_timeline() -> None:
    incident = making.declared()
    facts.confirm_facts(incident, by=people.risk(), at=after(5), facts={"Affected": "2"}, opened_version=None)
    entry = TimelineEntry.objects.filter(incident=incident).latest("id")
    assert entry.data == {"Affected": {"from": "", "to": "2"}}


def test_a_list_somebody_else_changed_is_not_overwritten() -> None:
    incident = making.declared()
    opened = incident.version
    facts.confirm_facts(incident, by=people.risk(), at=after(5), facts={"Affected": "2"}, opened_version=opened)
    with pytest.raises(Stale) as caught:
        facts.confirm_facts(
            incident, by=incident.declared_by, at=after(6), facts={"Affected": "3"}, opened_version=opened
        )
    assert caught.value.differences == {"Affected": ("2", "3")}
    assert making.again(incident).facts == {"Affected": "2"}


def test_other_work_in_the_room_is_no_conflict() -> None:
    incident = making.declared()
    opened = incident.version
    timeline.post(incident, by=people.risk(), at=after(5), text="Vendor called.", is_internal_update=True)
    facts.confirm_facts(incident, by=people.risk(), at=after(6), facts={"Affected": "2"}, opened_version=opened)
    assert making.again(incident).facts == {"Affected": "2"}


def test_sending_the_same_list_twice_is_no_conflict() -> None:
    incident = making.declared()
    opened = incident.version
    for _time in range(2):
        facts.confirm_facts(incident, by=people.risk(), at=after(5), facts={"Affected": "2"}, opened_version=opened)


@pytest.mark.parametrize("bad", [{str(n): "x" for n in range(21)}, {"": "x"}, {"x" * 61: "x"}, {"a": "x" * 1001}])
def test_too_many_and_too_long_are_refused(bad: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        facts.confirm_facts(making.declared(), by=people.risk(), at=after(5), facts=bad, opened_version=None)


def test_a_member_confirms_nothing() -> None:
    with pytest.raises(Refused):
        facts.confirm_facts(making.declared(), by=people.member(), at=after(5), facts={}, opened_version=None)


def test_a_phase_that_does_not_apply_says_why() -> None:
    incident: Any = making.declared()
    with pytest.raises(ValidationError):
        phases.set_phase(incident, phase="LEARN", status="NOT_APPLICABLE", by=people.risk(), at=after(5))
    track = phases.set_phase(
        incident, phase="LEARN", status="NOT_APPLICABLE", by=people.risk(), at=after(5), reason="An exercise."
    )
    assert track.reason == "An exercise."


def test_a_phase_set_by_a_person_is_not_moved_back_by_what_follows() -> None:
    incident = making.declared()
    phases.set_phase(incident, phase="CONTAIN", status="DONE", by=people.risk(), at=after(5))
    making.executed(incident, incident.declared_by)
    assert incident.phases.get(phase="CONTAIN").status == "DONE"
