"""What one was told, gathered by the record it is about."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.filters.notices import CHOICES, WHY, NoticeFilter
from registry.kernel.http.pages import page
from registry.models import Notice, Workflow
from registry.policies.people import may_keep_own
from registry.services import notices as services
from registry.services.news import workflows_named
from registry.views.requests import SignedInRequest

PER_PAGE = 50
WORKFLOW = Workflow._meta.label_lower


@dataclass
class Group:
    """Notices about one record, or about none."""

    title: str
    url: str = ""
    notices: list[Notice] = field(default_factory=list)


@page(may_keep_own, "GET")
def notices(request: SignedInRequest) -> HttpResponse:
    query = request.GET.copy()
    if query.get("show") == "unread":
        query["is_read"] = "false"
    found = NoticeFilter(query, Notice.objects.filter(recipient=request.user))
    rows = found.qs.order_by(F("read_at").asc(nulls_first=True), "-created_at", "-pk")
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = services.as_shown(page_obj.object_list, reader=request.user)
    context = {
        "page_obj": page_obj,
        "unread": grouped(notice for notice in listed if notice.read_at is None),
        "read": grouped(notice for notice in listed if notice.read_at is not None),
        "tabs": _tabs(request),
        "kinds": CHOICES,
        "is_filtered": any(request.GET.get(name) for name in ("about", "why", "show", "workflow")),
    }
    return render(request, "notices/notices.html", context)


def _tabs(request: SignedInRequest) -> list[tuple[str, str, bool]]:
    """Query, label, whether it is shown."""
    now = "&".join(f"{name}={request.GET[name]}" for name in ("show", "why") if request.GET.get(name))
    tabs = [("", _("All")), ("show=unread", _("Unread")), *((f"why={key}", str(label)) for key, label in WHY)]
    return [(query, label, query == now) for query, label in tabs]


def grouped(listed: Iterable[Notice]) -> list[Group]:
    """In the order of the newest notice of each record."""
    by_record: dict[tuple[str, str], list[Notice]] = {}
    for notice in listed:
        key = (notice.under_type or notice.object_type, notice.under_id or notice.object_id)
        by_record.setdefault(key, []).append(notice)
    names = workflows_named(int(number) for label, number in by_record if label == WORKFLOW and number.isdecimal())
    return [_group(key, own, names) for key, own in by_record.items()]


def _group(key: tuple[str, str], own: list[Notice], names: dict[int, str]) -> Group:
    label, number = key
    if label == WORKFLOW and number.isdecimal() and int(number) in names:
        workflow = Workflow(pk=int(number))
        return Group(f"{names[workflow.pk]} ({workflow.reference})", workflow.get_absolute_url(), own)
    return Group(title_of(label, number), "", own)


def title_of(object_type: str, object_id: str) -> str:
    """What kind of record and its number. No name: the right to see the record may have ended since."""
    if not object_type:
        return _("About no record")
    try:
        model = apps.get_model(object_type)
    except LookupError:  # a kind of record that no longer exists
        return object_type
    number = model(pk=int(object_id)).reference if hasattr(model, "reference") and object_id.isdecimal() else object_id
    return f"{str(model._meta.verbose_name).capitalize()} {number}"


@page(may_keep_own, "GET")
def notice(request: SignedInRequest, pk: int) -> HttpResponse:
    """Opens what the notice is about; opening is reading."""
    found = get_object_or_404(Notice, pk=pk, recipient=request.user)
    services.mark_read(found, by=request.user, at=timezone.now())
    (shown,) = services.as_shown([found], reader=request.user)
    if shown.url and url_has_allowed_host_and_scheme(shown.url, allowed_hosts=None):
        return redirect(shown.url)
    return render(request, "notices/notice.html", {"notice": shown})


@page(may_keep_own, "POST")
def read_all(request: SignedInRequest) -> HttpResponse:
    count = services.mark_all_read(by=request.user, at=timezone.now())
    said = ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", count) % {"n": count}
    messages.success(request, said)
    return redirect("notices")
