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

from registry.kernel.http.pages import page
from registry.models import Notice
from registry.policies.people import may_keep_own
from registry.services import notices as services
from registry.views.requests import SignedInRequest

PER_PAGE = 50


@dataclass
class Group:
    """Notices about one record, or about none."""

    title: str
    notices: list[Notice] = field(default_factory=list)


@page(may_keep_own, "GET")
def notices(request: SignedInRequest) -> HttpResponse:
    rows = Notice.objects.filter(recipient=request.user)
    rows = rows.order_by(F("read_at").asc(nulls_first=True), "-created_at", "-pk")
    if request.GET.get("show") == "unread":
        rows = rows.filter(read_at__isnull=True)
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    listed = list(page_obj.object_list)
    context = {
        "page_obj": page_obj,
        "unread": grouped(notice for notice in listed if notice.read_at is None),
        "read": grouped(notice for notice in listed if notice.read_at is not None),
        "show": request.GET.get("show", ""),
    }
    return render(request, "notices/notices.html", context)


def grouped(listed: Iterable[Notice]) -> list[Group]:
    """In the order of the newest notice of each record."""
    groups: dict[tuple[str, str], Group] = {}
    for notice in listed:
        key = (notice.object_type, notice.object_id)
        groups.setdefault(key, Group(title_of(*key))).notices.append(notice)
    return list(groups.values())


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
    shown = get_object_or_404(Notice, pk=pk, recipient=request.user)
    services.mark_read(shown, by=request.user, at=timezone.now())
    if shown.url and url_has_allowed_host_and_scheme(shown.url, allowed_hosts=None):
        return redirect(shown.url)
    return render(request, "notices/notice.html", {"notice": shown})


@page(may_keep_own, "POST")
def read_all(request: SignedInRequest) -> HttpResponse:
    count = services.mark_all_read(by=request.user, at=timezone.now())
    said = ngettext("%(n)s notice is marked as read.", "%(n)s notices are marked as read.", count) % {"n": count}
    messages.success(request, said)
    return redirect("notices")
