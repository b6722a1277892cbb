"""What is kept and what was said: evidence with custody, updates, communications, obligations."""

from typing import Any

from incidents.models import Communication, CustodyEvent, Evidence, Incident, Obligation, Redaction, TimelineEntry
from incidents.reports.identity import name_of
from incidents.reports.resting import resting
from registry.kernel.audit.asof import present


def evidence(incident: Incident) -> list[dict[str, Any]]:
    rows = incident.evidence.select_related("file", "collected_by", "redaction_of", "redaction__made_by")
    rows = rows.select_related("redaction__decided_by").prefetch_related("custody_events__by", "redactions__redaction")
    closed = restricted_keys(incident)
    return [_withheld(row) if str(row.pk) in closed else _item(row) for row in rows.order_by("id")]


def requests(incident: Incident) -> list[dict[str, Any]]:
    """What was asked of whom, and what came of it."""
    rows = incident.evidence_requests.select_related("person").prefetch_related("pieces").order_by("asked_at", "id")
    return [
        {
            "wanted": row.wanted,
            "person": row.person.name,
            "reason": row.reason,
            "asked_at": row.asked_at,
            "due_at": row.due_at,
            "status": str(row.get_status_display()),
            "answer": str(row.get_answer_display()) or None,
            "note": row.answer_note or row.settled_note or None,
            "pieces": [piece.reference for piece in row.pieces.all()],
        }
        for row in rows
    ]


def restricted_keys(incident: Incident) -> set[str]:
    """Keys of the pieces a report says nothing about but that they are there: it travels further than they may.

    Judged as of now, whatever moment the report is of.
    """
    with present():
        keys = Evidence.objects.filter(incident_id=incident.pk, is_restricted=True).values_list("pk", flat=True)
        return {str(pk) for pk in keys}


def _withheld(row: Evidence) -> dict[str, Any]:
    """What everybody who sees the incident may know of a restricted piece; its links of custody say when, not what."""
    told = ("reference", "kind", "collected_by", "collected_at", "retention_class", "is_on_hold", "redacted_copies")
    whole = _item(row)
    return {
        **dict.fromkeys(whole),
        **{name: whole[name] for name in told},
        "is_withheld": True,
        "custody": [{**link, "reason": ""} for link in whole["custody"]],
    }


def _item(row: Evidence) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "is_withheld": False,
        "title": row.title,
        "kind": str(row.get_kind_display()),
        "filename": row.filename or row.link or None,
        "size": row.file.size if row.file else None,
        "sha256": row.file.sha256 if row.file else None,
        "collected_by": row.collected_by.name,
        "collected_at": row.collected_at,
        "method": row.method,
        "source": row.source,
        "retention_class": str(row.get_retention_display()),
        "is_on_hold": row.is_on_hold,
        "hold_reason": _why_held(row) if row.is_on_hold else None,
        "redacted_copies": [copy.reference for copy in row.redactions.all() if _is_clean(copy)],
        "redaction": _redaction(row),
        "custody": [
            {
                "at": link.at,
                "action": str(link.get_kind_display()),
                "by": name_of(link.by) or "Holdfast",
                "reason": link.note,
            }
            for link in row.custody_events.all()
        ],
    }


def _is_clean(copy: Evidence) -> bool:
    return hasattr(copy, "redaction") and copy.redaction.status == Redaction.Status.APPROVED


def _redaction(row: Evidence) -> dict[str, Any] | None:
    if row.redaction_of is None or not _is_clean(row):
        return None
    made = row.redaction
    return {
        "original": row.redaction_of.reference,
        "taken_out": made.taken_out,
        "reason": made.reason,
        "made_by": made.made_by.name,
        "made_at": made.made_at,
        "approved_by": name_of(made.decided_by),
        "approved_at": made.decided_at,
    }


def _why_held(row: Evidence) -> str | None:
    """The reason given with the newest hold; evidence is under hold from the start, for no reason but that."""
    links = [link for link in row.custody_events.all() if link.kind == CustodyEvent.Kind.HELD]
    return max(links, key=lambda link: link.pk).note or None if links else None


def updates(incident: Incident) -> list[dict[str, Any]]:
    rows = incident.timeline.filter(is_internal_update=True, kind=TimelineEntry.Kind.UPDATE).select_related("author")
    return [
        {"at": row.occurred_at, "by": name_of(row.author), "audience": None, "text": row.text}
        for row in rows.order_by("occurred_at", "id")
    ]


def communications(incident: Incident) -> list[dict[str, Any]]:
    rows = incident.communications.select_related("drafted_by", "approved_by", "sent_by").order_by("id")
    rows = rows.prefetch_related("approvals__by", "ties__by", "ties__evidence", "ties__entry")
    closed = {int(key) for key in restricted_keys(incident)}
    return [_communication(row, closed) for row in rows]


def _communication(row: Communication, closed: set[int]) -> dict[str, Any]:
    decided = row.status == Communication.Status.NOT_NEEDED
    return {
        "audience": str(row.get_audience_display()),
        "subject": row.subject,
        "text": row.text,
        "status": str(row.get_status_display()),
        "drafted_by": row.drafted_by.name,
        "drafted_at": row.drafted_at,
        "approvals": _approvals(row),
        "sentences": resting(row, closed=closed),
        "sent_at": row.sent_at,
        "sent_by": name_of(row.sent_by),
        "not_sent_reason": row.decision_reason or None,
        "decided_by": row.drafted_by.name if decided else None,
        "decided_at": row.drafted_at if decided else None,
    }


def _approvals(row: Communication) -> list[dict[str, Any]]:
    """Those that count and those that do no longer. A message from before they were named by rule has one."""
    found = [
        {
            "by": each.by.name,
            "role": str(each.get_role_display()),
            "outcome": str(each.get_outcome_display()),
            "at": each.at,
            "sha256": each.sha256,
            "note": each.note or None,
            "voided_at": each.voided_at,
            "void_reason": each.void_reason or None,
        }
        for each in row.approvals.all()
    ]
    if found or row.approved_by is None:
        return found
    whole = dict.fromkeys(("by", "role", "outcome", "at", "sha256", "note", "voided_at", "void_reason"))
    approved = str(Communication.Status.APPROVED.label)
    return [{**whole, "by": row.approved_by.name, "outcome": approved, "at": row.approved_at}]


def obligations(incident: Incident) -> list[dict[str, Any]]:
    submitted = Obligation.Status.SUBMITTED
    return [
        {
            "name": row.name,
            "authority": row.authority,
            "basis": None,
            "due_at": row.due_at,
            "status": str(row.get_status_display()),
            "submitted_at": row.settled_at if row.status == submitted else None,
            "submitted_by": name_of(row.settled_by) if row.status == submitted else None,
            "explanation": row.explanation or None,
        }
        for row in incident.obligations.select_related("settled_by").order_by("due_at", "id")
    ]
