"""Signing in and out, changing and forgetting passwords; each is part of the record."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from config.demo import cast
from registry.kernel.notify.tell import deliver
from registry.models import AuditEntry, DeliveredMail, Installation, Mail, User
from tests import people
from tests.accounts.entering import LOGIN, confirm, enter, entered, events, is_inside
from tests.people import PASSWORD

pytestmark = pytest.mark.django_db

NEW = "another-horse-battery-9"
NOW = datetime(2027, 1, 1, tzinfo=UTC)


def link_in_mail() -> str:
    found = re.search(r"http://testserver(\S+)", Mail.objects.latest("pk").body)
    assert found
    return found[1]


def choose(client: Client, link: str, password: str = NEW) -> int:
    """Follows a link and chooses a password; the status of the last answer."""
    page = client.get(link, follow=True)
    where = page.redirect_chain[-1][0] if page.redirect_chain else link
    return int(client.post(where, {"password1": password, "password2": password}).status_code)


def test_address_and_password_open_the_overview(client: Client) -> None:
    answer = enter(client, people.risk())
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert is_inside(client)


def test_the_address_may_be_typed_in_any_case(client: Client) -> None:
    assert enter(client, people.risk().email.upper()).status_code == 302


def test_a_sign_in_is_recorded_with_its_place_and_changes_no_person(client: Client) -> None:
    user = people.risk()
    rows = user.history.count()
    enter(client, user, **{"User-Agent": "Mozilla"})
    [entry] = events("SIGNED_IN")
    assert (entry.actor_id, entry.object_type, entry.object_id) == (user.pk, "registry.user", str(user.pk))
    assert entry.detail == {"by": "password", "ip": "127.0.0.1", "user_agent": "Mozilla"}
    user.refresh_from_db()
    assert user.last_login is not None
    assert user.history.count() == rows


def test_signing_out_is_recorded_and_ends_the_session() -> None:
    client = entered(people.risk())
    client.post("/account/logout/")
    assert not is_inside(client)
    assert events("SIGNED_OUT")[0].actor_id == people.risk().pk


def test_a_wrong_password_is_refused_in_the_same_words_as_an_unknown_address(client: Client) -> None:
    known = enter(client, people.risk(), "wrong-password-1")
    unknown = enter(client, "nobody@example.test", "wrong-password-1")
    words = b"do not belong together"
    assert words in known.content
    assert words in unknown.content
    assert known.status_code == unknown.status_code


def test_a_failed_attempt_is_about_the_account_and_nobodys_act(client: Client) -> None:
    user = people.risk()
    enter(client, user, "wrong-password-1")
    [entry] = events("SIGN_IN_FAILED")
    assert (entry.actor_id, entry.object_id, entry.detail["address"]) == (None, str(user.pk), user.email)
    assert "wrong-password-1" not in str(AuditEntry.objects.filter(pk=entry.pk).values()[0])


def test_somebody_whose_account_is_closed_stays_outside(client: Client) -> None:
    user = people.risk()
    user.is_active = False
    user.save()
    enter(client, user)
    assert not is_inside(client)


def test_a_session_ends_with_the_account() -> None:
    user = people.risk()
    client = entered(user)
    user.is_active = False
    user.save()
    assert not is_inside(client)


def test_password_managers_know_the_fields(client: Client) -> None:
    page = client.get(LOGIN).content.decode()
    assert 'autocomplete="email"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_the_page_one_wanted_comes_after_signing_in(client: Client) -> None:
    answer = client.post(LOGIN, {"login": people.risk().email, "password": PASSWORD, "next": "/people/"})
    assert answer["Location"] == "/people/"


def test_nobody_is_sent_to_another_site_after_signing_in(client: Client) -> None:
    answer = client.post(LOGIN, {"login": people.risk().email, "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_nobody_signs_up(client: Client) -> None:
    fields = {"email": "me@example.test", "password1": NEW, "password2": NEW}
    for answer in (client.get("/account/signup/"), client.post("/account/signup/", fields)):
        assert b"made by an administrator" in answer.content
    assert not User.objects.filter(email="me@example.test").exists()


def test_the_demonstration_names_its_sign_ins(client: Client) -> None:
    cast.hire()
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True})
    page = client.get(LOGIN).content.decode()
    assert all(address in page for address in cast.sign_ins())


def test_a_real_installation_names_nobody(client: Client) -> None:
    cast.hire()
    page = client.get(LOGIN).content.decode()
    assert cast.PASSWORD not in page
    assert cast.DOMAIN not in page


def test_changing_the_password_ends_the_other_sessions_and_is_recorded() -> None:
    user = people.risk()
    here, elsewhere = entered(user), entered(user)
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert (is_inside(here), is_inside(elsewhere)) == (True, False)
    assert events("PASSWORD_CHANGED")[0].actor_id == user.pk
    assert Mail.objects.get().subject == "Holdfast: Password changed"


@pytest.mark.django_db(transaction=True)
def test_a_changed_password_is_one_event_and_not_two() -> None:
    user = people.risk()
    entered(user).post("/account/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert (len(events("PASSWORD_CHANGED")), len(events("PASSWORD_STORED"))) == (1, 0)


def test_a_short_or_common_password_is_refused() -> None:
    client = entered(people.risk())
    for weak in ("short", "password1234"):
        answer = client.post(
            "/account/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        )
        assert answer.status_code == 200
    people.risk().refresh_from_db()
    assert people.risk().check_password(PASSWORD)


def test_a_forgotten_password_is_chosen_anew_by_mail(client: Client) -> None:
    user = people.risk()
    client.post("/account/password/reset/", {"email": user.email})
    deliver(at=NOW)
    assert DeliveredMail.objects.get().recipient == user.email
    link = link_in_mail()
    assert choose(client, link) == 302
    assert is_inside(entered(user, NEW))
    assert b"no longer works" in Client().get(link, follow=True).content


def test_asking_for_an_unknown_address_says_the_same_and_mails_nobody(client: Client) -> None:
    answers = [
        client.post("/account/password/reset/", {"email": email}, follow=True).content
        for email in (people.risk().email, "nobody@example.test")
    ]
    assert [b"Look into your mail" in page for page in answers] == [True, True]
    assert [mail.recipient for mail in Mail.objects.all()] == [people.risk().email]


def test_the_link_leads_to_the_configured_address_whatever_host_was_asked(client: Client) -> None:
    client.post("/account/password/reset/", {"email": people.risk().email}, headers={"host": "evil.example"})
    assert "evil.example" not in Mail.objects.get().body
    assert "http://testserver/account/password/reset/key/" in Mail.objects.get().body


def test_one_does_not_change_the_own_address() -> None:
    user = people.risk()
    client = entered(user)
    confirm(client)
    client.get("/account/email/")
    client.post("/account/email/", {"email": "other@example.test", "action_add": ""})
    user.refresh_from_db()
    assert user.email == "rita.risk@example.test"
