"""What is owed outside is reminded of, each once, and stands in the way of closing until it is settled."""

from datetime import timedelta

import pytest

from incidents.models import Escalation, Incident, Reach, TimelineEntry
from incidents.services import approving, communications, first_hour, moving, owed_chasing, severity
from incidents.services import people as roles
from incidents.services.owed_messages import line_for, owed_of
from registry.kernel.http.errors import Conflict
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident() -> Incident:
    """A SEV-1 confirmed after five minutes that stayed inside: only staff are owed a message, within the hour."""
    made = making.declared()
    severity.assess(made, by=made.declared_by, at=after(5), inputs={"harm": "SERIOUS"}, confirmed="SEV-1")
    return making.again(made)


def owed(incident: Incident, at: int = 10) -> set[str]:
    return {line.audience for line in owed_of(making.again(incident), after(at)) if line.is_missing}


def told() -> list[tuple[str, str]]:
    return list(Escalation.objects.filter(occasion__startswith="SAY").values_list("occasion", "person__name"))


def test_what_is_owed_follows_from_severity_and_from_whom_it_reached(incident: Incident) -> None:
    assert owed(incident) == {"STAFF"}
    communications.say_reached(
        incident, "PARTNERS", is_reached=True, by=incident.declared_by, at=after(20), note="A broker called."
    )
    communications.say_reached(
        incident, "CUSTOMERS", is_reached=True, by=incident.declared_by, at=after(30), note="Twelve letters left."
    )
    assert owed(incident, 40) == {"STAFF", "PARTNERS", "CUSTOMERS"}
    line = line_for(making.again(incident), "CUSTOMERS", after(40))
    assert line is not None
    assert line.due_at == after(30 + 240)
    assert Reach.objects.count() == 2
    assert "Twelve letters left." in TimelineEntry.objects.latest("pk").text


def test_reminders_go_to_communications_then_the_lead_then_risk_each_once(incident: Incident) -> None:
    people.risk()
    speaker = people.member("Sam Speaker")
    roles.assign(incident, role="COMMUNICATIONS", person=speaker, by=incident.declared_by, at=after(6))
    assert owed_chasing.chase(at=after(34)) == 0
    assert owed_chasing.chase(at=after(35)) == 1
    assert owed_chasing.chase(at=after(36)) == 0
    assert told() == [("SAY_SOON", "Sam Speaker")]
    assert owed_chasing.chase(at=after(65)) == 2
    assert {name for occasion, name in told() if occasion == "SAY_DUE"} == {"Sam Speaker", "Rae Responder"}
    assert owed_chasing.chase(at=after(95)) == 1
    assert told()[-1] == ("SAY_LATE", people.risk().name)
    assert owed_chasing.chase(at=after(96)) == 0
    sent = communications.draft(
        incident, by=speaker, at=after(100), audience="STAFF", subject="Claims", text="Say that we look into it."
    )
    approving.approve(sent, by=incident.declared_by, at=after(101), note="Read by the lead.")
    communications.mark_sent(sent, by=speaker, at=after(102), channel="Intranet")
    assert owed_chasing.chase(at=after(5) + timedelta(days=3)) > 0
    assert {occasion for occasion, _name in told()} == {"SAY_SOON", "SAY_DUE", "SAY_LATE"}


def test_closing_waits_for_what_is_owed_unless_it_is_overridden() -> None:
    made = making.resolved()
    lead = made.declared_by
    severity.assess(made, by=lead, at=after(140), inputs={"harm": "SERIOUS"}, confirmed="SEV-1")
    with pytest.raises(Conflict, match="1 message that is owed is neither sent nor decided against"):
        moving.move(made, "close", by=lead, at=after(141), review_approved=True)
    message = communications.draft(
        made, by=people.risk(), at=after(142), audience="STAFF", subject="Refunds", text="It is over."
    )
    approving.approve(message, by=lead, at=after(143), note="Read by the lead.")
    communications.mark_sent(message, by=lead, at=after(144), channel="Intranet")
    assert moving.move(made, "close", by=lead, at=after(145), review_approved=True).target == "CLOSED"


def test_the_first_hour_asks_for_something_about_everybody_to_whom_a_message_is_owed(incident: Incident) -> None:
    def is_late() -> bool:
        found = first_hour.first_hour(making.again(incident), after(61))
        assert found is not None
        return any(line.step == "OUTSIDE" for line in found.plan.late)

    communications.draft(
        incident, by=people.risk(), at=after(20), audience="PRESS", subject="Refunds", text="We look into it."
    )
    assert is_late()
    communications.draft(
        incident, by=people.risk(), at=after(21), audience="STAFF", subject="Refunds", text="We look into it."
    )
    assert not is_late()
