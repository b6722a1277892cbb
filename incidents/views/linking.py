"""Incidents that belong together: listed, linked, unlinked, and one split in two."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.linking import LinkForm, SplitForm, UnlinkForm
from incidents.models import Incident, IncidentLink
from incidents.policies.incidents import may_lead, may_see_list, may_unlink, may_work
from incidents.services import linking, splitting
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require, verdict
from registry.kernel.http.pages import page
from registry.models import User
from registry.views.requests import SignedInRequest

SECTION = "related"


@page(may_see_list, "GET")
def related(request: SignedInRequest, pk: int) -> HttpResponse:
    """Only those that this person may see, too."""
    incident = opened(request.user, pk)
    rows = linking.visible_links(incident, request.user)
    context = frame(incident, request.user, SECTION, timezone.now()) | {
        "listed": [_read_from(incident, row, request.user) for row in rows],
        "may_link": may_work(request.user, incident),
        "may_split": may_lead(request.user, incident)
        & verdict(len(incident.links.all()) > 1, _("It concerns one workflow only, so that nothing could go over.")),
    }
    return render(request, "incidents/room/related.html", context)


def _read_from(incident: Incident, row: IncidentLink, user: User) -> dict[str, Any]:
    """The link as it reads in this room."""
    is_source = row.source_id == incident.pk
    how = row.get_kind_display() if is_source else IncidentLink.BACKWARDS[IncidentLink.Kind(row.kind)]
    other = row.target if is_source else row.source
    return {"link": row, "how": how, "other": other, "may_unlink": may_unlink(user, row)}


@page(may_see_list, "GET", "POST")
def link(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    form = LinkForm(request.POST or None, user=request.user)

    def service(given: dict[str, Any]) -> IncidentLink:
        words = {"to": given["to"], "kind": given["kind"], "note": given["note"]}
        return linking.link(incident, by=request.user, at=timezone.now(), **words)

    question = _question(pk, _("Link to another incident"), _("Link them"), _("Both rooms show the link."))
    return ask(request, pk, question, form, service, said=_("Linked."))


@page(may_see_list, "GET", "POST")
def unlink(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = Incident.objects.visible_to(request.user).values("pk")
    rows = IncidentLink.objects.filter(pk=pk, source__in=seen, target__in=seen).select_related("source", "target")
    found = rows.first()
    if found is None:
        raise Http404
    require(may_unlink, request.user, found)
    form = UnlinkForm(request.POST or None)

    def service(given: dict[str, Any]) -> None:
        linking.unlink(found, by=request.user, at=timezone.now(), reason=given["reason"])

    words = {"one": found.source.reference, "other": found.target.reference}
    title = _("Take the link between %(one)s and %(other)s back") % words
    return ask(
        request,
        found.source_id,
        _question(found.source_id, title, _("Take it back")),
        form,
        service,
        said=_("Taken back."),
    )


@page(may_see_list, "GET", "POST")
def split(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_lead, request.user, incident)
    form = SplitForm(request.POST or None, incident=incident)

    def service(given: dict[str, Any]) -> Incident:
        names = ("title", "summary", "workflows", "entries", "reason")
        return splitting.split(incident, by=request.user, at=timezone.now(), **{name: given[name] for name in names})

    lead = _("A new incident takes some workflows and copies of entries. History, evidence and frozen state stay here.")
    question = _question(pk, _("Split this incident in two"), _("Split it"), lead)
    return ask(request, pk, question, form, service, to=lambda made: str(made.get_absolute_url()), said=_("Split."))


def _question(pk: int, title: str, submit: str, lead: str = "") -> Question:
    back = reverse("incident-related", args=[pk])
    return Question(title=title, submit=submit, section=SECTION, back=back, lead=lead)
