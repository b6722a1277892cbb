"""The organisation's rules: read by everybody, proposed by one and decided by another, refused by the field."""

import copy
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from incidents.services import duties
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.models import Notice
from registry.models import OrganisationRules, User
from registry.organisation_rules import RulesKind
from registry.services import organisation_rules as services
from registry.severities import Severity
from registry.severity_scale import duties as read
from tests import people
from tests.incidents import making as incidents
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/rules/"


def faster() -> dict[str, Any]:
    scale: dict[str, Any] = copy.deepcopy(RulesKind.SEVERITY.shipped)
    scale["levels"]["SEV-1"]["update_minutes"] = 20
    return scale


def proposed(by: User | None = None, **fields: Any) -> OrganisationRules:
    given = {"kind": RulesKind.SEVERITY, "definition": faster(), "owner": people.owner(), "reason": "Faster", **fields}
    return services.propose(by=by or people.risk(), at=timezone.now(), **given)


def approved(rules: OrganisationRules, by: User | None = None) -> OrganisationRules:
    return services.decide(rules, by=by or people.executive(), at=timezone.now(), approve=True, reason="Agreed")


def sent(client: Client, kind: str, **changes: Any) -> dict[str, Any]:
    """What the form of a kind would send as it stands, with some fields changed."""
    form = client.get(f"{URL}{kind}/propose/").context["form"]
    values = {bound.name: bound.value() for bound in form if bound.value() is not None and bound.value() is not False}
    values |= {"reason": "Because", "owner": people.risk().pk, "verb": "propose", **form.counts, **changes}
    return {name: value for name, value in values.items() if value is not None}


def test_the_incident_room_goes_by_the_version_in_force() -> None:
    incident = incidents.declared(people.responder())
    incident.severity = Severity.SEV1
    before = duties.duties_of(incident, timezone.now())
    assert before is not None
    assert before.update_minutes == 30
    made = approved(proposed())
    after = duties.duties_of(incident, timezone.now())
    assert after is not None
    assert after.update_minutes == 20
    assert read(duties.scale_in_force(timezone.now() - timedelta(days=1)).definition, Severity.SEV1) == before
    assert Notice.objects.filter(key=f"organisation-rules-{made.pk}-decided-{people.owner().pk}").exists()


def test_nobody_approves_what_they_proposed_and_the_database_holds_it() -> None:
    rules = proposed()
    with pytest.raises(Refused, match="yourself"):
        approved(rules, by=people.risk())
    with pytest.raises(Refused, match="Only risk staff"):
        approved(rules, by=people.responder())
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganisationRules.objects.create(
            kind="SEVERITY", number=9, definition={}, owner=people.risk(), proposed_by=people.risk(),
            proposed_at=timezone.now(), reason="x", decided_by=people.risk(), decided_at=timezone.now(),
            status="APPROVED", effective_at=timezone.now(),
        )  # fmt: skip


def test_the_owner_of_the_rules_proposes_and_others_do_not() -> None:
    with pytest.raises(Refused):
        proposed(by=people.owner())
    approved(proposed())
    again = faster()
    again["levels"]["SEV-2"]["review_days"] = 7
    assert proposed(by=people.owner(), definition=again).number == 3


def test_two_proposals_on_the_same_version_are_not_both_approved() -> None:
    first, second = proposed(), proposed(owner=people.risk("Second Risk"))
    approved(first)
    with pytest.raises(Conflict, match="was approved since"):
        approved(second)
    assert services.withdraw(second, by=people.risk(), at=timezone.now(), reason="Too late").status == "WITHDRAWN"


def test_what_changes_nothing_or_names_somebody_gone_is_refused() -> None:
    approved(proposed())
    with pytest.raises(ValidationError, match="Nothing differs"):
        proposed()
    gone = people.person("Gone Person")
    paths = copy.deepcopy(RulesKind.ESCALATION.shipped)
    paths["levels"]["SEV-1"][0] |= {"role": None, "person": gone.pk}
    assert proposed(kind=RulesKind.ESCALATION, definition=paths).number == 2
    gone.is_active = False
    gone.save()
    with pytest.raises(services.BadRules, match="has left"):
        proposed(kind=RulesKind.ESCALATION, definition=paths)
    with pytest.raises(ValidationError, match="has left"):
        proposed(owner=gone)


@pytest.mark.parametrize("kind", list(RulesKind))
def test_every_kind_is_read_by_anybody_and_the_form_sent_back_unchanged_changes_nothing(kind: RulesKind) -> None:
    member, risk = signed_in(people.member()), signed_in(people.risk())
    assert member.get(f"{URL}{kind.slug}/").status_code == 200
    assert member.get(f"{URL}{kind.slug}/propose/").status_code == 403
    trial = risk.post(f"{URL}{kind.slug}/propose/", sent(risk, kind.slug, verb="try"))
    assert trial.context["form"].errors == {}
    assert trial.context["differences"] == []
    form = trial.context["form"]
    assert form.definition() == kind.shipped


def test_a_circle_is_refused_at_its_step_with_nothing_typed_lost() -> None:
    risk = signed_in(people.risk())
    data = sent(risk, "escalation", **{"SEV-1-3-role": "RESPONDER", "SEV-1-0-after_minutes": "3"})
    refused = risk.post(f"{URL}escalation/propose/", data)
    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"SEV-1-3-role"}
    assert "this is step 1 again" in refused.content.decode()
    assert refused.context["form"]["SEV-1-0-after_minutes"].value() == "3"


def test_rows_are_added_emptied_and_named_by_address() -> None:
    risk = signed_in(people.risk())
    data = sent(risk, "escalation", verb="more")
    more = risk.post(f"{URL}escalation/propose/", data)
    assert more.status_code == 200
    assert more.context["form"].counts["SEV-3-rows"] == 7
    data |= {
        "verb": "propose", "SEV-3-1-role": "", "SEV-3-3-to": "NOBODY@example.test", "SEV-3-3-after_minutes": "9000",
        "SEV-3-3-by": "MAIL",
    }  # fmt: skip
    refused = risk.post(f"{URL}escalation/propose/", data)
    assert refused.context["form"].errors == {"SEV-3-3-to": ["Nobody who is active has this address."]}
    made = risk.post(f"{URL}escalation/propose/", {**data, "SEV-3-3-to": people.owner().email.upper()})
    assert made.status_code == 302
    steps = OrganisationRules.objects.get(kind="ESCALATION", number=2).definition["levels"]["SEV-3"]
    assert [(step["role"], step["person"]) for step in steps] == [
        ("BUSINESS", None), ("RISK", None), (None, people.owner().pk)
    ]  # fmt: skip
    assert people.owner().name in risk.get(made["Location"]).content.decode()


def test_a_scale_that_is_slower_when_it_is_worse_is_refused_by_the_field() -> None:
    risk = signed_in(people.risk())
    data = sent(risk, "severity", **{"SEV-1-response_minutes": "9999", "SEV-3-review_days": "x"})
    assert set(risk.post(f"{URL}severity/propose/", data).context["form"].errors) == {"SEV-3-review_days"}
    refused = risk.post(f"{URL}severity/propose/", data | {"SEV-3-review_days": ""})
    assert set(refused.context["form"].errors) == {"SEV-1-response_minutes"}
    assert refused.status_code == 422


def test_a_version_is_proposed_once_decided_on_its_page_and_told_with_what_differs() -> None:
    risk = signed_in(people.risk())
    data = sent(risk, "decisions", **{"STOP-decides": "TECHNICAL", "once": "t" * 32})
    made = risk.post(f"{URL}decisions/propose/", data)
    assert risk.post(f"{URL}decisions/propose/", data)["Location"] == made["Location"]
    page = risk.get(made["Location"])
    assert [one.name for one in page.context["differences"]] == ["Stop the workflow altogether"]
    assert risk.post(made["Location"], {"verb": "approve", "reason": "Mine"}).status_code == 403
    executive = signed_in(people.executive())
    assert executive.post(made["Location"], {"verb": "approve", "reason": ""}).status_code == 422
    assert executive.post(made["Location"], {"verb": "approve", "reason": "Agreed"}).status_code == 302
    assert executive.post(made["Location"], {"verb": "approve", "reason": "Again"}).status_code == 409
    assert "Technical lead" in signed_in(people.member()).get(f"{URL}decisions/").content.decode()


def test_the_page_says_where_two_rules_do_not_agree() -> None:
    scale = copy.deepcopy(RulesKind.SEVERITY.shipped)
    scale["levels"]["SEV-2"]["external_communication"] = "OWED_IF_REACHED_USERS"
    approved(proposed(definition=scale))
    assert "do not owe customers a word" in signed_in(people.member()).get(URL).content.decode()


def test_the_pages_cost_the_same_however_many_versions_there_are(django_assert_max_num_queries: Any) -> None:
    client = signed_in(people.risk())
    client.get(URL)
    with django_assert_max_num_queries(14) as few:
        client.get(URL)
        client.get(f"{URL}severity/")
    for minutes in (25, 20):
        scale = faster()
        scale["levels"]["SEV-1"]["update_minutes"] = minutes
        approved(proposed(definition=scale))
    with django_assert_max_num_queries(len(few)):
        client.get(URL)
        client.get(f"{URL}severity/")
