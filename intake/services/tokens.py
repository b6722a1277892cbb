"""Tokens of sources: given out, replaced with an overlap, revoked. A token is shown once and never again."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from intake.kinds import SourceKind
from intake.models import SignalSource, SourceToken
from intake.policies import sources as policies
from intake.services import knowing
from registry.kernel.access.ending_keys import end_now, let_run_out, require_overlap
from registry.kernel.access.models import digest_of, new_secret
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User

PREFIX: Final = "hfs_"
_LIVING: Final = (
    "SELECT source.id, source.public_id, source.version, source.is_enabled FROM intake_sourcetoken AS token"
    " JOIN intake_signalsource AS source ON source.id = token.source_id WHERE token.digest = %s"
    " AND token.revoked_at IS NULL AND (token.expires_at IS NULL OR token.expires_at > %s)"
)
"""Asked with every delivery, so that a revoked token opens nothing from that moment on; the rest is remembered."""


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
    require_overlap(overlap)
    old = list(living(source, at=at).select_for_update())
    made, secret = issue(source, by=by, at=at)
    let_run_out(old, made, by=by.pk, until=at + overlap)
    return made, secret


@transaction.atomic
def revoke(token: SourceToken, *, by: User, at: datetime, reason: str) -> SourceToken:
    """It opens nothing from this moment on. Revoking twice changes nothing."""
    current = SourceToken.objects.select_for_update(of=("self",)).select_related("source").get(pk=token.pk)
    require(policies.may_manage, by, current.source)
    end_now(current, by=by.pk, at=at, reason=reason)
    return current


def living(source: SignalSource, *, at: datetime) -> QuerySet[SourceToken]:
    rows = SourceToken.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=at), revoked_at__isnull=True)
    return rows.filter(source=source)


def opens(secret: str, *, at: datetime) -> SignalSource | None:
    """The source to which the living token with this secret belongs, or nothing."""
    if not secret or not secret.isascii():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_LIVING, [digest_of(secret), at])
        row = cursor.fetchone()
    return None if row is None else knowing.source_as(*row)


def _new(source: SignalSource) -> str:
    """Tools that speak to PagerDuty may insist on the 32 characters of its keys: 128 random bits."""
    return secrets.token_hex(16) if source.kind == SourceKind.PAGERDUTY else new_secret(PREFIX)
