"""Working an incident by page: containment, severity, people, facts, times, words to outside, notices, the way back."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from incidents.models import Communication, ContainmentAction, Incident, Obligation
from incidents.sentences import key_of
from incidents.services import containment, declaring, evidence, facts, loosening, returning, severity
from registry.models import ContainmentOption, Playbook
from tests import people
from tests.incidents import making
from tests.incidents_pages.conftest import SignIn

pytestmark = pytest.mark.django_db
ANSWERS = {
    "harm": "SERIOUS", "reversibility": "EASY", "blast_radius": "ONE_CASE", "exposure": "INTERNAL",
    "data_involved": "NONE", "recurrence": "FIRST", "autonomy": "RECOMMENDS", "confirmed": "AS_PROPOSED", "reason": "",
}  # fmt: skip


def at(incident: Incident, tail: str) -> str:
    return f"/incidents/{incident.pk}/{tail}"


def local(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_the_kill_switch_is_two_clicks_from_the_room(
    as_user: SignIn, incident: Incident, switch: ContainmentOption
) -> None:
    client = as_user(people.responder())
    link = at(incident, f"containment/{switch.pk}/")
    assert f'href="{link}"' in client.get(at(incident, "")).content.decode()
    assert client.post(link, {"reason": "It pays twice"}).status_code == 302
    assert ContainmentAction.objects.get().status == "EXECUTED"


def test_confirming_with_proof_contains_the_incident(
    as_user: SignIn, incident: Incident, switch: ContainmentOption, now: datetime
) -> None:
    action = containment.execute(incident, switch, by=people.responder(), at=now, reason="It pays twice")
    client = as_user(people.responder())
    refused = client.post(f"/containment-actions/{action.pk}/confirm/", {"proof": ""})
    assert refused.status_code == 422
    client.post(f"/containment-actions/{action.pk}/confirm/", {"proof": "The queue stands still."})
    incident.refresh_from_db()
    assert incident.state == "CONTAINED"


def test_an_option_of_another_workflow_does_not_exist_here(as_user: SignIn, incident: Incident, db: None) -> None:
    other = making.option(making.workflow("Other"), name="Other switch")
    assert as_user(people.responder()).get(at(incident, f"containment/{other.pk}/")).status_code == 404


def test_severity_is_confirmed_only_as_it_was_seen(as_user: SignIn, incident: Incident) -> None:
    client = as_user(people.responder())
    unseen = client.post(at(incident, "severity/"), ANSWERS | {"seen": "SEV-3"})
    assert unseen.status_code == 422
    assert "the proposal is SEV-1" in unseen.content.decode()
    client.post(at(incident, "severity/"), ANSWERS | {"seen": "SEV-1"})
    incident.refresh_from_db()
    assert incident.severity == "SEV-1"


def test_another_level_than_proposed_needs_a_reason(as_user: SignIn, incident: Incident) -> None:
    answer = as_user(people.responder()).post(
        at(incident, "severity/"), ANSWERS | {"seen": "SEV-1", "confirmed": "SEV-2"}
    )
    assert answer.status_code == 422
    assert "reason" in answer.context["form"].errors


def test_the_preview_says_what_a_level_sets_in_motion_and_saves_nothing(as_user: SignIn, incident: Incident) -> None:
    before = incident.severity_assessments.count()
    answer = as_user(people.responder()).post(at(incident, "severity/preview/"), ANSWERS)
    assert 'name="seen" value="SEV-1"' in answer.content.decode()
    assert "every 30 min" in answer.content.decode()
    assert incident.severity_assessments.count() == before


def test_handing_over_the_lead_needs_a_reason_and_the_holder_one_saw(as_user: SignIn, incident: Incident) -> None:
    client, held = as_user(people.responder()), incident.assignments.get()
    other = people.responder("Rob Relief")
    address = at(incident, "people/LEAD/assign/")
    assert client.post(address, {"person": other.pk, "instead_of": held.pk, "reason": ""}).status_code == 422
    assert client.post(address, {"person": other.pk, "instead_of": held.pk, "reason": "Shift ends"}).status_code == 302
    stale = as_user(people.risk()).post(address, {"person": people.risk().pk, "instead_of": held.pk, "reason": "Mine"})
    assert stale.status_code == 409


def test_facts_that_somebody_changed_meanwhile_are_shown_beside_what_was_typed(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    opened = Incident.objects.get(pk=incident.pk).version
    facts.confirm_facts(incident, by=people.risk(), at=now, facts={"Cause": "Limit lowered"}, opened_version=None)
    typed = {"opened_version": opened, "label_0": "Cause", "text_0": "A new prompt"}
    answer = as_user(people.responder()).post(at(incident, "facts/"), typed)
    assert answer.status_code == 409
    assert answer.context["differences"] == [("Cause", "Limit lowered", "A new prompt")]
    assert "A new prompt" in answer.content.decode()
    assert Incident.objects.get(pk=incident.pk).facts == {"Cause": "Limit lowered"}


def test_two_facts_of_one_name_are_refused(as_user: SignIn, incident: Incident) -> None:
    typed = {"label_0": "Cause", "text_0": "One", "label_1": "Cause", "text_1": "Two"}
    answer = as_user(people.responder()).post(at(incident, "facts/"), typed)
    assert answer.status_code == 422
    assert "label_1" in answer.context["form"].errors


def test_a_time_that_cannot_have_been_is_refused_at_its_field(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    typed = {
        "kind": "STARTED", "value": local(now - timedelta(minutes=1)), "source": "Log", "precision": "MINUTE",
        "confidence": "CONFIRMED",
    }  # fmt: skip
    answer = as_user(people.responder()).post(at(incident, "times/new/"), typed)
    assert answer.status_code == 422
    assert "is before" in answer.content.decode()
    assert "value" in answer.context["form"].errors


def test_a_message_is_approved_by_two_others_and_only_as_it_was_read(as_user: SignIn, incident: Incident) -> None:
    drafter = as_user(people.risk())
    drafter.post(
        at(incident, "communications/new/"), {"audience": "CUSTOMERS", "subject": "Sorry", "text": "We erred."}
    )
    message = Communication.objects.get()
    assert drafter.post(f"/communications/{message.pk}/approve/").status_code == 403
    other = as_user(people.risk("Ruth Risk"))
    unproven = other.post(f"/communications/{message.pk}/approve/", {"version": message.version})
    assert (unproven.status_code, "note" in unproven.context["form"].errors) == (422, True)
    said = {"version": message.version, "note": "Read the letters myself."}
    stale = other.post(f"/communications/{message.pk}/approve/", said | {"version": message.version + 1})
    assert stale.status_code == 409
    assert other.post(f"/communications/{message.pk}/approve/", said).status_code == 302
    page = other.get(at(incident, "communications/")).content.decode()
    assert "Legal and compliance" in page
    assert other.post(f"/communications/{message.pk}/approve/", said).status_code == 403
    third = as_user(people.risk("Rob Risk"))
    apology = {"on": "NOTHING", "reason": "An apology"}
    third.post(f"/communications/{message.pk}/sentences/1/", {"sentence": key_of("We erred."), **apology})
    assert third.post(f"/communications/{message.pk}/approve/", {"version": message.version}).status_code == 302
    other.post(f"/communications/{message.pk}/sent/", {"channel": "Letter"})
    message.refresh_from_db()
    assert message.status == "SENT"


def test_a_notice_is_entered_shown_with_its_clock_and_settled_by_risk(
    as_user: SignIn, incident: Incident, now: datetime
) -> None:
    typed = {"name": "Initial notice", "starts_at": local(now), "due_at": local(now + timedelta(hours=4))}
    client = as_user(people.responder())
    assert client.post(at(incident, "obligations/new/"), typed).status_code == 302
    notice = Obligation.objects.get()
    assert "Initial notice" in str(client.get(at(incident, "")).context["clocks"].rail.title)
    assert client.post(f"/obligations/{notice.pk}/submit/", {"explanation": "Sent"}).status_code == 403
    as_user(people.risk()).post(f"/obligations/{notice.pk}/not-owed/", {"explanation": "Below the threshold"})
    notice.refresh_from_db()
    assert notice.status == "NOT_OWED"


def test_a_notice_due_before_its_clock_is_refused(as_user: SignIn, incident: Incident, now: datetime) -> None:
    typed = {"name": "Notice", "starts_at": local(now), "due_at": local(now - timedelta(hours=1))}
    answer = as_user(people.responder()).post(at(incident, "obligations/new/"), typed)
    assert "due_at" in answer.context["form"].errors


def test_a_step_that_is_not_possible_yet_says_everything_that_is_missing(as_user: SignIn, incident: Incident) -> None:
    answer = as_user(people.responder()).get(at(incident, "move/contain/"))
    assert "No containment action has been executed" in answer.content.decode()
    posted = as_user(people.responder()).post(at(incident, "move/contain/"), {"reason": ""})
    assert posted.status_code == 409


def test_risk_overrides_a_gate_only_with_a_reason(as_user: SignIn, incident: Incident) -> None:
    client = as_user(people.risk())
    assert client.post(at(incident, "move/contain/"), {"override": "on", "reason": ""}).status_code == 422
    client.post(at(incident, "move/contain/"), {"override": "on", "reason": "Contained by hand outside"})
    incident.refresh_from_db()
    assert incident.state == "CONTAINED"


def test_a_step_of_another_state_is_a_conflict_and_an_unknown_one_is_not_found(
    as_user: SignIn, incident: Incident
) -> None:
    client = as_user(people.responder())
    assert client.get(at(incident, "move/resolve/")).status_code == 409
    assert client.get(at(incident, "move/explode/")).status_code == 404


def test_the_way_back_is_asked_for_by_one_and_approved_by_another(
    as_user: SignIn, incident: Incident, switch: ContainmentOption, now: datetime
) -> None:
    contain(incident, switch, now)
    client = as_user(people.responder())
    assert client.post(at(incident, "recovery/ask/"), {"note": "200 sampled claims pass"}).status_code == 302
    assert client.post(at(incident, "move/recover/"), {"reason": ""}).status_code == 409
    assert as_user(people.risk()).post(at(incident, "move/recover/"), {"reason": ""}).status_code == 302
    client.post(at(incident, "recovery/baseline/"), {"note": "Override rate 3 %"})
    incident.refresh_from_db()
    assert (incident.state, incident.baseline_note) == ("RECOVERING", "Override rate 3 %")


def test_restricting_and_letting_in(as_user: SignIn, incident: Incident) -> None:
    lead, outsider = as_user(people.responder()), people.member()
    lead.post(at(incident, "restrict/"), {"reason": "Personal data"})
    assert as_user(outsider).get(at(incident, "")).status_code == 404
    lead.post(at(incident, "let-in/"), {"person": outsider.pk, "reason": "Knows the process"})
    assert as_user(outsider).get(at(incident, "")).status_code == 200


def test_merging_ends_one_and_leads_to_the_other(as_user: SignIn, incident: Incident, now: datetime) -> None:
    other = declaring.declare(by=people.responder(), at=now, title="Again", summary="x", workflow=None)
    answer = as_user(people.responder()).post(at(other, "move/merge/"), {"into": incident.pk, "reason": "Same fault"})
    assert answer["Location"] == at(incident, "")
    other.refresh_from_db()
    assert (other.state, other.merged_into_id) == ("MERGED", incident.pk)


def test_history_tells_who_changed_what(as_user: SignIn, incident: Incident) -> None:
    as_user(people.responder()).post(at(incident, "restrict/"), {"reason": "Personal data"})
    text = as_user(people.responder()).get(at(incident, "history/")).content.decode()
    assert "Personal data" in text
    assert "Rae Responder" in text


SECTIONS = (
    "", "sections/", "containment/", "evidence/", "facts/", "severity/", "people/", "communications/", "obligations/",
    "recovery/", "history/",
)  # fmt: skip


@pytest.mark.parametrize("tail", SECTIONS)
@pytest.mark.parametrize("who", [people.member, people.responder, people.risk, people.auditor, people.executive])
def test_every_section_opens_for_everybody_who_may_see(
    as_user: SignIn, incident: Incident, switch: ContainmentOption, tail: str, who: Any
) -> None:
    assert as_user(who()).get(at(incident, tail)).status_code == 200


def contain(incident: Incident, switch: ContainmentOption, now: datetime) -> None:
    lead = people.responder()
    severity.assess(incident, by=lead, at=now, inputs={"harm": "MATERIAL"}, confirmed="SEV-2")
    action = containment.execute(incident, switch, by=lead, at=now, reason="It pays twice")
    containment.confirm(action, by=lead, at=now, proof="The queue stands still.")
    evidence.add_note(
        incident, by=lead, at=now, kind="VALIDATION", title="Sample", method="Checked", source="Claims",
        note="200 pass", collected_at=now,
    )  # fmt: skip


def test_loosening_the_last_containment_shows_what_is_open_and_keeps_what_was_typed(
    as_user: SignIn, incident: Incident, switch: ContainmentOption, now: datetime
) -> None:
    Playbook.objects.create(
        workflow=switch.workflow, owner=people.owner(), return_to_normal="Replay is clean", written_at=now
    )
    action = containment.execute(incident, switch, by=people.responder(), at=now, reason="It keeps paying.")
    loosening.ask_revert(action, by=people.responder(), at=now, reason="Replay is clean.")
    address = f"/containment-actions/{action.pk}/agree/"
    client = as_user(people.risk())
    assert "Replay is clean" in client.get(address).content.decode()
    refused = client.post(address, {"note": "Looked at it.", "once": "c" * 32})
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"override"}
    assert "Looked at it." in refused.content.decode()
    key = returning.criteria_of(incident)[0].key
    said = as_user(people.responder()).post(
        f"/incidents/{incident.pk}/recovery/criteria/{key}/", {"is_met": "yes", "note": "2.1 %", "once": "d" * 32}
    )
    assert said.status_code == 302
    assert client.post(address, {"note": "Looked at it.", "once": "e" * 32}).status_code == 302
    assert as_user(people.risk()).get(f"/incidents/{incident.pk}/recovery/criteria/0-none/").status_code == 404


def test_the_first_hour_leads_on_and_lets_a_step_be_left_out(as_user: SignIn, incident: Incident) -> None:
    client = as_user(people.responder())
    address = f"/incidents/{incident.pk}/first-hour/"
    assert "The severity is confirmed" in client.get(address).content.decode()
    assert "First hour" in client.get(f"/incidents/{incident.pk}/").content.decode()
    empty = client.post(f"{address}NOTICES/set-aside/", {"note": "", "once": "c" * 32})
    assert empty.status_code == 422
    client.post(f"{address}NOTICES/set-aside/", {"note": "No personal data.", "once": "d" * 32})
    assert "No personal data." in client.get(address).content.decode()
    assert client.get(f"{address}NOTHING/set-aside/").status_code == 404
    assert as_user(people.auditor()).get(f"{address}NOTICES/set-aside/").status_code == 403
