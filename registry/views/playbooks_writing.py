"""Writing a playbook, and saying that it was looked through."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.playbooks import PlaybookForm, ReviewedForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import Playbook, Workflow
from registry.policies import playbooks as policies
from registry.policies.workflows import may_see_register
from registry.reports.playbook_drafts import drafts_for
from registry.reports.playbook_facts import Facts, Reading
from registry.reports.playbooks import parts
from registry.services import playbooks as services
from registry.views.playbooks import TAB
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page, status_of
from registry.views.workflow_frame import find, frame


@page(may_see_register)
def write(request: SignedInRequest, pk: int) -> HttpResponse:
    """All answers on one page, each beside what the registry knows. A new one begins with words made of that."""
    workflow = find(pk)
    require(policies.may_write, request.user, workflow)
    found = services.playbook_of(workflow)
    form, meeting = _form(request, workflow, found), None
    if request.method == "POST" and form.is_valid():
        if found is None:
            if url := create_once(request, form, lambda: _begun(request, workflow, form)):
                return redirect(url)
        else:
            meeting = _saved(request, found, form)
            if not form.errors and meeting is None:
                return redirect(TAB, pk)
    context = {
        **frame(request, workflow, TAB),
        "form": form,
        "playbook": found,
        "meeting": meeting,
        "blocks": _blocks(form, workflow),
    }
    return render(request, "registry/playbook/write.html", context, status=status_of(form))


@page(may_see_register)
def reviewed(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    found = services.playbook_of(workflow)
    require(policies.may_write, request.user, workflow)
    if found is None:
        raise Http404
    form = ReviewedForm(request.POST or None)
    back = reverse(TAB, args=[pk])
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            services.review(found, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, _("Reviewed. It stands as it is."))
            return back

        if url := create_once(request, form, make):
            return redirect(url)
    title, submit = _("The playbook was looked through"), _("It is true as it stands")
    return form_page(request, workflow, TAB, form, title=title, submit=submit, back=back)


def _form(request: SignedInRequest, workflow: Workflow, found: Playbook | None) -> PlaybookForm:
    if found is not None:
        fresh = services.playbook_of(workflow)
        if request.method == "POST":
            return PlaybookForm(settled(request.POST, PlaybookForm(instance=fresh)), instance=fresh)
        return PlaybookForm(instance=fresh)
    owner = workflow.business_owner_id or request.user.pk
    begun = {**drafts_for(workflow), "owner": owner} if request.method != "POST" else {}
    return PlaybookForm(request.POST or None, instance=Playbook(workflow=workflow), initial=begun)


def _begun(request: SignedInRequest, workflow: Workflow, form: PlaybookForm) -> str:
    given = form.changes()
    services.begin(workflow, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"], **given)
    messages.success(request, _("The playbook is begun. Say that it was reviewed once somebody looked through it."))
    return reverse(TAB, args=[workflow.pk])


def _saved(request: SignedInRequest, found: Playbook, form: PlaybookForm) -> Meeting | None:
    """Nothing when it was saved, or refused at its fields; both versions when somebody else was faster."""
    try:
        services.write(
            found,
            by=request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
            opened_version=form.cleaned_data["opened_version"],
            **form.changes(),
        )
        messages.success(request, _("The playbook is saved."))
    except Stale as stale:
        return meet(form, stale.current)
    except ValidationError as refused:
        take_problems(form, refused)
    return None


def _blocks(form: PlaybookForm, workflow: Workflow) -> list[tuple[Any, list[Any], tuple[Facts, ...]]]:
    """Each question with its fields and its facts."""
    reading = Reading(workflow, timezone.now())
    return [
        (part.question, [form[answer.field] for answer in part.answers], part.facts) for part in parts(None, reading)
    ]
