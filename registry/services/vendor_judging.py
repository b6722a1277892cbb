"""Judging what a vendor answered: sufficient or not, by somebody who neither entered it nor keeps the relation."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.editing import refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import User, Vendor, VendorAnswer
from registry.policies import vendors as policies
from registry.services.vendor_answers import locked, put_all, saved
from registry.vendor_proofs import Judgement


@transaction.atomic
def judge(
    vendor: Vendor,
    question: str,
    *,
    by: User,
    at: datetime,
    judgement: str,
    reason: str,
    opened_version: int | None = None,
) -> VendorAnswer:
    """Whether the answer is sufficient, by somebody other than who entered it; it may be judged again.

    One that is not sufficient is owed again, and whoever keeps the relation hears what is missing.
    """
    row = locked(vendor, question, by, policies.may_judge)
    refuse_if_stale(row, opened_version, {"judgement": judgement, "judged_reason": reason.strip()})
    refuse_unless_judgeable(row, by=by)
    problems: dict[str, str] = {}
    if judgement not in set(Judgement):
        problems["judgement"] = _("Say whether it is sufficient.")
    if not reason.strip():
        problems["reason"] = _("Say what convinced you, or what is missing.")
    if problems:
        raise ValidationError(problems)
    put_all(row, {"judgement": judgement, "judged_by": by, "judged_at": at, "judged_reason": reason.strip()})
    judged = saved(row, by=by, reason=reason)
    if judged.judgement == Judgement.INSUFFICIENT:
        _tell_what_is_missing(judged, by=by, at=at)
    return judged


def refuse_unless_judgeable(row: VendorAnswer | None, *, by: User) -> None:
    """Raises `Conflict` where nothing is answered, `Refused` for whoever entered it or keeps the relation."""
    if row is None or row.answered_at is None:
        raise Conflict(_("There is no answer to judge."))
    require(policies.may_judge_answer, by, row)


def _tell_what_is_missing(row: VendorAnswer, *, by: User, at: datetime) -> None:
    owner = row.vendor.owner
    if owner is None or owner == by:
        return
    tell(
        key=f"vendor:{row.vendor_id}:insufficient:{row.question}:{row.version}:{owner.pk}",
        kind="VENDOR",
        recipient=owner,
        subject=_("%(vendor)s: an answer is not sufficient") % {"vendor": row.vendor.name},
        body=f"{row.get_question_display()}\n{row.judged_reason}",
        at=at,
        url=row.get_absolute_url(),
        about=row.vendor,
    )
