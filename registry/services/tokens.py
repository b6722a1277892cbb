"""A person's own API tokens."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access import tokens
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.models import ApiToken, User
from registry.policies.people import may_manage_tokens


@transaction.atomic
def issue(*, by: User, at: datetime, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """The token and its secret, which is never shown again."""
    require(may_manage_tokens, by)
    if expires_at is not None and expires_at <= at:
        raise ValidationError({"expires": _("Choose a day that is still to come.")})
    with acting(user_id=by.pk):
        return tokens.issue(by, name=name, expires_at=expires_at)


@transaction.atomic
def revoke(token: ApiToken, *, by: User, at: datetime) -> None:
    require(may_manage_tokens, by, token)
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    with acting(user_id=by.pk):
        tokens.revoke(token, at=at)
