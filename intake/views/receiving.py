"""Where tools send to: unmodified, each in its own protocol. Every answer is JSON, and every refusal a sentence."""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, cast

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from intake.formats.event import Unreadable
from intake.formats.pagerduty import routing_key
from intake.formats.reading import read
from intake.kinds import SourceKind
from intake.services.receiving import MOST_BYTES, Taken, receive
from intake.views import pacing, proving
from intake.views.proving import Proof, Rejected
from registry.kernel.http.pages import anyone
from registry.kernel.http.problems import CONTENT_TYPE, body_of

log = structlog.get_logger(__name__)
Door = Callable[[HttpRequest, bytes, Mapping[str, str], datetime], Proof]
METHODS: Final = ("POST", "PUT")
QUIET: Final = (SourceKind.SENTRY, SourceKind.LANGFUSE)
"""Told only that it arrived, at once: Langfuse switches a receiver off after five answers it does not like."""


def open_to_senders(view: Callable[..., JsonResponse]) -> Any:
    """A view that proves its callers itself, reads the body itself, and keeps no session."""
    exempt = cast(Any, csrf_exempt(view))
    exempt.policy, exempt.takes_raw = anyone, True
    return exempt


@open_to_senders
def signal_in(request: HttpRequest, kind: str, public_id: str) -> JsonResponse:
    def door(request: HttpRequest, body: bytes, headers: Mapping[str, str], at: datetime) -> Proof:
        return proving.by_address(kind, public_id, headers, body, at=at)

    return _answered(request, door)


@open_to_senders
def pagerduty_in(request: HttpRequest) -> JsonResponse:
    def door(request: HttpRequest, body: bytes, headers: Mapping[str, str], at: datetime) -> Proof:
        try:
            key = routing_key(body)
        except Unreadable as wrong:
            raise Rejected(400, "invalid-event", str(wrong)) from wrong
        return proving.by_routing_key(key, headers, body, at=at)

    return _answered(request, door)


def _answered(request: HttpRequest, door: Door) -> JsonResponse:
    at = timezone.now()
    try:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = _body(request, headers)
        proof = door(request, body, headers, at)
        if seconds := pacing.wait_for(proof.source.pk):
            return _too_many(seconds)
        taken = receive(
            proof.source, body, at=at, content_type=headers.get("content-type", ""), headers=headers,
            replay_key=proof.replay_key,
        )  # fmt: skip
        return _said(proof, taken, body, headers)
    except Rejected as rejected:
        return _refused(request, rejected)
    except (OperationalError, InterfaceError) as failure:
        log.warning("delivery not kept", failure=type(failure).__name__)
        answer = _problem(503, "try-again", _("It could not be kept just now. Send it again."))
        answer.headers["Retry-After"] = "5"
        return answer


def _body(request: HttpRequest, headers: Mapping[str, str]) -> bytes:
    """Never more than the limit in memory, whatever the length header claims."""
    if request.method not in METHODS:
        raise Rejected(405, "method", _("Send it by POST."))
    if headers.get("content-encoding", "identity") != "identity":
        raise Rejected(415, "encoding", _("Send it uncompressed."))
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if not (media.endswith("json") or media in ("", "text/plain") or "ce-specversion" in headers):
        raise Rejected(415, "media-type", _("Send it as application/json."))
    announced = headers.get("content-length", "")
    too_large = Rejected(413, "too-large", _("A delivery has at most %(most)s bytes.") % {"most": MOST_BYTES})
    if announced.isascii() and announced.isdigit() and int(announced[:12]) > MOST_BYTES:
        raise too_large
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large
    return body


def _said(proof: Proof, taken: Taken, body: bytes, headers: Mapping[str, str]) -> JsonResponse:
    """In the words of the protocol. What cannot be read is kept all the same, and its sender hears why."""
    source, said = proof.source, {"status": "received", "delivery": taken.delivery.reference}
    if not taken.is_new:
        return JsonResponse({**said, "status": "received before"})
    if source.kind in QUIET:
        return JsonResponse(said)
    try:
        events = read(source.kind, body, taken.delivery.headers, source.mapped)
    except Unreadable as wrong:
        is_strict = source.kind in (SourceKind.PAGERDUTY, SourceKind.CLOUDEVENTS)
        return _problem(400 if is_strict else 422, "unreadable", str(wrong), delivery=taken.delivery.reference)
    if source.kind == SourceKind.PAGERDUTY:
        answer = {"status": "success", "message": "Event processed", "dedup_key": events[0].key}
        return JsonResponse(answer, status=HTTPStatus.ACCEPTED)
    if source.kind in (SourceKind.ALERTMANAGER, SourceKind.GRAFANA):
        return JsonResponse(said)
    return JsonResponse(said, status=HTTPStatus.ACCEPTED)


def _refused(request: HttpRequest, rejected: Rejected) -> JsonResponse:
    if rejected.status in (401, 403) and (seconds := pacing.WRONG.wait(request)):
        return _too_many(seconds)
    answer = _problem(rejected.status, rejected.code, rejected.sentence)
    if rejected.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if rejected.status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = ", ".join(METHODS)
    return answer


def _too_many(seconds: int) -> JsonResponse:
    sentence = _("Too much arrives from here. Try again in %(seconds)s seconds.") % {"seconds": seconds}
    answer = _problem(429, "too-many", sentence)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _problem(status: int, code: str, sentence: str, **more: Any) -> JsonResponse:
    return JsonResponse(body_of(status, code, sentence, **more), status=status, content_type=CONTENT_TYPE)
