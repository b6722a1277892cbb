"""Both sides of each policy of the room, each refusal in a sentence."""

from collections.abc import Callable

import pytest

from incidents.policies import communications, evidence, incidents, obligations
from incidents.services import people as roles
from registry.kernel.access.verdict import Verdict
from registry.models import User
from tests import people
from tests.incidents import making
from tests.incidents.making import NOW, after

pytestmark = pytest.mark.django_db
Person = Callable[[], User]


def refused(verdict: Verdict) -> bool:
    return not verdict.allowed and verdict.reason.endswith(".")


EVERYONE = [
    people.member,
    people.owner,
    people.responder,
    people.risk,
    people.executive,
    people.auditor,
    people.administrator,
]


@pytest.mark.parametrize("who", EVERYONE)
def test_everyone_sees_the_list_and_an_incident_that_is_not_restricted(who: Person) -> None:
    person = who()
    assert incidents.may_see_list(person)
    assert incidents.may_see(person, making.declared())
    assert evidence.may_see_list(person)


@pytest.mark.parametrize("who", EVERYONE)
def test_all_but_auditors_declare(who: Person) -> None:
    assert incidents.may_declare(who()).allowed == (who is not people.auditor)


@pytest.mark.parametrize("who", EVERYONE)
def test_responders_risk_staff_and_affected_owners_work(who: Person) -> None:
    works = {people.responder, people.risk, people.owner}
    verdict = incidents.may_work(who(), making.declared(people.member("Mia Member")))
    assert verdict.allowed == (who in works)
    assert verdict.allowed or verdict.reason.endswith(".")


def test_whoever_holds_a_role_works_until_it_ends() -> None:
    incident = making.declared()
    held = roles.assign(incident, role="SCRIBE", person=people.member(), by=people.risk(), at=NOW)
    assert incidents.may_work(people.member(), incident)
    roles.relieve(held, by=people.member(), at=after(5), reason="Done.")
    assert refused(incidents.may_work(people.member(), incident))


@pytest.mark.parametrize("who", EVERYONE)
def test_risk_staff_and_the_lead_lead(who: Person) -> None:
    incident = making.declared(people.responder("Rob Responder"))
    assert incidents.may_lead(who(), incident).allowed == (who is people.risk)
    assert incidents.may_lead(people.responder("Rob Responder"), incident)
    assert incidents.may_restrict(people.responder("Rob Responder"), incident)
    assert incidents.may_restrict(who(), incident).allowed == (who is people.risk)


@pytest.mark.parametrize("who", EVERYONE)
def test_risk_staff_and_executives_override(who: Person) -> None:
    verdict = incidents.may_override_gate(who(), making.declared())
    assert verdict.allowed == (who in {people.risk, people.executive})


@pytest.mark.parametrize("who", EVERYONE)
def test_only_risk_staff_settle_obligations(who: Person) -> None:
    from incidents.models import Obligation

    notice = Obligation(incident=making.declared(), name="Notice", starts_at=NOW, due_at=after(5))
    assert obligations.may_settle(who(), notice).allowed == (who is people.risk)


@pytest.mark.parametrize("who", EVERYONE)
def test_risk_staff_speak_for_the_house(who: Person) -> None:
    assert communications.may_decide_not_to(who(), making.declared()).allowed == (who is people.risk)


def test_a_person_who_left_may_do_nothing() -> None:
    incident = making.declared()
    gone = people.risk("Rolf Risk")
    gone.is_active = False
    gone.save()
    for verdict in (
        incidents.may_see_list(gone),
        incidents.may_see(gone, incident),
        incidents.may_declare(gone),
        incidents.may_work(gone, incident),
        incidents.may_lead(gone, incident),
        incidents.may_override_gate(gone, incident),
    ):
        assert refused(verdict)


def test_auditors_see_what_is_restricted_and_write_nothing_in_it() -> None:
    incident = making.declared(is_restricted=True)
    assert incidents.may_see(people.auditor(), incident)
    assert refused(incidents.may_work(people.auditor(), incident))
    assert refused(incidents.may_see(people.executive(), incident))
