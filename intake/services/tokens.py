"""Tokens of sources: given out, replaced with an overlap, revoked. A token is shown once and never again."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from intake.kinds import SourceKind
from intake.models import SignalSource, SourceToken
from intake.policies import sources as policies
from registry.kernel.access.models import digest_of, new_secret
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User

PREFIX: Final = "hfs_"
LONGEST_OVERLAP: Final = timedelta(days=30)


@transaction.atomic
def issue(source: SignalSource, *, by: User, at: datetime) -> tuple[SourceToken, str]:
    """A new token beside those there are."""
    require(policies.may_manage, by, source)
    if source.speaks.signs:
        raise Conflict(_("%(kind)s cannot send a token. It proves itself by its signature.") % {"kind": source.speaks})
    secret = _new(source)
    with acting(user_id=by.pk, reason=_("Token given out")):
        token = SourceToken.objects.create(
            source=source, prefix=secret[:8], digest=digest_of(secret), created_by=by, created_at=at
        )
    return token, secret


@transaction.atomic
def rotate(source: SignalSource, *, by: User, at: datetime, overlap: timedelta) -> tuple[SourceToken, str]:
    """A successor of all living tokens; they go on for `overlap`, so that senders can change over."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise ValidationError({"overlap": _("At most %(days)s days.") % {"days": LONGEST_OVERLAP.days}})
    old = list(living(source, at=at).select_for_update())
    made, secret = issue(source, by=by, at=at)
    with acting(user_id=by.pk, reason=_("Replaced by %(prefix)s…") % {"prefix": made.prefix}):
        for token in old:
            until = at + overlap
            token.expires_at = until if token.expires_at is None else min(until, token.expires_at)
            token.save()
    return made, secret


@transaction.atomic
def revoke(token: SourceToken, *, by: User, at: datetime, reason: str) -> SourceToken:
    """It opens nothing from this moment on. Revoking twice changes nothing."""
    current = SourceToken.objects.select_for_update(of=("self",)).select_related("source").get(pk=token.pk)
    require(policies.may_manage, by, current.source)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if current.revoked_at is None:
        current.revoked_at = at
        with acting(user_id=by.pk, reason=reason.strip()[:500]):
            current.save()
    return current


def living(source: SignalSource | None, *, at: datetime) -> QuerySet[SourceToken]:
    rows = SourceToken.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)
    return rows if source is None else rows.filter(source=source)


def opens(secret: str, *, at: datetime) -> SourceToken | None:
    """The living token with this secret, its source loaded, or nothing."""
    if not secret or not secret.isascii():
        return None
    return living(None, at=at).filter(digest=digest_of(secret)).select_related("source").first()


def _new(source: SignalSource) -> str:
    """Tools that speak to PagerDuty may insist on the 32 characters of its keys: 128 random bits."""
    return secrets.token_hex(16) if source.kind == SourceKind.PAGERDUTY else new_secret(PREFIX)
