"""What a vendor answered: entered with what shows it, found not needed, or opened again."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel import uploads
from registry.kernel.access.verdict import Policy, require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.editing import refuse_if_stale
from registry.kernel.files import HashedUpload
from registry.kernel.http.errors import Conflict
from registry.models import StoredFile, User, Vendor, VendorAnswer
from registry.policies import vendors as policies
from registry.vendor_proofs import LONGEST_VALIDITY
from registry.vendor_questions import QUESTIONS

KEYS = {question.key for question in QUESTIONS}
_is_address = URLValidator(schemes=["https"])
_EMPTY: dict[str, Any] = {
    "answer": "", "evidence_url": "", "evidence_file": None, "evidence_filename": "", "given_by": "",
    "valid_until_date": None, "answered_by": None, "answered_at": None,
    "waived_by": None, "waived_at": None, "waived_reason": "",
    "judgement": "", "judged_by": None, "judged_at": None, "judged_reason": "",
}  # fmt: skip
_WHO_AND_WHEN = ("answered_by", "answered_at", "judged_by", "judged_at", "waived_by", "waived_at")


def answer(
    vendor: Vendor,
    question: str,
    *,
    by: User,
    at: datetime,
    answer: str,
    valid_until_date: date,
    given_by: str = "",
    evidence_url: str = "",
    upload: HashedUpload | None = None,
    keep_file: bool = True,
    opened_version: int | None = None,
) -> VendorAnswer:
    """Words, until when they hold, and a link or a file that shows it. Without `upload` the file that is there stays,
    unless `keep_file` is off. Answered already, the answer is replaced and must be judged anew; the one before stays
    in the history.

    The file is stored before the answer is locked: it may take minutes.
    """
    require(policies.may_answer, by, vendor)
    facts = {"answer": answer.strip(), "evidence_url": evidence_url.strip(), "given_by": given_by.strip()}
    _check(facts, valid_until_date, timezone.localdate(at))
    stored = _stored(upload, at=at) if upload is not None else None
    with transaction.atomic():
        row = locked(vendor, question, by, policies.may_answer)
        given = {**facts, "valid_until_date": valid_until_date}
        refuse_if_stale(row, opened_version, given)
        kept = (row.evidence_file, row.evidence_filename) if keep_file else (None, "")
        file, filename = stored or kept
        if not facts["evidence_url"] and file is None:
            raise ValidationError({"evidence_url": _("Show it: give a link or a file.")})
        shown = {"evidence_file": file, "evidence_filename": filename, "answered_by": by, "answered_at": at}
        put_all(row, {**_EMPTY, **given, **shown})
        return saved(row, by=by, reason=_("Answered: %(answer)s") % {"answer": facts["answer"][:200]})


@transaction.atomic
def waive(
    vendor: Vendor, question: str, *, by: User, at: datetime, reason: str, opened_version: int | None = None
) -> VendorAnswer:
    """The question need not be answered by this vendor."""
    row = locked(vendor, question, by, policies.may_waive)
    refuse_if_stale(row, opened_version, {"waived_reason": reason.strip()})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it need not be answered.")})
    put_all(row, {**_EMPTY, "waived_by": by, "waived_at": at, "waived_reason": reason.strip()})
    return saved(row, by=by, reason=reason)


@transaction.atomic
def reopen(
    vendor: Vendor, question: str, *, by: User, at: datetime, reason: str, opened_version: int | None = None
) -> VendorAnswer:
    """The answer does not hold any more, or is needed after all. What was said stays in the history."""
    row = locked(vendor, question, by, policies.may_answer)
    refuse_if_stale(row, opened_version, {"answer": "", "waived_reason": ""})
    if row.answered_at is None and row.waived_at is None:
        raise Conflict(_("This question is open as it is."))
    if row.waived_at is not None:
        require(policies.may_waive, by, row.vendor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it does not hold any more.")})
    put_all(row, _EMPTY)
    return saved(row, by=by, reason=reason)


def open_file(row: VendorAnswer, *, by: User, at: datetime) -> StoredFile:
    """The file that shows the answer, recorded as downloaded by this person."""
    require(policies.may_take_file, by, row.vendor)
    if row.evidence_file is None:
        raise VendorAnswer.DoesNotExist("This answer has no file.")
    note(
        "DOWNLOADED",
        at=at,
        object_type=row._meta.label_lower,
        object_id=row.pk,
        detail={"file": row.evidence_filename, "sha256": row.evidence_file.sha256},
    )
    return row.evidence_file


def locked(vendor: Vendor, question: str, by: User, policy: Policy) -> VendorAnswer:
    """The row as stored, or a new one; always the vendor first."""
    if question not in KEYS:
        raise VendorAnswer.DoesNotExist("There is no such question.")
    current = Vendor.objects.select_for_update().get(pk=vendor.pk)
    require(policy, by, current)
    rows = VendorAnswer.objects.select_for_update(of=("self",)).select_related("evidence_file", "answered_by")
    row = rows.filter(vendor=current, question=question).first() or VendorAnswer(vendor=current, question=question)
    row.vendor = current
    return row


def put_all(row: VendorAnswer, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)


def saved(row: VendorAnswer, *, by: User, reason: str) -> VendorAnswer:
    row.version += 1
    row.clean_fields(exclude=_WHO_AND_WHEN)
    with acting(user_id=by.pk, reason=reason):
        row.save()
    return row


def _stored(upload: HashedUpload, *, at: datetime) -> tuple[StoredFile, str]:
    try:
        checked = uploads.check(upload)
        return uploads.store(upload, checked, at=at), checked.filename
    except ValidationError as problem:
        raise ValidationError({"file": problem.messages}) from problem


def _check(facts: dict[str, str], valid_until: date, today: date) -> None:
    problems: dict[str, str] = {}
    if not facts["answer"]:
        problems["answer"] = _("Say what the vendor answered.")
    if facts["evidence_url"]:
        try:
            _is_address(facts["evidence_url"])
        except ValidationError:
            problems["evidence_url"] = _("Enter an address that begins with https://.")
    if valid_until < today:
        problems["valid_until_date"] = _("This day has passed.")
    elif valid_until - today > LONGEST_VALIDITY:
        problems["valid_until_date"] = _("At most three years ahead.")
    if problems:
        raise ValidationError(problems)
