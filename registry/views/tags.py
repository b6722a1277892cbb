"""The tags in use, and giving one another name: choose it, see what it changes, apply; very many in steps."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import ngettext

from registry.forms.tags import RenameTagForm
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.remembered import once
from registry.policies.tags import may_rename_tags
from registry.policies.workflows import may_see_register
from registry.reports.tags import in_use
from registry.services import tag_renaming
from registry.services import tags as services
from registry.views.requests import SignedInRequest

PER_PAGE = 100


@page(may_see_register, "GET")
def tags(request: SignedInRequest) -> HttpResponse:
    find = request.GET.get("q", "").strip()[: services.LONGEST]
    found = in_use(find)
    context = {
        "page_obj": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "find": find,
        "twice": sum(1 for tag in found if tag.alike),
        "may_rename": may_rename_tags(request.user),
    }
    return render(request, "registry/tags/list.html", context)


@page(may_rename_tags)
def rename(request: SignedInRequest) -> HttpResponse:
    """`?tag=` names the tag; the first POST shows what would change, the second does it."""
    tag = request.GET.get("tag", "")
    carrying = services.carrying(tag) if tag and "\x00" not in tag else 0
    if not tag:
        return redirect("tags")
    if not carrying and request.method != "POST":
        raise Http404
    going_on = {name: request.GET[name] for name in ("to", "reason") if name in request.GET}
    form = RenameTagForm(request.POST or None, tag=tag, initial=going_on)
    most = tag_renaming.MOST
    context = {"tag": tag, "form": form, "carrying": carrying, "is_preview": False, "most": most}
    if request.method == "POST" and form.is_valid():
        context |= {"is_preview": True, "there": services.carrying(form.cleaned_data["to"])}
        context |= {"now": min(carrying, most), "later": max(0, carrying - most)}
        if request.POST.get("step") == "apply":
            try:
                return _apply(request, tag, form)
            except ValidationError as refused:
                take_problems(form, refused)
                context["is_preview"] = False
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "registry/tags/rename.html", context, status=status)


def _apply(request: SignedInRequest, tag: str, form: RenameTagForm) -> HttpResponse:
    given = form.cleaned_data
    with once(request.user, given["once"]) as attempt:
        if attempt.earlier:
            return redirect(attempt.earlier.location)
        made = tag_renaming.rename(tag, to=given["to"], by=request.user, at=timezone.now(), reason=given["reason"])
        left = services.carrying(tag)
        location = _next(tag, given) if left else f"{reverse('tags')}?{urlencode({'q': given['to']})}"
        attempt.remember(location=location)
    changed = made.counts["rows"]
    text = ngettext("%(n)s workflow carries “%(tag)s” now.", "%(n)s workflows carry “%(tag)s” now.", changed)
    messages.success(request, text % {"n": changed, "tag": given["to"]})
    if left:
        more = ngettext("%(n)s still carries “%(tag)s”. Go on with it.", "%(n)s still carry “%(tag)s”. Go on.", left)
        messages.warning(request, more % {"n": left, "tag": tag})
    return redirect(location)


def _next(tag: str, given: Any) -> str:
    """The same again for those that are left."""
    return f"{reverse('tag-rename')}?{urlencode({'tag': tag, 'to': given['to'], 'reason': given['reason']})}"
