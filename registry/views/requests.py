"""The request of a page behind a policy: somebody is signed in."""

from django.http import HttpRequest

from registry.models import User


class SignedInRequest(HttpRequest):
    user: User
