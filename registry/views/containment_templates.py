"""Ready-made containment options: a template is chosen, looked at, adapted and added in one step."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.containment_templates import template as find_template
from registry.containment_templates import templates
from registry.forms.containment_templates import TemplateForm
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.policies import containment as policies
from registry.policies.workflows import may_see_register
from registry.services import containment_templates as services
from registry.views.containment import TAB
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of
from registry.views.workflow_frame import find, frame


@page(may_see_register, "GET")
def choose(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    require(policies.may_edit_options, request.user, workflow)
    listed = [(one, services.labels(option.kind for option in one.options)) for one in templates()]
    context = {**frame(request, workflow, TAB), "listed": listed}
    return render(request, "registry/workflow/containment_templates.html", context)


@page(may_see_register)
def adapt(request: SignedInRequest, pk: int, template: str) -> HttpResponse:
    """Every option of the template as it would be added; left out, changed, added."""
    workflow, chosen = find(pk), find_template(template)
    require(policies.may_edit_options, request.user, workflow)
    if chosen is None:
        raise Http404
    form = TemplateForm(request.POST or None, template=chosen, there=services.already(chosen, workflow))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = services.add_from(
                chosen,
                workflow,
                by=request.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
                chosen=form.chosen(),
            )
            said = ngettext("%(n)d option is added.", "%(n)d options are added.", len(made)) % {"n": len(made)}
            messages.success(request, said + " " + _("Record a proof of each once it was tried."))
            return reverse(TAB, args=[pk])

        if url := create_once(request, form, make):
            return redirect(url)
    context = {**frame(request, workflow, TAB), "form": form, "template": chosen}
    return render(request, "registry/workflow/containment_template.html", context, status=status_of(form))
