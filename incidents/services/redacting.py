"""Redacted copies: something is taken out of a copy, a second person looks, then more people may read it.

The original stays as it is and as closed as it is. A copy is no less restricted than its original until somebody else
has looked whether nothing was left in.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import CustodyEvent, Evidence, EvidenceOpener, Incident, Redaction, TimelineEntry
from incidents.policies import redactions as policies
from incidents.redacting import Passage, Redacted, not_found, redact, still_there, too_short
from incidents.services import custody, evidence, room, timeline
from incidents.services.wording import optional, required
from registry.kernel.access.verdict import require
from registry.kernel.files import HashedUpload, hashed
from registry.kernel.http.errors import Conflict
from registry.models import User

LONGEST_TEXT = 500_000
"""Bytes of a text that is redacted on a page; what is larger is redacted elsewhere and uploaded."""
Status = Redaction.Status


def text_of(piece: Evidence, *, by: User, at: datetime) -> str | None:
    """What there is to mark, None for what is no text or too long. That the original was read goes on record."""
    require(policies.may_redact, by, piece)
    if piece.file is None:
        custody.view(piece, by=by, at=at)
        return piece.note or None
    if piece.file.size > LONGEST_TEXT:
        return None
    with evidence.open_for_reading(piece, by=by, at=at) as stream:
        content = stream.read()
    try:
        return None if b"\x00" in content else content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def taken_out_of(text: str, passages: Sequence[Passage]) -> Redacted:
    """The text without the passages. Raises ValidationError under `passages` for what would only seem taken out."""
    if not passages:
        raise ValidationError({"passages": _("Mark at least one passage.")})
    if short := too_short(passages):
        raise ValidationError({"passages": _("“%(text)s” is too short.") % {"text": short[0].text}})
    if missing := not_found(text, passages):
        raise ValidationError(
            {"passages": _("“%(text)s” does not stand in the text.") % {"text": missing[0].text[:80]}}
        )
    found = redact(text, passages)
    if left := still_there(found, passages):
        said = _("“%(text)s” could still be read afterwards. Look at the reasons too.") % {"text": left[0].text[:80]}
        raise ValidationError({"passages": said})
    return found


def copy_from_text(
    piece: Evidence, *, by: User, at: datetime, passages: Sequence[Passage], title: str, reason: str, filename: str = ""
) -> Evidence:
    """A copy made here. The original is read, and is not touched."""
    text = text_of(piece, by=by, at=at)
    if text is None:
        raise Conflict(_("%(piece)s is no text that can be marked here. Upload a copy.") % {"piece": piece.reference})
    found = taken_out_of(text, passages)
    name = optional("filename", filename, limit=200) or f"{piece.reference}-redacted.txt"
    told = ngettext("%(n)d place", "%(n)d places", found.taken) % {"n": found.taken}
    reasons = ", ".join(dict.fromkeys(each.reason.strip() for each in passages if each.reason.strip()))
    return add_copy(
        piece, by=by, at=at, upload=hashed(found.text.encode(), name), title=title, reason=reason,
        taken_out=(f"{told}: {reasons}" if reasons else told)[:500], method=_("Passages taken out here"),
    )  # fmt: skip


def add_copy(
    piece: Evidence,
    *,
    by: User,
    at: datetime,
    upload: HashedUpload,
    title: str,
    taken_out: str,
    reason: str,
    filename: str = "",
    method: str = "",
) -> Evidence:
    """A copy from which something was taken out. `filename` stands in place of a name that gives something away."""
    require(policies.may_redact, by, piece)
    about = {
        "taken_out": required("taken_out", taken_out, limit=500),
        "reason": required("reason", reason, limit=500),
    }
    if filename:
        upload.name = required("filename", filename, limit=200)
    return evidence.add_file(
        piece.incident, by=by, at=at, upload=upload, kind=piece.kind, title=required("title", title, limit=200),
        method=method or _("Redacted before it was uploaded"), source=piece.reference, collected_at=at,
        retention=piece.retention, is_restricted=True, then=partial(_enter, piece, about, by=by, at=at),
    )  # fmt: skip


def approve(copy: Evidence, *, by: User, at: datetime, note: str = "") -> Evidence:
    """Nothing was left in: from now on whoever sees the incident reads the copy."""
    return _decide(copy, Status.APPROVED, optional("note", note, limit=300), by=by, at=at)


def refuse(copy: Evidence, *, by: User, at: datetime, reason: str) -> Evidence:
    """Something was left in. The copy stays as closed as its original."""
    return _decide(copy, Status.REFUSED, required("reason", reason, limit=300), by=by, at=at)


def _enter(original: Evidence, about: dict[str, Any], copy: Evidence, *, by: User, at: datetime) -> None:
    """Behind the lock of the room, with the copy just received."""
    row = Evidence.objects.select_related("incident", "file").get(pk=original.pk)
    require(policies.may_redact, by, row)
    custody.require_kept(row)
    copy.redaction_of, copy.is_named_only = row, row.is_named_only
    copy.save()
    for opener in EvidenceOpener.objects.filter(evidence=row, ended_at__isnull=True):
        EvidenceOpener.objects.create(
            evidence=copy, person=opener.person, reason=opener.reason, named_by=opener.named_by, named_at=at
        )
    Redaction.objects.create(copy=copy, made_by=by, made_at=at, **about)
    custody.link(row, CustodyEvent.Kind.REDACTED, by=by, at=at, note=copy.reference)
    _tell_room(copy.incident, copy, _("%(copy)s is a redacted copy of %(original)s."), by=by, at=at)


def _decide(copy: Evidence, status: Status, note: str, *, by: User, at: datetime) -> Evidence:
    with room.entered(copy.incident, by=by, reason=note) as locked:
        row = Evidence.objects.select_related("file", "redaction_of", "redaction", "collected_by").get(pk=copy.pk)
        row.incident = locked
        require(policies.may_decide, by, row)
        if row.redaction.status != Status.WAITING:
            told = {"status": Status(row.redaction.status).label}
            raise Conflict(_("This copy is “%(status)s” already.") % told)
        custody.require_kept(row)
        row.redaction.status, row.redaction.decision_note = status, note
        row.redaction.decided_by, row.redaction.decided_at = by, at
        row.redaction.save()
        is_approved = status == Status.APPROVED
        if is_approved:
            row.is_restricted = row.is_named_only = False
            row.save()
        kind = CustodyEvent.Kind.COPY_APPROVED if is_approved else CustodyEvent.Kind.COPY_REFUSED
        custody.link(row, kind, by=by, at=at, note=note)
        text = _("%(copy)s, a redacted copy of %(original)s, was approved.") if is_approved else _(
            "%(copy)s, a redacted copy of %(original)s, was refused."
        )  # fmt: skip
        _tell_room(locked, row, text, by=by, at=at)
        room.touch(locked)
        return row


def _tell_room(incident: Incident, copy: Evidence, text: str, *, by: User, at: datetime) -> None:
    original = copy.redaction_of.reference if copy.redaction_of else ""
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.EVIDENCE,
        text=text % {"copy": copy.reference, "original": original},
        by=by,
        at=at,
        data={"evidence": copy.pk, "redaction": True},
    )
