"""Issuing, revoking and checking API tokens."""

from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from registry.kernel.access.models import ApiToken, TokenUse, digest_of, new_secret
from registry.kernel.audit.context import acting

USE_RESOLUTION = timedelta(minutes=1)
"""Last use is kept to the minute, so that a busy client does not write on every call."""


def issue(user: AbstractBaseUser, *, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A new token and its secret, which is never shown again."""
    secret = new_secret()
    with acting(reason=f"Token “{name}” issued"):
        token = ApiToken.objects.create(
            user_id=user.pk, name=name, prefix=secret[:9], digest=digest_of(secret), expires_at=expires_at
        )
    return token, secret


def revoke(token: ApiToken, *, at: datetime) -> None:
    """From now on the token opens nothing. Revoking twice changes nothing."""
    if token.revoked_at is None:
        token.revoked_at = at
        with acting(reason=f"Token “{token.name}” revoked"):
            token.save(update_fields=["revoked_at"])


def holder(secret: str, *, at: datetime) -> ApiToken | None:
    """The living token with this secret, its person loaded, or nothing."""
    return (
        ApiToken.objects.select_related("user", "use")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at))
        .filter(Q(user__access_until__isnull=True) | Q(user__access_until__gt=at))
        .filter(digest=digest_of(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )


def mark_used(token: ApiToken, *, at: datetime) -> None:
    use = getattr(token, "use", None)
    if use is None or at - use.last_used_at > USE_RESOLUTION:
        TokenUse.objects.update_or_create(token=token, defaults={"last_used_at": at})


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. A wrong token is refused, never treated as nobody."""

    def authenticate(self, request: HttpRequest) -> tuple[AbstractBaseUser, ApiToken] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = holder(secret.strip(), at=now)
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, expired or revoked."))
        mark_used(token, at=now)
        return token.user, token

    def authenticate_header(self, request: HttpRequest) -> str:
        return "Bearer"
