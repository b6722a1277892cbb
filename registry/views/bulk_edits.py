"""One change to many workflows: choose the value, see old and new of every row, apply."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from registry.filters.addresses import Address
from registry.filters.conditions import numbers
from registry.forms.bulk_edits import BulkForm, OwnerForm, ReviewDateForm
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.kernel.http.remembered import once
from registry.models import Workflow
from registry.policies.bulk_edits import may_edit_many
from registry.services import bulk_edits as services
from registry.views.requests import SignedInRequest


@dataclass(frozen=True)
class Kind:
    title: Any
    form: type[BulkForm]
    old: Callable[[Workflow], str]
    new: Callable[[Any], str]
    apply: Callable[..., int]


def _day(value: Any) -> str:
    return date_format(value, "j M Y") if value else ""


KINDS: Mapping[str, Kind] = {
    "review-date": Kind(
        gettext_lazy("Set the next review"),
        ReviewDateForm,
        lambda workflow: _day(workflow.next_review_date),
        _day,
        lambda rows, value, **who: services.set_next_review(rows, day=value, **who),
    ),
    "owner": Kind(
        gettext_lazy("Assign an owner"),
        OwnerForm,
        lambda workflow: str(workflow.business_owner or ""),
        str,
        lambda rows, value, **who: services.assign_owner(rows, owner=value, **who),
    ),
}


@page(may_edit_many, "POST")
def bulk_edit(request: SignedInRequest, what: str) -> HttpResponse:
    """Three steps by POST to one address: the rows come from the list, the form leads to the preview, that applies."""
    kind = KINDS.get(what)
    if kind is None:
        raise Http404
    step = request.POST.get("step", "")
    today = timezone.localdate()
    if step not in ("preview", "apply"):
        chosen = _chosen(request)
        initial = {"rows": _versions(chosen), "back": request.POST.get("query", "")}
        return _show(request, "bulk_form.html", kind, kind.form(initial=initial, today=today), chosen)
    form = kind.form(request.POST, today=today)
    rows = _rows(form["rows"].value() or "")
    if not form.is_valid():
        return _show(request, "bulk_form.html", kind, form, rows, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if step == "preview":
        # What is shown is what will be compared when it is applied.
        form = kind.form({**request.POST.dict(), "rows": _versions(rows)}, today=today)
        form.is_valid()
        return _show(request, "bulk_preview.html", kind, form, rows)
    return _apply(request, kind, form)


def _apply(request: SignedInRequest, kind: Kind, form: BulkForm) -> HttpResponse:
    data = form.cleaned_data
    back = f"{reverse('register')}?{Address(QueryDict(data['back']), request).plain}"
    try:
        with once(request.user, data["once"]) as attempt:
            if attempt.earlier:
                return redirect(attempt.earlier.location)
            changed = kind.apply(data["rows"], data["value"], by=request.user, at=timezone.now(), reason=data["reason"])
            attempt.remember(location=back)
    except services.RowsMoved as moved:
        extra = {"moved": moved.moved, "missing": moved.missing}
        rows = _rows(form["rows"].value() or "")
        return _show(request, "bulk_moved.html", kind, form, rows, status=HTTPStatus.CONFLICT, **extra)
    except ValidationError as problem:
        form.add_error(None, problem)
        rows = _rows(form["rows"].value() or "")
        return _show(request, "bulk_form.html", kind, form, rows, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    text = ngettext("%(n)s workflow changed.", "%(n)s workflows changed.", changed) % {"n": changed}
    messages.success(request, text)
    return redirect(back)


def _chosen(request: SignedInRequest) -> list[Workflow]:
    """The rows picked in the list, or all of its view."""
    if request.POST.get("scope") == "view":
        found = Address(QueryDict(request.POST.get("query", "")), request).rows
    else:
        found = Workflow.objects.filter(pk__in=numbers(request.POST.getlist("pick"))).order_by("pk")
    chosen = list(found.select_related("business_owner")[: services.MOST + 1])
    if not chosen:
        raise Conflict(_("Choose at least one workflow in the list first."))
    if len(chosen) > services.MOST:
        raise Conflict(
            _("At most %(most)s workflows are changed at once. Narrow the view first.") % {"most": services.MOST}
        )
    return chosen


def _rows(versions: str) -> list[Workflow]:
    keys = numbers([part.partition(":")[0] for part in versions.split(",")])[: services.MOST]
    return list(Workflow.objects.filter(pk__in=keys).select_related("business_owner").order_by("pk"))


def _versions(rows: Sequence[Workflow]) -> str:
    return ",".join(f"{row.pk}:{row.version}" for row in rows)


def _show(
    request: SignedInRequest,
    template: str,
    kind: Kind,
    form: BulkForm,
    rows: Sequence[Workflow],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **extra: Any,
) -> HttpResponse:
    value = form.cleaned_data.get("value") if form.is_bound and hasattr(form, "cleaned_data") else None
    new = kind.new(value) if value else ""
    changes = [(row, kind.old(row), new) for row in rows]
    context = {
        "title": kind.title,
        "form": form,
        "changes": changes,
        "changing": sum(old != new for _row, old, _new in changes),
        "back": f"{reverse('register')}?{Address(QueryDict(form['back'].value() or ''), request).plain}",
        **extra,
    }
    return render(request, f"registry/register/{template}", context, status=status)
