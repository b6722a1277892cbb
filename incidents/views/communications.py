"""Messages to people outside: who is owed one, drafting, changing, recording that one was sent."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.communications import DraftEditForm, DraftForm, SentForm
from incidents.forms.refusals import take_errors
from incidents.models import Communication
from incidents.policies import communications as policies
from incidents.policies.incidents import may_see_list
from incidents.services import communications, templates
from incidents.services.owed_messages import owed_of
from incidents.services.saying import given_to
from incidents.views.asking import Question, ask
from incidents.views.message_rows import rows_of
from incidents.views.opening import opened, visible, visible_row
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET")
def messages_of(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    now = timezone.now()
    context = frame(incident, request.user, "communication", now) | {
        "rows": rows_of(incident, request.user, now),
        "owed": owed_of(incident, now),
        "may_draft": policies.may_draft(request.user, incident),
        "may_decide": policies.may_decide_not_to(request.user, incident),
    }
    return render(request, "incidents/room/communications.html", context)


def back_to(pk: int) -> str:
    return reverse("incident-communications", args=[pk])


@page(may_see_list, "GET", "POST")
def draft(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_draft, request.user, incident)
    audience, occasion = request.GET.get("audience", ""), request.GET.get("occasion", "")
    known = templates.filled_for(incident, timezone.now())
    begun = next((each for each in known if (each.audience, each.occasion) == (audience, occasion)), None)
    form = DraftForm(request.POST or None, initial=_initial(begun) if begun else {"audience": audience})

    def service(given: dict[str, Any]) -> Communication:
        return communications.draft(
            incident,
            by=request.user,
            at=timezone.now(),
            audience=given["audience"],
            subject=given["subject"],
            text=given["text"],
            template_rules=given["template_rules"],
            occasion=given["occasion"],
        )

    question = Question(
        title=_("Draft a message"),
        submit=_("Keep the draft"),
        section="communication",
        back=back_to(pk),
        lead=_("Others approve it before it may go out. Say what you know, and what you do not know yet."),
        draft=f"message-{pk}-{occasion}" if begun else f"message-{pk}",
    )
    offered = [each for each in known if not audience or each.audience == audience]
    return ask(
        request,
        pk,
        question,
        form,
        service,
        said=_("Drafted. Those who approve it are told."),
        more={"templates": offered, "begun": begun},
        template="incidents/room/draft.html",
    )


def _initial(begun: templates.Filled) -> dict[str, Any]:
    return {
        "audience": begun.audience,
        "subject": begun.subject,
        "text": begun.text,
        "template_rules": begun.rules.pk,
        "occasion": begun.occasion,
    }


@page(may_see_list, "GET", "POST")
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    message = visible_row(request.user, Communication.objects.all(), pk)
    require(policies.may_edit, request.user, message)
    form = DraftEditForm(request.POST or None, instance=message)
    stale: Stale | None = None
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        version = given.pop("opened_version")
        try:
            communications.edit_draft(message, by=request.user, at=timezone.now(), opened_version=version, **given)
        except ValidationError as error:
            take_errors(form, error)
        except Stale as conflict:
            stale = conflict
        else:
            messages.success(request, _("Draft changed."))
            return redirect(back_to(message.incident_id))
    question = Question(
        title=_("Change the draft"),
        submit=_("Save"),
        section="communication",
        back=back_to(message.incident_id),
        warning=_("It was approved as it stands. Other words have to be approved again.") if given_to(message) else "",
    )
    incident = opened(request.user, message.incident_id)
    context = frame(incident, request.user, "communication", timezone.now()) | {
        "question": question,
        "form": form,
        "differences": [(label, *pair) for label, pair in stale.differences.items()] if stale else [],
        "current_version": stale.current.version if stale else None,
    }
    return render(
        request, "incidents/room/question.html", context, status=409 if stale else 422 if form.is_bound else 200
    )


@page(may_see_list, "GET", "POST")
def sent(request: SignedInRequest, pk: int) -> HttpResponse:
    message = visible_row(request.user, Communication.objects.all(), pk)
    require(policies.may_send, request.user, message)
    form = SentForm(request.POST or None)

    def service(given: dict[str, Any]) -> Communication:
        return communications.mark_sent(message, by=request.user, at=timezone.now(), channel=given["channel"])

    question = Question(
        title=_("Mark as sent"),
        submit=_("Mark as sent"),
        section="communication",
        back=back_to(message.incident_id),
        about=str(message),
    )
    return ask(request, message.incident_id, question, form, service, said=_("Recorded as sent."))
