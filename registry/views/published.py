"""What anybody may take without signing in, to hold the record against it: keys, checkpoints, proofs, the verifier."""

from typing import TypeVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase

from registry.kernel.http.downloads import download
from registry.kernel.http.limits import Limit, limited
from registry.kernel.http.pages import anyone, page
from registry.kernel.ledger import proving
from registry.models import Checkpoint
from registry.reports import published as reports

Answer = TypeVar("Answer", bound=HttpResponseBase)

TEXT = "text/plain; charset=utf-8"
FILES = Limit("published", most=120)
AT_ONCE, A_WHILE, FOR_EVER = 5, 300, 365 * 24 * 3600
"""Seconds that somebody in between may keep an answer."""


@page(anyone, "GET")
@limited(FILES, as_text=True)
def keys(request: HttpRequest) -> HttpResponse:
    return _text(reports.keys_as_text(), keep=A_WHILE)


@page(anyone, "GET")
@limited(FILES, as_text=True)
def checkpoint(request: HttpRequest) -> HttpResponse:
    last = proving.latest()
    return _text(last.note, keep=AT_ONCE) if last else _absent("Nothing has been signed yet.")


@page(anyone, "GET")
@limited(FILES, as_text=True)
def checkpoint_of(request: HttpRequest, size: int) -> HttpResponse:
    found = Checkpoint.objects.filter(size=size).first() if size < 1 << 62 else None
    if found is None:
        return _absent(f"No checkpoint over {size} entries was signed.")
    return _text(found.note, keep=FOR_EVER)


@page(anyone, "GET")
@limited(FILES, as_text=True)
def consistency(request: HttpRequest) -> HttpResponse:
    """Any size up to the present one: who holds a checkpoint that is not in this log must be able to show that."""
    last, given = proving.latest(), request.GET.get("old", "").strip()
    if last is None:
        return _absent("Nothing has been signed yet.")
    is_size = given.isascii() and given.isdecimal() and len(given) < 19
    if not is_size or not 0 < int(given) <= last.size:
        return _absent(f"Give the size that stands in your checkpoint: ?old= and a number from 1 to {last.size}.")
    return _text(proving.consistency_file(int(given), last), keep=AT_ONCE)


@page(anyone, "GET")
@limited(FILES, as_text=True)
def program(request: HttpRequest) -> HttpResponseBase:
    answer = download(request, reports.VERIFIER.open("rb"), filename="verify.py", content_type="text/x-python")
    answer.headers["X-Content-SHA256"] = reports.verifier_sha256()
    return _open_to_all(answer, keep=A_WHILE)


@page(anyone, "GET")
@limited(FILES, as_text=True)
def index(request: HttpRequest) -> HttpResponse:
    return _open_to_all(JsonResponse(reports.index(), json_dumps_params={"indent": 1}), keep=AT_ONCE)


def _text(content: str, *, keep: int) -> HttpResponse:
    return _open_to_all(HttpResponse(content, content_type=TEXT), keep=keep)


def _absent(sentence: str) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", status=404, content_type=TEXT, headers={"X-Robots-Tag": "noindex"})


def _open_to_all(answer: Answer, *, keep: int) -> Answer:
    lasting = ", immutable" if keep == FOR_EVER else ""
    answer.headers["Cache-Control"] = f"public, max-age={keep}{lasting}"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
