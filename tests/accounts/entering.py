"""Going through the sign-in page as a person does."""

from typing import Any

from django.conf import settings
from django.test import Client

from registry.models import AuditEntry, User
from tests.people import PASSWORD

LOGIN = "/account/login/"


def enter(client: Client, user: User | str, password: str = PASSWORD, **headers: str) -> Any:
    email = user if isinstance(user, str) else user.email
    return client.post(LOGIN, {"login": email, "password": password}, headers=headers)


def entered(user: User, password: str = PASSWORD) -> Client:
    client = Client()
    answer = enter(client, user, password)
    assert answer.status_code == 302, answer.content
    return client


def is_inside(client: Client) -> bool:
    return bool(client.get("/preferences/").status_code == 200)


def confirm(client: Client, password: str = PASSWORD) -> None:
    """What the site asks again before something that matters."""
    answer = client.post("/account/reauthenticate/", {"password": password})
    assert answer.status_code == 302, answer.content


def events(*names: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(event__in=names).order_by("id"))


def session_cookie(client: Client) -> str:
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)
