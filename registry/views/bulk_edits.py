"""One change to many workflows: choose the value, see old and new of every row, apply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.filters.addresses import Address
from registry.filters.conditions import numbers
from registry.forms.bulk_edits import BulkForm, choices
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.kernel.http.remembered import once
from registry.models import CustomField, Workflow
from registry.policies.bulk_edits import may_edit_many
from registry.services import changing
from registry.views.requests import SignedInRequest

ALIASES: Mapping[str, str] = {"review-date": "next_review_date", "owner": "business_owner"}
"""What is changed most often has an address of its own."""


@dataclass(frozen=True)
class Row:
    """One workflow in a table: field, old and new in words, or why it cannot be changed so."""

    workflow: Workflow
    now: str = ""
    changes: Sequence[tuple[str, str, str]] = ()
    refusal: str = ""


@dataclass(frozen=True)
class Kind:
    what: str
    label: str

    @property
    def title(self) -> str:
        return _("Change: %(field)s") % {"field": self.label}


@page(may_edit_many, "POST")
def bulk_edit(request: SignedInRequest, what: str) -> HttpResponse:
    """Three steps by POST to one address: the rows come from the list, the form leads to the preview, that applies."""
    kind = _kind(what)
    step = request.POST.get("step", "")
    asked: dict[str, Any] = {"what": kind.what, "today": timezone.localdate()}
    if step not in ("preview", "apply"):
        chosen = _chosen(request)
        initial = {"rows": _versions(chosen), "back": request.POST.get("query", "")}
        return _show(request, "bulk_form.html", kind, BulkForm(initial=initial, **asked), _plain(chosen, kind.what))
    form = BulkForm(request.POST, **asked)
    rows = _rows(form["rows"].value() or "")
    if not form.is_valid():
        return _refused(request, kind, form, rows)
    if step == "apply":
        return _apply(request, kind, form)
    # What is shown is what will be compared when it is applied.
    form = BulkForm({**request.POST.dict(), "rows": _versions(rows)}, **asked)
    form.is_valid()
    return _preview(request, kind, form, rows)


def _preview(request: SignedInRequest, kind: Kind, form: BulkForm, rows: list[Workflow]) -> HttpResponse:
    seen = {row.pk: row.version for row in rows}
    try:
        lines = changing.preview(rows, form.changes(), by=request.user, at=timezone.now())
    except ValidationError as problem:
        _take(form, problem)
        return _refused(request, kind, form, _rows(form["rows"].value() or ""))
    fine = [line.workflow.pk for line in lines if not line.refusal]
    extra: dict[str, Any] = {
        "changing": sum(1 for line in lines if line.changes and not line.refusal),
        "refused": sum(1 for line in lines if line.refusal),
        "fine": ",".join(f"{pk}:{seen[pk]}" for pk in fine),
    }
    return _show(request, "bulk_preview.html", kind, form, _lined(lines), **extra)


def _apply(request: SignedInRequest, kind: Kind, form: BulkForm) -> HttpResponse:
    data = form.cleaned_data
    back = f"{reverse('register')}?{Address(QueryDict(data['back']), request).plain}"
    now = timezone.now()
    try:
        with once(request.user, data["once"]) as attempt:
            if attempt.earlier:
                return redirect(attempt.earlier.location)
            done = changing.apply(data["rows"], form.changes(), by=request.user, at=now, reason=data["reason"])
            attempt.remember(location=back)
    except changing.RowsMoved as moved:
        extra = {"moved": moved.moved, "missing": moved.missing}
        return _show(request, "bulk_moved.html", kind, form, [], status=HTTPStatus.CONFLICT, **extra)
    except changing.RowsRefused:
        return _preview(request, kind, form, _rows(form["rows"].value() or ""))
    except ValidationError as problem:
        _take(form, problem)
        return _refused(request, kind, form, _rows(form["rows"].value() or ""))
    messages.success(request, _said(done))
    return redirect(back)


def _said(done: changing.Done) -> str:
    text = ngettext("%(n)s workflow changed.", "%(n)s workflows changed.", done.changed) % {"n": done.changed}
    if done.change_set is None:
        return text
    url = done.change_set.get_absolute_url()
    return format_html('{} <a href="{}">{}</a>', text, url, _("Look at the change-set, or undo it"))


def _kind(what: str) -> Kind:
    what = ALIASES.get(what, what)
    label = dict(choices(CustomField.objects.in_use())).get(what)
    if label is None:
        raise Http404
    return Kind(what, label)


def _chosen(request: SignedInRequest) -> list[Workflow]:
    """The rows picked in the list, or all of its view."""
    if request.POST.get("scope") == "view":
        found = Address(QueryDict(request.POST.get("query", "")), request).rows
    else:
        found = Workflow.objects.filter(pk__in=numbers(request.POST.getlist("pick"))).order_by("pk")
    chosen = list(found.defer("search")[: changing.MOST + 1])
    if not chosen:
        raise Conflict(_("Choose at least one workflow in the list first."))
    if len(chosen) > changing.MOST:
        raise Conflict(
            _("At most %(most)s workflows are changed at once. Narrow the view first.") % {"most": changing.MOST}
        )
    return chosen


def _rows(versions: str) -> list[Workflow]:
    keys = numbers([part.partition(":")[0] for part in versions.split(",")])[: changing.MOST]
    return list(Workflow.objects.filter(pk__in=keys).defer("search").order_by("pk"))


def _versions(rows: Sequence[Workflow]) -> str:
    return ",".join(f"{row.pk}:{row.version}" for row in rows)


def _take(form: BulkForm, problem: ValidationError) -> None:
    """What the service refuses stands at the one question there is."""
    form.add_error("add" if "add" in form.fields else "value", ValidationError(problem.messages))


def _plain(rows: Sequence[Workflow], what: str) -> list[Row]:
    return [Row(row, now) for row, now in zip(rows, changing.now_in_words(rows, what), strict=True)]


def _lined(lines: Sequence[changing.Line]) -> list[Row]:
    words = changing.words_of(lines)
    return [
        Row(line.workflow, changes=changes, refusal=line.refusal) for line, changes in zip(lines, words, strict=True)
    ]


def _refused(request: SignedInRequest, kind: Kind, form: BulkForm, rows: Sequence[Workflow]) -> HttpResponse:
    return _show(request, "bulk_form.html", kind, form, _plain(rows, kind.what), status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _show(
    request: SignedInRequest,
    template: str,
    kind: Kind,
    form: BulkForm,
    rows: Sequence[Row],
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **extra: Any,
) -> HttpResponse:
    context = {
        "title": kind.title,
        "form": form,
        "rows": rows,
        "back": f"{reverse('register')}?{Address(QueryDict(form['back'].value() or ''), request).plain}",
        **extra,
    }
    return render(request, f"registry/register/{template}", context, status=status)
