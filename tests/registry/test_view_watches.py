"""Watching a saved view: what enters and leaves it is told, once, as the person may see it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from incidents.models import Incident
from registry.filters.matching import workflows_of
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from registry.models import Notice, SavedView, User, ViewLook, ViewWatch, Workflow
from registry.services import digests, saved_views, view_watches
from tests import people
from tests.api.clients import V1, client_of
from tests.registry.register_cast import many, open_incident, workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def view(query: str = "tier=T1", by: User | None = None, **more: Any) -> SavedView:
    by = by or people.risk()
    return saved_views.save(by=by, at=timezone.now(), page="register", name="Critical", query=query, **more)


def watched(seen: SavedView, by: User | None = None) -> ViewWatch:
    return view_watches.watch(seen, by=by or people.risk(), at=timezone.now(), matching=workflows_of)


def look(minutes: int = 11) -> int:
    return view_watches.look(at=later(minutes), matching=workflows_of)


def later(minutes: int) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


def told(person: User | None = None) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(recipient=person or people.risk(), kind="VIEW").order_by("pk")
    return list(rows.values_list("subject", "body"))


def tiered(row: Workflow, tier: str) -> None:
    row.tier = tier
    row.save()


def test_what_enters_and_leaves_is_told_once_in_the_app_and_in_the_mail() -> None:
    alpha = workflow("Alpha", tier="T1")
    beta = workflow("Beta", tier="T2")
    watched(view())
    assert look() == 0
    tiered(alpha, "T3")
    tiered(beta, "T1")
    assert look(5) == 0, "too soon"
    assert (look(22), look(22), look(33)) == (1, 0, 0)
    assert told() == [("Critical: 1 entered, 1 left", "Entered: Beta.\nLeft: Alpha.")]
    assert digests.send_due(at=later(60 * 24 * 2)) == 1
    page = signed_in(people.risk()).get(Notice.objects.get().url, follow=True)
    assert [row.name for row in page.context["page_obj"]] == ["Beta"]


def test_a_view_that_asks_for_something_else_now_tells_nothing() -> None:
    workflow("Alpha", tier="T1")
    seen = view()
    watched(seen)
    saved_views.change(seen, by=people.risk(), at=timezone.now(), query="tier=T2")
    workflow("Beta", tier="T2")
    assert look() == 0
    workflow("Gamma", tier="T2")
    assert look(22) == 1
    assert told() == [("Critical: 1 entered", "Entered: Gamma.")]


def test_a_restricted_incident_moves_nothing_for_those_who_may_not_see_it() -> None:
    alpha = workflow("Alpha")
    shared = view("incident=open", is_shared=True)
    for person in (people.risk(), people.member()):
        watched(shared, person)
    found = open_incident(alpha, people.risk())
    found.visibility = Incident.Visibility.RESTRICTED
    found.save()
    look()
    assert (len(told()), told(people.member())) == (1, [])


def test_only_views_one_may_use_are_watched_and_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = view(is_shared=True)
    watched(shared, people.member())
    saved_views.change(shared, by=people.risk(), at=timezone.now(), is_shared=False)
    with pytest.raises(Refused):
        watched(shared, people.owner())
    workflow("Alpha", tier="T1")
    assert (look(), told(people.member())) == (0, [])
    monkeypatch.setattr(view_watches, "MOST", 3)
    many(4)
    with pytest.raises(Conflict, match="At most 3"):
        watched(everything())


def everything() -> SavedView:
    return saved_views.save(by=people.risk(), at=timezone.now(), page="register", name="All", query="")


def test_a_view_that_grew_too_large_is_compared_anew_once_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    watched(view())
    monkeypatch.setattr(view_watches, "MOST", 1)
    workflow("Alpha", tier="T1")
    beta = workflow("Beta", tier="T1")
    assert look() == 0
    assert ViewLook.objects.get().is_too_large
    tiered(beta, "T2")
    assert (look(22), told()) == (0, [])
    tiered(beta, "T1")
    monkeypatch.setattr(view_watches, "MOST", 2)
    assert look(33) == 1


def test_by_page_and_by_program_it_is_the_same() -> None:
    seen = view()
    client = signed_in(people.risk())
    assert "Watch this view" in client.get(f"/workflows/?tier=T1&view={seen.pk}").content.decode()
    client.post(f"/workflows/views/{seen.pk}/watch/")
    assert "Stop watching" in client.get(f"/workflows/?tier=T1&view={seen.pk}").content.decode()
    assert "Critical" in client.get("/watches/").content.decode()
    program = client_of(people.risk())
    assert [row["is_watched"] for row in program.get(f"{V1}/register-views/").json()["results"]] == [True]
    assert program.post(f"{V1}/register-views/{seen.pk}/unwatch/").json()["is_watched"] is False
    watched(seen)
    saved_views.delete(seen, by=people.risk(), at=timezone.now())
    assert not ViewLook.objects.exists()
    assert client.post("/workflows/views/999999/watch/").status_code == 404
