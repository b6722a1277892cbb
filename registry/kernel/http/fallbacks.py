"""What is answered where no view answers: a problem document to programs, a page to people."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from registry.kernel.http.problems import CONTENT_TYPE, body_of

API = "/api/"


def _answer(request: HttpRequest, status: int, code: str, detail: str, page: Callable[[], Any]) -> HttpResponse:
    if request.path.startswith(API):
        return JsonResponse(body_of(status, code, detail), status=status, content_type=CONTENT_TYPE)
    answer: HttpResponse = page()
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = "This request cannot be read."
    return _answer(request, 400, "bad-request", sentence, lambda: defaults.bad_request(request, exception))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    sentence = "There is nothing at this address. Addresses end with a slash."
    return _answer(request, 404, "not-found", sentence, lambda: defaults.page_not_found(request, exception))


def server_error(request: HttpRequest) -> HttpResponse:
    sentence = "Something went wrong here. Nothing was saved. Quote the request id when you report it."
    return _answer(request, 500, "server-error", sentence, lambda: defaults.server_error(request))
