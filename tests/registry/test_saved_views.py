"""Keeping views of the register, for oneself and for everyone."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.audit.bulk import create_many
from registry.kernel.http.errors import Conflict
from registry.models import SavedView, User
from registry.services import saved_views
from tests import people
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def saved(by: User, name: str = "Critical", **more: Any) -> SavedView:
    given: dict[str, Any] = {"page": "register", "query": "tier=T1", **more}
    return saved_views.save(by=by, at=timezone.now(), name=name, **given)


def history(view: Model) -> list[str]:
    return list(SavedView.history.filter(id=view.pk).values_list("history_type", flat=True).order_by("history_id"))


def test_a_person_sees_their_own_views_and_shared_ones() -> None:
    me, risk = people.member(), people.risk()
    saved(me, "Mine")
    saved(risk, "Theirs")
    saved(risk, "For all", is_shared=True)
    assert [view.name for view in saved_views.usable(me, "register")] == ["Mine", "For all"]


def test_only_risk_staff_share_a_view() -> None:
    with pytest.raises(Refused):
        saved(people.owner(), is_shared=True)
    view = saved(people.owner())
    with pytest.raises(Refused):
        saved_views.change(view, by=people.owner(), at=timezone.now(), is_shared=True)


def test_nobody_changes_or_deletes_the_view_of_somebody_else() -> None:
    view = saved(people.member())
    for person in (people.risk(), people.administrator()):
        with pytest.raises(Refused):
            saved_views.change(view, by=person, at=timezone.now(), name="Other")
        with pytest.raises(Refused):
            saved_views.delete(view, by=person, at=timezone.now())


def test_risk_staff_change_a_shared_view_of_another() -> None:
    view = saved(people.risk(), is_shared=True)
    assert saved_views.change(view, by=people.risk("Rob Risk"), at=timezone.now(), name="Worst").name == "Worst"


def test_a_name_is_given_once_per_person() -> None:
    saved(people.member(), "Mine")
    with pytest.raises(ValidationError):
        saved(people.member(), "  Mine ")
    saved(people.owner(), "Mine")


def test_a_person_keeps_a_bounded_number_of_views() -> None:
    me = people.member()
    create_many([SavedView(page="register", owner=me, name=f"V{k}") for k in range(saved_views.MOST)])
    with pytest.raises(Conflict):
        saved(me)


def test_every_change_of_a_view_is_in_its_history() -> None:
    me = people.member()
    view = saved(me)
    saved_views.change(view, by=me, at=timezone.now(), query="tier=T2")
    saved_views.change(view, by=me, at=timezone.now(), query="tier=T2")
    pk = SavedView(pk=view.pk)
    saved_views.delete(view, by=me, at=timezone.now())
    assert history(pk) == ["+", "~", "-"]


def test_a_view_saved_by_the_page_keeps_only_what_the_list_understands() -> None:
    me = people.member()
    query = "tier=T2&tier=T1&page=4&foo=<script>&stage=NOWHERE&cols=tier,unit&sort=-name&view=7"
    response = signed_in(me).post("/workflows/views/save/", {"name": "Mine", "query": query, "once": "a"})
    view = SavedView.objects.get()
    assert view.query == "tier=T1&tier=T2&sort=-name&cols=tier,unit"
    assert response["Location"] == f"/workflows/?{view.query}&view={view.pk}"


def test_saving_twice_with_one_form_saves_one_view() -> None:
    client = signed_in(people.member())
    for _attempt in range(2):
        response = client.post("/workflows/views/save/", {"name": "Mine", "query": "tier=T1", "once": "abc"})
        assert response.status_code == 302
    assert SavedView.objects.count() == 1


def test_a_name_that_is_taken_is_refused_with_what_was_typed_kept() -> None:
    me = people.member()
    saved(me, "Mine")
    response = signed_in(me).post("/workflows/views/save/", {"name": "Mine", "query": "tier=T1", "once": "b"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "There is a view called “Mine” already." in html
    assert 'value="tier=T1"' in html
    again = signed_in(me).post("/workflows/views/save/", {"name": "Mine 2", "query": "tier=T1", "once": "b"})
    assert again.status_code == 302


def test_somebody_without_the_right_cannot_share_by_posting_the_field() -> None:
    signed_in(people.owner()).post("/workflows/views/save/", {"name": "X", "query": "", "is_shared": "on"})
    assert not SavedView.objects.get().is_shared


def test_the_save_button_keeps_what_the_list_shows() -> None:
    me = people.member()
    view = saved(me)
    signed_in(me).post(f"/workflows/views/{view.pk}/", {"keep": "tier=T3&page=2"})
    view.refresh_from_db()
    assert view.query == "tier=T3"


def test_renaming_keeps_the_query() -> None:
    risk = people.risk()
    view = saved(risk)
    assert signed_in(risk).get(f"/workflows/views/{view.pk}/").status_code == 200
    signed_in(risk).post(f"/workflows/views/{view.pk}/", {"name": "Worst", "is_shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.query, view.is_shared) == ("Worst", "tier=T1", True)


def test_the_view_of_another_person_is_not_found() -> None:
    view = saved(people.member())
    client = signed_in(people.risk())
    for url in (f"/workflows/views/{view.pk}/", f"/workflows/views/{view.pk}/delete/"):
        assert client.get(url).status_code == 404
        assert client.post(url, {"name": "x"}).status_code == 404


def test_deleting_asks_first() -> None:
    me = people.member()
    view = saved(me)
    client = signed_in(me)
    assert "Delete the view “Critical”?" in client.get(f"/workflows/views/{view.pk}/delete/").content.decode()
    assert SavedView.objects.exists()
    client.post(f"/workflows/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()
