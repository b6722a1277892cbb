"""The mail that gathers what happened to the workflows somebody watches: as text, and the same as a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.digest_times import newest_due, next_due
from registry.models import DigestRhythm, Installation, Notice, SavedView, User, Workflow

VIEW = SavedView._meta.label_lower
AT_MOST = 200
"""Notices in one mail. More are named by their number, with a link to them."""


@dataclass
class Part:
    """One workflow, or saved view, and what happened to it."""

    name: str
    reference: str
    url: str
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True)
class Written:
    subject: str
    text: str
    html: str


def zone_of(person: User) -> ZoneInfo:
    """That of the installation for whoever chose none, or one that there is no more."""
    try:
        return ZoneInfo(person.time_zone or settings.TIME_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)


def due_before(person: User, at: datetime) -> datetime:
    """The moment, at or before `at`, at which this person's mail was due last."""
    return newest_due(at, hour=person.digest_hour, zone=zone_of(person), weekday=_weekday(person))


def due_after(person: User, at: datetime) -> datetime:
    return next_due(at, hour=person.digest_hour, zone=zone_of(person), weekday=_weekday(person))


def _weekday(person: User) -> int | None:
    return person.digest_weekday if person.digest_rhythm == DigestRhythm.WEEKLY else None


def write(person: User, notices: Sequence[Notice]) -> Written:
    """Grouped by workflow, in the words of the notices."""
    parts = _parts(notices[:AT_MOST])
    context = {
        "parts": parts,
        "more": len(notices) - AT_MOST if len(notices) > AT_MOST else 0,
        "lead": _lead(len(notices), len(parts), has_views=any(notice.object_type == VIEW for notice in notices)),
        "rhythm": _rhythm(person),
        "site": settings.SITE_URL,
        "product": settings.PRODUCT_NAME,
        "organisation": Installation.objects.filter(pk=1).values_list("organisation", flat=True).first() or "",
        "settings_url": reverse("digest-settings"),
        "watches_url": reverse("watches"),
        "notices_url": reverse("notices"),
    }
    with timezone.override(zone_of(person)):
        return Written(
            subject=f"{settings.PRODUCT_NAME}: {context['lead']}",
            text=render_to_string("notices/digest.txt", context),
            html=render_to_string("notices/digest.html", context),
        )


def _lead(notices: int, parts: int, *, has_views: bool) -> str:
    what = ngettext("%(n)s notice", "%(n)s notices", notices) % {"n": notices}
    if has_views:
        where = ngettext("%(n)s thing you watch", "%(n)s things you watch", parts) % {"n": parts}
    else:
        where = ngettext("%(n)s workflow you watch", "%(n)s workflows you watch", parts) % {"n": parts}
    return _("%(notices)s about %(workflows)s") % {"notices": what, "workflows": where}


def _rhythm(person: User) -> str:
    words = {"hour": f"{person.digest_hour:02d}:00", "zone": zone_of(person).key.replace("_", " ")}
    if person.digest_rhythm == DigestRhythm.WEEKLY:
        return _("once a week, at %(hour)s (%(zone)s)") % words
    return _("every day at %(hour)s (%(zone)s)") % words


def _parts(notices: Sequence[Notice]) -> list[Part]:
    """Views before workflows."""
    of_views = [notice for notice in notices if notice.object_type == VIEW]
    rest = [notice for notice in notices if notice.object_type != VIEW]
    return [*_parts_of_views(of_views), *_parts_of_workflows(rest)]


def _parts_of_views(notices: Sequence[Notice]) -> list[Part]:
    """Saved views that are watched, each once, by name."""
    views = SavedView.objects.in_bulk({int(notice.object_id) for notice in notices})
    parts: dict[str, Part] = {}
    for notice in notices:
        view = views.get(int(notice.object_id))
        part = parts.setdefault(notice.object_id, Part(view.name if view else "", _("saved view"), notice.url, []))
        part.notices.append(notice)
    return sorted(parts.values(), key=lambda part: part.name.casefold())


def _parts_of_workflows(notices: Sequence[Notice]) -> list[Part]:
    """In the order of the workflows' names; within one, oldest first."""
    numbers = {int(notice.under_id) for notice in notices if notice.under_id.isdecimal()}
    names = dict(Workflow.objects.filter(pk__in=numbers).values_list("pk", "name"))
    parts: dict[int, Part] = {}
    for notice in notices:
        pk = int(notice.under_id) if notice.under_id.isdecimal() else 0
        workflow = Workflow(pk=pk)
        part = parts.setdefault(pk, Part(names.get(pk, ""), workflow.reference, workflow.get_absolute_url()))
        part.notices.append(notice)
    return sorted(parts.values(), key=lambda part: (part.name.casefold(), part.reference))
