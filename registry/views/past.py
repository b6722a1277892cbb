"""Pages as known at a moment: `?at=` on a page that is decorated shows it as it stood then, for reading only."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from registry.forms.past import MomentForm
from registry.kernel.audit.asof import first_known
from registry.kernel.http.moments import PARAMETER, ZONE, in_words, written
from registry.kernel.http.pages import View, reads_moments
from registry.reports.past import reading
from registry.views.requests import SignedInRequest

UNPROCESSABLE = 422
READS = ("GET", "HEAD")


@dataclass(frozen=True)
class Then:
    """The moment a page is shown at, the way back, and the way to the difference between then and now."""

    at: datetime
    now_url: str
    compare_url: str = ""

    @property
    def words(self) -> str:
        return in_words(self.at)

    @property
    def text(self) -> str:
        """As addresses of other pages carry it."""
        return written(self.at)


@dataclass(frozen=True)
class Choice:
    """A moment that the record itself offers."""

    label: str
    at: datetime

    @property
    def words(self) -> str:
        return in_words(self.at)

    @property
    def text(self) -> str:
        return written(self.at)


def choices(moments: Iterable[tuple[object, datetime | None]]) -> list[Choice]:
    """The first full second after all of it was written down; newest first, each label and moment once."""
    found = {(str(label), at.replace(microsecond=0) + timedelta(seconds=2)) for label, at in moments if at}
    past = [Choice(label, at) for label, at in found if at <= timezone.now()]
    return sorted(past, key=lambda choice: (choice.at, choice.label), reverse=True)[:8]


def knows_past(subject: type[Model] | None = None, difference: str = "") -> Callable[[View], View]:
    """Show the page as known at `?at=` where one is given. Below `page`, which decides who may open it at all.

    `subject` is the kind of record that `pk` names, `difference` the name of the page that compares two moments.
    The view runs unchanged: whatever it reads is as it stood then, and `request.past` says when that was.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def then(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            request.past = None
            if PARAMETER not in request.GET:
                return view(request, *args, **kwargs)
            if request.method not in READS:
                return HttpResponseNotAllowed(READS)
            form = MomentForm(request.GET, now=timezone.now())
            now_url = _address(request, None)
            if not form.is_valid():
                context = {"form": form, "now_url": now_url}
                return render(request, "past/choose.html", context, status=UNPROCESSABLE)
            at = form.cleaned_data["at"]
            if request.GET[PARAMETER] != written(at) or ZONE in request.GET:
                return HttpResponseRedirect(_address(request, at))
            compare_url = f"{reverse(difference, kwargs=kwargs)}?from={written(at)}" if difference else ""
            past = Then(at, now_url, compare_url)
            request.past = past
            try:
                with reading(at, request.user):
                    return view(request, *args, **kwargs)
            except Http404:
                return _unknown(request, subject, kwargs.get("pk"), past)

        return reads_moments(then)

    return decorate


def _unknown(request: SignedInRequest, subject: Any, pk: Any, past: Then) -> HttpResponseBase:
    """What is there now for this person and was not then; anything else does not exist for them."""
    if subject is None or pk is None or not subject._default_manager.visible_to(request.user).filter(pk=pk).exists():
        raise Http404
    context = {"past": past, "first": Choice("", _after(first_known(subject, pk) or past.at)), "kind": subject._meta}
    return render(request, "past/unknown.html", context, status=404)


def _after(at: datetime) -> datetime:
    return at.replace(microsecond=0) + timedelta(seconds=1)


def _address(request: SignedInRequest, at: datetime | None) -> str:
    """This page with the same filters, at another moment or now."""
    query = request.GET.copy()
    for name in (PARAMETER, ZONE, "page"):
        query.pop(name, None)
    if at is not None:
        query[PARAMETER] = written(at)
    return f"{request.path}?{query.urlencode(safe=':')}" if query else request.path
