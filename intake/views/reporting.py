"""“Report a problem”: signed in, and for strangers where the installation takes their reports."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.views.answering import carry_out
from intake.forms.deciding import ReportForm, StrangerForm
from intake.policies import signals as policies
from intake.services import reporting
from registry.kernel.http.forms import take_problems
from registry.kernel.http.limits import Limit, sentence
from registry.kernel.http.pages import anyone, page
from registry.views.requests import SignedInRequest

STRANGERS = Limit("anonymous-reports", 5, seconds=600)


@page(policies.may_report)
def report(request: SignedInRequest) -> HttpResponse:
    begun = {name: request.GET[name] for name in ("workflow", "q", "title", "link") if request.GET.get(name)}
    form = ReportForm(request.POST or None, initial=begun)
    is_search = "find" in request.POST
    reference = ""

    def service(given: dict[str, Any]) -> Any:
        fields = {name: given[name] for name in ("title", "text", "workflow", "link")}
        return reporting.report(by=request.user, at=timezone.now(), **fields)

    if form.is_bound and not is_search:
        done = carry_out(
            request, form, service, to=lambda made: f"{reverse('report-problem')}?sent={made.reference}",
            said=_("Thank you. Somebody will look at it."), draft="report-problem",
        )  # fmt: skip
        if done is not None:
            return done
    if is_search:
        form.full_clean()
        form.errors.clear()
    reference = request.GET.get("sent", "")[:20]
    status = 422 if form.is_bound and not is_search else 200
    return render(request, "intake/report.html", {"form": form, "reference": reference}, status=status)


@page(anyone)
def report_as_stranger(request: HttpRequest) -> HttpResponse:
    """Shows nothing of what is registered and nothing of what others reported; only a reference comes back."""
    if not settings.ANONYMOUS_REPORTS:
        raise Http404
    if request.method == "POST" and (seconds := STRANGERS.wait(request)):
        return render(request, "429.html", {"reason": sentence(seconds)}, status=429)
    form = StrangerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if given["website"]:
            return render(request, "intake/stranger_done.html", {"reference": ""})
        try:
            made = reporting.report(
                by=None, at=timezone.now(), title=given["title"], text=given["text"], link=given["link"]
            )
        except ValidationError as refused:
            take_problems(form, refused)
        else:
            return render(request, "intake/stranger_done.html", {"reference": made.reference})
    return render(request, "intake/stranger.html", {"form": form}, status=422 if form.is_bound else 200)
