"""What was asked for in vain: looked at, and set aside with a reason."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.models import ControlCandidate, User
from registry.policies import control as policies


@transaction.atomic
def dismiss(candidate: ControlCandidate, *, by: User, at: datetime, reason: str) -> ControlCandidate:
    """It is no workflow that should be registered. It stays on the list of those set aside."""
    require(policies.may_sort_out, by)
    current = ControlCandidate.objects.select_for_update().get(pk=candidate.pk)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    current.dismissed_by, current.dismissed_at, current.dismissal_reason = by, at, reason.strip()[:300]
    current.save(update_fields=["dismissed_by", "dismissed_at", "dismissal_reason"])
    with acting(user_id=by.pk, reason=reason.strip()):
        note(
            "CALLER_SET_ASIDE",
            at=at,
            object_type="registry.controltoken",
            object_id=current.token_id,
            detail={"asked_for": current.key},
        )
    return current
