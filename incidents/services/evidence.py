"""Evidence taken in: the bytes exactly as they came, their hash, and where they come from."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from incidents.lifecycle import Phase, PhaseStatus
from incidents.models import CustodyEvent, Evidence, EvidenceRequest, Incident, TimelineEntry
from incidents.policies.evidence import may_add
from incidents.policies.evidence_requests import may_hand_in
from incidents.services import phases, room, timeline
from incidents.services.custody import hold, link, release, view
from incidents.services.evidence_answers import handed_in
from incidents.services.handing_out import open_for_reading
from incidents.services.reclassifying import reclassify
from incidents.services.retention_due import begin_for
from incidents.services.uploading import stored_upload
from incidents.services.verifying import verify
from incidents.services.wording import chosen, optional, required
from incidents.tracing import Trace
from registry.kernel.access.verdict import require
from registry.kernel.files import HashedUpload
from registry.kernel.http.errors import Conflict
from registry.models import StoredFile, User

__all__ = [
    "add_file",
    "add_note",
    "hold",
    "open_for_reading",
    "reclassify",
    "release",
    "verify",
    "view",
]


@dataclass(frozen=True)
class Origin:
    """What a program says of where a piece comes from, beside its words. `key` is its own name for it."""

    trace: Trace | None = None
    run_id: str = ""
    observed_at: datetime | None = None
    key: str = ""

    def fields(self) -> dict[str, Any]:
        trace = self.trace or Trace("")
        return {
            "trace_id": trace.trace_id,
            "span_id": trace.span_id,
            "run_id": self.run_id,
            "observed_at": self.observed_at,
            "push_key": self.key,
        }


def add_file(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    upload: HashedUpload,
    kind: str,
    title: str,
    method: str,
    source: str,
    collected_at: datetime,
    retention: str = Evidence.Retention.STANDARD,
    is_restricted: bool = False,
    note: str = "",
    request: EvidenceRequest | None = None,
    origin: Origin | None = None,
    then: Callable[[Evidence], None] | None = None,
) -> Evidence:
    """A file as evidence. Each incident holds a content once; another incident may hold it too. With `request` it is
    handed in for what was asked, by somebody who need not work there. `then` is called with the piece, before
    the room is left.

    Raises ValidationError under `file` for what may not be kept. Nothing is stored then.

    The content is stored before the room is locked: reading, copying and encrypting two gigabytes takes minutes, in
    which somebody may have to stop the workflow.
    """
    _require_may(by, incident, request)
    about = _about(
        kind=kind, title=title, method=method, source=source, collected_at=collected_at, retention=retention, at=at
    )
    about["note"] = optional("note", note)
    _refuse_second_copy(incident, upload.sha256)
    stored, filename = stored_upload(upload, at=at)
    with room.entered(incident, by=by) as locked:
        _require_may(by, locked, request)
        _refuse_second_copy(locked, upload.sha256)
        evidence = _received(
            locked, by=by, at=at, **about, is_restricted=is_restricted, file=stored, request=request,
            **(origin or Origin()).fields(), filename=filename, declared_type=(upload.content_type or "")[:100],
        )  # fmt: skip
        _require_content(stored)
        if then is not None:
            then(evidence)
        return evidence


def add_note(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    kind: str,
    title: str,
    method: str,
    source: str,
    collected_at: datetime,
    note: str = "",
    link: str = "",
    retention: str = Evidence.Retention.STANDARD,
    is_restricted: bool = False,
    request: EvidenceRequest | None = None,
    origin: Origin | None = None,
) -> Evidence:
    """Words, a link or the id of a trace as evidence, where there is no file; with `request` handed in for what was
    asked.
    """
    with room.entered(incident, by=by) as locked:
        _require_may(by, locked, request)
        words, address = optional("note", note), optional("link", link, limit=1000)
        given = origin or Origin()
        if not words and not address and given.trace is None:
            raise ValidationError({"note": _("Add a file, a link or a note.")})
        if address:
            _check_link(address)
        about = _about(
            kind=kind, title=title, method=method, source=source, collected_at=collected_at, retention=retention, at=at
        )
        return _received(
            locked, by=by, at=at, **about, **given.fields(), note=words, link=address, is_restricted=is_restricted,
            request=request,
        )  # fmt: skip


def _require_may(by: User, incident: Incident, request: EvidenceRequest | None) -> None:
    if request is None:
        require(may_add, by, incident)
    elif request.incident_id != incident.pk:
        raise ValidationError({"request": _("This was asked for in another incident.")})
    else:
        require(may_hand_in, by, request)


def _about(
    *, kind: str, title: str, method: str, source: str, collected_at: datetime, retention: str, at: datetime
) -> dict[str, Any]:
    if collected_at.utcoffset() is None:
        raise ValidationError({"collected_at": _("This time has no time zone.")})
    if collected_at > at:
        raise ValidationError({"collected_at": _("This time lies in the future.")})
    return {
        "kind": chosen("kind", kind, Evidence.Kind),
        "title": required("title", title, limit=200),
        "method": required("method", method, limit=200),
        "source": required("source", source, limit=200),
        "retention": chosen("retention", retention, Evidence.Retention),
        "collected_at": collected_at,
    }


def _require_content(stored: StoredFile) -> None:
    """Refuse content that was let go of between being stored and being pointed to, which keeps it from now on."""
    if StoredFile.objects.filter(pk=stored.pk, condition=StoredFile.Condition.REMOVED).exists():
        raise Conflict(_("The same content was disposed of at this very moment. Send the file again."))


def _check_link(address: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as problem:
        raise ValidationError({"link": _("Enter a full address beginning with http:// or https://.")}) from problem


def _refuse_second_copy(incident: Incident, sha256: str) -> None:
    kept = Evidence.objects.exclude(custody=Evidence.Custody.DISPOSED)
    earlier = kept.filter(incident=incident, file__sha256=sha256).first()
    if earlier is not None:
        raise Conflict(
            _("This very file is already evidence here: %(reference)s, received under the name “%(name)s”.")
            % {"reference": earlier.reference, "name": earlier.filename}
        )


def _received(incident: Incident, *, by: User, at: datetime, **fields: Any) -> Evidence:
    evidence = Evidence.objects.create(incident=incident, collected_by=by, received_at=at, **fields)
    stored = evidence.file
    link(evidence, CustodyEvent.Kind.RECEIVED, by=by, at=at, note=evidence.method)
    if evidence.request is not None:
        handed_in(evidence.request, evidence, by=by, at=at)
    begin_for(evidence, at=at)
    phases.advance(incident, Phase.PRESERVE, PhaseStatus.ACTIVE, at=at)
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.EVIDENCE,
        text=_("Evidence received: %(reference)s %(title)s.")
        % {"reference": evidence.reference, "title": _("(restricted)") if evidence.is_restricted else evidence.title},
        by=by,
        at=at,
        data={
            "evidence": evidence.pk,
            "filename": "" if evidence.is_restricted else evidence.filename,
            "size": stored.size if stored else None,
            "sha256": stored.sha256 if stored else "",
        },
    )
    room.touch(incident)
    return evidence
