"""Registering a workflow and editing its record, with a reason, without overwriting anybody."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.custom_values import CUSTOM_HEADING
from registry.forms.workflows import CUSTOM, PARTS, WorkflowForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import Workflow
from registry.policies import workflows as policies
from registry.services import workflows as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, form_page, status_of
from registry.views.workflow_frame import being_corrected, find


@page(policies.may_register)
def register(request: SignedInRequest) -> HttpResponse:
    begun = Workflow(business_owner=request.user, name=request.GET.get("name", "")[:300])
    form = WorkflowForm(request.POST or None, by=request.user, instance=begun)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = services.register(
                by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"], **form.changes()
            )
            said = _("%(name)s is registered as %(reference)s.") % _names(made)
            messages.success(request, said, extra_tags="draft-done:workflow-new")
            return reverse("workflow", args=[made.pk])

        if url := create_once(request, form, make):
            return redirect(url)
    return render(request, "registry/workflow/new.html", {"form": form}, status=status_of(form))


@page(policies.may_see_register)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The whole record, or with `?part=` one part of it."""
    workflow = find(pk)
    require(policies.may_edit, request.user, workflow)
    part = request.GET.get("part", "")
    part = part if part in PARTS or part == CUSTOM else ""
    meeting: Meeting | None = None
    if request.method == "POST":
        stored = WorkflowForm(instance=find(pk), by=request.user, part=part)
        form = WorkflowForm(settled(request.POST, stored), instance=find(pk), by=request.user, part=part)
        if form.is_valid():
            try:
                _save(request, workflow, form)
                return redirect(_back(request, pk))
            except Stale as stale:
                meeting = meet(form, find(stale.current.pk))
            except ValidationError as refused:
                take_problems(form, refused)
    else:
        form = WorkflowForm(instance=find(pk), by=request.user, part=part)
    return form_page(
        request,
        workflow,
        "workflow",
        form,
        title=_title(part),
        submit=_("Save"),
        back=reverse("workflow", args=[pk]),
        meeting=meeting,
        template="registry/workflow/edit.html",
    )


def _back(request: SignedInRequest, pk: int) -> str:
    """To the attestation that is being corrected by this, if there is one."""
    corrected = being_corrected(request.user, Workflow(pk=pk)).first()
    return reverse("attestation", args=[corrected["pk"]]) if corrected else reverse("workflow", args=[pk])


def _save(request: SignedInRequest, workflow: Workflow, form: WorkflowForm) -> None:
    saved = services.edit(
        workflow,
        by=request.user,
        at=timezone.now(),
        reason=form.cleaned_data["reason"],
        opened_version=form.cleaned_data["opened_version"],
        **form.changes(),
    )
    if saved.version == workflow.version:
        messages.info(request, _("Nothing was different, so nothing was saved."))
    else:
        draft = f"workflow-{workflow.pk}-{form.part}-{workflow.version}"
        messages.success(request, _("%(reference)s is saved.") % _names(saved), extra_tags=f"draft-done:{draft}")


def _title(part: str) -> str:
    if not part:
        return _("Edit the record")
    return str(CUSTOM_HEADING if part == CUSTOM else PARTS[part][0])


def _names(workflow: Workflow) -> dict[str, str]:
    return {"name": workflow.name, "reference": workflow.reference}
