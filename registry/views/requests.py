"""The request of a page behind a policy: somebody is signed in."""

from typing import Any

from django.http import HttpRequest

from registry.models import User


class SignedInRequest(HttpRequest):
    user: User
    past: Any = None
    """The moment the page is shown at (registry.views.past.Then), where that is not now."""
