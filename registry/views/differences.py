"""Two moments of a record beside each other."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from registry.forms.past import TwoMomentsForm
from registry.kernel.audit.asof import first_known
from registry.kernel.audit.comparing import Kind, differences
from registry.kernel.http.moments import in_words
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.policies import workflows as policies
from registry.reports import workflow_differences
from registry.views.past import UNPROCESSABLE, Choice
from registry.views.requests import SignedInRequest


@page(policies.may_see_register, "GET")
def workflow_difference(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = get_object_or_404(Workflow, pk=pk)
    return difference_page(request, workflow, workflow_differences.kinds(workflow))


def difference_page(
    request: SignedInRequest,
    record: Any,
    kinds: Sequence[Kind],
    logs: Mapping[Any, str] | None = None,
    moments: Sequence[Choice] = (),
) -> HttpResponse:
    """Asks for two moments, and shows what is not the same at both. `record` is one that may be seen now."""
    now = timezone.now()
    form = TwoMomentsForm(request.GET if "from" in request.GET else None, now=now)
    context = {"form": form, "record": record, "kind": record._meta.verbose_name, "moments": moments}
    if form.is_bound and form.is_valid():
        start, end = form.in_order()
        first = first_known(type(record), record.pk)
        context |= {
            "start": Choice("", start),
            "end": Choice("", end),
            "is_now": not form.cleaned_data["end"],
            "first": in_words(first) if first and start < first else "",
            "groups": differences(kinds, start, end, logs or {}),
        }
    is_refused = form.is_bound and not form.is_valid()
    return render(request, "past/difference.html", context, status=UNPROCESSABLE if is_refused else 200)
