"""The room in the browser, kept up to date: its stream, and how what is new is drawn for pages."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.lifecycle import State
from incidents.live.drawing import Kind, drawers
from incidents.live.opening import streamed
from incidents.models import Incident, TimelineEntry
from incidents.policies.evidence import is_closed_to_kind
from incidents.policies.incidents import may_see_list
from incidents.services import first_hour, presence, reading
from incidents.services.presence import Here
from incidents.views.first_hour import panel_of
from incidents.views.opening import visible, with_figures
from incidents.views.room_frame import standing
from incidents.views.timeline_lines import lines_of
from registry.kernel.http.pages import page
from registry.severities import Severity
from registry.views.requests import SignedInRequest

FORM = "page"
FOR_ALL = {
    "severity": "incidents/room/severity_mark.html",
    "tags": "incidents/room/tags.html",
    "state": "incidents/state.html",
    "clocks": "incidents/room/clocks.html",
    "tracks": "incidents/room/tracks.html",
}
"""Templates of parts of the page, by their names on it (`data-part`)."""
BY_KIND = {"alarm": "incidents/room/alarm.html", "first_hour_panel": "incidents/room/first_hour_panel.html"}
"""Parts that are others for who works in the room than for who looks."""
SPOKEN = 120
"""Letters of an entry that are read out."""


@page(may_see_list, "GET")
def stream(request: SignedInRequest, pk: int) -> HttpResponse:
    """Events with what is new, as long as this person may see the room."""
    incident = visible(request.user, pk)
    reading.opened(incident, by=request.user, at=timezone.now())
    return streamed(request, incident, by=request.user, form=FORM)


@page(may_see_list, "POST")
def writing(request: SignedInRequest, pk: int) -> HttpResponse:
    """A sign that this person is writing something in the room."""
    presence.tell_writing(visible(request.user, pk), by=request.user, at=timezone.now())
    return HttpResponse(status=204)


class Page:
    """What the script of the room puts in place. Forms in it go without a token; the page has one."""

    def line(self, entries: Sequence[TimelineEntry], incident: Incident, kind: Kind, at: datetime) -> list[Any]:
        lines = lines_of(
            entries, incident, at, lambda piece: is_closed_to_kind(piece, reads_restricted=kind.reads_restricted)
        )
        may = {"may": {"work": kind.works}}
        return [
            {
                "id": line.entry.pk,
                "html": render_to_string("incidents/room/line.html", {"line": line, "entry": line.entry} | may),
            }
            for line in lines
        ]

    def about(self, entries: Sequence[TimelineEntry]) -> dict[str, Any]:
        newest = entries[-1]
        words = {"n": len(entries), "newest": spoken(newest)}
        said = ngettext("%(n)s new entry: %(newest)s", "%(n)s new entries, the newest: %(newest)s", len(entries))
        return {"said": said % words}

    def room(self, incident: Incident, kind: Kind, at: datetime) -> dict[str, Any]:
        """The parts of the page that show how it stands, and the numbers on its tabs."""
        context, parts = stands(incident.pk, at)
        found = context["incident"]
        return {
            "version": found.version,
            "step": context["step_mark"],
            "said": _("Now: %(state)s, %(mark)s.") % {"state": State(found.state).label, "mark": marked(found)},
            "parts": parts | drawn(BY_KIND, context | {"may": {"work": kind.works}}),
            "counts": {
                "all": found.entries_all,
                "pinned": found.entries_pinned,
                "decisions": found.entries_decisions,
                "evidence": found.entries_evidence,
            },
        }

    def present(self, people: Sequence[Here], at: datetime) -> Any:
        context = {"present": people}
        return {
            "summary": render_to_string("incidents/room/present_summary.html", context),
            "people": render_to_string("incidents/room/present_people.html", context),
        }


@lru_cache(maxsize=1)
def stands(pk: int, at: datetime) -> tuple[dict[str, Any], dict[str, str]]:
    """How the incident stands, read and drawn once in a look, whatever kinds of readers there are."""
    rows = with_figures(Incident.objects.filter(pk=pk)).annotate(**first_hour.figures())
    found: Any = rows.select_related("output_tally").get()
    context = standing(found, at) | {"panel": panel_of(found, at)}
    return context, drawn(FOR_ALL, context)


def drawn(templates: dict[str, str], context: dict[str, Any]) -> dict[str, str]:
    return {name: render_to_string(template, context) for name, template in templates.items()}


def spoken(entry: TimelineEntry) -> str:
    who = entry.author.name if entry.author is not None else _("Holdfast")
    return f"{entry.get_kind_display()}, {who}: {Truncator(entry.text).chars(SPOKEN)}"


def marked(incident: Incident) -> str:
    if incident.category != Incident.Category.INCIDENT:
        return str(incident.get_category_display())
    return str(Severity(incident.severity).label) if incident.severity else _("severity not judged")


drawers[FORM] = Page()
