"""Evidence pushed by programs: pipelines, tracing systems, scheduled jobs. What is sent twice is kept once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from incidents.models import Evidence, Incident
from incidents.policies.evidence import may_add
from incidents.services import evidence, room
from incidents.services.evidence import Origin
from incidents.services.wording import chosen, optional, required
from incidents.tracing import BadTrace, Trace, trace_of
from registry.kernel.access.verdict import require
from registry.kernel.files import HashedUpload
from registry.kernel.http.errors import Conflict
from registry.models import User

MOST = 100
"""Items of one call."""


@dataclass(frozen=True)
class Pushed:
    """`is_new`: whether this call brought it, rather than an earlier one with the same key or content."""

    piece: Evidence
    is_new: bool


def push(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    kind: str,
    source: str,
    title: str = "",
    method: str = "",
    key: str = "",
    trace_id: str = "",
    span_id: str = "",
    run_id: str = "",
    observed_at: datetime | None = None,
    collected_at: datetime | None = None,
    upload: HashedUpload | None = None,
    carried: Trace | None = None,
    **more: Any,
) -> Pushed:
    """One piece. The same `key` again gives what is there; without a key, the same content does.

    `carried` is the trace that the call itself belongs to; it counts where the body names none. `more` as
    `evidence.add_file` and `add_note` take it: note, link, retention, is_restricted.
    """
    require(may_add, by, incident)
    origin = Origin(
        trace=_checked(trace_id, span_id) or carried,
        run_id=optional("run_id", run_id, limit=200),
        observed_at=_past(observed_at, at),
        key=optional("key", key, limit=200),
    )
    about: dict[str, Any] = {
        "kind": kind,
        "title": optional("title", title) or _usual_title(kind, source),
        "method": method or _("Pushed by a program"),
        "source": source,
        "collected_at": collected_at or at,
    }
    found = _there(incident, origin, about, more, upload)
    if found is not None:
        return Pushed(found, is_new=False)
    try:
        if upload is not None:
            made = evidence.add_file(incident, by=by, at=at, upload=upload, origin=origin, **about, **more)
        else:
            made = _noted(incident, by=by, at=at, origin=origin, about=about, more=more)
    except Conflict:
        # The same was sent by another call at the same moment, and was first.
        found = _there(incident, origin, about, more, upload)
        if found is None:
            raise
        return Pushed(found, is_new=False)
    return Pushed(made, is_new=True)


def push_many(incident: Incident, items: Iterable[Mapping[str, Any]], *, by: User, at: datetime) -> list[Pushed]:
    """Links, notes and ids together, all or none. Raises ValidationError under `items` for the first that is wrong."""
    rows = list(items)
    if not rows or len(rows) > MOST:
        raise ValidationError({"items": _("Send between 1 and %(most)d items.") % {"most": MOST}})
    found = []
    with transaction.atomic():
        for number, row in enumerate(rows, start=1):
            try:
                found.append(push(incident, by=by, at=at, **row))
            except ValidationError as wrong:
                said = " ".join(wrong.messages)
                raise ValidationError({"items": _("Item %(n)d: %(said)s") % {"n": number, "said": said}}) from wrong
    return found


def _noted(
    incident: Incident, *, by: User, at: datetime, origin: Origin, about: dict[str, Any], more: dict[str, Any]
) -> Evidence:
    """Looked for once more behind the lock, so that two calls at the same moment make one piece."""
    with room.entered(incident, by=by) as locked:
        if _there(locked, origin, about, more, None) is not None:
            raise Conflict(_("This was sent before."))
        return evidence.add_note(locked, by=by, at=at, origin=origin, **about, **more)


def _there(
    incident: Incident, origin: Origin, about: dict[str, Any], more: dict[str, Any], upload: HashedUpload | None
) -> Evidence | None:
    """What an earlier call brought. A Conflict where the same key came with another content."""
    rows = Evidence.objects.filter(incident=incident).select_related("file", "incident", "collected_by")
    trace = origin.trace or Trace("")
    link, note = more.get("link", "").strip(), more.get("note", "").strip()
    if origin.key:
        earlier = rows.filter(push_key=origin.key).first()
        if earlier is not None and not _is_same(earlier, upload, link, note, trace):
            raise Conflict(_("The key “%(key)s” came before with another content.") % {"key": origin.key})
        return earlier
    kept = rows.exclude(custody=Evidence.Custody.DISPOSED)
    if upload is not None:
        return kept.filter(file__sha256=upload.sha256).first()
    same = {"kind": about["kind"], "link": link, "note": note, "run_id": origin.run_id}
    return kept.filter(file=None, trace_id=trace.trace_id, span_id=trace.span_id, **same).first()


def _is_same(piece: Evidence, upload: HashedUpload | None, link: str, note: str, trace: Trace) -> bool:
    if upload is not None:
        return piece.file is not None and piece.file.sha256 == upload.sha256
    return (piece.file_id, piece.link, piece.note, piece.trace_id) == (None, link, note, trace.trace_id)


def _checked(trace_id: str, span_id: str) -> Trace | None:
    try:
        return trace_of(trace_id, span_id)
    except BadTrace as bad:
        said = {
            "trace_id": _("A trace id is 32 hexadecimal digits, not all of them zero."),
            "span_id": _("A span id is 16 hexadecimal digits, not all of them zero."),
        }
        raise ValidationError({bad.field: said[bad.field]}) from None


def _past(observed_at: datetime | None, at: datetime) -> datetime | None:
    if observed_at is None:
        return None
    if observed_at.utcoffset() is None:
        raise ValidationError({"observed_at": _("This time has no time zone.")})
    if observed_at > at:
        raise ValidationError({"observed_at": _("This time lies in the future.")})
    return observed_at


def _usual_title(kind: str, source: str) -> str:
    label = Evidence.Kind(chosen("kind", kind, Evidence.Kind)).label
    return _("%(kind)s from %(source)s") % {"kind": label, "source": required("source", source, limit=150)}
