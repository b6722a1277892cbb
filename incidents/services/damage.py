"""What follows when a stored file is found altered, missing, or sound again: everybody concerned learns it once."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from incidents.models import CustodyEvent, Evidence, Incident, TimelineEntry
from incidents.policies.incidents import may_see
from incidents.services import room, timeline
from incidents.services.custody import CUSTODY, FOUND, link
from incidents.services.telling import staff
from registry.kernel.files import DAMAGED
from registry.kernel.notify.tell import tell
from registry.models import Role, StoredFile, User

BAD = (Evidence.Custody.ALTERED, Evidence.Custody.MISSING)


@dataclass(frozen=True)
class Alarm:
    """Watches the check of stored files (`registry.kernel.storage.checking.Watcher`).

    `by` is who came upon it and `how` how, where it was not the regular check.
    """

    by: User | None = None
    how: str = ""

    def prepare(self, stored: StoredFile) -> None:
        """Rooms are locked before files everywhere, and in one order."""
        concerned = Evidence.objects.filter(file=stored).values("incident")
        list(Incident.objects.select_for_update().filter(pk__in=concerned).order_by("pk").values_list("pk"))

    def found(self, stored: StoredFile, before: str, digest: str, *, at: datetime) -> None:
        pieces = list(living(stored))
        for piece in pieces:
            enter(piece, CUSTODY[StoredFile.Condition(stored.condition)], digest, at=at, by=self.by, how=self.how)
        # Files that read again come back together, as a disk or a key does: one notice an hour is enough.
        was_away = before == StoredFile.Condition.UNREADABLE and stored.condition not in DAMAGED
        key = f"files-readable-{at:%Y%m%d%H}" if was_away else f"file-{stored.pk}-{stored.condition}-{at:%Y%m%d%H%M%S}"
        _tell_all(key, stored, pieces, _what_now(stored), at=at)

    def unreadable(self, stored: StoredFile, sentence: str, *, at: datetime) -> None:
        """One notice an hour, however many files a missing disk or key makes unreadable: the page lists them all."""
        words = {"hash": stored.sha256, "why": sentence}
        why = _(
            "SHA-256 on record: %(hash)s. %(why)s There may be others: all files that cannot be read stand under "
            "Audit log, Ledger. They are tried again every quarter of an hour."
        )
        _tell_all(f"files-unreadable-{at:%Y%m%d%H}", stored, list(living(stored)), why % words, at=at)


def living(stored: StoredFile) -> "list[Evidence]":
    rows = Evidence.objects.filter(file=stored).exclude(custody=Evidence.Custody.DISPOSED)
    return list(rows.select_related("incident", "file").order_by("pk"))


def enter(
    piece: Evidence, custody: Evidence.Custody, digest: str, *, at: datetime, by: User | None = None, how: str = ""
) -> None:
    """The finding in the chain and the timeline of one piece, in each unless it is known there. The room is locked."""
    is_news = piece.custody != custody
    if custody == Evidence.Custody.VERIFIED and piece.custody not in BAD:
        return
    if is_news:
        piece.custody, piece.checked_at = custody, at
        piece.save()
        kind, note = CustodyEvent.Kind(FOUND[custody]), how or _("Regular check of stored files")
        link(piece, kind, by=by, at=at, sha256=digest, note=note)
    if is_news or not _stands_on_timeline(piece, custody):
        tell_room(piece, custody, digest, by=by, at=at)


def tell_room(piece: Evidence, custody: Evidence.Custody, digest: str, *, by: User | None, at: datetime) -> None:
    """The finding on the timeline of the incident, which is locked."""
    timeline.automatic(
        piece.incident,
        kind=TimelineEntry.Kind.EVIDENCE,
        text=_("%(reference)s: %(custody)s.") % {"reference": piece.reference, "custody": custody.label},
        by=by,
        at=at,
        data={"evidence": piece.pk, "custody": str(custody), "sha256": digest},
    )
    room.touch(piece.incident)


def _stands_on_timeline(piece: Evidence, custody: Evidence.Custody) -> bool:
    """Whether the last finding about the piece there is this one."""
    told = TimelineEntry.objects.filter(
        incident=piece.incident_id, data__evidence=piece.pk, data__custody__isnull=False
    )
    last = told.order_by("-id").first()
    return last is not None and last.data["custody"] == custody


def _tell_all(key: str, stored: StoredFile, pieces: list[Evidence], what_now: str, *, at: datetime) -> None:
    for person in staff(Role.RISK, Role.AUDITOR, Role.ADMINISTRATOR):
        _tell(person, key, stored, pieces, what_now, at=at)


def _tell(person: User, key: str, stored: StoredFile, pieces: list[Evidence], what_now: str, *, at: datetime) -> None:
    seen = [piece for piece in pieces if may_see(person, piece.incident)]
    references = ", ".join(f"{piece.reference} ({piece.incident.reference})" for piece in seen[:10])
    tell(
        key=f"{key}-{person.pk}",
        kind="CUSTODY",
        recipient=person,
        subject=_subject(stored, seen),
        body=f"{_belongs(references, has_hidden=len(seen) < len(pieces))}\n\n{what_now}",
        at=at,
        url=reverse("evidence", args=[seen[0].pk]) if seen else "",
        about=seen[0] if seen else None,
    )


def _subject(stored: StoredFile, seen: list[Evidence]) -> str:
    words = {
        StoredFile.Condition.ALTERED: _("A stored file was found altered"),
        StoredFile.Condition.MISSING: _("A stored file is missing"),
        StoredFile.Condition.UNREADABLE: _("A stored file cannot be read"),
        StoredFile.Condition.SOUND: _("A stored file is as it was again"),
    }
    subject = words[StoredFile.Condition(stored.condition)]
    return f"{subject}: {seen[0].reference}" if seen else subject


def _belongs(references: str, *, has_hidden: bool) -> str:
    if references:
        return _("It is the content of %(references)s.") % {"references": references}
    if has_hidden:
        return _("It belongs to a restricted incident.")
    return _("It belongs to a report, an import or the proof of an action item.")


def _what_now(stored: StoredFile) -> str:
    if stored.condition in DAMAGED:
        sentence = _(
            "SHA-256 on record: %(hash)s. What lies in the store was left as it is. Restore the file from a backup; "
            "the next check will find it and enter that too."
        )
    else:
        sentence = _("SHA-256 on record: %(hash)s. It was read again and agrees.")
    return sentence % {"hash": stored.sha256}
