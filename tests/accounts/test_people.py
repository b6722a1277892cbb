"""People come, change and leave: by administrators, with a reason, and never so that none is left."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from registry.kernel.access import tokens
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Mail, Notice, Role, User, Workflow
from registry.services import people as services
from tests import people
from tests.accounts.entering import entered, is_inside
from tests.accounts.test_signing_in import NEW, choose
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)
NAMED = {"name": "Nora New", "email": "nora@example.test", "title": "Analyst"}


def deactivate(person: User, **more: Any) -> User:
    return services.deactivate(person, by=people.administrator(), at=NOW, reason="Left", **more)


def test_a_new_person_gets_a_link_once_and_by_mail() -> None:
    client = signed_in(people.administrator())
    answer = client.post("/people/new/", {**NAMED, "roles": ["OWNER"], "once": "a"})
    added = User.objects.get(email="nora@example.test")
    assert (added.roles, added.has_usable_password()) == (["OWNER"], False)
    first, again = (client.get(answer["Location"]).content.decode() for _n in range(2))
    link = Mail.objects.get().body.split("http://testserver")[1].split()[0]
    assert link in first
    assert link not in again
    assert choose(Client(), link) == 302
    assert is_inside(entered(added, NEW))
    assert b"no longer works" in Client().get(link, follow=True).content


def test_sending_the_form_twice_adds_one_person() -> None:
    client = signed_in(people.administrator())
    for _n in range(2):
        client.post("/people/new/", {**NAMED, "once": "the-same"})
    assert Mail.objects.count() == 1


def test_an_address_that_is_taken_is_refused_in_any_case() -> None:
    answer = signed_in(people.administrator()).post(
        "/people/new/", {**NAMED, "email": people.risk().email.upper(), "once": "a"}
    )
    assert answer.status_code == 422
    assert b"has an account with this address already" in answer.content
    assert b"Nora New" in answer.content


def test_roles_are_given_with_a_reason_that_is_kept() -> None:
    person = people.member()
    signed_in(people.administrator()).post(
        f"/people/{person.pk}/roles/", {"roles": ["RISK", "RESPONDER"], "reason": "Joins the desk"}
    )
    person.refresh_from_db()
    assert person.roles == ["RESPONDER", "RISK"]
    row = person.history.first()
    assert (row.history_change_reason, row.history_user_id) == ("Joins the desk", people.administrator().pk)


def test_without_a_reason_nothing_is_changed() -> None:
    person = people.member()
    answer = signed_in(people.administrator()).post(f"/people/{person.pk}/roles/", {"roles": ["RISK"], "reason": " "})
    person.refresh_from_db()
    assert (answer.status_code, person.roles) == (422, [])


@pytest.mark.parametrize("what", ["roles", "close", "link"])
def test_administrators_do_not_do_it_to_themselves(what: str) -> None:
    admin = people.administrator()
    answer = signed_in(admin).post(f"/people/{admin.pk}/{what}/", {"roles": [], "reason": "Why not"})
    admin.refresh_from_db()
    assert (answer.status_code, admin.is_active, admin.roles) == (403, True, ["ADMINISTRATOR"])


@pytest.mark.parametrize("who", [people.risk, people.owner, people.auditor, people.executive, people.member])
def test_others_change_nobody(who: Any) -> None:
    person, client = people.person("Someone Else"), signed_in(who())
    for what in ("edit", "roles", "close", "link"):
        assert client.post(f"/people/{person.pk}/{what}/", {"reason": "x"}).status_code == 403
    assert client.get("/people/new/").status_code == 403


def test_an_administrator_who_was_removed_meanwhile_removes_nobody() -> None:
    """Two administrators removing each other: the second finds that they no longer are one."""
    first, second = people.administrator(), people.administrator("Abel Admin")
    services.set_roles(second, by=first, at=NOW, roles=[], reason="Moves on")
    with pytest.raises(Conflict):
        services.set_roles(first, by=second, at=NOW, roles=[], reason="Moves on")
    assert User.objects.with_role(Role.ADMINISTRATOR).get() == first


def test_an_unknown_role_is_refused() -> None:
    answer = signed_in(people.administrator()).post(
        f"/people/{people.member().pk}/roles/", {"roles": ["EMPEROR"], "reason": "x"}
    )
    assert answer.status_code == 422


def test_closing_hands_the_workflows_on_and_tells_the_successor() -> None:
    leaver, heir = people.owner(), people.owner("Olga Owner")
    first = Workflow.objects.create(slug="a", name="Triage", business_owner=leaver, deputy=leaver)
    second = Workflow.objects.create(slug="b", name="Letters", technical_owner=leaver)
    deactivate(leaver, successor=heir)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.business_owner, first.deputy, second.technical_owner) == (heir, heir, heir)
    assert (first.version, first.history.first().history_change_reason) == (2, "Left")
    assert "WF-" in Notice.objects.get(recipient=heir).body


def test_without_a_successor_the_workflows_are_orphaned_and_not_lost() -> None:
    leaver = people.owner()
    Workflow.objects.create(slug="a", name="Triage", business_owner=leaver, stage="PILOT")
    with pytest.raises(ValidationError, match="stays without anybody"):
        deactivate(leaver)
    deactivate(leaver, without_reason="Nobody is hired yet")
    assert Workflow.objects.orphaned().get().business_owner == leaver


@pytest.mark.parametrize(
    ("heir", "says"), [(people.member, "is not a workflow owner"), (people.owner, "Choose somebody else")]
)
def test_a_successor_must_be_able_to_own(heir: Any, says: str) -> None:
    Workflow.objects.create(slug="a", name="Triage", business_owner=people.owner())
    with pytest.raises(ValidationError, match=says):
        deactivate(people.owner(), successor=heir())
    people.owner().refresh_from_db()
    assert people.owner().is_active


def test_closing_ends_sessions_and_tokens() -> None:
    leaver = people.owner()
    client = entered(leaver)
    _token, secret = tokens.issue(leaver, name="Nightly")
    deactivate(leaver)
    assert not is_inside(client)
    services.reactivate(User.objects.get(pk=leaver.pk), by=people.administrator(), at=NOW, reason="Came back")
    assert not is_inside(client)
    assert tokens.holder(secret, at=NOW) is None


def test_closing_twice_is_refused() -> None:
    leaver = people.owner()
    deactivate(leaver)
    with pytest.raises(Refused):
        deactivate(User.objects.get(pk=leaver.pk))


def test_after_a_change_of_address_the_old_one_opens_nothing() -> None:
    person = people.risk()
    old = person.email
    entered(person)
    new = {"name": "Rita New", "title": "", "email": "rita.new@example.test"}
    services.edit_person(person, by=people.administrator(), at=NOW, reason="Married", **new)
    assert Client().post("/account/login/", {"login": old, "password": people.PASSWORD}).status_code == 200
    assert is_inside(entered(User.objects.get(pk=person.pk)))


def test_everybody_sees_who_is_there(client: Client) -> None:
    people.executive()
    page = signed_in(people.member()).get("/people/?q=eve&role=EXECUTIVE").content.decode()
    assert "Eve Executive" in page
    assert "Max Member" not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_a_name_is_shown_as_text(client: Client) -> None:
    person = people.person("Mallory")
    person.name = "<script>alert(1)</script>"
    person.save()
    for path in ("/people/", f"/people/{person.pk}/"):
        assert b"<script>alert" not in signed_in(people.member()).get(path).content


def test_the_list_costs_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    client = signed_in(people.member())
    for n in range(60):
        people.person(f"Person {n}", Role.OWNER)
    with django_assert_max_num_queries(14):
        client.get("/people/")
