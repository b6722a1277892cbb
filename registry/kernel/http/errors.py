"""The ways a request can be refused, and the pages that say so."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.kernel.access.verdict import Verdict
from registry.kernel.http.moments import PARAMETER, ZONE
from registry.kernel.storage.base import StorageProblem


class Conflict(Exception):
    """What was asked does not fit the state things are in now; the sentence says why and what would."""

    status = HTTPStatus.CONFLICT

    def __init__(self, sentence: str, *, code: str = "conflict") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class OnlyNow(Exception):
    """A moment was named where only what is so now can be shown: answering with that would be an untrue answer."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    sentence = gettext_lazy("This cannot be shown as known at another moment, only as it is now.")


class Stale(Conflict):
    """Somebody saved the record after this form was opened. Carries both versions, field by field."""

    def __init__(self, *, current: Any, differences: dict[str, tuple[str, str]]) -> None:
        super().__init__(_("Somebody else changed this record while you were editing it."), code="stale")
        self.current = current
        self.differences = differences
        """Label → (what is stored now, what was typed)."""


def refusal_page(request: HttpRequest, verdict: Verdict) -> HttpResponse:
    return render(request, "403.html", {"reason": verdict.reason}, status=HTTPStatus.FORBIDDEN)


def conflict_page(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    return render(
        request,
        "409.html",
        {
            "reason": conflict.sentence,
            "is_stale": isinstance(conflict, Stale),
            "back": request.headers.get("Referer", ""),
        },
        status=HTTPStatus.CONFLICT,
    )


def only_now_page(request: HttpRequest, problem: OnlyNow) -> HttpResponse:
    query = request.GET.copy()
    for name in (PARAMETER, ZONE):
        query.pop(name, None)
    now_url = f"{request.path}?{query.urlencode()}" if query else request.path
    return render(
        request, "past/only_now.html", {"reason": problem.sentence, "now_url": now_url}, status=problem.status
    )


def storage_page(request: HttpRequest, problem: StorageProblem) -> HttpResponse:
    """The store cannot do it now; trying again later may help."""
    context = {"reason": problem.sentence, "back": request.headers.get("Referer", "")}
    return render(request, "storage.html", context, status=problem.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = _(
        "This form was open for too long or came from another place. Go back, reload the page and send it again."
    )
    return render(request, "403.html", {"reason": sentence}, status=HTTPStatus.FORBIDDEN)
