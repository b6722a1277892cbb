"""What everybody keeps for themselves: preferences, tokens, notices; and the mailbox of a local installation."""

from datetime import UTC, datetime
from typing import Any

import pytest

from registry.kernel.access import tokens
from registry.kernel.notify.tell import deliver, post, tell
from registry.models import ApiToken, Notice, User
from tests import people
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


def told(user: User, subject: str = "Overdue", url: str = "/people/") -> Notice:
    key = f"{user.pk}:{subject}"
    notice, _created = tell(key=key, kind="OVERDUE", recipient=user, subject=subject, body="Since", at=NOW, url=url)
    return notice


def test_preferences_change_oneself_only() -> None:
    user = people.member()
    signed_in(user).post("/preferences/", {"name": "Maxine Member", "title": "Clerk", "roles": ["RISK"]})
    user.refresh_from_db()
    assert (user.name, user.title, user.single_key_shortcuts, user.roles) == ("Maxine Member", "Clerk", False, [])


def test_switching_single_keys_off_reaches_every_page() -> None:
    user = people.member()
    client = signed_in(user)
    assert b'data-shortcuts="off"' not in client.get("/help/").content
    client.post("/preferences/", {"name": user.name})
    assert b'data-shortcuts="off"' in client.get("/help/").content


def test_saving_the_same_again_leaves_no_history() -> None:
    user = people.member()
    rows = user.history.count()
    signed_in(user).post("/preferences/", {"name": user.name, "title": "", "single_key_shortcuts": "on"})
    assert user.history.count() == rows


def test_a_token_is_shown_once_and_works() -> None:
    client = signed_in(people.risk())
    answer = client.post("/tokens/new/", {"name": "Nightly", "once": "a"})
    first, again = (client.get(answer["Location"]).content.decode() for _n in range(2))
    secret = first.split('id="secret">')[1].split("<")[0]
    assert tokens.holder(secret, at=NOW) == ApiToken.objects.get()
    assert secret not in again
    assert secret[:9] in again


def test_a_token_works_through_its_last_day_and_never_ends_in_the_past() -> None:
    client = signed_in(people.risk())
    assert client.post("/tokens/new/", {"name": "A", "expires": "2001-01-01", "once": "a"}).status_code == 422
    client.post("/tokens/new/", {"name": "B", "expires": "2099-12-31", "once": "b"})
    assert ApiToken.objects.get().expires_at == datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def test_a_revoked_token_stops() -> None:
    client = signed_in(people.risk())
    token, secret = tokens.issue(people.risk(), name="Nightly")
    client.post(f"/tokens/{token.pk}/revoke/")
    assert tokens.holder(secret, at=NOW) is None
    assert token.history.first().history_user_id == people.risk().pk


def test_tokens_of_others_are_neither_seen_nor_revoked() -> None:
    token, _secret = tokens.issue(people.owner(), name="Theirs")
    client = signed_in(people.administrator())
    assert b"Theirs" not in client.get("/tokens/").content
    assert client.post(f"/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_opening_a_notice_reads_it_and_leads_to_the_record() -> None:
    notice = told(people.owner())
    answer = signed_in(people.owner()).get(f"/notices/{notice.pk}/")
    notice.refresh_from_db()
    assert (answer["Location"], notice.read_at is not None) == ("/people/", True)


def test_a_notice_leads_nowhere_outside() -> None:
    notice = told(people.owner(), url="//evil.example/")
    answer = signed_in(people.owner()).get(f"/notices/{notice.pk}/")
    assert (answer.status_code, b"Since" in answer.content) == (200, True)


def test_unread_come_first_and_are_gathered_by_record() -> None:
    user = people.owner()
    old, new = told(user, "Old"), told(user, "New")
    Notice.objects.filter(pk=old.pk).update(object_type="registry.workflow", object_id="7")
    Notice.objects.filter(pk=new.pk).update(read_at=NOW)
    page = signed_in(user).get("/notices/").content.decode()
    assert page.index("Old") < page.index("New")
    assert "Workflow WF-0007" in page


def test_all_are_read_at_once() -> None:
    user = people.owner()
    for n in range(3):
        told(user, f"Notice {n}")
    theirs = told(people.risk())
    signed_in(user).post("/notices/read/")
    theirs.refresh_from_db()
    assert not Notice.objects.filter(recipient=user, read_at=None).exists()
    assert theirs.read_at is None


def test_notices_of_others_are_not_there() -> None:
    notice = told(people.owner(), "Private")
    client = signed_in(people.risk())
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    assert b"Private" not in client.get("/notices/").content


def test_the_inbox_costs_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    for n in range(60):
        told(people.owner(), f"Notice {n}")
    client = signed_in(people.owner())
    with django_assert_max_num_queries(13):
        client.get("/notices/")


def test_mail_is_found_by_word_and_shown_as_text() -> None:
    post(to="a@example.test", subject="Hello", body="<script>alert(1)</script> https://holdfast.example/x", at=NOW)
    post(to="b@example.test", subject="Other", body="Nothing", at=NOW)
    deliver(at=NOW)
    page = signed_in(people.member()).get("/mailbox/?q=ALERT").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="https://holdfast.example/x"' in page
    assert "b@example.test" not in page


def test_where_mail_is_really_sent_there_is_no_mailbox(settings: Any) -> None:
    settings.IS_LOCAL = False
    assert signed_in(people.administrator()).get("/mailbox/").status_code == 404


def test_help_marks_the_roles_one_has() -> None:
    page = signed_in(people.owner()).get("/help/").content.decode()
    assert 'Workflow owner <span class="tag">you</span>' in page
    assert 'Auditor <span class="tag">you</span>' not in page
