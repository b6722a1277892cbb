"""Accounts with an end: from that moment on they open nothing, whatever was opened before.

Sign-in is refused by the adapter, tokens where they are looked up, and sessions here, with every request: the person's
row is read for each request anyway, so this asks the database nothing more.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.kernel.audit.context import acting

GetResponse = Callable[[HttpRequest], HttpResponse]


def has_ended(user: Any, *, at: datetime) -> bool:
    until = getattr(user, "access_until", None)
    return until is not None and until <= at


def sentence(user: Any) -> str:
    """What the person is told."""
    local = timezone.localtime(user.access_until)
    return _(
        "Your access was open until %(at)s and has ended. Thank you for your work. "
        "If you still need it, ask an administrator."
    ) % {"at": f"{date_format(local, 'j M Y, H:i')} {local.tzname()}"}


class EndedAccessMiddleware:
    """Ends the session of a person whose time is over, before anything is done in their name."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and has_ended(user, at=timezone.now()):
            said = sentence(user)
            with acting(user_id=user.pk, reason=_("Access ended")):
                logout(request)
            messages.warning(request, said)
        return self.get_response(request)
