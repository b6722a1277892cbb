"""Mail of an installation that sends none: it can be read here."""

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render

from registry.kernel.http.pages import page
from registry.models import DeliveredMail
from registry.policies.people import may_see_mailbox
from registry.views.requests import SignedInRequest

PER_PAGE = 25


@page(may_see_mailbox, "GET")
def mailbox(request: SignedInRequest) -> HttpResponse:
    if not settings.IS_LOCAL:
        raise Http404
    words = request.GET.get("q", "").strip()
    rows = DeliveredMail.objects.order_by("-pk")
    if words:
        rows = rows.filter(Q(recipient__icontains=words) | Q(subject__icontains=words) | Q(body__icontains=words))
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "mailbox/mailbox.html", {"page_obj": page_obj, "q": words})
