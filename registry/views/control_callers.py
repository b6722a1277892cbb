"""Who asked for what nobody knows: perhaps workflows that should be registered. And keys given out before they are."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.flags import slug_of
from registry.forms.control import BindForm, KeyForm, WordsForm
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import PlainForm
from registry.kernel.http.pages import page
from registry.models import ControlCandidate, ControlToken, Workflow
from registry.policies import control as policies
from registry.policies.workflows import may_see_register
from registry.services import control_candidates, control_keys
from registry.views.control import SECRET
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

PAGE = 50


@page(may_see_register, "GET")
def callers(request: SignedInRequest) -> HttpResponse:
    set_aside = request.GET.get("set_aside") == "yes"
    rows = ControlCandidate.objects.filter(dismissed_at__isnull=not set_aside)
    page_obj = Paginator(rows.select_related("token__workflow", "dismissed_by"), PAGE).get_page(request.GET.get("page"))
    slugs = {slug_of(each.key) for each in page_obj.object_list}
    known = {workflow.slug: workflow for workflow in Workflow.objects.filter(slug__in=slugs - {""})}
    context = {
        "page_obj": page_obj,
        "set_aside": set_aside,
        "listed": [
            {"candidate": each, "slug": slug_of(each.key), "workflow": known.get(slug_of(each.key))}
            for each in page_obj.object_list
        ],
        "unbound": ControlToken.objects.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now()), workflow=None, revoked_at=None
        ).select_related("created_by"),
        "may_sort_out": policies.may_sort_out(request.user),
        "may_manage_keys": policies.may_manage_keys(request.user),
        "secret": request.session.pop(SECRET, "") if SECRET in request.session else "",
    }
    return render(request, "registry/control/callers.html", context)


@page(policies.may_sort_out)
def dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    candidate = get_object_or_404(ControlCandidate.objects.select_related("token"), pk=pk)
    form = WordsForm(request.POST or None, label=_("Why it needs no entry in the register"))

    def make() -> str:
        control_candidates.dismiss(candidate, by=request.user, at=timezone.now(), **form.words())
        messages.success(request, _("“%(key)s” is set aside.") % {"key": candidate.key})
        return reverse("callers")

    return _asked(request, form, make, title=_("Set “%(key)s” aside") % {"key": candidate.key}, submit=_("Set aside"))


@page(policies.may_manage_keys)
def new_key(request: SignedInRequest) -> HttpResponse:
    form = KeyForm(request.POST or None)

    def make() -> str:
        _token, secret = control_keys.issue(None, by=request.user, at=timezone.now(), **form.given())
        request.session[SECRET] = secret
        return reverse("callers")

    return _asked(request, form, make, title=_("New key before registration"), submit=_("Give out a key"))


@page(policies.may_manage_keys)
def bind(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ControlToken, pk=pk, workflow=None)
    form = BindForm(request.POST or None)

    def make() -> str:
        workflow = form.cleaned_data["workflow"]
        control_keys.bind(token, workflow, by=request.user, at=timezone.now())
        messages.success(request, _("The key belongs to %(workflow)s now.") % {"workflow": workflow.name})
        return reverse("workflow-control", args=[workflow.pk])

    return _asked(
        request, form, make, title=_("Bind “%(name)s” to a workflow") % {"name": token.name}, submit=_("Bind")
    )


@page(policies.may_manage_keys)
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ControlToken, pk=pk, workflow=None)
    require(policies.may_manage_keys, request.user, None)
    form = WordsForm(request.POST or None, label=_("Why it is revoked"))

    def make() -> str:
        control_keys.revoke(token, by=request.user, at=timezone.now(), **form.words())
        return reverse("callers")

    return _asked(request, form, make, title=_("Revoke the key “%(name)s”") % {"name": token.name}, submit=_("Revoke"))


def _asked(
    request: SignedInRequest, form: PlainForm, make: Callable[[], str], *, title: str, submit: str
) -> HttpResponse:
    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    context = {"form": form, "title": title, "submit": submit, "back": reverse("callers")}
    return render(request, "registry/control/question.html", context, status=status_of(form))
