"""Deny by default: a page without a policy opens for nobody, a refusal is explained and recorded."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from registry.kernel.access.verdict import Verdict, deny, require
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import anyone, page
from registry.models import AuditEntry
from tests import people
from tests.signing_in import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def never(user: Any) -> Verdict:
    return deny("Only on Thursdays.")


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@page(never)
def refused(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@page(anyone, "GET")
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@page(anyone)
def refused_inside(request: HttpRequest) -> HttpResponse:
    require(never, None)
    return HttpResponse("open")


@page(anyone)
def in_conflict(request: HttpRequest) -> HttpResponse:
    raise Conflict("It was closed meanwhile.")


def sign_in(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("forgotten/", forgotten),
    path("refused/", refused),
    path("open/", open_to_all),
    path("inside/", refused_inside),
    path("conflict/", in_conflict),
    path("sign-in/", sign_in, name="account_login"),
]


def test_a_page_without_a_policy_opens_for_nobody() -> None:
    answer = signed_in(people.risk()).get("/forgotten/")
    assert answer.status_code == 403
    assert b"no policy" in answer.content


def test_whoever_is_not_signed_in_comes_back_after_signing_in(client: Any) -> None:
    answer = client.get("/refused/?tier=T1")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/refused/%3Ftier%3DT1")


def test_a_refusal_says_why_and_is_recorded_with_its_rule() -> None:
    user = people.owner()
    answer = signed_in(user).get("/refused/")
    assert answer.status_code == 403
    assert b"Only on Thursdays." in answer.content
    entry = AuditEntry.objects.get(event="REFUSED")
    assert (entry.actor_id, entry.reason, entry.origin) == (user.pk, "Only on Thursdays.", "PAGE")
    assert entry.detail == {"path": "/refused/", "method": "GET", "policy": "never"}
    assert entry.unit_id == answer["X-Request-Id"]


def test_a_refusal_by_a_service_is_explained_alike() -> None:
    assert b"Only on Thursdays." in signed_in(people.owner()).get("/inside/").content


def test_a_conflict_is_explained() -> None:
    answer = signed_in(people.owner()).get("/conflict/")
    assert answer.status_code == 409
    assert b"It was closed meanwhile." in answer.content


def test_only_the_named_methods_are_answered(client: Any) -> None:
    assert client.get("/open/").status_code == 200
    assert client.post("/open/").status_code == 405
